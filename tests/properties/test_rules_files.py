"""Nothing that a rule file can contain does more than give faults, or a book that decides.

`MINTSOFT_XERO_BOOKS=20000` makes it the long run (some minutes), `MINTSOFT_XERO_SEED` another one.
"""

import json
import os
import resource
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from ...plugin.errors import RuleFileError
from ...rules.engine.books import load_orders_book, packaged_rules
from ...rules.engine.decider import BookDecider
from ...rules.engine.language.kinds import ORDERS
from ...rules.engine.language.nodes import MAX_BYTES
from ...rules.engine.language.words import Book
from ...rules.engine.process.durable import Engine
from ..unit.rules.random_books import random_book, text_of, valid_book

COUNT = int(os.environ.get("MINTSOFT_XERO_BOOKS", "1000"))
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
#: Seconds of processor for one file; the slowest, of 256 KB, take about two.
SLOWEST = 20.0
#: Bytes that all files together may add to the process.
MOST_MEMORY = 300 * 1024 * 1024

PACKAGED = (packaged_rules() / "orders.yaml").read_text(encoding="utf-8")
PIECES = ["{", "}", "[", "]", ":", "\n", "- ", "&a ", "*a", "$", "!", "!!python/object:os.system "]
PIECES += ["|", ">", "'", '"', "%", "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\u202e", "💷", "~"]
PIECES += [
    "NO",
    "1e999",
    ".nan",
    "0x10",
    "2026-02-30",
    "- " * 60,
    "{a: " * 60,
    "#",
    "\t",
    "? ",
    "---",
]
PIECES += ["<<: *a", "é", "e\u0301", "\\ud800", "$status + ", "$ ", "9" * 400, "{{", "}}", "{line."]
ODD: list[Any] = [
    "",
    "~",
    "$",
    "$x + $y",
    "9" * 5000,
    "x" * 70_000,
    "1.001",
    "-0",
    "yes",
    "2026-01-01",
]
ODD += [[], {}, [[]], {"all": []}, {"not": {}}, None, True, 1.5, 10**30, "\u0000", "é" * 300, "+ -"]
SMALL = """\
book: orders
mode: collect
default: export
lists: {due: [DESPATCHED, INVOICED]}
amounts: {limit: 0.05}
rules:
  - id: first
    then: wait
    when: {status: {not in: $due}, any: [{merged: yes}, {not: {tags: {has: vip}}}]}
    message: "the status {status} is not in {due}"
  - id: second
    then: refuse
    code: MX-201
    when: {any line: {discount: {more than: $before_discount - $limit}}}
    message: >-
      {line.discount} is too much
  - {id: third, then: skip, when: {order_date: {before: $today - 30}}, message: old, fix: none}
examples:
  - {name: a, order: {status: NEW, lines: [{discount: 5.00}]}, expect: wait, by: first}
"""
HEAD = "book: orders\nmode: first\ndefault: export\nrules:\n"
VALID = [valid_book(Random(SEED + n)) for n in range(20)]
#: Of what large files are made; N is counted.
LARGE = [
    "  - {id: rN, then: wait, message: m, when: {quantity: N, tags: {has: tN}}}\n",
    "A",
    "a",
    "1",
    "{quantity: N}",
    "{any: [{merged: yes}, {quantity: {more than: $line_count + N}}]}",
    "{goods_net: {is not: $total_net - $shipping_net + N}}",
    "{tags: {has any of: [aN, bN, cN]}}",
    "{any line: {net: {more than: N}, sku: {starts with: aN}}}",
]


def in_bytes(random: Random) -> bytes:
    raw = bytearray(_some_text(random).encode())
    for _ in range(random.randrange(1, 20)):
        at = random.randrange(len(raw))
        raw[at : at + random.randrange(3)] = random.randbytes(random.randrange(3))
    return bytes(raw)


def in_text(random: Random) -> bytes:
    text = _some_text(random)
    for _ in range(random.randrange(1, 4)):
        at, size, other = (random.randrange(len(text)) for _ in range(3))
        new = random.choice([random.choice(PIECES), text[other : other + size % 30]])
        text = text[:at] + new + text[at + size % 12 :]
    return text.encode("utf-8", "surrogatepass")


