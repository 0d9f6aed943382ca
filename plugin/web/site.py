"""Site: what the views share, found again through the Flask app."""

import threading
from collections.abc import Collection
from typing import cast

from flask import current_app, g, request

from ..services.container import Container
from .auth.local_users import LocalUsers
from .auth.session import Session, Sessions
from .users import User, Users
from .webhook_queue import WITHIN, WebhookQueue

EXTENSION = "mintsoft_xero.web"


class Site:
    """The pages of one plugin in one Flask app."""

    def __init__(self, plugin: Container, users: Users | None) -> None:
        """`users`: the host's; None for one generated login on this machine only."""
        environment = plugin.environment
        self.plugin = plugin
        self.sessions = Sessions(environment.secret_key)
        #: None when the host brings its own users.
        self.local = None if users else self._local_users()
        self._host_users = users
        self._lock = threading.Lock()
        self._prepared = False
        #: Passes Xero's events on to the clock.
        self.hastening = WebhookQueue(self._hasten)

    @property
    def users(self) -> Users:
        """The host's users, or our own."""
        return self._host_users or cast(LocalUsers, self.local)

    def prepare(self) -> None:
        """See `Container.prepare`; done once, and again after it failed."""
        with self._lock:
            if not self._prepared:
                self.plugin.prepare()
                self._prepared = True

    def _hasten(self, organisation_ids: Collection[str]) -> None:
        self.prepare()
        self.plugin.connections.hasten(organisation_ids, WITHIN)

    def form_token(self) -> str:
        """For the form that is being made: a POST without it is refused."""
        session = current_session()
        session.needed = True
        return self.sessions.form_token(session, name_of(current_user()))

    def _local_users(self) -> LocalUsers:
        environment = self.plugin.environment
        return LocalUsers(
            environment.home,
            environment.public_url,
            self.plugin.clock,
            lambda password: self.sessions.is_proof(current_session().login, password),
        )


def site() -> Site:
    """The site of the app that answers this request."""
    return cast(Site, current_app.extensions[EXTENSION])


def current_session() -> Session:
    """The session of this request."""
    if "mintsoft_xero_session" not in g:
        g.mintsoft_xero_session = site().sessions.read(request)
    return cast(Session, g.mintsoft_xero_session)


def current_user() -> User | None:
    """Who makes this request."""
    return site().users.current()


def name_of(user: User | None) -> str:
    """A person's name; empty for nobody known."""
    return user.name if user else ""
