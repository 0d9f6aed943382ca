"""Webhook address: where notices may be posted to."""

import ipaddress
from urllib.parse import urlsplit

#: Names of this machine itself.
_HERE = ("localhost", "127.0.0.1", "::1")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def posting_problem(address: str) -> str:
    """Why nothing is posted to an address: a sentence that follows its name; empty if it may be.

    Amounts and order numbers travel in a notice, so only ``https`` may carry it, or this
    machine's own loopback.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # brackets that don't fit, a port that is none
        return "must be an address like https://example.com/notices"
    if not host or not address.isascii() or not address.isprintable() or " " in address:
        return "must be an address like https://example.com/notices"
    if parts.username is not None or parts.password is not None:
        return "must hold no user and no password: each notice is signed instead"
    if parts.scheme == "https" or (parts.scheme == "http" and host in _HERE):
        return ""
    return "must begin with https://; plain http is for this machine's localhost alone"


def may_receive(found: Address, *, here: bool) -> bool:
    """Whether a machine with this number may be posted to.

    A company's own network is fine, that is where its programs are. Numbers that stand for no
    receiver are not: link-local ones (where clouds keep a machine's own credentials),
    multicast, unspecified and reserved ones. Loopback is, where the address names it itself
    (`here`), so that no name elsewhere can be made to lead to this machine.
    """
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return here
    if isinstance(found, ipaddress.IPv6Address) and found.is_reserved:
        return False
    return not (
        found.is_link_local
        or found.is_multicast
        or found.is_unspecified
        or (isinstance(found, ipaddress.IPv4Address) and found.is_reserved)
    )


def names_this_machine(host: str) -> bool:
    """Whether a host's name is one of this machine's loopback."""
    return host in _HERE
