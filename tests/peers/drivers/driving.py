"""What the drivers share: steps, consent, and the sandbox's control. Standard library only.

A driver runs as a program in the environment of the program that it drives, so nothing of ours is
there. It prints one line of JSON for each step: {"step": name, "saw": what it answered} or
{"step": name, "failed": traceback}.
"""

import base64
import http.client
import json
import os
import sys
import traceback
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

#: The sandbox's own address, for its control.
SANDBOX = os.environ.get("SANDBOX_URL", "")
#: With https, since oauthlib (below pyxero) wants to be sent back to nothing else.
REDIRECT = "https://shop.example/back"
SCOPES = [
    "openid",
    "profile",
    "email",
    "offline_access",
    "accounting.invoices",
    "accounting.payments",
    "accounting.contacts",
    "accounting.settings",
    "accounting.attachments",
]

Step = Callable[[], Any]
_STEPS: list[Step] = []


def step(function: Step) -> Step:
    """Name a function as the next step."""
    _STEPS.append(function)
    return function


def run() -> None:
    """Do every step in order; one that fails ends none of the others."""
    for each in _STEPS:
        name = each.__name__
        try:
            line = {"step": name, "saw": each()}
        except Exception:  # noqa: BLE001 (whatever it is, the test shows it)
            line = {"step": name, "failed": traceback.format_exc()}
        sys.stdout.write(json.dumps(line, default=str) + "\n")


def control(what: str, **body: Any) -> Any:
    """Tell the sandbox to do something."""
    data = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{SANDBOX}/_sandbox/{what}", data, headers)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(asked, timeout=60) as answer:
        return json.load(answer)


def fault(kind: str, **more: Any) -> None:
    """Make the sandbox's next call break in this way."""
    control("faults", faults=[{"kind": kind, **more}])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def consent(address: str = "") -> str:
    """Allow access as a person would; returns the address that the browser is sent back to."""
    asked = {
        "response_type": "code",
        "client_id": "sandbox",
        "redirect_uri": REDIRECT,
        "scope": " ".join(SCOPES),
        "state": "st4te",
    }
    address = address or (
        "https://login.xero.com/identity/connect/authorize?" + urllib.parse.urlencode(asked)
    )
    try:
        urllib.request.build_opener(_NoRedirect).open(address, timeout=60)
    except urllib.error.HTTPError as answer:
        with answer:
            if answer.code in {http.client.FOUND, http.client.SEE_OTHER}:
                return str(answer.headers["Location"])
            raise
    raise RuntimeError("Consent was not given: no redirect")


def tokens() -> dict[str, Any]:
    """The tokens of a new consent, for programs that leave the code's exchange to others."""
    query = urllib.parse.urlsplit(consent()).query
    form = {
        "grant_type": "authorization_code",
        "code": urllib.parse.parse_qs(query)["code"][0],
        "redirect_uri": REDIRECT,
    }
    asked = urllib.request.Request(
        "https://identity.xero.com/connect/token",
        urllib.parse.urlencode(form).encode(),
        {"Authorization": "Basic " + base64.b64encode(b"sandbox:sandbox").decode()},
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return dict(json.load(answer))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tokens()))
