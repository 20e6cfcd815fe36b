"""Classify row changes: news, backfill, correction, or a difference in coverage.

The time when something was true (valid time) is kept apart from the time when it was recorded
(transaction time). Dates in rows decide first; the works that the two packages cover, second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from interopwatch.changeset.model import Classified, RowChange, Sense
from interopwatch.errors import TableError
from interopwatch.package.tolerance import have_same_words, is_text
from interopwatch.timeline.intervals import Intervals, intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.edtf import Span
    from interopwatch.package.meaning import Lifecycle
    from interopwatch.package.package import Package

PRECEDENCE: Final = (
    Sense.ENDED,
    Sense.BEGAN,
    Sense.REACHED,
    Sense.CORRECTED,
    Sense.RETRACTED,
    Sense.BACKFILLED,
    Sense.UPDATED,
    Sense.UNCOVERED,
    Sense.UNDATED,
)
"""If several fields of a row changed, the row has the first of their senses in this order."""


def classify(changes: ChangeSet, old: Package, new: Package) -> tuple[Classified, ...]:
    """Classify each row change, in the order of the change set.

    Args:
        changes: The change set.
        old: The older package, in the names of the newer one.
        new: The newer package.
    """
    classifier = Classifier(old, new)
    return tuple(map(classifier.classify, changes.rows))


def is_before(one: Package, other: Package) -> bool:
    """Return whether a package is certainly of an earlier day than another."""
    days = one.as_of, other.as_of
    return days[0] is not None and days[1] is not None and days[0] < days[1]


class _SensePlan(NamedTuple):
    """What is common to all changed rows of one resource.

    Attributes:
        is_update: Whether every change is an update: the resource has no lifecycle, and the older
            package is not a reconstruction, which could lack data.
        clerical: The fields that may change without being news.
        texts: The prose fields, in which punctuation is irrelevant.
    """

    is_update: bool
    clerical: frozenset[str]
    texts: frozenset[str]


class Classifier:
    """Classifies the changes between two packages.

    Time runs forwards: if ``new`` is of an earlier day than ``old``, a change has the sense of its
    inverse.
    """

    def __init__(self, old: Package, new: Package) -> None:
        self._is_backwards = is_before(new, old)
        self._old, self._new = (new, old) if self._is_backwards else (old, new)
        self._cut = self._old.as_of
        self._plans: dict[str, _SensePlan] = {}

    def classify(self, change: RowChange) -> Classified:
        """Classify a change by sense, and determine whether it is clerical."""
        before, after = change.before, change.after
        clerical = False
        if before is not None and after is not None:
            plan = self._plan(change.resource)
            for field in change.fields:
                clerical = field in plan.clerical or (
                    field in plan.texts
                    and have_same_words(before.get(field, ""), after.get(field, ""))
                )
                if not clerical:
                    break
            else:
                clerical = True
            if plan.is_update:
                return Classified(change, Sense.UPDATED, clerical)
        return Classified(change, self._sense(~change if self._is_backwards else change), clerical)

    def _plan(self, name: str) -> _SensePlan:
        plan = self._plans.get(name)
        if plan is None:
            resource = self._new.resource(name)
            plan = self._plans[name] = _SensePlan(
                resource.meaning.lifecycle is None and self._old.is_observed,
                frozenset(self._new.clerical_fields(resource)),
                frozenset(field for field in resource.header if is_text(resource, field)),
            )
        return plan

    def _sense(self, change: RowChange) -> Sense:
        if change.before is None:
            return self._added(change)
        if change.after is None:
            return self._removed(change)
        found = set(self._changed(change))
        return next(sense for sense in PRECEDENCE if sense in found)

    def _added(self, change: RowChange) -> Sense:
        resource, row = self._new.resource(change.resource), change.row
        lifecycle = resource.meaning.lifecycle
        span = intervals(self._new).stated(resource, row) if lifecycle is not None else None
        if span is not None:  # its own date takes precedence
            happened = Sense.BEGAN if lifecycle and lifecycle.begin else Sense.REACHED
            return self._placed(span, happened)
        if self._cut is not None:
            times = intervals(self._new)
            if self._is_by_cut(times, resource, row):
                return Sense.BACKFILLED
            planned = lifecycle is not None and lifecycle.is_planned(row)
            # Newer than the older package if the row it belongs to is, except for plans.
            earliest = times.no_earlier(resource, row)
            if earliest is not None and earliest > self._cut and not planned:
                return Sense.BEGAN
        if self._uncovers(self._old, self._new, resource, change):
            return Sense.UNCOVERED
        return Sense.UNDATED

    def _is_by_cut(self, times: Intervals, resource: Resource, row: Mapping[str, str]) -> bool:
        """Return whether anything besides the row's own date shows that it was already true."""
        assert self._cut is not None, "only asked with a date to compare with"
        days = (times.attested(resource, row), self._new.published(row))
        return any(day is not None and day <= self._cut for day in days)

    def _removed(self, change: RowChange) -> Sense:
        resource = self._old.resource(change.resource)
        if self._uncovers(self._new, self._old, resource, change):
            return Sense.UNCOVERED
        # A row may be absent from a reconstruction because the sources cannot tell.
        return Sense.RETRACTED if self._new.is_observed else Sense.UNDATED

    def _uncovers(
        self, package: Package, other: Package, resource: Resource, change: RowChange
    ) -> bool:
        if package.covers is None:
            return False
        work = other.work_of(resource, change.row)
        return bool(work) and work not in package.covers

    def _changed(self, change: RowChange) -> Iterator[Sense]:
        resource = self._new.resource(change.resource)
        lifecycle = resource.meaning.lifecycle
        clerical = self._plan(change.resource).clerical
        fields = [field for field in change.fields if field not in clerical]
        # Clerical fields do not count beside others.
        for field in fields or change.fields:
            yield self._field(resource, lifecycle, change, field)

    def _field(
        self, resource: Resource, lifecycle: Lifecycle | None, change: RowChange, field: str
    ) -> Sense:
        assert change.before is not None, "a changed row has both sides"
        assert change.after is not None, "a changed row has both sides"
        before = change.before.get(field, "")
        planned = lifecycle is not None and (
            lifecycle.is_planned(change.before),
            lifecycle.is_planned(change.after),
        )
        if lifecycle is not None and field in (*lifecycle.planned, lifecycle.event):
            if planned == (True, False):  # the expected event happened
                span = intervals(self._new).stated(resource, change.after)
                return Sense.UNDATED if span is None else self._placed(span, Sense.REACHED)
            if planned == (False, True):
                return Sense.CORRECTED
            if planned == (True, True):  # one expectation replaced another
                return Sense.UPDATED
        if lifecycle is None or field not in lifecycle.date_fields:
            return Sense.UNDATED if not (before or self._old.is_observed) else Sense.UPDATED
        happened = {lifecycle.begin: Sense.BEGAN, lifecycle.end: Sense.ENDED}.get(
            field, Sense.REACHED
        )
        days = intervals(self._new).dated(resource, change.after, field)
        if before and not self._was_ahead(resource, change, field):
            return Sense.CORRECTED  # a different date had been reported as past
        return Sense.UPDATED if days is None else self._placed(days, happened, Sense.UPDATED)

    def _was_ahead(self, resource: Resource, change: RowChange, field: str) -> bool:
        """Return whether the older date lay in the older package's future: only announced."""
        assert change.before is not None, "a changed row has both sides"
        try:
            days = intervals(self._old).dated(resource, change.before, field)
        except TableError:
            lifecycle = self._old.resource(change.resource).meaning.lifecycle
            if lifecycle is not None and field in lifecycle.date_fields:
                raise
            return False  # the field was not a date in the older edition
        return days is not None and self._cut is not None and days.is_after(self._cut)

    def _placed(self, days: Span, happened: Sense, announced: Sense = Sense.UNDATED) -> Sense:
        """Return the sense of an event that happened, or is announced, within some days."""
        cut, today = self._cut, self._new.as_of
        if cut is None:
            return Sense.UNDATED
        if today is not None and days.is_after(today):
            return announced
        if days.is_after(cut):
            return happened
        return Sense.BACKFILLED if days.is_by(cut) else Sense.UNDATED
