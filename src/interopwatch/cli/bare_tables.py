"""Two bare CSV files where a command takes two packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from interopwatch.cli.main import allows_private
from interopwatch.loaders.resolve import is_table, opened_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.package.package import Package


def bare_tables(
    ctx: click.Context,
    old: str,
    new: str,
    key: Sequence[str],
    **how: Any,  # noqa: ANN401 - what opens a table takes
) -> tuple[Package, Package] | None:
    """Two bare CSV files, for as long as the command runs; ``None`` if neither name is of one.

    Args:
        ctx: The command's context.
        old: The older side, as the user names it; empty if not named.
        new: The newer side; likewise.
        key: Fields of the key, as given with ``--key``: ``FIELD`` or ``OLD=NEW``.
        how: How to read them: see :func:`interopwatch.loaders.resolve.opened_table`.

    Raises:
        UsageError: One is a bare CSV file, and the other is not.
        InteropwatchError: One cannot be read.
    """
    if is_table(old) and is_table(new):
        how["private"] = allows_private(ctx)
        parts = [part.partition("=")[::2] for part in key]
        return (
            ctx.with_resource(opened_table(old, [was for was, _ in parts], **how)),
            ctx.with_resource(opened_table(new, [now or was for was, now in parts], **how)),
        )
    for name, other in ((old, new), (new, old)):
        if is_table(name):
            what = f"{other} is not" if other else "there is no other to compare it with"
            raise click.UsageError(
                f"{name} is a bare CSV file, and {what}. Compare two CSV files, or two packages."
            )
    return None
