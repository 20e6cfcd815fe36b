"""Find texts of ours that an edition made outdated, such as a summary naming the former lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import found
from interopwatch.capture.english.numbers import spelled
from interopwatch.package.edtf import in_words
from interopwatch.package.meaning import Lifecycle
from interopwatch.package.row_filter import parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Row
    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

OURS: Final = ("summary", "text", "detail", "topic")
"""The fields with texts that we wrote."""
_PASSED: Final = frozenset(("source", "locator", "position", "filter", *OURS))
_MONTH: Final = re.compile(r"\d{4}-\d\d")
_SUBJECTS: Final = ("project", "format", "area", "party")
"""The fields that identify the subject of a row, the most specific first."""
_PEOPLE: Final = "(?:n|an|ian|egian|ish|ese|i)?s?"
"""Suffixes that form the name of a people from the stem of its country's name."""


def check_texts(before: Package, after: Package) -> Iterator[Finding]:
    """Yield one finding for every text of ours that still says what an edition has changed."""
    told: set[tuple[str, int, str]] = set()
    names = {row["party"]: row["name"] for row in after.rows("parties")}
    for resource in after.descriptor.resources:
        if "work" in resource.by_name:
            continue  # it is about pages, not about what they say
        now = {resource.key_of(row): row for row in after.rows(resource.name)}
        for row in before.rows(resource.name):
            for field, new in _changes(resource, row, now.get(resource.key_of(row)), names):
                patterns = list(_patterns(before, resource, field, row[field]))
                for table, line, name, text in _texts(after, row):
                    matches = (pattern.search(text[name]) for pattern in patterns)
                    match = next(filter(None, matches), None)
                    if match and (table.path, line, name) not in told:
                        told.add((table.path, line, name))
                        said = {"key": "/".join(table.key_of(text)), "said": match[0], "now": new}
                        yield found("wording-outdated", table.path, line, name, field=name, **said)


def _changes(
    resource: Resource, row: Row, now: Row | None, names: Row
) -> Iterator[tuple[str, str]]:
    """Yield the fields of a row that an edition changed, each with its new value in words."""
    end = (resource.meaning.lifecycle or Lifecycle()).end
    ended = now is None or bool(end and now[end] and not row[end])
    for field, cell in row.items() if row != now else ():
        if not cell or field in _PASSED:
            continue
        if ended and field == "party":
            yield field, f"no such {resource.meaning.words.noun[0]} any more"
        elif now is not None and now[field] != cell:
            new = names.get(now[field], now[field]) if field in resource.references else now[field]
            yield field, f"{field} “{new}”" if new else f"no {field}"


def _texts(package: Package, row: Row) -> Iterator[tuple[Resource, int, str, Row]]:
    """Yield our texts about the subject of a row; all texts if the row is about the entire page."""
    if "filter" in row:
        row = {each.field: each.value for each in parse_filter(row["filter"]) if each.equal}
    about = next(({name} for name in _SUBJECTS if row.get(name)), set[str]())
    for resource in package.descriptor.resources:
        fields = [name for name in OURS if name in resource.by_name]
        if fields and not resource.by_name.keys().isdisjoint(about or _SUBJECTS):
            for line, text in package.numbered_rows(resource.name):
                if all(text[name] == row[name] for name in about):
                    yield from ((resource, line, name, text) for name in fields if text[name])


def _patterns(
    package: Package, resource: Resource, field: str, old: str
) -> Iterator[re.Pattern[str]]:
    """Yield patterns of how a text may express the old value of a cell."""
    key = resource.references.get(field)
    if key is not None:
        rows = (*package.rows("party_names"), *package.rows(key.resource))
        names = [row["name"] for row in rows if row.get(key.reference[0]) == old and "name" in row]
    elif date := _MONTH.match(old):
        names = [in_words(date[0])]
    else:
        names = [old.replace("-", " "), spelled(int(old)) if old.isdigit() else ""]
    for name in filter(None, names):
        # "Hungary", "the Hungarian lead", "Italians"
        people = "" if key is None else f"|{re.escape(name.rstrip('aey'))}{_PEOPLE}"
        yield re.compile(rf"(?<!\w)(?:{re.escape(name)}{people})(?!\w)", re.IGNORECASE)
