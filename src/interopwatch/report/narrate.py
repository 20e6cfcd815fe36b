"""Changes in sentences: rows in the vocabulary of their descriptors, everything else in ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from interopwatch.changeset.model import NEWS, Classified, Narrated, RowChange, Sense
from interopwatch.package.formats import format_of
from interopwatch.package.keys import common_keys, matched_by
from interopwatch.package.labels import RowLabels, by_key, counted, joined
from interopwatch.package.renamed import renamed
from interopwatch.package.template import fill, parse
from interopwatch.package.tolerance import TEXTS
from interopwatch.package.words import OF_A_CHANGE, worded
from interopwatch.report.cells import stated_cells
from interopwatch.text import distinguished
from interopwatch.timeline.classify import classify, is_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import FileChange, IgnoredRows, SchemaChange
    from interopwatch.compare.key_spellings import ReformattedKeys
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.template import Reference


def narrate(changes: ChangeSet, old: Package, new: Package) -> tuple[Narrated, ...]:
    """Return every row change with its sense and its sentence, in the order of the change set."""
    if is_before(new, old):  # sentences are in chronological order
        forwards = narrate(~changes, new, old)
        pairs = zip(forwards, changes.rows, strict=True)
        return tuple(replace(item, change=change) for item, change in pairs)
    old, new = in_keys_of(changes, old, new)
    return tuple(map(Narrator(old, new).narrate, classify(changes, old, new)))


def in_keys_of(changes: ChangeSet, old: Package, new: Package) -> tuple[Package, Package]:
    """Return two packages with the names and keys by which their rows were matched."""
    old = renamed(old, changes.renames, new.descriptor)
    old, new = common_keys(old, new)
    return matched_by(old, changes.keys), matched_by(new, changes.keys)


class _NarrationPlan(NamedTuple):
    """What is the same for all changed rows of one resource.

    Recomputing it for each of a million changed rows doubled the time.

    Attributes:
        resource: The resource in the newer package.
        titles: The titles of its fields in either package.
        are_plain: Whether every difference is reported, and none in the package's words; true of
            most packages, where there may be a million such rows.
        clerical: The fields that may change without being news.
        as_written: The fields whose cells are shown as written on both sides.
        named_by: The field whose cell alone names a row; empty if there is none.
    """

    resource: Resource
    titles: Mapping[str, str]
    are_plain: bool
    clerical: frozenset[str]
    as_written: frozenset[str]
    named_by: str


class Narrator:
    """Puts the changes between two packages into sentences.

    ``old`` has the names of ``new`` and is not the later of the two.
    """

    def __init__(self, old: Package, new: Package) -> None:
        old, new = worded(old), worded(new)
        self._old, self._new = old, new
        self._old_labels, self._new_labels = RowLabels(old), RowLabels(new)
        self._old_is_observed = old.is_observed
        self._plans: dict[str, _NarrationPlan] = {}

    def narrate(self, item: Classified) -> Narrated:
        """Return a change with its sentence, and where its source states it."""
        change = item.change
        package = self._old if change.after is None else self._new
        if change.before is not None and change.after is not None:
            sentence = self._changed(change, item.sense)
        else:
            sentence = self._whole(change, item.sense, package.resource(change.resource))
        stated_by = package.stated_by(change.row)
        return Narrated(change, item.sense, item.clerical, sentence, *stated_by)

    def _plan(self, name: str) -> _NarrationPlan:
        plan = self._plans.get(name)
        if plan is None:
            old, new = self._old.resource(name), self._new.resource(name)
            has_words = any(words.sentences for words in new.meaning.every_words)
            clerical = frozenset(self._new.clerical_fields(new))
            plan = self._plans[name] = _NarrationPlan(
                new,
                {field.name: field.title or field.name for field in (*old.fields, *new.fields)},
                not (has_words or clerical) and self._old_is_observed,
                clerical,
                self._old_labels.stated_as_written(old) & self._new_labels.stated_as_written(new),
                self._new_labels.named_by(new),
            )
        return plan

    def _labels(self, change: RowChange) -> RowLabels:
        """Return the labels of the package that contains the row."""
        return self._old_labels if change.after is None else self._new_labels

    def _whole(self, change: RowChange, sense: Sense, resource: Resource) -> str:
        """Return a sentence for an added or removed row."""
        labels, row = self._labels(change), change.row
        words = resource.meaning.words_for(row)
        # The sense says more than what happened to the row.
        for name in (sense.value, change.kind) if words.sentences else ():
            if name in words.sentences:
                return labels.say(words.sentences[name], resource, row)
        lead = "New" if change.kind == "added" else "No longer listed:"
        return f"{lead} {words.noun[0]} {labels.label(resource, row)}"

    def differences(self, item: Classified) -> tuple[str, ...]:
        """Return the differences in a changed row; empty if its package has words for them."""
        plan = self._plan(item.change.resource)
        texts, shown = self._parts(item.change, item.sense, plan)
        parts = tuple(self._difference(item.change, plan, field) for field in shown)
        return () if texts else parts

    def _changed(self, change: RowChange, sense: Sense) -> str:
        """Return a sentence for a changed row: the event, and all other substantive differences."""
        plan = self._plan(change.resource)
        texts, shown = self._parts(change, sense, plan)
        if shown:
            parts = [self._difference(change, plan, field) for field in shown]
            row = change.row
            name = row.get(plan.named_by) if plan.named_by else ""
            label = name or self._new_labels.label(plan.resource, row)
            texts.append(f"{label}: {'; '.join(parts)}")
        return "; ".join(texts)

    def _parts(
        self, change: RowChange, sense: Sense, plan: _NarrationPlan
    ) -> tuple[list[str], tuple[str, ...]]:
        """Return sentences in the package's words, and the fields that they do not cover."""
        if plan.are_plain:
            return [], change.fields
        texts, covered = self._in_words(change, sense, plan.resource)
        rest: Sequence[str] = change.fields
        if covered or not self._old_is_observed:
            rest = [f for f in rest if f not in covered and not self._is_new(change, f)]
        substance = rest
        if plan.clerical:
            substance = [field for field in rest if field not in plan.clerical]
        if substance or not texts:
            return texts, tuple(substance or rest or change.fields)
        return texts, ()

    def _in_words(
        self, change: RowChange, sense: Sense, resource: Resource
    ) -> tuple[list[str], set[str]]:
        """Return sentences in the package's words, and the fields that they cover."""
        words, lifecycle = resource.meaning.words_for(change.row), resource.meaning.lifecycle
        texts: list[str] = []
        covered: set[str] = set()
        if sense in NEWS and sense.value in words.sentences:
            text = self._labels(change).say(words.sentences[sense.value], resource, change.row)
            texts.append(text)
            # The sentence of a sense also covers its dates and its reason.
            if lifecycle is not None:
                covered.update((*lifecycle.date_fields, lifecycle.reason, *lifecycle.planned))
        for field in change.fields if words.sentences else ():
            event = "changed" if change.row.get(field) else "cleared"
            if field not in covered and f"{field}.{event}" in words.sentences:
                template = words.sentences[f"{field}.{event}"]
                texts.append(self._of_change(template, change, resource, field))
                covered.add(field)
        return texts, covered

    def _of_change(self, template: str, change: RowChange, resource: Resource, field: str) -> str:
        """Fill a template for a changed field, in which ``{was}`` is the value before."""
        labels, row = self._labels(change), change.row
        before = self._old_labels.stated(change.resource, change.before or {}, field)

        def value(reference: Reference) -> str:
            if reference.paths == (OF_A_CHANGE,):
                return before
            texts = (labels.cell(resource, row, path) for path in reference.paths)
            return next(filter(None, texts), "")

        return fill(parse(template), value)

    def _is_new(self, change: RowChange, field: str) -> bool:
        """Return whether a value is new only because a reconstruction could not have it."""
        return not self._old_is_observed and not (change.before or {}).get(field)

    def _difference(self, change: RowChange, plan: _NarrationPlan, name: str) -> str:
        if name in plan.as_written:
            before, after = distinguished(*change.cells(name))
        else:
            labels = self._old_labels, self._new_labels
            before, after = distinguished(*stated_cells(change, name, labels))
        title = plan.titles[name]
        if not before:
            return f"{title} is now stated: “{after}”"
        if not after:
            return f"{title} is no longer stated (it was “{before}”)"
        return f"{title} changed from “{before}” to “{after}”"