def in_structure(random: Random) -> bytes:
    """A random book in which some parts have changed places with others, or with odd ones."""
    book: Any = json.loads(random.choice([*VALID, text_of(random_book(random))]))
    for _ in range(random.randrange(1, 4)):
        holder, key = random.choice(list(_places(book)))
        other, other_key = random.choice(list(_places(book)))
        part = random.choice([random.choice(ODD), other[other_key]])
        part = json.loads(json.dumps(part))  # its own, so that no part ever holds itself
        many = isinstance(holder, list) and random.random() < 0.3
        holder[key] = [part] * random.randrange(40) if many else part
        if isinstance(holder, dict) and random.random() < 0.2:
            holder[random.choice(["all", "any", "not", "any line", "is", "in", "$", "then"])] = part
    return text_of(book).encode("utf-8", "surrogatepass")


def very_large(random: Random) -> bytes:
    size = random.choice([MAX_BYTES // 3, MAX_BYTES, MAX_BYTES * 2])
    part = random.choice(LARGE)
    times = range(size // len(part))
    if part.startswith("  - "):
        return (HEAD + "".join(part.replace("N", str(n)) for n in times)).encode()
    parts = ", ".join(part.replace("N", str(n)) for n in times)
    when = {"A": f"{{status: {{in: [{parts}]}}}}", "a": f"{{status: {'a' * size}}}"}
    when["1"] = f"{{total_net: {{is: {' + '.join('1' for _ in times)}}}}}"
    group = random.choice(["all", "any"])
    whole = when.get(part[0], f"{{{group}: [{parts}]}}")
    return f"{HEAD}  - {{id: r, then: wait, message: m, when: {whole}}}\n".encode()


def very_deep(random: Random) -> bytes:
    depth = random.choice([13, 40, 1_000, 20_000])
    opening, closing = random.choice([("[", "]"), ("{a: ", "}"), ("{not: ", "}"), ("- ", "")])
    deep = opening * depth + random.choice(["{merged: yes}", "x"]) + closing * depth
    return PACKAGED.replace("{status: CANCELLED}", deep).encode()


def repeated(random: Random) -> bytes:
    """Anchors and aliases, by which a small file can stand for an endless one."""
    names = [f"a{n}" for n in range(random.randrange(2, 30))]
    lines = [f"a0: &a0 [{'x, ' * 9}]"]
    lines += [f"{b}: &{b} [{f'*{a}, ' * 9}]" for a, b in pairwise(names)]
    return ("\n".join(lines) + "\n" + PACKAGED).encode()


WAYS: dict[Callable[[Random], bytes], int] = {
    in_text: 40,
    in_structure: 40,
    in_bytes: 15,
    very_deep: 3,
    repeated: 1,
    very_large: 1,
}


def _some_text(random: Random) -> str:
    return random.choice([PACKAGED, SMALL, SMALL, random.choice(VALID)])


def _places(tree: Any) -> Any:
    """Every place in a book that holds something: what holds it, and the key or index."""
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from _places(tree[key])


def test_nothing_in_a_file_crashes(tmp_path: Path) -> None:
    """Damaged books give faults with places, or a book that both evaluators decide by alike."""
    random = Random(SEED)
    file = tmp_path / "orders.yaml"
    counts: Counter[str] = Counter()
    slowest, memory = 0.0, _memory()
    engine = Engine(limit=30)
    for _ in range(COUNT):
        way = random.choices(list(WAYS), list(WAYS.values()))[0]
        file.write_bytes(way(random))
        begun = time.process_time()
        book = _book_or_faults(file)
        slowest = max(slowest, time.process_time() - begun)
        counts[f"{way.__name__}, {'a book' if book else 'faults'}"] += 1
        if book:
            (decision,) = BookDecider(book, engine=engine).decide([ORDERS.good], {})
            assert decision.rule != "not_decided", file.read_bytes()
    engine.close()
    grown = _memory() - memory
    print(dict(counts), f"slowest {slowest:.2f} s, {grown >> 20} MB more")  # noqa: T201
    assert slowest < SLOWEST
    assert grown < MOST_MEMORY
    assert {name.partition(",")[0] for name in counts if name.endswith("faults")} >= {
        "in_text",
        "in_structure",
        "in_bytes",
        "very_deep",
    }
    assert counts["in_text, a book"]


def _book_or_faults(file: Path) -> Book | None:
    try:
        return load_orders_book(file)
    except RuleFileError as error:
        faults = error.faults
    assert faults
    assert all(fault.line > 0 and fault.column > 0 for fault in faults)
    assert all(0 < len(fault.message) < 1_000 for fault in faults)
    return None


def _memory() -> int:
    """Bytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
