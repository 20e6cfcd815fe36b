"""Pictures that a package declares as data, under ``interopwatch.pictures`` in its descriptor.

A picture is a Vega-Lite specification (https://vega.github.io/vega-lite/docs/spec.html) over a
series: rows of one resource as flat records. The specification is restricted to layout: since
descriptors may come from strangers, it cannot name data, addresses or images of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTWARD: Final = frozenset({"data", "datasets", "url", "href", "lookup", "usermeta", "config"})
"""Properties by which a specification reads, links to or restyles something else."""
_TRANSFORMS: Final = frozenset(
    [
        "filter",
        "calculate",
        "aggregate",
        "joinaggregate",
        "window",
        "stack",
        "bin",
        "timeUnit",
        "fold",
    ]
)
"""Transforms that make no more records than there are."""
_GENERATORS: Final = r"\b(?:sequence|pad|data|indata|warn|info|debug)\s*\("
"""Functions of Vega's expressions that make values of any size, or look beyond the record."""


class Series(Struct, frozen=True, forbid_unknown_fields=True):
    """How rows of a resource become records.

    Attributes:
        resource: The resource.
        columns: For each column of the records, the template that makes its text.
        where: Which rows, as :mod:`interopwatch.package.row_filter` reads it; empty for all.
        dates: For each date of the records, the field that holds it.
        order: Two columns whose values are to be ranked so that similar ones stand side by side.
    """

    resource: str
    columns: dict[str, str]
    where: str = ""
    dates: dict[str, str] = {}
    order: tuple[str, str] | None = None


class DeclaredPicture(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a package.

    Attributes:
        name: What commands call it.
        title: Its title.
        description: What it shows, and how to read it, in a sentence or two.
        series: Where its records come from.
        spec: The Vega-Lite specification, without data.
    """

    name: str
    title: str
    description: str
    series: Series
    spec: dict[str, Any]


def refused(
    spec: object, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What a specification may not hold: each place in it, with the reason.

    >>> list(refused({"mark": "bar", "data": {"url": "http://example.org"}}))
    [(('data',), "'data' is not allowed: records are all that a picture shows")]
    """
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name in _OUTWARD:
                yield (
                    (*at, name),
                    f"{name!r} is not allowed: records are all that a picture shows",
                )
            elif name == "transform":
                yield from _transforms(value, (*at, name))
            else:
                yield from refused(value, (*at, name))
    elif isinstance(spec, list):
        for i, value in enumerate(spec):
            yield from refused(value, (*at, i))
    # A mark is `"image"`, or `{"type": "image"}`; elsewhere the word is any text.
    elif spec == "image" and at[-1:] in (("mark",), ("type",)):
        yield at, "images are not allowed"
    elif isinstance(spec, str) and (found := re.search(_GENERATORS, spec)):
        yield at, f"the function {found[0].rstrip('( ')} is not allowed"


def _transforms(
    value: object, at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for i, each in enumerate(value if isinstance(value, list) else []):
        if not isinstance(each, dict) or not _TRANSFORMS & each.keys():
            yield (*at, i), f"only these transforms are allowed: {', '.join(sorted(_TRANSFORMS))}"
        else:
            yield from refused(each, (*at, i))
