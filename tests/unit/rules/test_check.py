"""The check of a rule file: every fault at once, at its place, with the likely mistake."""

from pathlib import Path

import pytest

from ....plugin.errors import RuleFileError
from ....rules.engine.books import load_orders_book, packaged_rules, seed_rules
from ....rules.engine.language.kinds import KINDS
from ....rules.engine.language.nodes import MAX_BYTES
from ....rules.engine.read_book import read_book
from .writing import HEAD, book, fault_of, faults

BAD = """\
book: orders
mode: frist
default: export
default: skip
lists: {status: [A], broken: A}
amounts: {limit: 5.001}
ruls: 1
rules:
  - id: a
    then: hold
    when: {stauts: NEW}
    mesage: x
  - id: a
    then: refuse
    code: MX-201x
    when: {total_net: {less then: 1, more than: goods_net}, merged: maybe}
    message: "{stauts} {status"
  - {id: b, then: wait, when: {any line: {any line: {net: 1}}, status: {in: $brokn}}}
examples:
  - {name: x, order: {nmber: A}, expect: wait, by: aa}
"""


NO_NAME = "which is no fact, list or amount here"
NO_LIST = "is no list: write [A, B] or the name of a list as $name"


def test_all_faults_at_once() -> None:
    """One check shows every fault of a file, by line and column, and what was probably meant."""
    assert faults(BAD) == [
        "2:7: 'frist' is no value for `mode`; did you mean 'first'?",
        "4:1: the key 'default' stands already on line 3",
        "5:9: 'status' is the name of a fact already",
        "5:30: a list such as [DESPATCHED, INVOICED] is wanted here",
        "6:18: '5.001': an amount has at most 2 decimals",
        "7:1: 'ruls' is no key of a book; did you mean 'rules'?",
        "10:11: 'hold' is no value for `then`; there are export, wait, skip, refuse",
        "11:12: 'stauts' is no fact of an order; did you mean 'status'?",
        "12:5: 'mesage' is no key of a rule; did you mean 'message'?",
        "13:9: the rule id 'a' stands already on line 9",
        "15:11: 'MX-201x' is no code for a rule; did you mean 'MX-201'?",
        "16:24: 'less then' is no comparison for total_net (money); did you mean 'less than'?",
        "16:49: 'goods_net': an amount such as 100.00 is wanted here; did you mean '$goods_net'?",
        "16:69: 'maybe': yes or no is wanted here",
        f"17:14: the message names 'stauts', {NO_NAME}; did you mean 'status'?",
        "17:14: a brace is left over: names are written {status}",
        "18:5: a rule that says wait needs a `message`",
        "18:43: `any line` can't stand here: there are no lines",
        f"18:77: '$brokn' {NO_LIST}; did you mean 'broken'?",
        "20:23: 'nmber' is no fact of an order; did you mean 'number'?",
        "20:52: 'aa' is no value for `by`; did you mean 'a'?",
    ]


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ("{quantity: 1.5}", "'1.5': a whole number such as 12 is wanted here"),
        ("{quantity: {more than: $goods_net}}", "goods_net is money, and number is wanted here"),
        (
            "{quantity: {more than: $rounding_limit}}",
            "'$rounding_limit' is an amount, not a number",
        ),
        ("{total_net: 1e5}", "'1e5': an amount such as 100.00 is wanted here"),
        ("{total_net: 1234567890123.00}", "an amount has at most 12 digits before the point"),
        ("{total_net: .inf}", "an amount such as 100.00 is wanted here"),
        ("{order_date: 2026-02-30}", "there is no such day in the calendar"),
        ("{merged: 1}", "yes or no is wanted here"),
        ("{status: }", "there is no value here"),
        ("{status: {in: [InvoiceFailedNoCourierPrice]}}", "this status is called INVOICEFAILED"),
        ("{status: ~}", "there is no value here"),
        ("{status: [A, B]}", "compare it with one of `is`, `is not`, `in`"),
        ("{status: {in: A}}", "'A' is no list"),
        ("{status: $export_statuses}", "is a list; compare with `in`, `not in`"),
        ("{tags: vip}", "compare it with one of `has`"),
        ("{lines: 1}", "write `any line:` or `all lines:`"),
        ("{any line: {status: NEW}}", "'status' is no fact of a line"),
        ("{any line: {net: {is: $total_net}}}", "'$total_net' is no fact, list or amount here"),
        ("{all: []}", "`all` wants a list of conditions"),
        ("{}", "a condition such as {status: NEW} is wanted here"),
        ("{total_net: {between: [1]}}", "`between` wants two values"),
        ("{total_net: {is: 1" + " + 1" * 10 + "}}", "a sum has at most 10 terms"),
        ("{not: " * 12 + "{merged: yes}" + "}" * 12, "nested more than 12 deep"),
    ],
)
def test_condition_faults(condition: str, fault: str) -> None:
    """A comparison that its fact's type does not have, or a value of another type, is refused."""
    assert fault in fault_of(condition)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1: the file is empty: an empty book exports nothing"),
        (f"{HEAD}rules: []\n", "6:8: a book needs at least one rule"),
        ("a: [", "1:5: this is not YAML"),
        ("a: &x 1\nb: *x", "1:4: anchors (&) and aliases (*) are not used"),
        ("!!python/name:os.system x", "1:1: tags (!) are not used"),
        ("a: 1\n---\nb: 1", "2:1: a second document begins here"),
        ("[" * 5000, "nested too deeply"),
        ('"\\UFFFFFFFF"', "1:1: this is not YAML"),
        ('"\\ud800"', "1:1: this text has half of a character pair"),
        ("\ud800", "1:1: this is not YAML"),
        ("%YAML 1." + "1" * 5000 + "\n--- a", "1:1: this is not YAML"),
        ("#" * (MAX_BYTES + 1), "1:1: the file is larger than 256 KB"),
        (f"{HEAD}rules: [{'a, ' * 201}]", "6:8: there are more than 200 rules"),
    ],
)
def test_damaged_files(text: str, fault: str) -> None:
    """A file that is no book is refused with a sentence, whatever is in it."""
    assert any(fault in found for found in faults(text)), faults(text)[:3]


