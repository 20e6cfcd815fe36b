"""``interopwatch diff``."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from interopwatch.changeset.metadata import has_changes
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
    memory_option,
    output_option,
    resource_option,
    strict_option,
)
from interopwatch.cli.output import Notes, emit, note, progress
from interopwatch.cli.screen import pager_option
from interopwatch.compare.options import ENGINES, LOCAL, DiffOptions
from interopwatch.compare.packages import diff, stat, stream_diff
from interopwatch.package.keys import with_keys
from interopwatch.report.formats import CHANGE_SETS
from interopwatch.report.narrate import narrate
from interopwatch.report.stream import render_stream

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store


@click.command("diff")
@click.argument("old", shell_complete=snapshot_names)
@click.argument("new", shell_complete=snapshot_names)
@format_option(
    *CHANGE_SETS,
    "tabular",
    "stat",
    help="The output format: tabular is a Frictionless Tabular Diff of one resource, which daff "
    "can apply (cells are not escaped for spreadsheets); csv has only the rows, without changes "
    "of schemas and descriptors; stat only counts, quickly and in little memory.",
)
@resource_option
@key_option
@csv_options
@click.option(
    "--trust-keys",
    is_flag=True,
    help="Assume that keys are unique, which makes comparing large tables faster.",
)
@memory_option
@tolerance_options
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=LOCAL,
    show_default=True,
    help="Where to compare tables: in this process, or on DuckDB or Spark, which also read "
    "Parquet and folders of part files. With spark, OLD and NEW may be addresses such as "
    "s3a://bucket/edition.",
)
@click.option(
    "--exit-code",
    is_flag=True,
    help="Exit with 1 if there is any difference, whatever the format. A different spelling of "
    "the same value counts (1.0 for 1); quoting, line endings and row order do not.",
)
@strict_option
@output_option
@pager_option
@pass_comparison
@click.pass_context
def command(
    ctx: click.Context,
    /,
    old: str,
    new: str,
    form: str,
    resources: tuple[str, ...],
    trust_keys: bool,  # noqa: FBT001 - click passes flags by name
    memory: int | None,
    engine: str,
    exit_code: bool,  # noqa: FBT001 - click passes flags by name
    strict: bool,  # noqa: FBT001 - click passes flags by name
    how: ComparisonOptions,
    output: Path | None,
) -> None:
    """Show the complete change set from OLD to NEW.

    OLD and NEW may also be two bare CSV files: paths, git:REV:PATH, or URLs. Their cells are
    compared as text; those of a field with a --tolerance, as numbers.

    A table that cannot be read is skipped, with a note on standard error that says why. Files
    other than tables are compared byte by byte.

    Exits with 0 whether or not there are differences, unless --exit-code is given.
    """
    chosen = resources or None
    before, after = _sides(ctx, old, new, how, engine, chosen)
    unread = Notes()

    def end(*, differs: bool) -> NoReturn:
        is_partial = unread.write((before, after), chosen)
        ctx.exit(2 if strict and is_partial else 1 if exit_code and differs else 0)

    given: Any = {"tolerances": how.tolerances_by_resource(before, after), "engine": engine}
    if form == "stat":
        with progress() as watch:
            options = DiffOptions(trust_keys, memory, watch, note, unread=unread)
            head, counts = stat(before, after, chosen, options=options, **given)
        from interopwatch.report import stat as counted

        emit(counted.render(head, counts), output, form)
        end(differs=has_changes(head) or any(counts.values()))
    if form == "tabular":
        with progress() as watch:
            options = DiffOptions(trust_keys, memory, watch, note, unread=unread)
            changes = diff(before, after, chosen, options=options, **given)
        emit(_tabular(changes, before, after, resources), output, form)
        end(differs=has_changes(changes))
    with ExitStack() as stack:  # keeps the temporary files of a large result until it is written
        with progress() as watch:
            options = DiffOptions(trust_keys, memory, watch, note, unread=unread)
            flow = stack.enter_context(stream_diff(before, after, chosen, options, **given))
            old_side, new_side = flow.sides
            found = stack.enter_context(
                render_stream(flow, partial(narrate, old=old_side, new=new_side), form)
            )
        emit(found.blocks, output, form)
        for name in found.not_searched:
            note(
                f"more than {options.held:,} rows of {name!r} differ, so changed keys were not "
                "looked for, except keys that are reformatted throughout"
            )
    end(differs=found.has_changes)


def _tabular(
    changes: ChangeSet, before: Package, after: Package, resources: tuple[str, ...]
) -> str:
    renamed = changes.renames.resources.pairs
    selected = list(dict.fromkeys(renamed.get(n, n) for n in resources or after.descriptor.by_name))
    from interopwatch.report import tabular

    names = tabular.differing_resources(changes)
    if len(names) > 1:
        raise click.UsageError(
            "--format tabular writes one resource, and more than one differs: "
            f"{', '.join(names)}. Choose one with --resource."
        )
    if not names and len(selected) > 1:
        return ""  # nothing to patch, and no single header to write
    return (
        tabular.render(changes, (names or selected)[0], before, after) if names or selected else ""
    )


def _sides(
    ctx: click.Context,
    old: str,
    new: str,
    how: ComparisonOptions,
    engine: str,
    resources: tuple[str, ...] | None,
) -> tuple[Package, Package]:
    bare = how.bare_tables(ctx, old, new)
    if bare is not None:
        return bare
    store = opened(ctx, names=True)
    before, after = (_resolved(ctx, store, name, engine, resources) for name in (old, new))
    return with_keys(before, after, how.key)


def _resolved(
    ctx: click.Context, store: Store, name: str, engine: str, resources: tuple[str, ...] | None
) -> Package:
    if "://" not in name or name.lower().startswith(("http:", "https:")):
        return named(ctx, store, name, resources)
    if engine != "spark":
        raise click.UsageError(f"{name} is an address that --engine spark reads.")
    from interopwatch.compare.remote import open_address

    return open_address(name)
