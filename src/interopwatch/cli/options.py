"""Options that several commands share, and what their values mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from interopwatch.cli.completion import resource_names
from interopwatch.errors import DescriptorError
from interopwatch.package.tolerance import Tolerance, tolerance_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.package.package import Package

_F = TypeVar("_F", bound="Callable[..., Any]")

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
)


checked_option = click.option(
    "--checked",
    metavar="DATE",
    default=None,
    help="The day of the check, which is recorded, YYYY-MM-DD.  [default: today]",
)
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Where fetched pages are kept.  [default: the user's folder for interopwatch]",
)


def format_option(*formats: str, help: str = "How to write it.") -> Callable[[_F], _F]:  # noqa: A002 - as click has it
    """``--format``, passed as ``form``: one of some names, of which the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help=help,
    )


def _by_position(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    """Fields as the user gives them; of files without a header, by their positions."""
    if not ctx.params.get("no_header"):
        return value
    return by_position(value, renamed=param.name == "key")


resource_option = click.option(
    "--resource",
    "resources",
    multiple=True,
    metavar="R",
    shell_complete=resource_names,
    help="Only this resource.",
)


strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Exit with 2 if anything was not compared as its descriptor says.",
)


_UNITS: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip
"""Decimal units (SI) and binary ones (IEC 80000-13), in small letters."""
_SIZE: Final = r"(?a)(\d+(?:\.\d+)?)\s*([a-z]*)"


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """The number of bytes that a text like ``512MB``, ``2GiB`` or ``1000000`` means.

    Raises:
        click.BadParameter: It is not a size, or less than a byte.
    """
    if value is None:
        return None
    match = re.fullmatch(_SIZE, value.strip().lower())
    if match is None or match[2] not in _UNITS:
        raise click.BadParameter(f"{value!r} is no size; write it like 512MB or 2GiB.", ctx, param)
    # Of `1.5GB`, a float is exact up to 2**53 bytes (9 PB).
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


key_option = click.option(
    "--key",
    multiple=True,
    callback=_by_position,
    metavar="FIELD",
    help="The primary key of bare CSV files, or of resources that declare none; once for each "
    "field. RESOURCE.FIELD is for that resource only, whatever it declares; OLD=NEW is a field "
    "that was renamed.",
)


def tolerance_options(command: _F) -> _F:
    """Add the options that become arguments of :func:`tolerances_by_resource`."""
    ignore = click.option(
        "--ignore",
        "ignored",
        multiple=True,
        callback=_by_position,
        metavar="FIELD",
        help="Do not compare this field; FIELD or RESOURCE.FIELD.",
    )
    tolerance = click.option(
        "--tolerance",
        "tolerances",
        multiple=True,
        callback=_by_position,
        metavar="FIELD=NUMBER",
        help="Take numbers of this field for equal that are no further apart: 0.01, or 1% of "
        "the larger.",
    )
    only = click.option(
        "--only",
        multiple=True,
        callback=_by_position,
        metavar="FIELD",
        help="Compare this field only, beside the key; FIELD or RESOURCE.FIELD.",
    )
    case = click.option(
        "--ignore-case", is_flag=True, help="Take texts for equal that differ in letter case."
    )
    space = click.option(
        "--ignore-space",
        is_flag=True,
        help="Take texts for equal that differ in white space: how much of it stands between "
        "words, or around them.",
    )
    return ignore(only(case(space(tolerance(command)))))


def by_position(texts: Sequence[str], *, renamed: bool = False) -> tuple[str, ...]:
    """The fields of files without a header that are given by their positions, from 1.

    Args:
        texts: What was given: several positions may stand in one text, with commas between them.
        renamed: Whether what follows ``=`` is the position in the newer file.

    >>> by_position(["1,3", "2=1%", "table.4", "field5"])
    ('field1', 'field3', 'field2=1%', 'table.field4', 'field5')
    >>> by_position(["1=2"], renamed=True)
    ('field1=field2',)
    """
    # Names with a comma in them need no care here: such files have no header, so no names.
    each = (part.strip() for text in texts for part in text.split(","))
    # A bare file is one resource with the name `table`. What follows `=` is a position only in a
    # pair of names (`--key 1=2`); of a tolerance (`3=2`) it is a number.
    position = re.compile(r"(^|^table\.|=)(\d+)(?==|$)" if renamed else r"(^|^table\.)(\d+)(?==|$)")
    return tuple(position.sub(r"\1field\2", part) for part in each)


def numbers_of(tolerances: Sequence[str]) -> frozenset[str]:
    """The fields of which a tolerance says that they hold numbers, in a bare CSV file."""
    names = {text.rpartition("=")[0] for text in tolerances}
    return frozenset({*names, *(name.removeprefix("table.") for name in names)})


def tolerances_by_resource(
    old: Package,
    new: Package,
    ignored: Sequence[str],
    tolerances: Sequence[str],
    only: Sequence[str] = (),
    *,
    ignore_case: bool = False,
    ignore_space: bool = False,
) -> dict[str, Tolerance]:
    """The fields to ignore, or to compare within a tolerance, by resource.

    Raises:
        DescriptorError: A field is in no resource of either package, or a tolerance is none.
    """
    found: dict[str, Tolerance] = {}
    texts = " and ".join(
        word for word, asked in (("case", ignore_case), ("space", ignore_space)) if asked
    )
    if texts:
        names = {**old.descriptor.by_name, **new.descriptor.by_name}
        found = {name: Tolerance(texts=texts) for name in names}
    for text in only:
        for resource, field in _fields(old, new, text, "--only"):
            said = Tolerance(only=frozenset([field]))
            found[resource] = found.get(resource, Tolerance()) | said
    for text in ignored:
        for resource, field in _fields(old, new, text, "--ignore"):
            found[resource] = found.get(resource, Tolerance()) | Tolerance(frozenset([field]))
    for text in tolerances:
        name, equals, number = text.rpartition("=")
        if not equals:
            raise click.UsageError(f"--tolerance {text}: FIELD=NUMBER is expected.")
        tolerance_of(number)
        for resource, field in _fields(old, new, name, "--tolerance"):
            found[resource] = found.get(resource, Tolerance()) | Tolerance(
                tolerances={field: number}
            )
    return found


def _fields(old: Package, new: Package, name: str, option: str) -> list[tuple[str, str]]:
    """The resources and fields that FIELD or RESOURCE.FIELD stands for."""
    found = []
    for each in {**old.descriptor.by_name, **new.descriptor.by_name}:
        sides = [p.descriptor.by_name[each] for p in (old, new) if each in p.descriptor.by_name]
        header = {field for side in sides for field in side.header}
        if name in header:
            found.append((each, name))
        elif name.startswith(f"{each}.") and name.removeprefix(f"{each}.") in header:
            found.append((each, name.removeprefix(f"{each}.")))
    if not found:
        raise DescriptorError(
            f"{option} {name}: no resource has such a field",
            hint="Give FIELD or RESOURCE.FIELD as the descriptor has them.",
        )
    return found