def test_a_failing_example_is_a_fault() -> None:
    """A book that decides its own example differently is refused, at the example's place."""
    rules = "  - {id: a, then: wait, when: {status: NEW}, message: m}\n"
    example = "examples:\n  - {name: x, order: {status: PICKED}, expect: wait, by: a}\n"
    said = "9:5: the example 'x' expects wait by a, but the book says export by default"
    assert faults(f"{HEAD}rules:\n{rules}{example}") == [said]


def test_digest_and_defaults() -> None:
    """A refusal without a code gets MX-200 and, without a fix, the fix of its code."""
    rule = book("  - {id: a, then: refuse, when: {merged: yes}, message: m}\n").rules[0]
    assert (rule.code, rule.fix[:16]) == ("MX-200", "Change the order")


def test_codes_of_the_warehouse_are_for_what_comes_in() -> None:
    """A book of imports may give codes of families 2 and 5, one of exports of family 2 alone."""
    refusal = "  - {{id: a, then: refuse, code: {code}, when: {{status: NEW}}, message: m}}\n"
    for kind in KINDS.values():
        told = {}
        for code in ("MX-203", "MX-518", "MX-401"):
            text = f"book: {kind.name}\nmode: first\ndefault: export\nrules:\n"
            said = read_book(text + refusal.format(code=code), "x")[1].found
            told[code] = any("is no code for a rule" in x.message for x in said)
        comes_in = kind.name in {"sales_invoices", "purchase_orders"}
        assert told == {"MX-203": False, "MX-518": not comes_in, "MX-401": True}, kind.name


class TestFiles:
    def test_seeding_keeps_what_is_there(self, tmp_path: Path) -> None:
        """The package's books are copied where they are absent, and never over a user's."""
        seed_rules(tmp_path / "rules")
        mine = tmp_path / "rules" / "orders.yaml"
        assert mine.read_bytes() == (packaged_rules() / "orders.yaml").read_bytes()
        mine.write_text("# mine")
        seed_rules(tmp_path / "rules")
        assert mine.read_text() == "# mine"

    @pytest.mark.parametrize(
        ("raw", "fault"),
        [(None, "1:1: the file can't be read"), (b"a\n\xff", "2:1: the file is not UTF-8 text")],
    )
    def test_unreadable_files(self, tmp_path: Path, raw: bytes | None, fault: str) -> None:
        """A missing or foreign file is one fault with its path, not a traceback."""
        if raw is not None:
            (tmp_path / "orders.yaml").write_bytes(raw)
        with pytest.raises(RuleFileError) as caught:
            load_orders_book(tmp_path / "orders.yaml")
        assert f"orders.yaml:{fault}" in caught.value.message
