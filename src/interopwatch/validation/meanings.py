"""Whether the names that an ``interopwatch`` property mentions lead anywhere.

That the fields of a lifecycle and the like exist is seen to when a descriptor is read;
here are the names that lead from one resource to another, or from words to a field.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.lenient import Lenient

_HISTORY: Final = ("began", "ended", "reached", "added")
"""What a history tells by the name of the event rather than of the field."""


def check_meanings(package: Lenient) -> Iterator[Finding]:
    """Every field or resource that an ``interopwatch`` property mentions in vain."""
    yield from _provenance(package)
    yield from _counts(package)
    for i, resource in enumerate(package.descriptor.resources):
        at: tuple[str | int, ...] = ("resources", i, "interopwatch")
        ours = package.descriptor.raw["resources"][i].get("interopwatch", {})
        yield from _references(package, resource, at)
        yield from _parts(package, resource, at)
        yield from _words(package, resource, ours.get("words", {}), (*at, "words"))
        for j, case in enumerate(ours.get("words", {}).get("cases", ())):
            place = (*at, "words", "cases", j)
            for name in case.get("when", {}):
                if name not in resource.by_name:
                    yield _no_field(package, (*place, "when", name), resource, name)
            yield from _words(package, resource, case, place)


def has_provenance(package: Lenient) -> bool:
    """Whether the list of sources is there, with the fields it should have."""
    return package.descriptor.provenance is not None and not any(_provenance(package))


def has_counts(package: Lenient) -> bool:
    """Whether the list of stated counts is there, with the fields it should have."""
    return package.descriptor.counts is not None and not any(_counts(package))


def _provenance(package: Lenient) -> Iterator[Finding]:
    provenance = package.descriptor.provenance
    if provenance is None:
        return
    at = ("interopwatch", "provenance")
    listed = package.descriptor.by_name.get(provenance.resource)
    if listed is None:
        yield _no_resource(package, (*at, "resource"), provenance.resource)
        return
    for name in ("work", "published", "title"):
        column = getattr(provenance, name)
        if column not in listed.by_name:
            yield _no_field(package, (*at, name), listed, column)
    if len(listed.primary_key) != 1:
        message = f"resource {listed.name!r} has no primary key of one field, to refer to"
        yield package.described((*at, "resource"), "name-no-reference", message)
    others = [r for r in package.descriptor.resources if r.name != listed.name]
    for name in ("field", "locator"):
        column = getattr(provenance, name)
        if others and not any(column in r.by_name for r in others):
            message = f"no resource has a field {column!r}"
            yield package.described((*at, name), "name-unknown", message)


def _counts(package: Lenient) -> Iterator[Finding]:
    counts = package.descriptor.counts
    if counts is None:
        return
    at = ("interopwatch", "counts")
    listed = package.descriptor.by_name.get(counts.resource)
    if listed is None:
        yield _no_resource(package, (*at, "resource"), counts.resource)
        return
    for name, column in asdict(counts).items():
        if name != "resource" and column not in listed.by_name:
            yield _no_field(package, (*at, name), listed, column)


def _references(
    package: Lenient, resource: Resource, at: tuple[str | int, ...]
) -> Iterator[Finding]:
    """The fields that must refer to a row."""
    meaning = resource.meaning
    attests = meaning.lifecycle.attests if meaning.lifecycle else ""
    mentioned = (
        (("belongs_to",), meaning.belongs_to),
        (("names_of",), meaning.names_of),
        (("lifecycle", "attests"), attests),
    )
    for place, column in mentioned:
        if column and column not in resource.references:
            yield package.described(
                (*at, *place),
                "name-no-reference",
                f"the field {column!r} refers to nothing",
                "Declare a foreign key of this one field.",
            )


def _parts(package: Lenient, resource: Resource, at: tuple[str | int, ...]) -> Iterator[Finding]:
    for j, name in enumerate(resource.meaning.must_have):
        place = (*at, "must_have", j)
        part = package.descriptor.by_name.get(name)
        if part is None:
            yield _no_resource(package, place, name)
        elif not belongs(part, resource):
            message = f"the rows of {name!r} do not belong to {resource.name!r}"
            hint = f"Say so with belongs_to in the resource {name!r}."
            yield package.described(place, "name-no-reference", message, hint)


def belongs(part: Resource, whole: Resource) -> bool:
    """Whether the rows of one resource are parts of the rows of another."""
    reference = part.references.get(part.meaning.belongs_to)
    return reference is not None and reference.resource == whole.name


def _words(
    package: Lenient, resource: Resource, words: Mapping[str, Any], at: tuple[str | int, ...]
) -> Iterator[Finding]:
    """The fields that the names of sentences mention."""
    for name in words.get("sentences", {}):
        told = name.removeprefix("history.")
        if told != name:
            column = "" if told in _HISTORY else told
        else:
            column = name.removesuffix(".changed") if name.endswith(".changed") else ""
        if column and column not in resource.by_name:
            yield _no_field(package, (*at, "sentences", name), resource, column)


def _no_field(
    package: Lenient, at: tuple[str | int, ...], resource: Resource, column: str
) -> Finding:
    return package.described(
        at,
        "name-unknown",
        f"resource {resource.name!r} has no field {column!r}",
        f"Its fields are: {', '.join(resource.header)}.",
    )


def _no_resource(package: Lenient, at: tuple[str | int, ...], name: str) -> Finding:
    known = ", ".join(package.descriptor.by_name)
    return package.described(
        at, "name-unknown", f"there is no resource {name!r}", f"There are: {known}."
    )
