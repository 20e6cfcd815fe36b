"""``interopwatch diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from interopwatch.cli.leeways import leeway_options, leeways
from interopwatch.cli.main import opened
from interopwatch.cli.output import emit, output_option
from interopwatch.diff import count, diff
from interopwatch.keying import with_key
from interopwatch.report import tell
from interopwatch.report.changes import FORMATS, render
from interopwatch.report.counts import render as render_counts

if TYPE_CHECKING:
    from interopwatch.changes import ChangeSet
    from interopwatch.package import Package


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, "tabular", "stat")),
    default="terminal",
    show_default=True,
    help="How to write it: tabular (Frictionless Tabular Diff of one resource) is for daff to "
    "patch with, no cell escaped for spreadsheets; stat only counts, which is quick and needs "
    "little memory.",
)
@click.option("--resource", "resources", multiple=True, metavar="R", help="Only this resource.")
@click.option(
    "--key",
    multiple=True,
    metavar="FIELD",
    help="The primary key of bare CSV files, or of resources that declare none; once for each "
    "field. RESOURCE.FIELD is for that resource only, whatever it declares.",
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
@leeway_options
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
    ignored: tuple[str, ...],
    tolerances: tuple[str, ...],
    exit_code: bool,  # noqa: FBT001 - click passes flags by name
    output: Path | None,
) -> None:
    """Show the exact change set from OLD to NEW; nothing is summarised away.

    OLD and NEW may also be two bare CSV files, compared as text by the --key given.

    Exits with 0 whether or not there are differences, unless --exit-code is given.
    """
    before, after = _sides(ctx, old, new, key, delimiter)
    unminded = leeways(before, after, ignored, tolerances)
    chosen = resources or None
    if form == "stat":
        counts = count(before, after, chosen, trust_keys=trust_keys, leeways=unminded)
        emit(render_counts(counts), output)
        ctx.exit(1 if exit_code and any(map(bool, counts.values())) else 0)
    changes = diff(before, after, chosen, trust_keys=trust_keys, leeways=unminded)
    if form == "tabular":
        text = _tabular(changes, before, after, resources)
    else:
        text = render(changes, tell(changes, before, after), form)
    emit(text, output, styled=form == "terminal")
    ctx.exit(1 if exit_code and changes else 0)


def _tabular(
    changes: ChangeSet, before: Package, after: Package, resources: tuple[str, ...]
) -> str:
    from interopwatch.report import tabular

    asked = list(dict.fromkeys(resources or after.descriptor.by_name))
    names = tabular.differing(changes)
    if len(names) > 1:
        raise click.UsageError(
            "--format tabular writes one resource, and more than one differs: "
            f"{', '.join(names)}. Choose one with --resource."
        )
    if not names and len(asked) > 1:
        return ""  # a patch of nothing, where no header is the one to show
    return tabular.render(changes, (names or asked)[0], before, after) if names or asked else ""


def _sides(
    ctx: click.Context, old: str, new: str, key: tuple[str, ...], delimiter: str
) -> tuple[Package, Package]:
    one, other = Path(old), Path(new)
    if _is_table(one) and _is_table(other):
        from interopwatch.bare import open_csv

        return open_csv(one, key, delimiter), open_csv(other, key, delimiter)
    if delimiter:
        raise click.UsageError("--delimiter is for two bare CSV files.")
    store = opened(ctx)
    sides = store.resolve(old), store.resolve(new)
    return (with_key(sides[0], key), with_key(sides[1], key)) if key else sides


def _is_table(path: Path) -> bool:
    return path.suffix in (".csv", ".tsv", ".txt") and not path.is_dir()
