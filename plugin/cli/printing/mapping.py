"""What `mapping list`, `mapping unmap` and `connection map` print."""

from ...services.container import Container
from ...services.mapping.edit import map_source, unmap_source
from ...services.mapping.listing import MappingEntry, mapping_entries
from ...services.serializers.mapping import mapping_change, mapping_entry
from ..output import note, print_json, say, table
from .impact import note_untold, say_moved


def list_all(plugin: Container, name: str, *, as_json: bool) -> None:
    """Every entry, with what it is called on both sides and whether it holds."""
    entries, notes = mapping_entries(plugin, name)
    for sentence in notes:
        note(sentence)
    if as_json:
        print_json([mapping_entry(x) for x in entries])
        return
    headings = ("Mapping", "From", "To", "Called", "", "What is wrong")
    table(headings, [_cells(x) for x in entries])


def map_one(
    plugin: Container,
    name: str,
    kind: str,
    source: str,
    target: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say what one entry of the mapping moves, then keep it. Raises as `map_source`."""
    done = map_source(plugin, name, kind, source, target, dry_run=dry_run)
    note_untold(done.preview)
    if as_json:
        print_json(mapping_change(done))
        return
    say_moved(done.preview, whole=dry_run)
    if dry_run:
        say("Nothing was changed.")
    else:
        say(f"{kind} {source} -> {done.entry.target}")
        say("Orders that it concerns are decided again at the next export.")


def unmap_one(
    plugin: Container, name: str, kind: str, source: str, *, dry_run: bool, as_json: bool
) -> None:
    """Say what removing an entry moves, then remove it. Raises as `unmap_source`."""
    done = unmap_source(plugin, name, kind, source, dry_run=dry_run)
    note_untold(done.preview)
    if as_json:
        print_json(mapping_change(done))
        return
    say_moved(done.preview, whole=dry_run)
    say("Nothing was changed." if dry_run else f"{kind} {source} is not mapped any more.")


def _cells(of: MappingEntry) -> tuple[str, ...]:
    source = f"{of.source} ({of.source_name})" if of.source_name else of.source
    how = "assumed" if of.entry.assumed else ""
    return of.kind, source, of.entry.target, of.target_name, how, of.problem or of.doubt
