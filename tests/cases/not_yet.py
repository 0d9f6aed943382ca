"""Cases that do not hold yet, each with what is missing.

The key is a case's name, or its name and a value of `line_detail` where it fails in that alone:
``voucher-line`` or ``voucher-line[summary]``. A case that holds and is listed here is an error.
"""

NOT_YET: dict[str, str] = {}


def missing(name: str, line_detail: str) -> str:
    """What is missing for a case; empty where it has to hold."""
    return NOT_YET.get(name) or NOT_YET.get(f"{name}[{line_detail}]", "")
