"""``interopwatch diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.cli.main import opened
from interopwatch.cli.output import emit, output_option
from interopwatch.diff import diff
from interopwatch.report import tell
from interopwatch.report.changes import FORMATS, render

if TYPE_CHECKING:
    from pathlib import Path


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="terminal",
    show_default=True,
    help="How to write it.",
)
@click.option("--resource", "resources", multiple=True, metavar="R", help="Only this resource.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is any difference.")
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    old: str,
    new: str,
    form: str,
    resources: tuple[str, ...],
    exit_code: bool,  # noqa: FBT001 - click passes flags by name
    output: Path | None,
) -> None:
    """Show the exact change set from OLD to NEW; nothing is summarised away.

    Exits with 0 whether or not there are differences, unless --exit-code is given.
    """
    store = opened(ctx)
    before, after = store.resolve(old), store.resolve(new)
    changes = diff(before, after, resources or None)
    text = render(changes, tell(changes, before, after), form)
    emit(text, output, styled=form == "terminal")
    ctx.exit(1 if exit_code and changes else 0)
