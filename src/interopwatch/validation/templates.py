"""Whether the wording templates of a descriptor can be read and lead to what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import TemplateError
from interopwatch.package import template
from interopwatch.validation.descriptor import belongs, own_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

    Place = tuple[str | int, ...]

_OWN: Final = ("names", "count")
"""What a headline can refer to beside the fields of its rows."""


def check_templates(package: ReadablePackage) -> Iterator[Finding]:
    """Every template that cannot be read, and every reference that leads nowhere."""
    for resource in package.descriptor.resources:
        at, ours = own_properties(package, resource)
        for place, text, own in _templates(ours, at):
            yield from check_template(package, resource, place, text, own)


def _templates(ours: Mapping[str, Any], at: Place) -> Iterator[tuple[Place, str, Sequence[str]]]:
    """Every template of a resource: where it is, its text, and what it can refer to beside."""
    for name in ("label", "short"):
        if name in ours:
            yield (*at, name), ours[name], ()
    words = ours.get("words", {})
    yield from _in_words(words, (*at, "words"))
    for i, case in enumerate(words.get("cases", ())):
        yield from _in_words(case, (*at, "words", "cases", i))


def _in_words(words: Mapping[str, Any], at: Place) -> Iterator[tuple[Place, str, Sequence[str]]]:
    for name, text in words.get("sentences", {}).items():
        yield (*at, "sentences", name), text, ()
    for name, pair in words.get("headlines", {}).items():
        for i, text in enumerate(pair):
            yield (*at, "headlines", name, i), text, _OWN
    if "steady" in words:
        yield (*at, "steady"), words["steady"], _OWN


def check_template(
    package: ReadablePackage, resource: Resource, at: Place, text: str, own: Sequence[str] = ()
) -> Iterator[Finding]:
    """What is wrong with one template of the rows of a resource.

    Args:
        package: The package.
        resource: The resource.
        at: Where the template stands in the descriptor.
        text: The template.
        own: The names that it can refer to beside fields.
    """
    try:
        references = list(template.references(template.parse(text)))
    except TemplateError as error:
        yield package.in_descriptor(at, "wording-syntax", error.message)
        return
    for reference in references:
        if len(reference.paths) == 1 and reference.paths[0] in [(name,) for name in own]:
            continue
        for path in reference.paths:
            problem = _problem(package, resource, path)
            if problem:
                message = f"{{{'.'.join(path)}}} in {text!r} leads nowhere: {problem}"
                yield package.in_descriptor(at, "wording-reference", message)


def _problem(package: ReadablePackage, resource: Resource, path: Sequence[str]) -> str:
    """Why a path from the rows of a resource leads nowhere; empty if it does not."""
    name, rest = path[0], path[1:]
    by_name = package.descriptor.by_name
    if name not in resource.by_name:
        if list(rest) == ["count"] and name in by_name:
            if belongs(by_name[name], resource):
                return ""
            return f"the rows of {name!r} do not belong to {resource.name!r}"
        return f"resource {resource.name!r} has no field {name!r}"
    if not rest:
        return ""
    reference = resource.references.get(name)
    if reference is None or reference.resource not in by_name:
        return f"the field {name!r} of {resource.name!r} refers to nothing"
    return _problem(package, by_name[reference.resource], rest)
