"""Check that the names in a descriptor refer to something, and that its constraints are usable.

Parsing already checks that the fields of a lifecycle and the like exist. The names checked here
refer from one resource to another, or from vocabulary to a field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import asdict, replace

from interopwatch.package.patterns import UnusablePatternError, compiled
from interopwatch.package.types import parser
from interopwatch.package.words import belongs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Field, ForeignKey, Resource
    from interopwatch.validation.readable import ReadablePackage

    Place = tuple[str | int, ...]

_EVENTS: Final = ("began", "ended", "reached", "added")
"""Names of events in a history that are not names of their date fields."""

_LIMITS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_ORDERED: Final = ("date", "time", "datetime", "duration", "yearmonth")
"""The types that limits apply to (Table Schema 2.0, "Field Constraints")."""

_UNORDERED: Final = ("NaN", "INF", "-INF")
"""Numbers that cannot be limits."""


def check_names(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every missing field or resource that an ``interopwatch`` property names."""
    yield from _provenance(package)
    yield from _counts(package)
    for resource in package.descriptor.resources:
        at, properties = extension_at(package, resource)
        yield from _references(package, resource, at)
        yield from _parts(package, resource, at)
        yield from _words(package, resource, properties.get("words", {}), (*at, "words"))
        for j, case in enumerate(properties.get("words", {}).get("cases", ())):
            place = (*at, "words", "cases", j)
            for name in case.get("when", {}):
                if name not in resource.by_name:
                    yield no_field(package, (*place, "when", name), resource, name)
            yield from _words(package, resource, case, place)


def extension_at(package: ReadablePackage, resource: Resource) -> tuple[Place, Mapping[str, Any]]:
    """Return the path of a resource's ``interopwatch`` property, and the property as JSON."""
    i = package.descriptor.position(resource.name)
    return ("resources", i, "interopwatch"), package.descriptor.extension(resource.name)


def has_provenance(package: ReadablePackage) -> bool:
    """Return whether the list of sources exists and has its required fields."""
    return package.descriptor.provenance is not None and not any(_provenance(package))


def has_counts(package: ReadablePackage) -> bool:
    """Return whether the list of stated counts exists and has its required fields."""
    return package.descriptor.counts is not None and not any(_counts(package))


def _provenance(package: ReadablePackage) -> Iterator[Finding]:
    provenance = package.descriptor.provenance
    if provenance is None:
        return
    at = ("interopwatch", "provenance")
    columns = {name: getattr(provenance, name) for name in ("work", "published", "title")}
    yield from _named_columns(package, at, provenance.resource, columns)
    listed = package.descriptor.by_name.get(provenance.resource)
    if listed is None:
        return
    if len(listed.primary_key) != 1:
        yield package.in_descriptor((*at, "resource"), "name-no-reference.key", name=listed.name)
    # The rows of the list of sources do not name a source.
    others = [r for r in package.descriptor.resources if r.name != listed.name]
    for name in ("field", "locator"):
        column = getattr(provenance, name)
        if others and not any(column in r.by_name for r in others):
            yield package.in_descriptor((*at, name), "name-unknown.anywhere", field=column)


def _counts(package: ReadablePackage) -> Iterator[Finding]:
    counts = package.descriptor.counts
    if counts is not None:
        columns = {name: column for name, column in asdict(counts).items() if name != "resource"}
        yield from _named_columns(package, ("interopwatch", "counts"), counts.resource, columns)


