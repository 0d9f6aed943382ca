"""A person who allows access on Xero's page, and comes back to the plugin's."""

import html
import json
import re
from urllib.parse import urlsplit

import requests
from flask import Flask

from .....plugin.domain.connections.connection import Connection, ConnectionState
from .....plugin.register import register
from ....guide.walk import TIMEOUT, Walk

ADD = ("--mintsoft-username", "sandbox", "--set", "start_date=any", "--set", "quiet_seconds=0")
PREFIX = "/mintsoft-xero"


class Person:
    """Somebody at the commands, at Xero's consent page, and in Xero itself."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        walk.secrets["XERO_CLIENT_SECRET"] = "sandbox"

    def add(self, name: str, *more: str) -> str:
        """Add a connection that needs consent: the address at which it is given."""
        app = ("--xero-client-id", "sandbox", "--set", "write_pace=1000")
        told = self.walk.json("connection", "add", name, *ADD, *app, *more)
        return str(told["consent_address"])

    def connected(self, name: str = "shop", *more: str) -> Connection:
        """Add a connection and allow it the first organisation."""
        self.allow(self.add(name, *more), self.organisations()[0])
        connection = self.named(name)
        assert connection.state is ConnectionState.ACTIVE
        return connection

    def allow(self, address: str, *organisations: str, status: int = 200) -> str:
        """Tick these organisations, go back to the plugin, and read its page."""
        ticked = {"tenant": list(organisations)}
        answer = requests.post(address, data=ticked, allow_redirects=False, timeout=TIMEOUT)
        back = urlsplit(answer.headers["Location"])
        app = Flask("host")
        app.secret_key = "person"
        register(app, settings=self.walk.settings, prefix=PREFIX)
        page = app.test_client().get(f"{back.path}?{back.query}")
        assert page.status_code == status, page.text
        return html.unescape(re.sub(r"\s+", " ", page.text))

    def organisations(self) -> list[str]:
        """Ids of all organisations that there are in Xero."""
        found = self.walk.ask(f"{self.walk.xero_url}/_sandbox/organisations")["organisations"]
        return [each["tenantId"] for each in found]

    def found(self, name: str) -> str:
        """Found another company in Xero: its id."""
        told = {"country": "GB", "name": name}
        return str(self.walk.tell(f"{self.walk.xero_url}/_sandbox/organisations", told)["tenantId"])

    def named(self, name: str = "shop") -> Connection:
        """A connection as it is now."""
        return self.walk.plugin.connections.named(name)

    def invoices(self, organisation: str) -> list[str]:
        """Numbers of all sales invoices of an organisation."""
        query = f"/_sandbox/invoices?organisation={organisation}"
        rows = self.walk.ask(self.walk.xero_url + query)["invoices"]
        return sorted(row["number"] for row in rows if row["type"] == "ACCREC")

    def rows(self, name: str = "shop") -> dict[str, str]:
        """State of each order, by its id in Mintsoft."""
        lines = self.walk.run("outcomes", name, "--json").stdout.splitlines()
        return {row["source_id"]: row["state"] for row in map(json.loads, lines)}
