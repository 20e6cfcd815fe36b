"""``interopwatch compose``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.changeset.compose import compose
from interopwatch.cli.changes_input import STDIN, put, taken
from interopwatch.cli.output import output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("compose")
@click.argument("first")
@click.argument("second")
@output_option
def command(first: str, second: str, output: Path | None) -> None:
    """Put two change sets together: one that does what FIRST and then SECOND do.

    Both are what `diff --format json` or `jsonl` wrote, or one of them - for standard
    input. The result is JSON, or JSON Lines if FILE ends with .jsonl. It says what changes
    and not what that means: its rows have the sense "undated" and no sentence.
    """
    if first == second == STDIN:
        raise click.UsageError("Only one of the two can come from standard input.")
    put(compose(taken(first), taken(second)), output)
