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
"""Properties by which a specification reads, links to or restyles something outside it."""
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
"""Transforms that do not generate additional records."""
_GENERATORS: Final = r"\b(?:sequence|pad|data|indata|warn|info|debug)\s*\("
"""Vega expression functions that generate values of any size, or access more than the record."""


class Series(Struct, frozen=True, forbid_unknown_fields=True):
    """How the rows of a resource become records.

    Attributes:
        resource: The resource.
        columns: For each column of the records, the template of its text.
        where: A row filter of :mod:`interopwatch.package.row_filter`; empty for all rows.
        dates: For each date of the records, the field that contains it.
        order: Two columns whose values are ordered so that similar ones are adjacent.
    """

    resource: str
    columns: dict[str, str]
    where: str = ""
    dates: dict[str, str] = {}
    order: tuple[str, str] | None = None


class DeclaredPicture(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of a package.

    Attributes:
        name: Its name in commands.
        title: Its title.
        description: What it shows and how to read it, in a sentence or two.
        series: The source of its records.
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
    """Yield the parts of a specification that are not allowed: location and reason.

    >>> list(refused({"mark": "bar", "data": {"url": "http://example.org"}}))
    [(('data',), "'data' is not allowed: a picture shows nothing but its series")]
    """
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name in _OUTWARD:
                yield (
                    (*at, name),
                    f"{name!r} is not allowed: a picture shows nothing but its series",
                )
            elif name == "transform":
                yield from _transforms(value, (*at, name))
            else:
                yield from refused(value, (*at, name))
    elif isinstance(spec, list):
        for i, value in enumerate(spec):
            yield from refused(value, (*at, i))
    # A mark is `"image"` or `{"type": "image"}`; elsewhere the word is plain text.
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