def describe_file_change(change: FileChange) -> str:
    """Describe a change to a file that was compared by its bytes."""
    return (
        f"file {change.kind} ({'not compared as a table' if is_table(change) else 'not a table'})"
    )


def is_table(change: FileChange) -> bool:
    """Return whether a file that was compared by its bytes is a table that could not be read."""
    state = change.after or change.before
    return state is not None and format_of({"path": state.path}) == "csv"


def describe_schema_change(change: SchemaChange) -> str:
    """Describe a schema change in words.

    >>> from interopwatch.changeset.model import SchemaChange
    >>> names = {"name": "label"}, {"name": "name"}
    >>> describe_schema_change(SchemaChange("people", "name", "renamed", *names))
    'field people.name renamed (it was label)'
    """
    before, after = change.before or {}, change.after or {}
    name = change.field or change.resource
    if change.kind == "renamed":
        old_name, name = distinguished(str(before.get("name", "")), name)
    subject = f"field {change.resource}.{name}" if change.field else f"resource {name}"
    if change.kind == "renamed":
        return f"{subject} renamed (it was {old_name})"
    if change.kind != "changed":
        return f"{subject} {change.kind}"
    texts = [
        f"{name} from {_value(before.get(name))} to {_value(after.get(name))}"
        for name in dict.fromkeys((*before, *after))
        if name != "name" and before.get(name) != after.get(name)
    ]
    return f"{subject} changed: {joined(texts)}"


def describe_keys(changes: ChangeSet, most: int) -> Iterator[str]:
    """Describe how the rows of resources without a declared primary key were matched.

    Args:
        changes: The change set.
        most: The maximum number of resources named for each key; more are counted.
    """
    # The rows of an added or removed table are matched with none.
    unmatched = {
        c.resource for c in changes.schema if not c.field and c.kind in ("added", "removed")
    }
    return by_key({name: key for name, key in changes.keys.items() if name not in unmatched}, most)


def describe_reformatted_keys(found: ReformattedKeys) -> str:
    """Describe keys that are the same values in another spelling."""
    examples = "; ".join(f"“{before}” is now “{after}”" for before, after in found.examples)
    rows = counted(found.rows, ("row", "rows"))
    fields = joined(found.fields)
    return f"{found.resource}.{fields} of {rows}, by {joined(found.spellings)}: {examples}"


def describe_ignored(ignored: IgnoredRows) -> str:
    """Describe rows that differ only in ignored fields or within a tolerance."""
    texts = list(ignored.ignored)
    texts += [
        f"{name} ({each if each in TEXTS else f'within {each}'})"
        for name, each in ignored.tolerances.items()
    ]
    verb = "differs" if ignored.rows == 1 else "differ"
    rows = counted(ignored.rows, ("row", "rows"))
    return f"{rows} of {ignored.resource} {verb} only in {joined(texts)}"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return joined([f"{name} {each}" for name, each in value.items()]) or "nothing"
    if isinstance(value, list):
        return joined([str(each) for each in value]) or "nothing"
    return str(value)
