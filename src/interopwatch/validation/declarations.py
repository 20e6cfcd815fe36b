"""Whether what a descriptor declares of its fields can be checked at all."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from interopwatch.package import types as values
from interopwatch.validation.lenient import Lenient

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Field, ForeignKey, Resource

_LIMITS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NUMBERS: Final = ("integer", "number", "year")
_ORDERED: Final = (*_NUMBERS, "date", "time", "datetime", "duration", "yearmonth")
"""The types that a limit applies to (Table Schema 2.0, "Field Constraints")."""

_UNORDERED: Final = ("NaN", "INF", "-INF")
"""Numbers that are no limits."""


def check_declarations(package: Lenient) -> Iterator[Finding]:
    """Every constraint that cannot be checked, and every reference to a field that is not there."""
    for i, resource in enumerate(package.descriptor.resources):
        place: tuple[str | int, ...] = ("resources", i, "schema")
        for j, field in enumerate(resource.fields):
            for name, limit in field.constraints.items():
                problem = _problem(field, name, limit)
                if problem:
                    at = (*place, "fields", j, "constraints", name)
                    yield package.described(at, "constraint-unusable", problem)
        for j, key in enumerate(resource.foreign_keys):
            for column in unknown_fields(package, key):
                there = package.resource(key.resource)
                at = (*place, "foreignKeys", j, "reference", "fields")
                message = f"resource {there.name!r} has no field {column!r}"
                hint = f"Its fields are: {', '.join(there.header)}."
                yield package.described(at, "reference-field-unknown", message, hint)


def unknown_fields(package: Lenient, key: ForeignKey) -> Sequence[str]:
    """The fields that a foreign key refers to and that the other resource does not have."""
    there = package.descriptor.by_name.get(key.resource)
    return [name for name in key.reference if there is not None and name not in there.by_name]


def checkable(package: Lenient, spoiled: set[tuple[int, int]]) -> Lenient:
    """A package of which only what is declared properly is declared.

    Args:
        package: Any package.
        spoiled: The fields, by number of resource and field, that the profile does not
            allow as they are: of these nothing counts but the name.
    """
    resources = tuple(
        _without_unusable(package, i, resource, spoiled)
        for i, resource in enumerate(package.descriptor.resources)
    )
    if resources == package.descriptor.resources:
        return package
    return Lenient(package, replace(package.descriptor, resources=resources))


def _without_unusable(
    package: Lenient, i: int, resource: Resource, spoiled: set[tuple[int, int]]
) -> Resource:
    fields = tuple(
        replace(field, type="any", format="default", constraints={}, options={})
        if (i, j) in spoiled
        else _with_usable(field)
        for j, field in enumerate(resource.fields)
    )
    keys = tuple(key for key in resource.foreign_keys if not unknown_fields(package, key))
    return replace(resource, fields=fields, foreign_keys=keys)


def _with_usable(field: Field) -> Field:
    usable = {n: v for n, v in field.constraints.items() if not _problem(field, n, v)}
    return replace(field, constraints=usable) if usable != field.constraints else field


def _problem(field: Field, name: str, limit: Any) -> str:  # noqa: ANN401 - any JSON
    """Why a constraint of a field cannot be checked; empty if it can."""
    if name == "pattern":
        return _pattern_problem(limit)
    if name in ("minLength", "maxLength"):
        return "" if type(limit) is int and limit >= 0 else "not a length"
    if name == "enum":
        if not isinstance(limit, list):
            return "not a list"
        wrong = [each for each in limit if isinstance(each, str) and not _is_of(field, each)]
        return f"{wrong[0]!r} is no {field.type}" if wrong else ""
    if name in _LIMITS:
        return _limit_problem(field, limit)
    return ""


def _pattern_problem(pattern: Any) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(pattern, str):
        return "not a text"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"not a regular expression: {error}"
    return ""


def _limit_problem(field: Field, limit: Any) -> str:  # noqa: ANN401 - any JSON
    if field.type not in _ORDERED:
        return f"a {field.type} has no order that a limit could be set in"
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if is_number and field.type in _NUMBERS:
        return "" if isinstance(limit, int) or field.type == "number" else f"no {field.type}"
    if isinstance(limit, str) and limit not in _UNORDERED and _is_of(field, limit):
        return ""
    return f"{limit!r} is no {field.type}"


def _is_of(field: Field, text: str) -> bool:
    try:
        values.parser(field, ())(text)
    except ValueError:
        return False
    return True
