"""Two bare CSV files where a command takes two packages."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from interopwatch.cli.main import allows_private
from interopwatch.cli.options import numbers_of
from interopwatch.loaders.resolve import is_table, opened_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.package.package import Package


class CsvForm(Struct, frozen=True):
    """How bare CSV files are written, as far as the user says it.

    Attributes:
        delimiter: What separates cells; empty if it is to be found.
        encoding: Their encoding; empty for UTF-8.
        no_header: Whether their first record is no header.
    """

    delimiter: str = ""
    encoding: str = ""
    no_header: bool = False

    @property
    def options(self) -> list[str]:
        """The options that were given."""
        given = {
            "--delimiter": self.delimiter,
            "--encoding": self.encoding,
            "--no-header": self.no_header,
        }
        return [name for name, value in given.items() if value]


def csv_form_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how bare CSV files are written, passed as ``csv_form``."""

    @wraps(command)
    def with_form(
        *args: Any,  # noqa: ANN401 - what the command takes
        delimiter: str,
        encoding: str,
        no_header: bool,
        **others: Any,  # noqa: ANN401 - likewise
    ) -> Any:  # noqa: ANN401 - and gives
        return command(*args, csv_form=CsvForm(delimiter, encoding, no_header), **others)

    delimiter = click.option(
        "--delimiter",
        default="",
        metavar="CHARACTER",
        help="What stands between the cells of bare CSV files.  [default: a tab in .tsv; what the "
        "header shows: a comma, a semicolon, a tab or a bar]",
    )
    encoding = click.option(
        "--encoding",
        default="",
        metavar="NAME",
        help="The encoding of bare CSV files.  [default: utf-8]",
    )
    no_header = click.option(
        "--no-header",
        is_flag=True,
        is_eager=True,  # for the options that then take positions
        help="Bare CSV files whose first record is no header. Fields are then called field1, "
        "field2 and so on, and given by position: --key 1,3 --tolerance 4=0.01.",
    )
    return delimiter(encoding(no_header(with_form)))


def bare_tables(
    ctx: click.Context,
    old: str,
    new: str,
    key: Sequence[str],
    tolerances: Sequence[str],
    form: CsvForm,
) -> tuple[Package, Package] | None:
    """Two bare CSV files, for as long as the command runs; ``None`` if neither name is of one.

    Args:
        ctx: The command's context.
        old: The older side, as the user names it; empty if not named.
        new: The newer side; likewise.
        key: Fields of the key, as given with ``--key``: ``FIELD`` or ``OLD=NEW``.
        tolerances: What was given with ``--tolerance``: the fields hold numbers.
        form: How the files are written.

    Raises:
        UsageError: One is a bare CSV file, and the other is not; or neither is, and ``form`` says
            how they are written.
        InteropwatchError: One cannot be read.
    """
    if is_table(old) and is_table(new):
        how: dict[str, Any] = {
            "delimiter": form.delimiter,
            "private": allows_private(ctx),
            "encoding": form.encoding or "utf-8",
            "numbers": numbers_of(tolerances),
            "header": not form.no_header,
        }
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
    if form.options:
        raise click.UsageError(f"{form.options[0]} is for two bare CSV files.")
    return None
