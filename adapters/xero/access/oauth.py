"""The tokens of one Grant: got, kept and renewed so that no two processes lose them.

Xero gives a new refresh token with each refresh. Two processes that refresh at once are the
classic way to lose a connection (xero.md 1.2), so a lease lets one through, the vault is read
again once it is held, and what Xero gave is kept before it is used. When an answer is lost the
old refresh token is still in the vault, and Xero takes it for another 30 minutes.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from ....plugin.errors import Disconnected
from ....plugin.ports.clock import Clock
from ....plugin.ports.infrastructure import Leases, Vault
from ..api.wire import Timeout
from .connections import XeroConnection, consent_of, end_connection, list_connections
from .identity import ask_for_tokens, revoke_token
from .scopes import NEEDED, SCOPES, lacking, scopes_of
from .tokens import Tokens

#: A token is renewed this long before it ends.
_MARGIN = timedelta(minutes=2)

#: A grant that nobody has used for so long is refreshed to keep it alive, of 60 days.
_RENEW_AFTER = timedelta(days=7)


class XeroLogin:
    """One Grant: an app, and what it may use to speak for a person or an organisation."""

    def __init__(
        self,
        *,
        client_id: str,
        grant_id: str,
        kind: Literal["custom", "consent"],
        base_url: str,
        identity_url: str,
        login_url: str,
        vault: Vault,
        leases: Leases,
        clock: Clock,
        scopes: str = SCOPES,
        timeout: Timeout = (5, 30),
    ) -> None:
        """Take the app and where Xero is.

        Args:
            client_id: of the app in Xero.
            grant_id: names the Grant's lease, and its secrets in the vault.
            kind: ``custom`` for a custom connection, ``consent`` where a person allowed it.
            base_url: of the API, for ``/connections``.
            identity_url: of the token endpoint.
            login_url: where a person gives consent.
            vault: keeps ``grant:{id}:client_secret`` and ``grant:{id}:tokens``.
            leases: let one process at a time refresh.
            clock: says when a token ends.
            scopes: asked for at a consent: ``granular``, ``legacy``, or scopes themselves.
            timeout: of each call.
        """
        #: Client id of the app, under which calls are counted; not a secret.
        self.app = client_id
        self._kind = kind
        self._name = f"grant:{grant_id}"
        self._base_url = base_url.rstrip("/")
        self._identity_url = identity_url.rstrip("/")
        self._login_url = login_url.rstrip("/")
        self._vault = vault
        self._leases = leases
        self._clock = clock
        self._scopes = scopes_of(scopes)
        self._timeout = timeout
        self._tokens: Tokens | None = None

    def consent_address(self, state: str, verifier: str, redirect_uri: str) -> str:
        """Where a person allows access: authorization code with PKCE (xero.md 1.1).

        `state` and `verifier` are fresh random texts of the caller, kept until the answer.
        """
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.app,
            "redirect_uri": redirect_uri,
            "scope": self._scopes,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._login_url}/identity/connect/authorize?{urlencode(query)}"

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> None:
        """Turn the code of a consent into tokens, and keep them.

        Raises:
            Disconnected: the code is used up or too old, or the app's secret is wrong.
            TryLater: Xero can't be reached; the code lives for 5 minutes.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        with self._lease():
            self._keep(self._ask(form))

    def token(self) -> str:
        """An access token that is good for the next two minutes at least.

        Raises:
            Disconnected: access has ended, or was never allowed (MX-103); the app's secret is
                wrong (MX-102).
            TryLater: Xero can't be reached, or another process is still refreshing.
        """
        if self._tokens is None:
            self._tokens = self._kept()
        if self._tokens is not None and self._lasts(self._tokens):
            return self._tokens.access_token
        return self._renew(self._lasts)

    def renew(self, stale: str) -> str:
        """Another access token than one that Xero has just refused. Raises as `token`."""
        return self._renew(lambda kept: kept.access_token != stale and self._lasts(kept))

    def keep_alive(self) -> None:
        """Refresh when nothing has for a while: unused for 60 days, access ends (xero.md 1.2).

        A custom connection has nothing that could grow old. Raises as `token`.
        """
        kept = self._kept()
        if self._kind == "custom" or kept is None or self._is_young(kept):
            return
        self._renew(self._is_young)

    def connections(self, token: str, *, newest: bool = False) -> dict[str, str]:
        """Names of the organisations that the token opens, by id; none is "not connected".

        Those of the token's own consent come first, then those that were connected before;
        with `newest` the former alone, where there are any (xero.md 1.2, 1.6).

        Raises:
            Disconnected: the token is refused.
            TryLater: Xero can't be reached.
        """
        consent = consent_of(token)
        found = list_connections(self._base_url, token, self._timeout)
        found.sort(key=lambda each: each.consent_id != consent)
        if newest:
            found = [each for each in found if each.consent_id == consent] or found
        return {each.organisation_id: each.name for each in found}

    def opens(self, organisation_id: str) -> bool:
        """Whether the access opens an organisation now; yes where Xero does not say.

        Raises:
            Disconnected: there are no tokens any more.
            TryLater: Xero can't be reached.
        """
        token = self.token()
        try:
            found = list_connections(self._base_url, token, self._timeout)
        except Disconnected:  # a token that is refused is no word on the organisation
            return True
        return any(each.organisation_id == organisation_id for each in found)

    def disconnect(self, organisation_id: str) -> list[XeroConnection]:
        """End the connection to one organisation; those that are left.

        A second time changes nothing. When it was the app's last one, the consent is revoked
        and its tokens are forgotten: revoking would end all others as well (xero.md 1.1). The
        access of a custom connection is a person's to end, in Xero; its tokens are forgotten.

        Raises:
            TryLater: Xero can't be reached; nothing is lost, the same may be tried again.
            Disconnected: access has ended already, in Xero.
        """
        if self._kind == "custom":
            self._forget()
            return []
        token = self.token()
        found = list_connections(self._base_url, token, self._timeout)
        for each in found:
            if each.organisation_id == organisation_id:
                end_connection(self._base_url, token, each.connection_id, self._timeout)
        rest = [each for each in found if each.organisation_id != organisation_id]
        if not rest:
            self._revoke()
        return rest

    def lacks(self, wanted: str = NEEDED) -> tuple[str, ...]:
        """Scopes that the consent does not cover: of `wanted`, else of those that are needed.

        What was asked for does not matter: that may have been too little itself.
        """
        kept = self._kept()
        return lacking(kept.scope if kept else "", wanted)

    def _revoke(self) -> None:
        """End the consent. With the lease: nobody is to refresh it in that moment."""
        with self._lease():
            kept = self._kept()
            if kept is not None and kept.refresh_token:
                secret = self._secret()
                revoke_token(
                    self._identity_url, self.app, secret, kept.refresh_token, self._timeout
                )
            self._forget()

    def _forget(self) -> None:
        self._vault.forget(f"{self._name}:tokens")
        self._tokens = None

    def _renew(self, good: Callable[[Tokens], bool]) -> str:
        """Get new tokens unless another process has got good ones in the meantime."""
        with self._lease():
            kept = self._kept()
            if kept is None or not good(kept):
                kept = self._refreshed(kept)
            self._tokens = kept
            return kept.access_token

    def _refreshed(self, old: Tokens | None) -> Tokens:
        try:
            fresh = self._ask(self._form(old))
        except Disconnected:
            # The lease may have run out on us while another process refreshed.
            kept = self._kept()
            if kept is not None and kept != old and self._lasts(kept):
                return kept
            raise
        return self._keep(fresh, old)

    def _form(self, old: Tokens | None) -> dict[str, str]:
        if self._kind == "custom":
            return {"grant_type": "client_credentials"}
        if old is None or not old.refresh_token:
            raise Disconnected(reason="nobody has allowed access in Xero yet")
        return {"grant_type": "refresh_token", "refresh_token": old.refresh_token}

    def _ask(self, form: Mapping[str, str]) -> Tokens:
        secret, asked_at = self._secret(), self._clock.now()
        answer = ask_for_tokens(self._identity_url, self.app, secret, form, self._timeout)
        return Tokens(
            access_token=str(answer["access_token"]),
            refresh_token=str(answer.get("refresh_token") or form.get("refresh_token", "")),
            ends_at=asked_at + timedelta(seconds=float(answer.get("expires_in", 1800))),
            scope=str(answer.get("scope") or ""),
        )

    def _secret(self) -> str:
        secret = self._vault.read(f"{self._name}:client_secret")
        if secret is None:
            raise Disconnected(code="MX-102", service="Xero", detail="the vault holds no secret")
        return secret

    def _keep(self, fresh: Tokens, old: Tokens | None = None) -> Tokens:
        """Save tokens before they are used; those of a process that overtook us stay."""
        kept = self._kept()
        if old is not None and kept is not None and kept != old:
            return kept
        self._vault.keep(f"{self._name}:tokens", fresh.to_json())
        self._tokens = fresh
        return fresh

    def _kept(self) -> Tokens | None:
        text = self._vault.read(f"{self._name}:tokens")
        return Tokens.from_json(text) if text else None

    def _is_young(self, tokens: Tokens) -> bool:
        return tokens.ends_at + _RENEW_AFTER > self._clock.now()

    def _lasts(self, tokens: Tokens) -> bool:
        return tokens.ends_at - _MARGIN > self._clock.now()

    def _lease(self) -> AbstractContextManager[None]:
        longest = sum(self._timeout) + 25
        return self._leases.hold(self._name, seconds=longest, wait=longest)


def is_custom_connection(
    *, client_id: str, client_secret: str, identity_url: str, timeout: Timeout = (5, 30)
) -> bool:
    """Whether an app logs in by itself; else a person has to consent (xero.md 1.5).

    Raises:
        Disconnected: Xero does not know the app, or its secret is wrong (MX-102).
        TryLater: Xero can't be reached (MX-105).
    """
    form = {"grant_type": "client_credentials"}
    try:
        ask_for_tokens(identity_url.rstrip("/"), client_id, client_secret, form, timeout)
    except Disconnected as error:
        if error.code == "MX-102":
            raise
        return False
    return True
