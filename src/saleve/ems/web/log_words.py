"""The entries of the audit log in words: what was done, and its details as names with their values."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from saleve.ems.jobs.work import WORK
from saleve.ems.people.permissions import Operation, Role, programs_may, role_name
from saleve.language import _, active_language
from saleve.reporting.formatting import amount
from saleve.reporting.labels import label

_SCOPE = ("categories", "units", "sites")
_INNER = ("key", "staged", "new")  # names and marks by which the program finds its things again


def deed(operation: str) -> str:
    """Return in words what was done; what no page does any more keeps its code."""
    return _deeds(active_language()).get(operation) or _work(operation) or operation.replace("_", " ")


def details(said: Mapping[str, Any]) -> str:
    """Return the details of an entry as names with their values; what says nothing is left out."""
    if "changes" in said:
        return "; ".join(map(_change, said["changes"]))
    order = {
        name: place for place, name in enumerate(_names(active_language()))
    }  # not every database keeps one
    told = sorted(said.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    return "; ".join(
        _("{name}: {value}").format(name=_name(name), value=_value(name, value))
        for name, value in told
        if name not in _INNER and value not in (None, "", [], {})
    )


def _work(operation: str) -> str:
    """Return how long work began or ended."""
    how, _blank, name = operation.partition("_")
    sentence = {
        "start": _("Started: {work}"),
        "cancel": _("Asked to stop: {work}"),
        "done": _("Done: {work}"),
        "failed": _("Not done: {work}"),
        "cancelled": _("Stopped: {work}"),
        "interrupted": _("Interrupted: {work}"),
    }.get(how)
    return sentence.format(work=WORK[name].label()) if sentence and name in WORK else ""


def _change(change: Mapping[str, Any]) -> str:
    """Return what a setting said and says."""
    before, after = (_value("", change.get(name)) or _("nothing") for name in ("before", "after"))
    return _("{setting}: {before} → {after}").format(setting=change["where"], before=before, after=after)


def _name(name: str) -> str:
    return _names(active_language()).get(name) or name.replace("_", " ").capitalize()


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _role(value) if "role" in value else str(value["file"]) if "file" in value else _pairs(value)
    if isinstance(value, list):
        return ", ".join(_value(name, one) for one in value)
    return _word(name, value)


def _word(name: str, value: Any) -> str:
    """Return one value as people read it: names for codes that have one."""
    if name == "bytes":
        return _("{size} bytes").format(size=amount(value, 0))
    if name in ("category", "source", "categories"):
        return label("source", value)
    if name == "operations" and value in set(Operation):
        return programs_may(Operation(value)) or str(value)
    return _through(active_language()).get(value, str(value)) if name == "through" else str(value)


def _role(given: Mapping[str, Any]) -> str:
    """Return a role with its places."""
    role = given["role"]
    named = role_name(Role(role)) if role in set(Role) else str(role)
    places = [_value(kind, given[kind]) for kind in _SCOPE if given.get(kind)]
    return _("{role} ({places})").format(role=named, places=", ".join(places)) if places else named


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_value(name, value)}" for name, value in sorted(values.items()))


@lru_cache
def _through(_language: str) -> dict[str, str]:
    return {
        "page": _("a page"),
        "api": _("the API"),
        "preview": _("the preview of a file"),
        "own mail": _("their own mail"),
    }


@lru_cache
def _deeds(_language: str) -> dict[str, str]:
    return {
        # signing in
        "sign_in": _("Signed in"),
        "fail_sign_in": _("Did not sign in: wrong password"),
        "refuse_sign_in": _("Was refused at single sign-on: no account"),
        "choose_password": _("Chose a password by a link"),
        "password_changed": _("Changed the password"),
        "password_reset": _("Chose a new password by mail"),
        "password_set": _("Set a password"),
        "totp_activated": _("Set up an app that shows codes"),
        "totp_deactivated": _("Gave up the app that shows codes"),
        "webauthn_added": _("Added a passkey"),
        "webauthn_removed": _("Took a passkey away"),
        "recovery_codes_generated": _("Made recovery codes"),
        "account_connected": _("Signed in by single sign-on for the first time"),
        "account_disconnected": _("Gave up single sign-on"),
        "make_token": _("Made a token"),
        "withdraw_token": _("Withdrew a token"),
        # people
        "invite_person": _("Invited a person"),
        "make_link": _("Made a link to choose a password"),
        "set_roles": _("Changed roles"),
        "deactivate_person": _("Deactivated an account"),
        "reactivate_person": _("Reactivated an account"),
        "forget_second_factors": _("Forgot a lost second factor"),
        Operation.MANAGE_PEOPLE.value: _("Changed how people sign in"),
        # data
        "bring_file": _("Brought a file"),
        "confirm_headers": _("Confirmed columns"),
        "say_columns": _("Said how columns are read"),
        "fix_row": _("Corrected a row before its file is loaded"),
        "unfix_row": _("Took a correction back before its file is loaded"),
        "discard_file": _("Threw a file away"),
        "load_batch": _("Loaded a file"),
        "correct_row": _("Corrected a row"),
        "withdraw_row": _("Withdrew a row"),
        "withdraw_batch": _("Withdrew a batch"),
        "send_reminder": _("Reminded of a request"),
        "read_rejects": _("Read rejected rows"),
        "read_file": _("Read a file as it came"),
        Operation.READ_PERSONAL_ROWS.value: _("Read rows of travellers"),
        # inventories and documents
        "review_run": _("Reviewed an inventory"),
        "approve_run": _("Approved an inventory"),
        "publish_run": _("Published an inventory"),
        "make_report": _("Made a document"),
        "make_pack": _("Made a pack"),
        "publish_report": _("Published a document"),
        "withdraw_report_link": _("Withdrew the address of a document"),
        # settings
        Operation.CHANGE_SETTINGS.value: _("Changed settings"),
        Operation.CHANGE_PLACES.value: _("Changed places"),
        Operation.CHANGE_FACTORS.value: _("Imported factors"),
    }


@lru_cache
def _names(_language: str) -> dict[str, str]:
    return {
        "name": _("Name"),
        "roles": _("Roles"),
        "before": _("Before"),
        "after": _("Now"),
        "tokens_withdrawn": _("Tokens withdrawn"),
        "operations": _("May"),
        "expires": _("Ends"),
        "of": _("Of"),
        "count": _("Count"),
        "file": _("File"),
        "files": _("Files"),
        "bytes": _("Size"),
        "category": _("Category"),
        "source": _("Source"),
        "columns": _("Columns"),
        "constants": _("Of all rows"),
        "rows": _("Rows"),
        "row": _("Row"),
        "sheet": _("Sheet"),
        "reason": _("Reason"),
        "through": _("Through"),
        "to": _("To"),
        "subject": _("Subject"),
        "sha256": _("SHA-256"),
        "factors": _("Factors"),
        "warnings_accepted": _("Warnings were looked at"),
        "run": _("Run"),
        "kind": _("Kind"),
        "year": _("Year"),
        "batch": _("Batch"),
        "status": _("How it ended"),
        "sentence": _("Told"),
        "by": _("By"),
        "site": _("Site"),
        "proxy": _("Stand-in"),
        "remember": _("Remembered as"),
    }
