"""``interopwatch log``, ``status``, ``show``, ``freeze`` and ``tidy``: tables and snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast, get_args

import click
from msgspec.structs import replace

from interopwatch.changeset.model import Kind
from interopwatch.cli.comparison import key_option
from interopwatch.cli.completion import resource_names, snapshot_names
from interopwatch.cli.main import locked_to_write, named, opened, package_path
from interopwatch.cli.options import format_option, output_option
from interopwatch.cli.output import Notes, emit, grid, note
from interopwatch.cli.screen import pager_option, text_width
from interopwatch.cli.streams import say
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.compare.plain_files import without_files
from interopwatch.errors import OutputError
from interopwatch.files import what_to_do
from interopwatch.package.adapted import adapted
from interopwatch.package.descriptor import Basis
from interopwatch.package.encodings import encoding_warning
from interopwatch.package.keys import with_keys
from interopwatch.package.labels import counted, joined
from interopwatch.package.table import delimiter_of, for_spreadsheets, in_order
from interopwatch.report.build import summary
from interopwatch.report.line_breaks import wrapped
from interopwatch.text import alphabetical, as_json, in_line
from interopwatch.timeline.snapshots import WORKING, open_store

_SHOWN: Final = 5
"""The maximum number of problems shown for a new snapshot, which lists them all."""

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store


@click.command("log")
@pager_option
@click.pass_context
def log_command(ctx: click.Context) -> None:
    """List the snapshots, newest first: version, basis, coverage, reason, what changed.

    The changes are those since the previous snapshot, as in the summary of `report`. A
    reconstructed snapshot names the later one it was computed from.
    """
    packages = opened(ctx).snapshots()
    if not packages:
        say("There are no snapshots yet. Make one with `interopwatch freeze`.")
    width = text_width()
    lines: list[str] = []
    # Each with its predecessor; the first has none.
    for before, package in reversed([*zip((None, *packages), packages, strict=False)]):
        frozen = package.descriptor.frozen
        assert frozen is not None, "every snapshot says what it is"
        origin = f" from {frozen.origin}" if frozen.origin else ""
        works = (package.words or package.descriptor).works
        named = sorted((works.get(work, work) for work in frozen.covers), key=alphabetical)
        covers = f", covers {joined(named)}" if named else ""
        about = f"{package.descriptor.version}, {frozen.basis}{origin}{covers}"
        label = in_line(package.label)
        first, *rest = wrapped(about, width, f"{label}  ", "    ")
        # Coloured after wrapping, since the codes for colours would count as columns.
        lines += (click.style(label, fg="yellow", bold=True) + first[len(label) :], *rest)
        lines += wrapped(frozen.why, width, "    ")
        if before is not None:
            lines += wrapped(
                f"since {before.label}: {_news(before, package)}", width, "    ", "      "
            )
    emit("".join(f"{line}\n" for line in lines), None, "terminal")


def _news(before: Package, package: Package) -> str:
    """Summarise the changes of a snapshot in one line."""
    # Unreadable tables were reported when the snapshot was frozen.
    unread = Notes()
    options = DiffOptions(note=note, unread=unread, may_read_nothing=True)
    before, package = adapted(before), adapted(package)
    changes = diff(before, package, options=options)
    if text := " ".join(summary(changes, before, package, options)):
        return text
    is_partial = without_files(before, package, unread.names)
    return "no change in what could be compared" if is_partial else "no change"


@click.command("status")
@key_option
@click.pass_context
def status_command(ctx: click.Context, key: tuple[str, ...]) -> None:
    """Show what changed in the tables since the last observed snapshot.

    Always exits with 0; in scripts, use `diff --exit-code`.
    """
    store = opened(ctx)
    last = store.last_observed()
    if last is None:
        say("There is no observed snapshot yet. Make one with `interopwatch freeze`.")
        return
    before, after = with_keys(adapted(last), adapted(store.package), key)
    unread = Notes()
    options = DiffOptions(note=note, unread=unread, may_read_nothing=True)
    changes = diff(before, after, options=options)
    unread.write((before, after), None)
    width = text_width()
    about = f"Last observed snapshot: {last.label} ({last.descriptor.version})"
    lines = list(wrapped(about, width, "", "  "))
    if changes:
        lines += wrapped(f"The tables differ from it: {_counts(changes)}.", width, "", "  ")
        for name in dict.fromkeys(change.resource for change in changes.rows):
            resource = after.descriptor.by_name.get(name) or before.resource(name)
            rows = [change for change in changes.rows if change.resource == name]
            counts = _counts(replace(changes, rows=tuple(rows), schema=(), files=()))
            lines += wrapped(f"{resource.title or name}: {counts}", width, "  ", "    ")
        lines += wrapped(
            f"Show the changes with `interopwatch report {last.label} tables`; keep them with "
            "`interopwatch freeze`.",
            width, "", "  ",
        )  # fmt: skip
    else:
        is_partial = without_files(before, after, unread.names)
        subject = "What could be compared has" if is_partial else "The tables have"
        lines.append(f"{subject} not changed since.")
    emit("".join(f"{line}\n" for line in lines), None, "terminal")


def _counts(changes: ChangeSet) -> str:
    """Count the rows that a change set adds, removes and changes, and its other changes."""
    numbers = [(kind, changes.count(kind)) for kind in get_args(Kind) if changes.count(kind)]
    texts = [f"{number:,} {kind}" for kind, number in numbers]
    if numbers:
        (kind, number), *_ = numbers
        texts[0] = f"{counted(number, ('row', 'rows'))} {kind}"
    if changes.schema:
        noun = ("change of tables and columns", "changes of tables and columns")
        texts.append(counted(len(changes.schema), noun))
    if files := {change.resource for change in changes.files}:
        texts.append(
            counted(len(files), ("file compared by its bytes", "files compared by their bytes"))
        )
    return joined(texts) or "what the descriptor says"


@click.command("show")
@click.argument("snapshot", required=False, shell_complete=snapshot_names)
@click.argument("resource", required=False, shell_complete=resource_names)
@click.option(
    "--fields",
    "described",
    metavar="RESOURCE",
    shell_complete=resource_names,
    help="Show the fields of RESOURCE as its descriptor describes them; without SNAPSHOT, those of "
    "the working edition.",
)
@format_option(
    "terminal",
    "csv",
    "json",
    help="The output format: csv is safe for spreadsheets, with an apostrophe before anything that "
    "looks like a formula; json has every cell as it is.",
)
@output_option
@pager_option
@click.pass_context
def show_command(
    ctx: click.Context,
    snapshot: str | None,
    resource: str | None,
    described: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Show the contents of a snapshot: its resources, or the rows of one RESOURCE.

    \b
    Examples:
      interopwatch show 2024-03-07
      interopwatch show tables memberships --format csv
      interopwatch show --fields memberships
    """  # noqa: D301 - to click, a backspace keeps lines
    if described is not None and resource is not None:
        raise click.UsageError("Name RESOURCE once: to show its rows, or its --fields.")
    if snapshot is None and described is None:
        raise click.UsageError("Missing argument 'SNAPSHOT'.")
    package = named(ctx, opened(ctx, names=True), snapshot or WORKING)
    if described is not None:
        _show_fields(package, described, form, output)
    elif resource is not None:
        _show_rows(package, resource, form, output)
    else:
        _show_resources(package, form, output)


