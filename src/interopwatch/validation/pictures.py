"""Check that the declared pictures can be drawn from the package's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.package.picture import refused
from interopwatch.package.row_filter import parse_filter
from interopwatch.validation.descriptor import no_field, no_resource
from interopwatch.validation.templates import check_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.picture import DeclaredPicture
    from interopwatch.validation.readable import ReadablePackage

    Place = tuple[str | int, ...]


def check_pictures(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every name in a picture that does not exist, and forbidden parts of specifications."""
    seen: set[str] = set()
    for i, picture in enumerate(package.descriptor.pictures):
        at: Place = ("interopwatch", "pictures", i)
        if picture.name in seen:
            yield package.in_descriptor((*at, "name"), "picture-unusable.twice", name=picture.name)
        seen.add(picture.name)
        for place, problem in refused(picture.spec):
            yield package.in_descriptor((*at, "spec", *place), "picture-unusable", what=problem)
        resource = package.descriptor.by_name.get(picture.series.resource)
        if resource is None:
            yield no_resource(package, (*at, "series", "resource"), picture.series.resource)
        else:
            yield from _series(package, picture, resource, (*at, "series"))


def _series(
    package: ReadablePackage, picture: DeclaredPicture, resource: Resource, at: Place
) -> Iterator[Finding]:
    series = picture.series
    for name, text in series.columns.items():
        yield from check_template(package, resource, (*at, "columns", name), text)
    for name, field in series.dates.items():
        if field not in resource.by_name:
            yield no_field(package, (*at, "dates", name), resource, field)
    for i, column in enumerate(series.order or ()):
        if column not in series.columns:
            yield package.in_descriptor((*at, "order", i), "picture-unusable.column", name=column)
    try:
        conditions = parse_filter(series.where)
    except ValueError as error:
        yield package.in_descriptor((*at, "where"), "picture-unusable", what=error)
        return
    for condition in conditions:
        if condition.field not in resource.by_name:
            yield no_field(package, (*at, "where"), resource, condition.field)
