"""The option that says how much memory may be used."""

from __future__ import annotations

import re
from typing import Final

import click

_UNITS: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
"""Decimal units (SI) and binary ones (IEC 80000-13), in small letters."""
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.ASCII)


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """The number of bytes that a text like ``512MB``, ``2GiB`` or ``1000000`` means.

    Raises:
        click.BadParameter: It means none, or no more than nothing.
    """
    if value is None:
        return None
    match = _SIZE.fullmatch(value.strip().lower())
    if match is None or match[2] not in _UNITS:
        raise click.BadParameter(f"{value!r} is no size; write it like 512MB or 2GiB.", ctx, param)
    number = int(float(match[1]) * _UNITS[match[2]])
    if number < 1:
        raise click.BadParameter("it has to be more than nothing.", ctx, param)
    return number


memory_option = click.option(
    "--memory-limit",
    "memory",
    callback=size,
    metavar="SIZE",
    help="Compare large tables within about so much memory (512MB, 2GiB), and use the disk "
    "beyond it.  [default: a quarter of the machine's]",
)