def _show_resources(package: Package, form: str, output: Path | None) -> None:
    """Show the tables with their numbers of rows, if readable, then the other files."""
    tables, header = package.descriptor.resources, ("resource", "rows", "title")
    counts = {each.name: package.count_rows(each.name) for each in tables}
    every = [*tables, *package.descriptor.files]
    if form == "json":
        values = ((each.name, counts.get(each.name), each.title) for each in every)
        emit(as_json([dict(zip(header, each, strict=True)) for each in values]), output, form)
        return
    numbers = {
        name: "not read" if number is None else str(number) if form == "csv" else f"{number:,}"
        for name, number in counts.items()
    }
    listed = [(each.name, numbers.get(each.name, "no table"), each.title) for each in every]
    if form == "csv":
        emit(for_spreadsheets((header, *listed)), output, form)
    else:
        emit(grid(header, listed), output, "terminal")


def _show_fields(package: Package, resource: str, form: str, output: Path | None) -> None:
    from interopwatch.export.dictionary import HEADER, entries

    each = entries(package.resource(resource))
    rows = [{name: getattr(entry, name) for name in HEADER} for entry in each]
    _show(HEADER, rows, form, output)


def _show_rows(package: Package, name: str, form: str, output: Path | None) -> None:
    """Show rows in canonical order for programs, otherwise in the order of the file."""
    table = package.table(name)
    resource = table.resource
    rows = table.rows if form == "terminal" else in_order(resource, table.rows)
    _show(resource.header, rows, form, output, delimiter_of(resource.path))


def _show(
    header: Sequence[str],
    rows: Sequence[Mapping[str, str]],
    form: str,
    output: Path | None,
    delimiter: str = ",",
) -> None:
    if form == "json":
        emit(as_json([dict(row) for row in rows]), output, form)
        return
    cells = [[row[name] for name in header] for row in rows]
    is_csv = form == "csv"
    text = for_spreadsheets((header, *cells), delimiter) if is_csv else grid(header, cells)
    emit(text, output, form)


