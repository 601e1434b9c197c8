"""Single sign-on by OpenID Connect (Core 1.0): beyond what the library proves, the signature and the nonce of every answer."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path


class Provider(OpenIDConnectProvider):
    """Asks with a nonce, which ``SignOnAdapter`` wants back."""

    package = "allauth.socialaccount.providers.openid_connect"  # whose addresses it has

    def redirect(self, request: HttpRequest, process: Any, next_url: Any = None, data: Any = None, **more: Any) -> Any:  # fmt: skip
        """Send the person to the issuer."""
        nonce = secrets.token_urlsafe()
        said = {**(more.pop("auth_params", None) or {}), "nonce": nonce}
        return super().redirect(request, process, next_url, data, auth_params=said, nonce=nonce, **more)


class Answer(OpenIDConnectOAuth2Adapter):
    """Reads the answer of the issuer."""

    def get_access_token_data(self, *given: Any, **more: Any) -> Any:
        """Fetch the tokens; let the library prove their signature although they came from the issuer itself."""
        data = super().get_access_token_data(*given, **more)
        self.did_fetch_access_token = False
        return data

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **more: Any) -> Any:
        """Return who it is; raises ``OAuth2Error`` where the answer proves nothing (3.1.3.7, 5.3.2)."""
        if not more["response"].get("id_token"):
            raise OAuth2Error("The issuer sent no id_token")
        try:
            login = super().complete_login(request, app, token, **more)
        except (KeyError, TypeError, ValueError) as fault:
            raise OAuth2Error("The id_token cannot be read") from fault
        said = login.account.extra_data
        if said["userinfo"].get("sub") != said["id_token"].get("sub"):
            raise OAuth2Error("The id_token is about somebody else")
        return login


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the person back from the issuer."""
    try:
        return OAuth2CallbackView.adapter_view(Answer(request, provider_id))(request)
    except SocialApp.DoesNotExist as fault:
        raise Http404 from fault


ADDRESSES = [path("oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback")]
