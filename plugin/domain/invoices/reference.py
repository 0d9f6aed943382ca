"""Reference: what people read on an invoice beside its number, and how we know it for ours.

It begins as the connection's template says and always ends with our mark (`source_mark`), by
which a document is recognised: no template can take that away, and a long one is cut before it.
"""

import re

from ..orders.order import Order, source_mark

#: The most that a reference may hold (xero.md 4).
REFERENCE_LENGTH = 255

#: The longest template, so that what it names is read and not only its own words.
TEMPLATE_LENGTH = 100

#: What a template may name, in braces.
WORDS = {
    "external": "the shop's own reference, else the order's number",
    "number": "the order's number",
    "channel": "name of the sales channel",
    "client": "code of the client",
    "warehouse": "code of the warehouse",
}

_WORD = re.compile(r"\{([^{}]*)\}")


def problem_of(template: str) -> str:
    """What is wrong with a template, as ``must ...``; empty when nothing is."""
    named, rest = _WORD.findall(template), _WORD.sub("", template)
    if len(template) > TEMPLATE_LENGTH or not rest.isprintable():
        return f"must be at most {TEMPLATE_LENGTH} printable letters"
    if set("{}") & set(rest) or any(word not in WORDS for word in named):
        return f"must name in braces only {', '.join(WORDS)}"
    if "(mintsoft" in rest.casefold():
        return "must not hold (Mintsoft ...): that mark is put at its end by itself"
    return ""


def reference_of(template: str, order: Order) -> str:
    """The template with the order's own words, then our mark; never longer than it may be."""
    words = {
        "external": order.external_reference or order.number,
        "number": order.number,
        "channel": order.channel,
        "client": order.client,
        "warehouse": order.warehouse,
    }
    filled = _WORD.sub(lambda found: words[found[1]], template)
    return marked(" ".join(filled.split()), source_mark(order.source_id))


def marked(text: str, mark: str) -> str:
    """Text with a mark at its end, cut so that the mark is whole."""
    return f"{text[: REFERENCE_LENGTH - len(mark) - 1]} {mark}".strip()
