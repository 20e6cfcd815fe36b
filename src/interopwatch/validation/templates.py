"""Whether the wording templates of a descriptor can be read and lead to what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interopwatch.errors import TemplateError
from interopwatch.package import template
from interopwatch.package.words import OF_A_CHANGE, OF_SEVERAL
from interopwatch.package.words import problem as problem_of
from interopwatch.validation.descriptor import own_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

    Place = tuple[str | int, ...]


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
        own = OF_A_CHANGE if name.endswith((".changed", ".cleared")) else ()
        yield (*at, "sentences", name), text, own
    for name, pair in words.get("headlines", {}).items():
        for i, text in enumerate(pair):
            yield (*at, "headlines", name, i), text, OF_SEVERAL
    if "steady" in words:
        yield (*at, "steady"), words["steady"], OF_SEVERAL
    for i, fold in enumerate(words.get("folds", ())):
        yield (*at, "folds", i, "name"), fold["name"], ()
        for name, text in fold["sentences"].items():
            yield (*at, "folds", i, "sentences", name), text, OF_SEVERAL


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
            problem = problem_of(package.descriptor.by_name, resource, path)
            if problem:
                message = f"{{{'.'.join(path)}}} in {text!r} leads nowhere: {problem}"
                yield package.in_descriptor(at, "wording-reference", message)
