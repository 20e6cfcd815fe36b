"""Options that say what a comparison is not to mind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from interopwatch.errors import DescriptorError
from interopwatch.package.tolerance import Leeway, tolerance_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.package.package import Package

_F = TypeVar("_F", bound="Callable[..., Any]")


def leeway_options(command: _F) -> _F:
    """Add ``--ignore`` and ``--tolerance`` to a command."""
    ignore = click.option(
        "--ignore",
        "ignored",
        multiple=True,
        metavar="FIELD",
        help="Do not compare this field; FIELD or RESOURCE.FIELD.",
    )
    tolerance = click.option(
        "--tolerance",
        "tolerances",
        multiple=True,
        metavar="FIELD=NUMBER",
        help="Take numbers of this field for equal that are no further apart: 0.01, or 1% of "
        "the larger.",
    )
    return ignore(tolerance(command))


def leeways(
    old: Package, new: Package, ignored: Sequence[str], tolerances: Sequence[str]
) -> dict[str, Leeway]:
    """What these options say, by resource.

    Raises:
        DescriptorError: A field is in no resource of either package, or a tolerance is none.
    """
    found: dict[str, Leeway] = {}
    for text in ignored:
        for resource, field in _places(old, new, text, "--ignore"):
            found[resource] = found.get(resource, Leeway()) | Leeway(frozenset([field]))
    for text in tolerances:
        name, equals, number = text.rpartition("=")
        if not equals:
            raise click.UsageError(f"--tolerance {text}: FIELD=NUMBER is expected.")
        tolerance_of(number)
        for resource, field in _places(old, new, name, "--tolerance"):
            found[resource] = found.get(resource, Leeway()) | Leeway(tolerances={field: number})
    return found


def _places(old: Package, new: Package, name: str, option: str) -> list[tuple[str, str]]:
    """The resources and fields that a name on the command line is for."""
    resources = {**old.descriptor.by_name, **new.descriptor.by_name}
    found = []
    for each in resources:
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
