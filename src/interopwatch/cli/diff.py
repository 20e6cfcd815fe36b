"""``interopwatch diff``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interopwatch.cli.main import opened
from interopwatch.cli.memory import memory_option
from interopwatch.cli.output import emit, output_option
from interopwatch.cli.progress import watching
from interopwatch.diff import Terms, count, flowing
from interopwatch.report import tell
from interopwatch.report.changes import FORMATS
from interopwatch.report.counts import render as render_counts
from interopwatch.report.flow import rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.changes import ChangeSet, Told
    from interopwatch.package import Package


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, "stat")),
    default="terminal",
    show_default=True,
    help="How to write it; stat only counts, which is quick and needs little memory.",
)
@click.option("--resource", "resources", multiple=True, metavar="R", help="Only this resource.")
@click.option(
    "--key",
    multiple=True,
    metavar="FIELD",
    help="The primary key, where OLD and NEW are bare CSV files; once for each field.",
)
@click.option(
    "--delimiter",
    default="",
    metavar="CHARACTER",
    help="What stands between the cells of bare CSV files.  [default: a comma; a tab in .tsv]",
)
@click.option(
    "--trust-keys",
    is_flag=True,
    help="Take it from me that no key stands twice; large tables are then compared faster.",
)
@memory_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is any difference.")
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    old: str,
    new: str,
    form: str,
    resources: tuple[str, ...],
    key: tuple[str, ...],
    delimiter: str,
    trust_keys: bool,  # noqa: FBT001 - click passes flags by name
    memory: int | None,
    exit_code: bool,  # noqa: FBT001 - click passes flags by name
    output: Path | None,
) -> None:
    """Show the exact change set from OLD to NEW; nothing is summarised away.

    OLD and NEW may also be two bare CSV files, compared as text by the --key given.

    Exits with 0 whether or not there are differences, unless --exit-code is given.
    """
    before, after = _sides(ctx, old, new, key, delimiter)
    if form == "stat":
        with watching() as watch:
            counts = count(before, after, resources or None, terms=Terms(trust_keys, memory, watch))
        emit(render_counts(counts), output)
        ctx.exit(1 if exit_code and any(map(bool, counts.values())) else 0)
    with ExitStack() as stack:
        with watching() as watch:
            terms = Terms(trust_keys, memory, watch)
            flow = stack.enter_context(flowing(before, after, resources or None, terms))
            changes = stack.enter_context(rendered(flow, _teller(before, after), form))
        emit(changes.blocks, output, styled=form == "terminal")
    ctx.exit(1 if exit_code and changes.has_changes else 0)


def _teller(before: Package, after: Package) -> Callable[[ChangeSet], Sequence[Told]]:
    return lambda changes: tell(changes, before, after)


def _sides(
    ctx: click.Context, old: str, new: str, key: tuple[str, ...], delimiter: str
) -> tuple[Package, Package]:
    one, other = Path(old), Path(new)
    if _is_table(one) and _is_table(other):
        from interopwatch.bare import open_csv

        return open_csv(one, key, delimiter), open_csv(other, key, delimiter)
    if key or delimiter:
        raise click.UsageError("--key and --delimiter are for two bare CSV files.")
    store = opened(ctx)
    return store.resolve(old), store.resolve(new)


def _is_table(path: Path) -> bool:
    return path.suffix in (".csv", ".tsv", ".txt") and not path.is_dir()
