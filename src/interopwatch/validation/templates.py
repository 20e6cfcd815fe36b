"""Check that the templates of a descriptor parse and that their references resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.errors import TemplateError
from interopwatch.package import template
from interopwatch.package.words import problem as problem_of
from interopwatch.package.words import templates
from interopwatch.validation.descriptor import extension_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

    Place = tuple[str | int, ...]


def check_templates(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every template that cannot be parsed, and every reference that cannot be resolved."""
    for resource in package.descriptor.resources:
        at, properties = extension_at(package, resource)
        for place, text, names in templates(properties):
            yield from check_template(package, resource, (*at, *place), text, names)


def check_template(
    package: ReadablePackage, resource: Resource, at: Place, text: str, names: Sequence[str] = ()
) -> Iterator[Finding]:
    """Yield the problems of one template for the rows of a resource.

    Args:
        package: The package.
        resource: The resource.
        at: The path of the template in the descriptor.
        text: The template.
        names: The names that it can refer to besides fields.
    """
    try:
        references = list(template.references(template.parse(text)))
    except TemplateError as error:
        yield package.in_descriptor(at, "wording-syntax", what=error.message)
        return
    for reference in references:
        if len(reference.paths) == 1 and reference.paths[0] in [(name,) for name in names]:
            continue
        for path in reference.paths:
            problem = problem_of(package.descriptor.by_name, resource, path)
            if problem:
                values = {"path": ".".join(path), "template": text, "why": problem}
                yield package.in_descriptor(at, "wording-reference", **values)
