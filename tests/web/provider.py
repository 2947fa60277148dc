"""A small OpenID Connect provider of the test's own, on this machine, that lies when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.util import to_str, urlsafe_b64encode

from trialrun.web.settings import OpenIdSettings

KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
ANOTHER_KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})


@dataclass
class Provider:
    """What it says of whoever signs in; `claims` go over those that are right."""

    address: str = ""
    subject: str = "idp|1"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    is_down: bool = False
    token: str | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def settings(self) -> OpenIdSettings:
        return OpenIdSettings(f"{self.address}/discovery", "trialrun-client", "a secret")

    def authorize(self, address: str) -> str:
        """Do what a person does there: sign in; return the code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return code

    def answer(self, path: str, sent: dict[str, str]) -> Any:
        if path == "/discovery":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }
        if path == "/keys":
            return {"keys": [KEY.as_dict(private=False)]}
        return self._token(sent)

    def _token(self, sent: dict[str, str]) -> dict[str, Any]:
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = sha256(sent.get("code_verifier", "").encode()).digest()
        if asked is None or to_str(urlsafe_b64encode(verifier)) != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(datetime.now(UTC).timestamp())
        right = {
            "iss": self.address,
            "sub": self.subject,
            "aud": "trialrun-client",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.token or signed}


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider on loopback until the end of the block."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, sent: dict[str, str]) -> None:
            said = provider.answer(self.path, sent)
            failed = provider.is_down or "error" in said
            self.send_response(503 if provider.is_down else 400 if failed else 200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    provider.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
