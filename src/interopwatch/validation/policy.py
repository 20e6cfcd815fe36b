"""Check the changes between two editions against the rules of a policy."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import stream_diff
from interopwatch.findings import found
from interopwatch.package.labels import counted, joined
from interopwatch.package.policy import DEFAULT, ROW_RULES
from interopwatch.validation.readable import ReadablePackage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import RowChange, SchemaChange
    from interopwatch.findings import Finding
    from interopwatch.package.package import Package
    from interopwatch.package.policy import Limit, Policy
    from interopwatch.package.tolerance import Tolerance

_EXAMPLES: Final = 3
"""Keys listed for the rows that break a rule: enough to look for the rest with ``diff``."""


class _ChangedRows:
    """The numbers of added, removed and changed rows of a table, with some keys of each kind."""

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.keys: dict[str, list[str]] = {}

    def add(self, changes: Iterable[RowChange]) -> None:
        for change in changes:
            self.numbers[change.kind] += 1
            keys = self.keys.setdefault(change.kind, [])
            if len(keys) < _EXAMPLES:
                text = ", ".join(change.key.values())
                keys.append(f"({text})" if len(change.key) > 1 else text)


def policies(
    old: Package, new: Package, rules: Policy, allowed: Collection[str] = ()
) -> Mapping[str, Policy]:
    """Return the policy of each table of the older edition, and under ``""`` that of all others.

    The older edition's policy applies, so that no change can relax the rules that it is judged by;
    the newer one's applies if there is none, and the default if neither has one. The policy of a
    resource overrides that of its package, and options override both.

    Args:
        old: The older edition.
        new: The newer edition.
        rules: The rules given as options.
        allowed: The rules that options disable.
    """
    descriptor = next((p.descriptor for p in (old, new) if _declares_policy(p)), None)
    if descriptor is None:
        base: Policy = {} if rules else DEFAULT
        of_resources: Mapping[str, Policy] = {}
    else:
        base = descriptor.policy
        tables = (*descriptor.resources, *descriptor.files)
        of_resources = {r.name: r.meaning.policy for r in tables if r.meaning.policy}
    last = {**rules, **dict.fromkeys(allowed)}
    return {
        "": {**base, **last},
        **{name: {**base, **policy, **last} for name, policy in of_resources.items()},
    }


def _declares_policy(package: Package) -> bool:
    descriptor = package.descriptor
    return bool(descriptor.policy) or any(r.meaning.policy for r in descriptor.resources)


def check_policy(
    old: Package,
    new: Package,
    by_table: Mapping[str, Policy],
    options: DiffOptions | None = None,
    tolerances: Mapping[str, Tolerance] | None = None,
) -> tuple[Finding, ...]:
    """Return the rules that the changes between two editions break.

    Args:
        old: The older edition.
        new: The newer edition.
        by_table: The policy of each table; see :func:`policies`.
        options: The options of the comparison.
        tolerances: By resource, the fields to ignore or compare within a tolerance.

    Raises:
        InteropwatchError: The editions cannot be compared.
    """
    rows: dict[str, _ChangedRows] = {}
    with ExitStack() as stack:
        flow = stack.enter_context(
            stream_diff(old, new, None, options or DiffOptions(), tolerances=tolerances or {})
        )
        for name, some in flow.found:
            if some is None:
                rows.pop(name, None)
            else:
                rows.setdefault(name, _ChangedRows()).add(some.rows)
    check = _PolicyCheck(old, ReadablePackage.of(new), flow.head, by_table)
    return tuple(sorted([*check.schemas(), *check.files(), *check.rows(rows)]))


class _PolicyCheck:
    """Changes judged by a policy."""

    def __init__(
        self, old: Package, new: ReadablePackage, head: ChangeSet, by_table: Mapping[str, Policy]
    ) -> None:
        self._old, self._new, self._head, self._policies = old, new, head, by_table
        raw = new.descriptor.as_read.get("resources", ())
        names = [item.get("name") if isinstance(item, dict) else None for item in raw]
        self._places = {name: at for at, name in enumerate(names)}

    def schemas(self) -> Iterator[Finding]:
        """Yield the broken rules about tables and columns."""
        for change in self._head.schema:
            for rule, values in _rules_of(change):
                if self._rules(change.resource).get(rule) is not None:
                    values |= {"table": change.resource, "column": change.field}
                    yield self._new.in_descriptor(self._path(change), rule, **values)

    def files(self) -> Iterator[Finding]:
        """Yield the broken rules about files that are not tables."""
        rule = "removed-file"
        for change in self._head.files:
            if change.kind == "removed" and self._rules(change.resource).get(rule) is not None:
                yield self._new.in_descriptor(("resources",), rule, table=change.resource)

    def rows(self, changed: Mapping[str, _ChangedRows]) -> Iterator[Finding]:
        """Yield the broken rules about numbers of rows."""
        new = self._new.descriptor.by_name
        for name, rows in changed.items():
            old_name = self._old_name(name)
            # Adding or removing a table is a single change, with rules of its own.
            if name not in new or old_name not in self._old.descriptor.by_name:
                continue
            for rule in ROW_RULES:
                limit = self._rules(name).get(rule)
                kind = rule.partition("-")[0]
                number = rows.numbers[kind]
                if limit is None or not number:
                    continue
                # Last, since it reads all of the older table.
                total = sum(1 for _ in self._old.each_row(old_name))
                if limit.is_exceeded(number, total):
                    text = _rows_in_words(rows, kind, total, limit)
                    yield found(rule, new[name].path, table=name, what=text)

    def _rules(self, name: str) -> Policy:
        old_name = self._old_name(name)
        return self._policies.get(old_name) or self._policies.get(name) or self._policies[""]

    def _old_name(self, name: str) -> str:
        return self._head.renames.resources.inverse(name)

    def _path(self, change: SchemaChange) -> tuple[str | int, ...]:
        """Return the location of a change in the newer descriptor, or of what contains it."""
        at = self._places.get(change.resource)
        if at is None:
            return ("resources",)
        path: tuple[str | int, ...] = ("resources", at)
        if not change.field:
            is_key = change.before is not None and "primaryKey" in change.before
            return (*path, "schema", "primaryKey") if is_key else path
        header = self._new.descriptor.by_name[change.resource].as_declared.header
        if change.field not in header:
            return (*path, "schema", "fields")
        return (*path, "schema", "fields", header.index(change.field))


def _rows_in_words(rows: _ChangedRows, kind: str, total: int, limit: Limit) -> str:
    """Describe how many rows were added, removed or changed, the limit, and some keys."""
    number = rows.numbers[kind]
    verb = "was" if number == 1 else "were"
    if kind == "added":
        text = f"{counted(number, ('row', 'rows'))} {verb} added to {total:,}"
    else:
        text = f"{number:,} of {counted(total, ('row', 'rows'))} {verb} {kind}"
    share = f" ({number / total:.1%})" if total else ""
    allowed = f"at most {limit} may be" if limit.number else "none may be"
    more = number - len(rows.keys[kind])
    keys = joined([*rows.keys[kind], *([f"{more:,} more"] if more else [])])
    return f"{text}{share}, but {allowed}: {keys}"


def _rules_of(change: SchemaChange) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rules that a schema change may break, each with its message arguments."""
    before, after = change.before or {}, change.after or {}
    if change.kind != "changed":
        noun = "column" if change.field else "table"
        yield f"{change.kind}-{noun}", {"was": str(before.get("name", ""))}
    elif change.field:
        old, new = _type(before), _type(after)
        if old != new:
            yield "retyped-field", {"was": old, "now": new}
        if before.get("constraints") != after.get("constraints"):
            yield "changed-constraints", {"was": _constraints(before), "now": _constraints(after)}
    else:
        old, new = (joined(list(side.get("primaryKey", ()))) or "none" for side in (before, after))
        yield "changed-key", {"was": old, "now": new}


def _constraints(field: Mapping[str, Any]) -> str:
    return json.dumps(field.get("constraints") or {}, ensure_ascii=False)


def _type(field: Mapping[str, Any]) -> str:
    kind, form = field.get("type", "any"), field.get("format") or "default"
    return str(kind) if form == "default" else f"{kind} ({form})"
