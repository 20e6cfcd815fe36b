"""``interopwatch plot``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.main import opened
from interopwatch.cli.options import output_option
from interopwatch.cli.output import Notes, emit, grid, note
from interopwatch.cli.report import is_about, sides
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import OutputError
from interopwatch.report.build import build

if TYPE_CHECKING:
    from pathlib import Path

_ENDINGS: Final = (".svg", ".png")


@click.command("plot")
@click.argument("name", required=False)
@click.argument("old", required=False, shell_complete=snapshot_names)
@click.argument("new", required=False, shell_complete=snapshot_names)
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    name: str | None,
    old: str | None,
    new: str | None,
    output: Path | None,
) -> None:
    """Draw a chart of the package as SVG or PNG, by the suffix of FILE; without NAME, list them.

    The chart shows the newer edition and marks what changed since the older one. By default
    these are the last two snapshots; with OLD alone, OLD and the last snapshot. Without FILE,
    SVG is written to standard output. Needs the extra `pictures`.
    """
    from interopwatch.report.pictures import draw, draw_png
    from interopwatch.report.sketches import sketches

    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise OutputError(
            f"{output}: pictures are written as SVG or PNG",
            hint="Give a name that ends with .svg or .png.",
        )
    store = opened(ctx, names=True)
    before, after = sides(ctx, store, old, new)
    unread = Notes()
    report = build(before, after, options=DiffOptions(note=note, unread=unread))
    assert report.comparison is not None, "a report that was just built has what it was made of"
    is_own = is_about(store, old, new)
    snapshots = store.snapshots() if is_own else ()
    pictures = store.package.descriptor.pictures if is_own else ()
    found = {each.name: each for each in sketches(report.comparison, snapshots, pictures)}
    unread.write((before, after), None)
    if name is None:
        emit(
            grid(("name", "title"), [(each.name, each.title) for each in found.values()]),
            output,
            "terminal",
        )
        return
    if name not in found:
        names = ", ".join(found) or "none: nothing changed, and there are no snapshots"
        raise OutputError(f"there is no picture {name!r} to draw", hint=f"There are: {names}.")
    if output is not None and output.suffix.lower() == ".png":
        emit([draw_png(found[name])], output, "png")
    else:
        emit(draw(found[name], is_titled=True).svg, output, "svg")
