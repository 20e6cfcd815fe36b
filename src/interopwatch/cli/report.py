"""``interopwatch report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interopwatch.cli.comparison import (
    ComparisonOptions,
    csv_options,
    key_option,
    pass_comparison,
    tolerance_options,
)
from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.main import named, opened
from interopwatch.cli.options import (
    format_option,
    output_option,
    strict_option,
)
from interopwatch.cli.output import Notes, emit, note
from interopwatch.cli.screen import pager_option, text_width
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import SnapshotError
from interopwatch.package.keys import with_keys
from interopwatch.package.labels import counted
from interopwatch.report.build import build
from interopwatch.report.formats import REPORTS, render_report
from interopwatch.timeline.snapshots import WORKING

if TYPE_CHECKING:
    from interopwatch.package.package import Package
    from interopwatch.report.report import Report
    from interopwatch.timeline.snapshots import Store


@click.command("report")
@click.argument("old", required=False, shell_complete=snapshot_names)
@click.argument("new", required=False, shell_complete=snapshot_names)
@format_option(*REPORTS)
@key_option
@csv_options
@tolerance_options
@strict_option
@output_option
@pager_option
@pass_comparison
@click.pass_context
def command(
    ctx: click.Context,
    /,
    old: str | None,
    new: str | None,
    form: str,
    strict: bool,  # noqa: FBT001 - click passes flags by name
    how: ComparisonOptions,
    output: Path | None,
) -> None:
    """Report what changed between two snapshots: a summary, then the changes one by one.

    News is kept apart from corrections and from older facts that are only recorded now. Each
    line names its source and the place in it.

    Without arguments, the last two snapshots are compared; with OLD alone, OLD and the last
    snapshot. OLD and NEW may also be two bare CSV files, as for `interopwatch diff`.
    """
    store = None
    if (compared := how.bare_tables(ctx, old or "", new or "")) is None:
        store = opened(ctx, names=True)
        compared = with_keys(*sides(ctx, store, old, new), how.key)
    before, after = compared
    unread = Notes()
    options = DiffOptions(note=note, unread=unread)
    report = build(before, after, how.tolerances_by_resource(before, after), options)
    if form == "html":
        text = _page(report, store if store and is_about(store, old, new) else None)
    else:
        text = render_report(report, form, text_width(output))
    emit(text, output, form)
    if unread.write((before, after), None) and strict:
        ctx.exit(2)


def _page(report: Report, store: Store | None) -> str:
    """Render a report as a page, with pictures if they can be drawn here."""
    from interopwatch.report.html import report as as_page
    from interopwatch.report.pictures import is_available
    from interopwatch.report.sketches import drawn

    if report.comparison is None or not is_available():
        note("without pictures: install them with pip install 'interopwatch[pictures]'")
        return as_page(report)
    declared = store.package.descriptor.pictures if store else ()
    snapshots = store.snapshots() if store else ()
    pictures = drawn(report.comparison, snapshots, declared, lambda error: note(error.message))
    return as_page(report, pictures)


def is_about(store: Store, *names: str | None) -> bool:
    """Return whether any of the names is an edition of the store's package.

    Two other packages have nothing to do with the snapshots of the package around the current
    folder.
    """
    return any(_is_edition(store, name) for name in names)


def _is_edition(store: Store, name: str | None) -> bool:
    if name is None or name == WORKING or name in store.names():
        return True
    if name.startswith("git:"):
        return ":" not in name.removeprefix("git:")  # otherwise it is in another folder
    return "://" not in name and Path(name).resolve().is_relative_to(store.package.root.resolve())


def sides(
    ctx: click.Context, store: Store, old: str | None, new: str | None
) -> tuple[Package, Package]:
    """Return the packages to compare: those named, or else the last snapshots.

    Raises:
        SnapshotError: There are not enough snapshots, or a named one is missing.
    """
    # Two packages that are both named can be compared without snapshots.
    names = store.names() if old is None or new is None else ()
    needed = 2 - (old is not None) - (new is not None)
    if len(names) < needed:
        number = counted(len(names), ("snapshot", "snapshots"))
        verb = "is" if needed == 1 else "are"
        raise SnapshotError(
            f"there {'is' if len(names) == 1 else 'are'} {number}, but {needed} {verb} needed",
            hint="Make one with `interopwatch freeze`, or name two packages to compare.",
        )
    return named(ctx, store, names[-2] if old is None else old), named(
        ctx, store, names[-1] if new is None else new
    )
