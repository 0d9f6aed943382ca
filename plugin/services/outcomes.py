"""Outcomes: every document that was seen, and where it stands."""

from difflib import get_close_matches

from ..domain.exports.export import ExportState
from ..errors import SettingsError


def state_of(word: str) -> ExportState:
    """A state by its word, or by the label that people read."""
    for state in ExportState:
        if word.lower() in {state.value, state.label.lower()}:
            return state
    words = [state.value for state in ExportState]
    close = get_close_matches(word, words, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise SettingsError(f"There is no state {word!r}{hint}", fix=f"States: {', '.join(words)}.")
