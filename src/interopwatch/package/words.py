"""The vocabulary to narrate a package with: its own, or that of a later edition.

A snapshot is never edited, so its descriptor keeps the vocabulary of its day. It is narrated with
the vocabulary of the working edition, as far as that refers to fields that the snapshot has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from interopwatch.package import template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.package import Package

    Steps = tuple[str | int, ...]

OF_SEVERAL: Final = ("names", "count")
"""Names that a template for several rows can refer to besides fields."""
OF_A_CHANGE: Final = ("was",)
"""Names that a template for a changed field can refer to besides the fields of its row."""


def worded(package: Package) -> Package:
    """Return a package with the vocabulary to narrate it with; itself if that is its own."""
    words = package.words
    if words is None or words is package.descriptor:
        return package
    # Cached, since it is needed for every narrated row.
    if "worded" not in package.memo:
        made = package.with_descriptor(_worded(package.descriptor, words))
        made.words = None
        package.memo["worded"] = made
    found: Package = package.memo["worded"]
    return found


def _worded(descriptor: Descriptor, words: Descriptor) -> Descriptor:
    resources = tuple(_resource(descriptor, each, words) for each in descriptor.resources)
    return replace(descriptor, resources=resources, subject=words.subject, works=words.works)


def _resource(descriptor: Descriptor, resource: Resource, words: Descriptor) -> Resource:
    other = words.by_name.get(resource.name)
    if other is None or not _fits(descriptor.by_name, resource, words.extension(other.name)):
        return resource
    meaning = other.meaning
    return replace(
        resource,
        title=other.title,
        meaning=replace(
            resource.meaning,
            label=meaning.label,
            short=meaning.short,
            words=meaning.words,
            cases=meaning.cases,
            bookkeeping=meaning.bookkeeping,
        ),
    )


def _fits(
    by_name: Mapping[str, Resource], resource: Resource, extension: Mapping[str, Any]
) -> bool:
    """Return whether everything that a vocabulary refers to exists."""
    paths = {
        path
        for _, text, extra in templates(extension)
        for path in template.paths(text)
        # Only as the complete path: in `{names.x}`, names would be a field.
        if path not in extra
    }
    return not any(problem(by_name, resource, path.split(".")) for path in paths)


def templates(extension: Mapping[str, Any]) -> Iterator[tuple[Steps, str, Sequence[str]]]:
    """Yield every template of a resource: its path, its text, and the names usable besides fields.

    Args:
        extension: The ``interopwatch`` property of the resource, as JSON.
    """
    for name in ("label", "short"):
        if name in extension:
            yield (name,), extension[name], ()
    words = extension.get("words", {})
    yield from _of_words(words, ("words",))
    for i, case in enumerate(words.get("cases", ())):
        yield from _of_words(case, ("words", "cases", i))


def _of_words(words: Mapping[str, Any], at: Steps) -> Iterator[tuple[Steps, str, Sequence[str]]]:
    for name, text in words.get("sentences", {}).items():
        extra = OF_A_CHANGE if name.endswith((".changed", ".cleared")) else ()
        yield (*at, "sentences", name), text, extra
    for name, pair in words.get("headlines", {}).items():
        for i, text in enumerate(pair):
            yield (*at, "headlines", name, i), text, OF_SEVERAL
    if "steady" in words:
        yield (*at, "steady"), words["steady"], OF_SEVERAL
    for i, fold in enumerate(words.get("folds", ())):
        yield (*at, "folds", i, "name"), fold["name"], ()
        for name, text in fold.get("sentences", {}).items():
            yield (*at, "folds", i, "sentences", name), text, OF_SEVERAL


def problem(by_name: Mapping[str, Resource], resource: Resource, path: Sequence[str]) -> str:
    """Return why a path from the rows of a resource cannot be resolved; empty if it can."""
    name, rest = path[0], path[1:]
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
        return f"the field {name!r} of {resource.name!r} is not a foreign key"
    return problem(by_name, by_name[reference.resource], rest)


def belongs(part: Resource, whole: Resource) -> bool:
    """Return whether the rows of one resource are parts of the rows of another."""
    reference = part.references.get(part.meaning.belongs_to)
    return reference is not None and reference.resource == whole.name
