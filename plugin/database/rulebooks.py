"""Rule books: those that were ever active. Rows are only added; the newest decides."""

import hashlib

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from ..errors import PluginError
from ..ports.clock import Clock
from ..ports.rulebooks import Activation
from .database import Database
from .tables import book

#: As long as the columns are.
_BY_LENGTH = 100

_ACTIVATION = (
    book.c.kind,
    book.c.version,
    book.c.digest,
    book.c.activated_at,
    book.c.activated_by,
    book.c.note,
)


class SqlBooks:
    """`ports.rulebooks.Books` in the database, so that all machines decide by one digest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def active(self, kind: str) -> Activation | None:
        """See `ports.rulebooks.Books`."""
        query = select(*_ACTIVATION).where(book.c.kind == kind)
        with self._database.transaction() as transaction:
            newest = query.order_by(book.c.version.desc()).limit(1)
            row = transaction.execute(newest).mappings().one_or_none()
        return Activation(**row) if row else None

    def text(self, digest: str) -> str | None:
        """See `ports.rulebooks.Books`."""
        query = select(book.c.text).where(book.c.digest == digest).limit(1)
        with self._database.transaction() as transaction:
            text: str | None = transaction.scalar(query)
        return text

    def history(self, kind: str = "") -> list[Activation]:
        """See `ports.rulebooks.Books`."""
        query = select(*_ACTIVATION).order_by(book.c.id.desc())
        if kind:
            query = query.where(book.c.kind == kind)
        with self._database.transaction() as transaction:
            return [Activation(**row) for row in transaction.execute(query).mappings()]

    def activate(
        self, kind: str, text: str, *, instead_of: Activation | None, by: str, note: str
    ) -> Activation:
        """See `ports.rulebooks.Books`."""
        made = Activation(
            kind=kind,
            version=instead_of.version + 1 if instead_of else 1,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            activated_at=self._clock.now(),
            activated_by=by[:_BY_LENGTH],
            note=note,
        )
        try:
            with self._database.transaction() as transaction:
                transaction.execute(insert(book).values(**vars(made), text=text))
        except IntegrityError:
            raise PluginError(
                f"Another book for {kind} was activated meanwhile; nothing was changed.",
                code="MX-104",
                fix="Look at it with mintsoft-xero rules history, then run the command again.",
            ) from None
        return made
