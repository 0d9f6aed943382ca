"""The Idempotency-Key: the same request within six minutes gets the same answer (xero.md 2.5)."""

import base64
import hashlib
import zlib
from datetime import timedelta

from ..tenant import Tenant
from . import messages
from .envelope import Answer, refused

LIFE = timedelta(minutes=6).total_seconds()
_KIND = "xero_idempotency"
_LONGEST = 128


class IdempotencyKeys:
    """Answers by app and key, of one organisation.

    Errors are kept too; a 429 is not (it never gets here).
    """

    def __init__(self, tenant: Tenant) -> None:
        self._store = tenant.store
        self._clock = tenant.clock

    def seen(self, app: str, key: str, request: bytes) -> Answer | None:
        """The answer for a key: the cached one, a refusal, or None for a new key.

        `request` is everything that makes a request the same: method, address and body.
        """
        if len(key) > _LONGEST:
            return refused(f"Idempotency Key must be at most {_LONGEST} characters.")
        self._forget_old()
        found = self._store.table(_KIND).get(f"{app} {key}")
        if found is None:
            return None
        if found["digest"] != hashlib.sha256(request).hexdigest():
            return refused(messages.key_reused(key))
        return Answer(
            status=found["status"],
            text=zlib.decompress(base64.b64decode(found["packed"])).decode(),
            content_type=found["content_type"],
            headers={"Xero-Correlation-Id": found["correlation_id"]},
        )

    def keep(self, app: str, key: str, request: bytes, answer: Answer, correlation_id: str) -> None:
        """Remember the answer (already with its envelope) of a new key."""
        document = {
            "digest": hashlib.sha256(request).hexdigest(),
            "status": answer.status,
            # A batch's answer is hundreds of kilobytes and is kept for minutes: packed, a tenth.
            "packed": base64.b64encode(zlib.compress(answer.text.encode(), 1)).decode(),
            "content_type": answer.content_type,
            "correlation_id": correlation_id,
            "at": self._clock().timestamp(),
        }
        self._store.put(_KIND, f"{app} {key}", document)

    def _forget_old(self) -> None:
        now = self._clock().timestamp()
        for name, found in list(self._store.table(_KIND).items()):
            if now - found["at"] < LIFE:
                break  # they are in the order of time
            self._store.delete(_KIND, name)