def _named_columns(
    package: ReadablePackage, at: Place, resource: str, columns: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a named resource if it does not exist, or else its missing columns."""
    listed = package.descriptor.by_name.get(resource)
    if listed is None:
        yield no_resource(package, (*at, "resource"), resource)
        return
    for name, column in columns.items():
        if column not in listed.by_name:
            yield no_field(package, (*at, name), listed, column)


def _references(package: ReadablePackage, resource: Resource, at: Place) -> Iterator[Finding]:
    """Yield the fields that must be references but are not."""
    meaning = resource.meaning
    attests = meaning.lifecycle.attests if meaning.lifecycle else ""
    mentioned = (
        (("belongs_to",), meaning.belongs_to),
        (("names_of",), meaning.names_of),
        (("lifecycle", "attests"), attests),
    )
    for place, column in mentioned:
        if column and column not in resource.references:
            yield package.in_descriptor((*at, *place), "name-no-reference", field=column)


def _parts(package: ReadablePackage, resource: Resource, at: Place) -> Iterator[Finding]:
    for j, name in enumerate(resource.meaning.must_have):
        place = (*at, "must_have", j)
        part = package.descriptor.by_name.get(name)
        if part is None:
            yield no_resource(package, place, name)
        elif not belongs(part, resource):
            values = {"name": name, "whole": resource.name}
            yield package.in_descriptor(place, "name-no-reference.part", **values)


def _words(
    package: ReadablePackage, resource: Resource, words: Mapping[str, Any], at: Place
) -> Iterator[Finding]:
    """Yield the missing fields that the names of sentences refer to."""
    for name in words.get("sentences", {}):
        event = name.removeprefix("history.")
        if event != name:
            column = "" if event in _EVENTS else event
        else:
            column, _, change = name.rpartition(".")
            column = column if change in ("changed", "cleared") else ""
        if column and column not in resource.by_name:
            yield no_field(package, (*at, "sentences", name), resource, column)


def no_field(
    package: ReadablePackage,
    at: Place,
    resource: Resource,
    column: str,
    code: str = "name-unknown.field",
) -> Finding:
    """Return the finding that a resource lacks a named field."""
    fields = ", ".join(resource.header)
    return package.in_descriptor(at, code, name=resource.name, field=column, fields=fields)


def no_resource(package: ReadablePackage, at: Place, name: str) -> Finding:
    """Return the finding that a named resource does not exist."""
    names = ", ".join(package.descriptor.by_name)
    return package.in_descriptor(at, "name-unknown", name=name, known=names)


def check_constraints(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every unusable constraint, and every foreign key to a field that does not exist."""
    for resource in package.descriptor.resources:
        i = package.descriptor.position(resource.name)
        place: Place = ("resources", i, "schema")
        for j, field in enumerate(resource.fields):
            for name, limit in field.constraints.items():
                problem = _problem(field, name, limit)
                if problem:
                    at = (*place, "fields", j, "constraints", name)
                    yield package.in_descriptor(at, "constraint-unusable", what=problem)
        for j, key in enumerate(resource.foreign_keys):
            for column in unknown_fields(package, key):
                target = package.resource(key.resource)
                at = (*place, "foreignKeys", j, "reference", "fields")
                yield no_field(package, at, target, column, "reference-field-unknown")


def unknown_fields(package: ReadablePackage, key: ForeignKey) -> Sequence[str]:
    """Return the fields that a foreign key refers to, but that the other resource lacks."""
    target = package.descriptor.by_name.get(key.resource)
    return [name for name in key.reference if target is not None and name not in target.by_name]


def checkable(package: ReadablePackage, invalid: set[tuple[str, str]]) -> ReadablePackage:
    """Return a package with only the valid parts of its declarations.

    Args:
        package: Any package.
        invalid: The fields, by resource, that the profile does not allow; only their names are
            kept.
    """
    return package.described_as(
        _without_unusable(package, resource, invalid) for resource in package.descriptor.resources
    )


def _without_unusable(
    package: ReadablePackage, resource: Resource, invalid: set[tuple[str, str]]
) -> Resource:
    fields = tuple(
        replace(field, type="any", format="default", constraints={}, options={})
        if (resource.name, field.name) in invalid
        else _with_usable(field)
        for field in resource.fields
    )
    keys = tuple(key for key in resource.foreign_keys if not unknown_fields(package, key))
    return replace(resource, fields=fields, foreign_keys=keys)


def _with_usable(field: Field) -> Field:
    usable = {n: v for n, v in field.constraints.items() if not _problem(field, n, v)}
    return replace(field, constraints=usable) if usable != field.constraints else field


def _problem(field: Field, name: str, limit: Any) -> str:  # noqa: ANN401 - any JSON
    """Return why a constraint of a field cannot be checked; empty if it can."""
    if name == "pattern":
        return _pattern_problem(limit)
    if name in ("minLength", "maxLength"):
        # Not `isinstance`, which accepts booleans as integers.
        return "" if type(limit) is int and limit >= 0 else "not a length"
    if name == "enum":
        if not isinstance(limit, list):
            return "not an array"
        wrong = [each for each in limit if isinstance(each, str) and not _conforms(field, each)]
        return f"{wrong[0]!r} is no {field.type}" if wrong else ""
    if name in _LIMITS:
        return _limit_problem(field, limit)
    return ""


def _pattern_problem(pattern: Any) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(pattern, str):
        return "not a string"
    try:
        compiled(pattern)
    except UnusablePatternError as error:
        return f"not a regular expression: {error}"
    return ""


def _limit_problem(field: Field, limit: Any) -> str:  # noqa: ANN401 - any JSON
    if not field.is_number and field.type not in _ORDERED:
        return f"limits do not apply to the type {field.type}, which has no order"
    is_number = isinstance(limit, int | float) and not isinstance(limit, bool)
    if is_number and field.is_number:
        return "" if isinstance(limit, int) or field.type == "number" else f"no {field.type}"
    if isinstance(limit, str) and limit not in _UNORDERED and _conforms(field, limit):
        return ""
    return f"{limit!r} is no {field.type}"


def _conforms(field: Field, text: str) -> bool:
    try:
        parser(field, ())(text)
    except ValueError:
        return False
    return True
