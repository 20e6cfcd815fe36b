"""Data for pictures: rows of a package as flat records, marked where they changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from interopwatch.changeset.model import Sense
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels
from interopwatch.package.row_filter import matches, parse_filter
from interopwatch.report.seriation import ranks
from interopwatch.timeline.intervals import intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.model import Classified
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.picture import Series

    Value = str | float | bool | None
    Record = Mapping[str, Value]
    from interopwatch.package.table import Row

_NOT_NEW: Final = (Sense.BACKFILLED, Sense.UNCOVERED)
"""Senses of rows that did not change: only our knowledge of them did."""

_SOURCE: Final = ("until", "until_text")
"""Parts of a record that are about its source, not the row."""


def records(
    series: Series, new: Package, old: Package | None = None, items: Sequence[Classified] = ()
) -> tuple[Record, ...]:
    """Return the rows of a package as the records that a picture shows, as of that package.

    Each record has the columns and dates that the series declares. A date ``D`` becomes ``D_first``
    and ``D_last``, the start and end of its interval in years (2020.5 is the middle of 2020;
    ``None`` if unbounded), ``D_rough`` (whether its source calls it uncertain or approximate, which
    has no width) and ``D_text``, the date in words. There are also:

    * ``change``: ``added``, ``removed``, ``changed`` (in a column or date of the record) or empty,
      since the older package. A row recorded only now that already held before is no change.
      Removed rows come last.
    * ``sense``: the sense of the change; empty if there is none.
    * ``was_C``: the text of column ``C`` before; equal to it if nothing changed.
    * ``until``: the last day for which the row's source vouches, in years, and ``until_text``, in
      words.
    * ``planned``: whether the row states something expected.
    * ``C_rank``: the position of column ``C``, if the series orders it.

    Args:
        series: The declaration of the records.
        new: The package.
        old: The older package, in the names of the newer one.
        items: The changes between the two.

    Raises:
        DescriptorError: The series refers to what the package does not have.
        ValueError: Its filter is invalid.
    """
    found = list(_records(series, new, old, items))
    if series.order is not None:
        one, other = series.order
        places = ranks((str(each[one]), str(each[other])) for each in found)
        for name, place in zip(series.order, places, strict=True):
            for each in found:
                each[f"{name}_rank"] = place[str(each[name])]
    return tuple(found)


def _records(
    series: Series, new: Package, old: Package | None, items: Sequence[Classified]
) -> Iterator[dict[str, Value]]:
    resource, conditions = new.resource(series.resource), parse_filter(series.where)
    changed = [item for item in items if item.change.resource == resource.name]
    marks = {tuple(i.change.key.values()): i for i in changed if i.change.after is not None}
    maker = _RecordMaker(series, new)
    before = maker if old is None else _RecordMaker(series, old)
    for row in new.rows(resource.name):
        if not matches(conditions, row, resource.missing_values):
            continue
        record = maker.record(resource, row)
        item = marks.get(resource.key_of(row)) if resource.primary_key else None
        old_row = item.change.before if item else None
        old_record = before.record(resource, old_row) if old_row is not None else record
        differs = any(
            old_record[name] != value for name, value in record.items() if name not in _SOURCE
        )
        record |= {f"was_{name}": old_record[name] for name in series.columns}
        is_news = item is not None and item.sense not in _NOT_NEW and (old_row is None or differs)
        record["change"] = item.change.kind if item is not None and is_news else ""
        record["sense"] = str(item.sense) if item is not None and is_news else ""
        yield record
    for item in changed:
        removed = item.change.before
        if item.change.after is not None or removed is None or item.sense in _NOT_NEW:
            continue
        if matches(conditions, removed, resource.missing_values):
            record = before.record(resource, removed)
            record |= {f"was_{name}": record[name] for name in series.columns}
            yield record | {"change": "removed", "sense": str(item.sense)}


class _RecordMaker:
    """Makes records from the rows of one package."""

    def __init__(self, series: Series, package: Package) -> None:
        self._series, self._package = series, package
        self._labels = RowLabels(package)

    def record(self, resource: Resource, row: Row) -> dict[str, Value]:
        lifecycle = resource.meaning.lifecycle
        work = self._package.work_of(resource, row)
        vouched = self._package.vouched_until(work) or self._package.as_of
        columns = self._series.columns.items()
        record: dict[str, Value] = {
            name: self._labels.say(template, resource, row) for name, template in columns
        }
        for name, field in self._series.dates.items():
            record |= self._date(name, resource, row, field)
        record["until"] = None if vouched is None else in_years(vouched, end=True)
        record["until_text"] = "" if vouched is None else in_words(vouched.isoformat())
        record["planned"] = lifecycle is not None and lifecycle.is_planned(row)
        return record

    def _date(self, name: str, resource: Resource, row: Row, field: str) -> dict[str, Value]:
        days = intervals(self._package).dated(resource, row, field)
        first, last = (None, None) if days is None else (days.first, days.last)
        lifecycle = resource.meaning.lifecycle
        if days is not None and first is None and lifecycle and lifecycle.is_planned(row):
            first = self._package.published(row)  # if still expected then, it is later
        text = row.get(field, "") if days is not None else ""
        return {
            f"{name}_first": None if first is None else in_years(first),
            f"{name}_last": None if last is None else in_years(last, end=True),
            f"{name}_rough": any(mark in text for mark in "?~%"),
            f"{name}_text": in_words(text),
        }


def in_years(day: date, *, end: bool = False) -> float:
    """Return a day as a number of years, at its start or at its end.

    >>> in_years(date(2020, 7, 1)), in_years(date(2020, 12, 31), end=True)
    (2020.4973, 2021.0)
    """
    start = date(day.year, 1, 1)
    length = (date(day.year, 12, 31) - start).days + 1
    # Four decimals are an hour, and keep numbers short.
    return round(day.year + ((day - start).days + end) / length, 4)
