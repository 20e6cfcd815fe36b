"""HTML of a change set for notebooks: counts, and the first rows cell by cell."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from interopwatch.changeset.marks import marked
from interopwatch.text import for_terminal, key_phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.changeset.changes import Changes
    from interopwatch.changeset.marks import Piece
    from interopwatch.changeset.model import RowChange

_MOST_ROWS: Final = 50
"""Maximum rows shown: a screen or two of a notebook."""
_MOST_FIELDS: Final = 20
"""Maximum fields shown of a changed row: more would fill the screen with one row."""
_LONGEST: Final = 200
"""Maximum characters of a key, of an added or removed row, and of a part of a changed cell; they
are complete in ``changes.rows``. A page of megabytes would slow down the notebook."""


def as_html(changes: Changes) -> str:
    """Render a change set as HTML without style or script; all cells are escaped."""
    return "".join(_parts(changes))


def _parts(changes: Changes) -> Iterator[str]:
    counts = [f"{changes.count(kind):,} {kind}" for kind in ("added", "removed", "changed")]
    sides = f"{_text(changes.old.label)} → {_text(changes.new.label)}"
    yield f"<div><p><b>{sides}</b>: rows {', '.join(counts)}"
    if changes.schema:
        yield f"; {len(changes.schema):,} schema changes"
    yield "</p>"
    if changes.rows:
        yield (
            '<table><thead><tr><th scope="col">Table</th><th scope="col">Row</th>'
            '<th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr>'
            "</thead><tbody>"
        )
        for change in changes.rows[:_MOST_ROWS]:
            yield from _row(change)
        yield "</tbody></table>"
    if len(changes.rows) > _MOST_ROWS:
        yield f"<p>… and {len(changes.rows) - _MOST_ROWS:,} more rows.</p>"
    yield "</div>"


def _row(change: RowChange) -> Iterator[str]:
    head = f"<td>{_text(change.resource)}</td><td>{_short(key_phrase(change.key.values()))}</td>"
    if change.kind != "changed":
        cells = ", ".join(f"{name}: {cell}" for name, cell in change.row.items() if cell)
        shown = _short(cells)
        sides = ("", shown) if change.kind == "added" else (shown, "")
        yield f"<tr>{head}<td></td><td>{sides[0]}</td><td>{sides[1]}</td></tr>"
        return
    for name in change.fields[:_MOST_FIELDS]:
        before, after = marked(*change.cells(name))
        yield (
            f"<tr>{head}<td>{_text(name)}</td>"
            f"<td>{_marked(before, 'del')}</td><td>{_marked(after, 'ins')}</td></tr>"
        )
    if (more := len(change.fields) - _MOST_FIELDS) > 0:
        yield f"<tr>{head}<td>… and {more:,} more</td><td></td><td></td></tr>"


def _marked(pieces: Iterable[Piece], tag: str) -> str:
    return "".join(
        f"<{tag}>{_short(piece.text)}</{tag}>" if piece.differs else _short(piece.text)
        for piece in pieces
    )


def _short(text: str) -> str:
    """Escape a text, without its middle if it is long: changes in a cell are at its ends."""
    half = _LONGEST // 2
    return _text(text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}")


def _text(text: str) -> str:
    return escape(for_terminal(text))