def _not_empty(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Check that the text of an option is not blank."""
    if not value.strip():
        raise click.BadParameter("it must not be empty.", ctx, param)
    return value


@click.command("freeze")
@click.argument("date")
@click.option(
    "-m",
    "--message",
    "why",
    required=True,
    metavar="WHY",
    callback=_not_empty,
    help="The reason for the snapshot.",
)
@click.option(
    "--basis",
    type=click.Choice(get_args(Basis)),
    default="observed",
    show_default=True,
    help="observed: the tables as they are now. reconstructed: what was true then, as far as a "
    "later snapshot can tell.",
)
@click.option(
    "--from",
    "origin",
    default="",
    metavar="SNAPSHOT",
    help="The observed snapshot to reconstruct from.  [default: the last one]",
)
@click.option(
    "--key",
    multiple=True,
    metavar="FIELD",
    help="A field of the primary key, for resources that declare none; repeat for a compound key. "
    "RESOURCE.FIELD sets the key of one resource, even if it declares another. The snapshot "
    "declares the key.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Freeze even if something is unfinished; the snapshot then lists it.",
)
@click.pass_context
def freeze_command(
    ctx: click.Context,
    /,
    date: str,
    why: str,
    basis: str,
    origin: str,
    key: tuple[str, ...],
    *,
    force: bool,
) -> None:
    """Create the snapshot of DATE: a day, month or year, of which it shows the end.

    The first snapshot takes its version from the package; that of each later one is computed
    from the changes, unless the package declares a higher one.

    Snapshots are written atomically and never overwritten.

    Unfinished packages are refused: placeholder texts, dates after their source was published,
    a DATE that is not over, unresolved errors of a capture. In a package that declares what its
    rows mean (`interopwatch`), rows that break their schema are refused, too; any other is
    frozen as it is, and the snapshot lists them.
    """
    from interopwatch.timeline.freeze import SnapshotRequest, place_snapshot

    store, _ = locked_to_write(ctx)
    unread = Notes("not in the snapshot")
    request = SnapshotRequest(date, why, cast("Basis", basis), origin, key, force, unread)
    try:
        made = place_snapshot(store, request)
    except OSError as error:
        raise OutputError(
            f"{error.filename or store.folder}: cannot be written: {error.strerror or error}",
            hint="Nothing was frozen. "
            + what_to_do(error, "Make the folder writable, or copy the package elsewhere."),
        ) from None
    say_frozen(made)
    unread.write()
    for resource in store.package.descriptor.resources:
        if warning := encoding_warning(store.package, resource.name):
            note(f"{resource.name}: {warning}")
    frozen = made.descriptor.frozen
    assert frozen is not None, "every snapshot says what it is"
    lacks = frozen.lacks
    if frozen.forced:
        shown = [f"\n  {in_line(each)}" for each in frozen.forced[:_SHOWN]]
        more = len(frozen.forced) - len(shown)
        rest = f"\n  and {more:,} more places; the snapshot lists them" if more else ""
        say(
            f"warning: frozen with these problems:{''.join(shown)}{rest}",
            err=True,
        )
    named = [r for r in made.descriptor.resources if r.name not in lacks]
    keyless = [r.name for r in named if r.fields and not r.primary_key]
    if keyless:
        say(
            f"warning: without a primary key: {joined(list(map(in_line, keyless)))}; rows can only "
            "be matched by their cells. Declare keys, or give them with --key.",
            err=True,
        )
    say_next(store, date)


def say_frozen(made: Package) -> None:
    """Print which snapshot was created, and where."""
    say(f"Froze {made.label} as version {made.descriptor.version} in {made.root}.")


def say_next(store: Store, date: str) -> None:
    """Print how to see what changed since the previous snapshot, if there is one."""
    names = store.names()
    place = names.index(date)
    if place:
        say(f"Next: interopwatch report {names[place - 1]} {date}")


@click.command("tidy")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if any file would change.")
@click.pass_context
def tidy_command(ctx: click.Context, check: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Write the tables in canonical form, and update their hashes and sizes in the descriptor.

    Rows are sorted by primary key, and cells quoted only where needed; no value changes. Run it
    after editing tables by hand, before `freeze`. A table that cannot be read is left as it is,
    with a note.
    """
    from interopwatch.package.tidy import tidied

    unread = Notes("left as it is")
    if check:
        changed = tidied(open_store(package_path(ctx)).package, unread)
    else:
        store, lock = locked_to_write(ctx)
        changed = tidied(store.package, unread)
        if changed:
            lock.replace(changed)
    for file in changed:
        say(f"{'would write' if check else 'wrote'} {file}")
    is_partial = unread.write()
    if not changed:
        subject = "Everything else" if is_partial else "Everything"
        say(f"{subject} is in canonical form already.")
    ctx.exit(1 if check and changed else 0)
