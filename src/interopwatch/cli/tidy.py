"""``interopwatch tidy``."""

from __future__ import annotations

import click

from interopwatch.cli.main import opened
from interopwatch.files import write_whole
from interopwatch.package.tidy import tidied


@click.command("tidy")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if anything would be.")
@click.pass_context
def command(ctx: click.Context, check: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Write the tables in canonical form and bring hash and size in the descriptor up to date.

    Rows are sorted by primary key, cells quoted only where needed. No value changes. Run it
    after editing tables by hand, before `freeze`.
    """
    changed = tidied(opened(ctx).package)
    for file, content in changed.items():
        click.echo(f"{'would write' if check else 'wrote'} {file}")
        if not check:
            write_whole(file, (content,))
    if not changed:
        click.echo("Everything is in canonical form already.")
    ctx.exit(1 if check and changed else 0)
