"""Passkeys in a real browser with a virtual authenticator: set up, sign in without a password, second factor."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from saleve.ems.people.permissions import Role

PASSWORD = "a long sentence of mine"
_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(live_server, monkeypatch):
    """Return a page of a browser whose device holds passkeys; it fails on whatever the browser complains about."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser is steered from a loop of events
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(base_url=live_server.url).new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})
        yield page
        browser.close()
    assert complaints == []


@pytest.fixture
def person(live_server, person_with):
    person = person_with(Role.ADMINISTRATOR)
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(page, person):
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.goto("/account/")
    page.locator(".bar-end .menu").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def add_passkey(page, *, without_password: bool):
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the passkey").fill("My device")
    page.get_by_label("Sign in with it alone").set_checked(without_password)
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")


def test_a_passkey_signs_in_without_a_password(page, person):
    sign_in(page, person)
    add_passkey(page, without_password=True)
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("/")
    assert page.locator(".menu-who").text_content().endswith(person.email)


def test_a_passkey_is_a_second_factor_after_the_password(page, person):
    sign_in(page, person)
    add_passkey(page, without_password=False)
    sign_out(page)
    sign_in(page, person)
    page.wait_for_url("**/accounts/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("/")
    assert page.locator(".menu-who").text_content().endswith(person.email)
