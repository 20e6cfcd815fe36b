"""Our own wording that an edition has overtaken: a summary that still names the old lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import MONTHS
from interopwatch.capture.english.numbers import spelled
from interopwatch.findings import Finding
from interopwatch.package.row_filter import parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]

OURS: Final = ("summary", "text", "detail", "topic")
"""The fields that hold our own words."""
_PASSED: Final = frozenset(("source", "locator", "position", "filter", *OURS))
_DATE: Final = re.compile(r"(\d{4})-(\d\d)(?:-\d\d)?")
_SUBJECTS: Final = ("project", "format", "area", "party")
"""The fields by which rows are about the same thing, the closest first."""
_PEOPLE: Final = "(?:n|an|ian|egian|ish|ese|i)?s?"
"""What stands at the end of the name of a people, behind the stem of its country's."""


def check_wording(before: Package, after: Package) -> Iterator[Finding]:
    """Every text of ours that still says what an edition has changed, once.

    Args:
        before: The package before the edition.
        after: The package with it.
    """
    told: set[tuple[str, int, str]] = set()
    names = {row["party"]: row["name"] for row in after.rows("parties")}
    for resource in after.descriptor.resources:
        if resource.name not in before.descriptor.by_name:
            continue
        held = {resource.key_of(row): row for row in before.rows(resource.name)}
        now = {resource.key_of(row): row for row in after.rows(resource.name)}
        for key, row in held.items() if held != now else ():
            for field, old, new in _changes(resource, row, now.get(key), names):
                about = _subject(row)
                for table, line, name, text in _texts(after, about):
                    said = _said(before, resource, field, old, text[name])
                    if said and (table.path, line, name) not in told:
                        told.add((table.path, line, name))
                        where = "/".join(table.key_of(text))
                        message = f"{where}: our {name} still says “{said}”, and the page has {new}"
                        hint = "Read the text again, and write it anew if it is not so any more."
                        yield Finding(
                            table.path, line, name, "wording-outdated", message, hint, "warning"
                        )


def _changes(
    resource: Resource, row: Row, now: Row | None, names: Row
) -> Iterator[tuple[str, str, str]]:
    """What an edition changed of a row: field, cell before, and what there is instead."""
    lifecycle = resource.meaning.lifecycle
    end = lifecycle.end if lifecycle else ""
    ended = now is None or bool(end and now[end] and not row[end])
    for field, cell in row.items():
        if not cell or field in _PASSED:
            continue
        if ended and field == "party":
            yield field, cell, f"no such {resource.meaning.words.noun[0]} any more"
        elif now is not None and now[field] != cell:
            new = names.get(now[field], now[field]) if field in resource.references else now[field]
            yield field, cell, f"{field} “{new}”" if new else f"no {field}"


def _subject(row: Row) -> dict[str, str]:
    """What a row is about, as fields that rows with texts of ours have, too."""
    if "filter" in row:
        row = {each.field: each.value for each in parse_filter(row["filter"]) if each.equal}
    found = {name: row[name] for name in _SUBJECTS if row.get(name)}
    return dict([*found.items()][:1])


def _texts(package: Package, about: Row) -> Iterator[tuple[Resource, int, str, Row]]:
    """The texts of ours about a subject: about any at all, if it is the page as a whole."""
    for resource in package.descriptor.resources:
        fields = [name for name in OURS if name in resource.by_name]
        if not fields or not set(about or _SUBJECTS) & set(resource.by_name):
            continue
        table = package.table(resource.name)
        for row, line in zip(table.rows, table.lines, strict=True):
            if all(row.get(name, value) == value for name, value in about.items()):
                yield from ((resource, line, name, row) for name in fields if row[name])


def _said(package: Package, resource: Resource, field: str, old: str, text: str) -> str:
    """How a text says what a cell held; empty if it does not."""
    people = ""
    if field in resource.references:
        key = resource.references[field]
        rows = (*package.rows("party_names"), *package.rows(key.resource))
        names = [row["name"] for row in rows if row.get(key.reference[0]) == old and "name" in row]
        people = _PEOPLE
    elif date := _DATE.match(old):
        names = [f"{MONTHS[int(date[2]) - 1]} {date[1]}"]
    else:
        names = [old.replace("-", " "), spelled(int(old)) if old.isdigit() else ""]
    for name in filter(None, names):
        # "Hungary", "the Hungarian lead", "Italians"
        stem = re.escape(name.rstrip("aey") if people else name)
        found = re.search(
            rf"(?<!\w)(?:{re.escape(name)}|{stem}{people})(?!\w)", text, re.IGNORECASE
        )
        if found:
            return found[0]
    return ""
