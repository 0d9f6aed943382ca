"""A pytest plugin that writes down each request that the tests under it make our clients send.

It hooks into `requests` where a request leaves; nothing of ours is touched. Each is a line of JSON
in the file that MINTSOFT_XERO_SENT names.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter

_FILE = Path(os.environ["MINTSOFT_XERO_SENT"])
_send = HTTPAdapter.send


def _written_down(self: HTTPAdapter, request: Any, *args: Any, **named: Any) -> Any:
    body = request.body or b""
    line = {
        "test": os.environ.get("PYTEST_CURRENT_TEST", ""),
        "method": request.method,
        "url": request.url,
        "headers": {name: str(value) for name, value in request.headers.items()},
        "body": base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
    }
    with _FILE.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    return _send(self, request, *args, **named)


HTTPAdapter.send = _written_down  # type: ignore[method-assign]
