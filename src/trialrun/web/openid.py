"""The way to an OpenID Connect provider and back: authorization code flow with PKCE.

Refuses an ID token that the provider's keys did not sign, that is not for us, is not of this
sign-in (nonce), or is over. Tokens are looked at once, and kept nowhere.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import InvalidClaimError, JoseError
from joserfc.jwk import KeySet

from trialrun.errors import ForbiddenError
from trialrun.web.settings import OpenIdSettings

_LOG = logging.getLogger("trialrun.web")
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by the provider's private key; never one by a secret that we share, or none."""
_WAIT_SECONDS = 10.0
_CLOCKS_DIFFER = 120
"""Seconds by which the provider's clock may differ from ours."""


@dataclass(frozen=True)
class Journey:
    """What the way back must have in common with the way there."""

    state: str
    nonce: str
    verifier: str

    def packed(self) -> str:
        """Return it as the value of a cookie."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def unpacked(cls, text: str) -> Journey | None:
        """Read it from a cookie; None if it is no such thing."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None


@dataclass(frozen=True)
class Provider:
    """A provider, and where it sends people back to."""

    settings: OpenIdSettings
    back: str

    def departure(self) -> tuple[str, Journey]:
        """Return the provider's address to send somebody to, and what to remember.

        Raises:
            ForbiddenError: the provider cannot be asked.
        """
        journey = Journey(*(secrets.token_urlsafe(32) for _ in range(3)))
        with self._client() as client:
            described = self._described(client)
            address, _ = client.create_authorization_url(
                described["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
        return str(address), journey

    def subject(self, code: str, journey: Journey) -> str:
        """Return the `sub` of whom the provider vouches for.

        Raises:
            ForbiddenError: it vouches for nobody, or not in a way that can be trusted.
        """
        try:
            with self._client() as client:
                described = self._described(client)
                token = client.fetch_token(
                    described["token_endpoint"], code=code, code_verifier=journey.verifier
                )
                keys = self._asked(client, described["jwks_uri"])
            return self._vouched_for(token, keys, described["issuer"], journey.nonce)
        except (AuthlibBaseError, JoseError, HTTPError, KeyError, ValueError) as error:
            raise _not_trusted(error) from error

    def _vouched_for(self, token: Any, keys: Any, issuer: str, nonce: str) -> str:
        decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"essential": True, "values": [issuer]}, "sub": {"essential": True}},
            {
                "nonce": nonce,
                "client_id": self.settings.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=_CLOCKS_DIFFER)
        if self.settings.client_id not in _listed(claims["aud"]):
            raise InvalidClaimError("aud")
        return str(claims["sub"])

    def _client(self) -> Any:
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret,
            scope="openid",
            redirect_uri=self.back,
            code_challenge_method="S256",
            timeout=_WAIT_SECONDS,
            trust_env=False,
        )

    def _described(self, client: Any) -> dict[str, Any]:
        """Return how the provider describes itself (OpenID Connect Discovery 1.0)."""
        try:
            described: dict[str, Any] = self._asked(client, self.settings.discovery_url)
        except (HTTPError, ValueError) as error:
            raise _not_trusted(error) from error
        return described

    def _asked(self, client: Any, address: str) -> Any:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        return answer.json()


def _listed(audience: Any) -> list[Any]:
    return audience if isinstance(audience, list) else [audience]


def _not_trusted(error: Exception) -> ForbiddenError:
    """Return the refusal; the log says what was wrong, else nobody could put the settings right."""
    claim = getattr(error, "claim", "")
    _LOG.warning("a sign-in at the identity provider failed: %s %s", type(error).__name__, claim)
    return ForbiddenError("the identity provider did not sign you in; try again")
