"""A tiny issuer of OpenID Connect on loopback: discovery, authorize, token (PKCE), userinfo and keys."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "saleve", "kept by the issuer"


class Issuer(ThreadingHTTPServer):
    """Says of everybody who asks that it is ``person``; ``claims`` overrides what the id_token says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.key = self.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "17", "email": "reader@example.org", "email_verified": True}
        self.claims: dict[str, object] = {}
        self.asked: dict[str, dict[str, str]] = {}  # code -> what was asked for

    def settings(self) -> dict[str, object]:
        """Return the entry of an app of the library of accounts."""
        said = {"server_url": self.address}
        return {
            "provider_id": "organisation",
            "name": "Union",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": said,
        }

    def sign_in(self, address: str) -> str:
        """Ask as a browser does that is sent to ``address``; return where it is sent back to."""
        parts = urlsplit(address)
        line = HTTPConnection(parts.netloc)
        line.request("GET", f"{parts.path}?{parts.query}")
        return line.getresponse().headers["Location"]

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        said |= {"sub": self.person["sub"], **self.claims}
        return jwt.encode(said, self.signs_with, algorithm="RS256", headers={"kid": "1"})


class _Answers(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        said = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        at = self.server.address
        match urlsplit(self.path).path:
            case "/.well-known/openid-configuration":
                places = {
                    f"{name}_endpoint": f"{at}/{name}" for name in ("authorization", "token", "userinfo")
                }
                methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
                self._say({"issuer": at, "jwks_uri": f"{at}/keys", **places, **methods})
            case "/authorization":
                code = f"code-{len(self.server.asked)}"
                self.server.asked[code] = said
                back = {"code": code, "state": said["state"]}
                self._send_on(f"{said['redirect_uri']}?{urlencode(back)}")
            case "/userinfo":
                self._say(self.server.person)
            case "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.server.key.public_key()))
                self._say({"keys": [{**public, "kid": "1", "alg": "RS256"}]})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        said = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        asked = self.server.asked.pop(said["code"], None)
        if (
            asked is None
            or said["client_secret"] != SECRET
            or _challenge(said["code_verifier"]) != asked["code_challenge"]
        ):
            self._say({"error": "invalid_grant"}, 400)
            return
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        self._say({**token, "id_token": self.server.id_token(asked["nonce"])})

    def log_message(self, *_said: object) -> None:
        """Say nothing."""

    def _send_on(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _say(self, said: object, status: int = 200) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@contextmanager
def open_issuer():
    """Run an issuer while the block runs."""
    issuer = Issuer()
    threading.Thread(target=issuer.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield issuer
    finally:
        issuer.shutdown()
        issuer.server_close()
