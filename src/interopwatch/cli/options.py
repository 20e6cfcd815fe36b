"""Options that several commands share, and the parsing of their values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from interopwatch.cli.completion import resource_names

if TYPE_CHECKING:
    from collections.abc import Callable

_F = TypeVar("_F", bound="Callable[..., Any]")

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of standard output.",
)


checked_option = click.option(
    "--checked",
    metavar="DATE",
    default=None,
    help="The date to record for this check, YYYY-MM-DD.  [default: today]",
)
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Where to keep fetched pages.  [default: the user's application folder]",
)


def format_option(*formats: str, help: str = "The output format.") -> Callable[[_F], _F]:  # noqa: A002 - as click has it
    """Return the option ``--format``, passed as ``form``; the first format is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=help,
    )


resource_option = click.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="R",
    shell_complete=resource_names,
    help="Only this resource; may be repeated.",
)


strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Exit with 2 if any table was not compared as its descriptor declares.",
)


_UNITS: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
"""Decimal units (SI) and binary ones (IEC 80000-13), in lower case."""
_SIZE: Final = r"(?a)(\d+(?:\.\d+)?)\s*([a-z]*)"


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """Return the number of bytes in a text like ``512MB``, ``2GiB`` or ``1000000``.

    Raises:
        click.BadParameter: It is not a size, or less than a byte.
    """
    if value is None:
        return None
    match = re.fullmatch(_SIZE, value.strip().lower())
    if match is None or match[2] not in _UNITS:
        raise click.BadParameter(
            f"{value!r} is not a size; write it like 512MB or 2GiB.", ctx, param
        )
    # For `1.5GB`; a float is exact up to 2**53 bytes (9 PB).
    number = int(float(match[1]) * _UNITS[match[2]])
    if number < 1:
        raise click.BadParameter("it must be more than zero.", ctx, param)
    return number


memory_option = click.option(
    "--memory-limit",
    "memory",
    callback=size,
    metavar="SIZE",
    help="Memory for comparing large tables (512MB, 2GiB); beyond it, the disk is used.  "
    "[default: a quarter of the machine's]",
)
