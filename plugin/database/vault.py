"""The vault: secrets in the database, encrypted with a key that is not in it."""

import re
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..errors import SettingsError
from ..ports.infrastructure import Vault
from .database import Database
from .tables import secret

_KEY = re.compile(r"[A-Za-z0-9_+/-]{43}=")


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """What became of all secrets when they were encrypted anew."""

    #: How many secrets there are.
    secrets: int
    #: How many of them were encrypted anew; the others were encrypted with the first key already.
    rotated: int
    #: How many none of the keys opens; they stay as they are.
    unreadable: int


class SqlVault:
    """`ports.infrastructure.Vault`: each secret under a name, as Fernet ciphertext.

    `keys` are the comma-separated keys of ``MINTSOFT_XERO_SECRET_KEY``: the first encrypts,
    all of them decrypt, so that a key can be replaced without losing what it kept.
    """

    def __init__(self, database: Database, keys: str) -> None:
        """Raises SettingsError when a key is none."""
        self._database = database
        each = [key.strip() for key in keys.split(",")]
        # Fernet itself overlooks what follows a key, such as a second one behind a semicolon.
        if not all(_KEY.fullmatch(key) for key in each):
            raise SettingsError(
                "MINTSOFT_XERO_SECRET_KEY is not a key: each must be 32 bytes in URL-safe base64",
                fix="Make one: python -c 'from cryptography.fernet import Fernet;"
                " print(Fernet.generate_key().decode())'",
            )
        self._first = Fernet(each[0])
        self._cipher = MultiFernet([Fernet(key) for key in each])

    def __repr__(self) -> str:
        return "<SqlVault>"

    def read(self, name: str) -> str | None:
        """See `ports.infrastructure.Vault`. Raises SettingsError when none of the keys opens it."""
        with self._database.transaction() as transaction:
            query = select(secret.c.ciphertext).where(secret.c.name == name)
            kept = transaction.scalar(query)
        if kept is None:
            return None
        try:
            return self._cipher.decrypt(kept.encode("ascii")).decode("utf-8")
        except InvalidToken:
            raise SettingsError(
                "A secret can't be opened: MINTSOFT_XERO_SECRET_KEY is another key than kept it",
                fix="Put the earlier key behind the new one, separated by a comma.",
            ) from None

    def keep(self, name: str, value: str) -> None:
        """See `ports.infrastructure.Vault`."""
        text = self._cipher.encrypt(value.encode("utf-8")).decode("ascii")
        change = update(secret).where(secret.c.name == name).values(ciphertext=text)
        with self._database.transaction() as transaction:
            if transaction.execute(change).rowcount:
                return
        try:
            with self._database.transaction() as transaction:
                transaction.execute(insert(secret).values(name=name, ciphertext=text))
        except IntegrityError:
            # Somebody kept it first; ours is the later word.
            with self._database.transaction() as transaction:
                transaction.execute(change)

    def forget(self, name: str) -> None:
        """See `ports.infrastructure.Vault`."""
        with self._database.transaction() as transaction:
            transaction.execute(delete(secret).where(secret.c.name == name))

    def rotate(self) -> Rotation:
        """Encrypt all secrets with the first key; killed anywhere, a second run does the rest.

        Others may read and keep secrets meanwhile: a secret is replaced only where it is still
        the one that was read, so nobody's later word is lost.
        """
        with self._database.transaction() as transaction:
            names = list(transaction.scalars(select(secret.c.name).order_by(secret.c.name)))
        done = [self._rotate(name) for name in names]
        return Rotation(
            secrets=sum(each is not None for each in done),
            rotated=done.count("rotated"),
            unreadable=done.count("unreadable"),
        )

    def _rotate(self, name: str) -> str | None:
        """What became of one secret; None when there is none any more."""
        while True:
            with self._database.transaction() as transaction:
                query = select(secret.c.ciphertext).where(secret.c.name == name)
                kept = transaction.scalar(query)
            if kept is None:
                return None
            fresh = self._encrypted_anew(kept)
            if fresh is None or fresh == kept:
                return "unreadable" if fresh is None else "kept"
            same = secret.c.name == name, secret.c.ciphertext == kept
            with self._database.transaction() as transaction:
                change = update(secret).where(*same).values(ciphertext=fresh)
                if transaction.execute(change).rowcount:
                    return "rotated"

    def _encrypted_anew(self, kept: str) -> str | None:
        """The same secret by the first key, None where no key opens it."""
        token = kept.encode("ascii")
        try:
            self._first.decrypt(token)
        except InvalidToken:
            try:
                return self._cipher.rotate(token).decode("ascii")
            except InvalidToken:
                return None
        return kept


class DraftVault:
    """A vault in memory over another one: kept for good only when all went well."""

    def __init__(self, under: Vault) -> None:
        self._under = under
        self._draft: dict[str, str | None] = {}

    def __repr__(self) -> str:
        return "<DraftVault>"

    def read(self, name: str) -> str | None:
        """See `ports.infrastructure.Vault`."""
        return self._draft[name] if name in self._draft else self._under.read(name)

    def keep(self, name: str, value: str) -> None:
        """See `ports.infrastructure.Vault`; in memory until `keep_all`."""
        self._draft[name] = value

    def forget(self, name: str) -> None:
        """See `ports.infrastructure.Vault`; in memory until `keep_all`."""
        self._draft[name] = None

    def keep_all(self) -> None:
        """Make all of it durable in the vault below."""
        for name, value in self._draft.items():
            if value is None:
                self._under.forget(name)
            else:
                self._under.keep(name, value)
