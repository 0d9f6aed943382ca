"""The entries of a rule file's mappings: known keys, choices and texts, with faults noted."""

from collections.abc import Iterable, Sequence

from .faults import Faults, did_you_mean, quoted
from .nodes import Mapping, Node, Scalar
from .nodes import Sequence as SequenceNode
from .read_conditions import has_value


class Entries:
    """One mapping of the file whose keys are known beforehand."""

    def __init__(self, node: Mapping, faults: Faults) -> None:
        self.node = node
        self._faults = faults

    def text(self, key: str) -> Scalar | None:
        """A text with something in it; None when the key is absent, or wrong (noted)."""
        node = self.node.get(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self._faults.add(node.place, f"`{key}` wants a text")
            return None
        return node if has_value(node, self._faults) else None

    def choice(self, key: str, choices: Iterable[str]) -> str | None:
        """One of some words; None when the key is absent, or another word (noted)."""
        node = self.text(key)
        words = tuple(choices)
        if node is None or node.text in words:
            return node.text if node else None
        hint = did_you_mean(node.text, words) or f"; there are {', '.join(words)}"
        self._faults.add(node.place, f"{quoted(node.text)} is no value for `{key}`{hint}")
        return None

    def items(self, key: str, most: int) -> Sequence[Node]:
        """The entries of a list; none when the key is absent, or no list (noted)."""
        node = self.node.get(key)
        if node is None:
            return ()
        if not isinstance(node, SequenceNode):
            self._faults.add(node.place, f"`{key}` wants a list: entries that begin with -")
            return ()
        if len(node.items) > most:
            self._faults.add(node.place, f"there are more than {most} {key}")
        return node.items[:most]

    def named(self, key: str) -> Sequence[tuple[Scalar, Node]]:
        """Names and their values; none when the key is absent, or no mapping (noted)."""
        node = self.node.get(key)
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self._faults.add(node.place, f"`{key}` wants names and values: `name: value`")
            return ()
        return node.entries


def read_entries(
    node: Node, what: str, required: Iterable[str], optional: Iterable[str], faults: Faults
) -> Entries | None:
    """Check the keys of a mapping; None when it is none.

    Args:
        node: what stands there.
        what: what it should be, for the faults: ``a rule``.
        required: keys that must be there.
        optional: keys that may be there.
        faults: where unknown and missing keys are noted.
    """
    if not isinstance(node, Mapping):
        faults.add(node.place, f"{what} is wanted here: `key: value` entries")
        return None
    needed = tuple(required)
    known = (*needed, *optional)
    for key, _ in node.entries:
        if key.text not in known:
            said = f"{quoted(key.text)} is no key of {what}"
            faults.add(key.place, said + did_you_mean(key.text, known))
    for name in needed:
        if node.get(name) is None:
            faults.add(node.place, f"{what} needs the key `{name}`")
    return Entries(node, faults)
