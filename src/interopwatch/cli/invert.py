"""``interopwatch invert``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.cli.changes_input import put, taken
from interopwatch.cli.output import output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("invert")
@click.argument("changes")
@output_option
def command(changes: str, output: Path | None) -> None:
    """Turn a change set round, so that it leads from the newer package to the older one.

    CHANGES is what `diff --format json` or `jsonl` wrote, or - for standard input. The
    result is JSON, or JSON Lines if FILE ends with .jsonl. It says what changes and not
    what that means: its rows have the sense "undated" and no sentence.
    """
    put(~taken(changes), output)
