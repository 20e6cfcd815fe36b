"""Check the rows of a package against their schemas: types, constraints, keys, references.

These checks must pass before a package can be frozen. They need no other library;
:mod:`interopwatch.validation` runs frictionless as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import DateError, InteropwatchError, KeyProblemError, TableError
from interopwatch.findings import Finding, found
from interopwatch.package import types
from interopwatch.package.edtf import days_of, span
from interopwatch.package.patterns import (
    SECONDS,
    PatternMatcher,
    SlowPatternError,
    UnusablePatternError,
)
from interopwatch.text import excerpt

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from interopwatch.package.descriptor import Descriptor, Field, ForeignKey, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Table


def check_rows(package: Package, *, pattern_seconds: float = SECONDS) -> Iterator[Finding]:
    """Every cell, key and reference of a package that breaks its schema.

    Args:
        package: The package.
        pattern_seconds: How long patterns may take, beside what is usual.
    """
    matcher = PatternMatcher(pattern_seconds)
    for resource in package.descriptor.resources:
        try:
            table = package.table(resource.name)
        except InteropwatchError as error:
            yield Finding(resource.path, 0, "", "table-unreadable", error.message, error.hint)
            # Its file may still be what others refer to, and other tables are checked all the same.
            continue
        yield from _cells(resource, table, matcher)
        yield from _keys(resource, table)
        yield from _unique_keys(package.descriptor, resource, table)
        for key in resource.foreign_keys:
            yield from _references(package, resource, table, key)


def _cells(resource: Resource, table: Table, matcher: PatternMatcher) -> Iterator[Finding]:
    for field in resource.fields:
        try:
            unmatched = _unmatched(field, resource, table, matcher)
        except SlowPatternError as error:
            unmatched = {}
            said = {"pattern": excerpt(field.constraints["pattern"]), "why": str(error)}
            yield found("pattern-slow", resource.path, 0, field.name, **said)
        read = types.parser(field, resource.missing_values)
        required = field.constraints.get("required") or field.name in resource.primary_key
        unique = bool(field.constraints.get("unique"))
        seen: dict[Hashable, int] = {}
        for line, row in table.numbered_rows():
            cell = row[field.name]
            try:
                value = read(cell)
            except ValueError:
                problems = [("cell-type", {"cell": excerpt(cell), "type": field.type})]
            else:
                problems = list(_problems(field, cell, value, unmatched, required=bool(required)))
                if unique and value is not None and seen.setdefault(value, line) != line:
                    problems.append(("cell-unique", {"cell": cell, "line": str(seen[value])}))
            for code, said in problems:
                yield found(code, resource.path, line, field.name, **said)


def _unmatched(
    field: Field, resource: Resource, table: Table, matcher: PatternMatcher
) -> Mapping[str, str]:
    """What is to be said of the cells of a field that do not match its pattern.

    Raises:
        SlowPatternError: It takes too long.
    """
    if "pattern" not in field.constraints:
        return {}
    pattern = field.constraints["pattern"]
    # As a set: cells repeat each other, and matching is what may take long.
    cells = {row[field.name] for row in table.rows}.difference(resource.missing_values)
    unusable = f"cannot be held against the constraint pattern {pattern!r}"
    if not isinstance(pattern, str):
        return dict.fromkeys(cells, unusable)
    try:
        unmatched = matcher.mismatches(pattern, cells)
    except UnusablePatternError:
        return dict.fromkeys(cells, unusable)
    return dict.fromkeys(unmatched, f"does not match the pattern {pattern}")


def _problems(
    field: Field, cell: str, value: Hashable, unmatched: Mapping[str, str], *, required: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """What is wrong with a cell that is of its type: the code, and what to say of it."""
    if value is None:
        if required:
            yield "cell-required", {}
        return
    if cell in unmatched:
        yield "cell-constraint", {"what": f"{cell!r} {unmatched[cell]}"}
    for breach in _breaches(field, cell, value):
        yield "cell-constraint", {"what": breach}
    if field.is_edtf:
        try:
            span(cell)
        except DateError as error:
            yield "date-syntax", {"what": error.message, "do": error.hint}


def _breaches(field: Field, cell: str, value: Hashable) -> Iterator[str]:
    """The constraints (Table Schema 2.0, "Field Constraints") that a value breaks."""
    for name, limit in field.constraints.items():
        # Required, unique and pattern are checked where a whole column is at hand; what the
        # standard does not know is the business of the descriptor's own check.
        if name not in _CONSTRAINTS:
            continue
        holds, said = _CONSTRAINTS[name]
        try:
            kept = holds(field, cell, value, limit)
        except (TypeError, ValueError, TableError):
            # The limit is of another type than the field: a minimum of "abc" for numbers.
            yield f"{cell!r} cannot be held against the constraint {name} {limit!r}"
            continue
        if not kept:
            shown = ", ".join(map(str, limit)) if isinstance(limit, list) else limit
            yield f"{cell!r} {said} {shown}"


_Holds = Callable[["Field", str, Any, Any], bool]
_CONSTRAINTS: Final[Mapping[str, tuple[_Holds, str]]] = {
    "enum": (lambda f, _, v, many: v in [_typed(f, one) for one in many], "is not one of"),
    "minLength": (lambda _f, c, _v, n: len(c) >= n, "is shorter, in characters, than"),
    "maxLength": (lambda _f, c, _v, n: len(c) <= n, "is longer, in characters, than"),
    "minimum": (lambda f, _, v, n: v >= _typed(f, n), "is less than"),
    "maximum": (lambda f, _, v, n: v <= _typed(f, n), "is more than"),
    "exclusiveMinimum": (lambda f, _, v, n: v > _typed(f, n), "is not more than"),
    "exclusiveMaximum": (lambda f, _, v, n: v < _typed(f, n), "is not less than"),
}
"""For each constraint but patterns, whether a value keeps it, and what to say if it does not."""


def _typed(field: Field, limit: object) -> Any:  # noqa: ANN401 - any type
    """A constraint's value as the field's type, which JSON may write natively or as text."""
    if isinstance(limit, str):
        return types.parse(limit, field, ())
    # By its text, since Decimal(0.1) is 0.1000000000000000055…, which no cell says.
    return Decimal(str(limit)) if isinstance(limit, float) else limit


def _keys(resource: Resource, table: Table) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], int] = {}
    if not resource.primary_key:
        return
    for line, row in table.numbered_rows():
        key = resource.key_of(row)
        if key in seen:
            text = ", ".join(f"{n}={v!r}" for n, v in zip(resource.primary_key, key, strict=True))
            place = (resource.path, line, resource.primary_key[0])
            yield found("key-duplicate", *place, key=text, line=seen[key])
        seen.setdefault(key, line)
    if len(seen) == len(table.rows):
        try:
            _ = table.by_key
        except KeyProblemError as error:  # different texts, the same typed key
            yield Finding(resource.path, 0, "", "key-duplicate", error.message, error.hint)
        except TableError:
            return  # a cell of the wrong type, reported above


def _unique_keys(descriptor: Descriptor, resource: Resource, table: Table) -> Iterator[Finding]:
    """The rows that agree with another in fields that are to be unique together.

    Missing values are equal to none (Table Schema 2.0, "uniqueKeys").
    """
    schema = descriptor.item(resource.name).get("schema")
    declared = schema.get("uniqueKeys") if isinstance(schema, dict) else None
    for names in declared if isinstance(declared, list) else ():
        if not _are_fields(resource, names):
            continue  # the standard's profile says what is wrong with it
        read = _reader(resource, names)
        seen: dict[tuple[Hashable, ...], int] = {}
        for line, row in table.numbered_rows():
            value = read(row)
            if value is None or None in value or seen.setdefault(value, line) == line:
                continue
            cells = ", ".join(row[name] for name in names)
            said = {"cell": cells, "line": str(seen[value])}
            yield found("cell-unique", resource.path, line, names[0], **said)


def _are_fields(resource: Resource, names: object) -> bool:
    """Whether a value is a list of names of fields."""
    if not isinstance(names, list) or not names:
        return False
    return all(isinstance(name, str) and name in resource.by_name for name in names)


def _reader(
    resource: Resource, names: Sequence[str]
) -> Callable[[Mapping[str, str]], tuple[Hashable, ...] | None]:
    """What reads some cells of a row as values; as ``None`` if one is of another type."""
    parsers = [types.parser(resource.by_name[name], resource.missing_values) for name in names]

    def read(row: Mapping[str, str]) -> tuple[Hashable, ...] | None:
        try:
            return tuple(each(row[name]) for name, each in zip(names, parsers, strict=True))
        except ValueError:
            return None

    return read


def _values(
    resource: Resource, names: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> set[tuple[Hashable, ...] | None]:
    """What some fields hold, as values; nothing of a table whose fields are not declared."""
    if not resource.by_name.keys() >= {*names}:
        return set()
    return {*map(_reader(resource, names), rows)}


def _references(
    package: Package, resource: Resource, table: Table, key: ForeignKey
) -> Iterator[Finding]:
    if key.resource not in package.descriptor.by_name:
        yield found("reference-unknown", resource.path, 0, key.fields[0], name=key.resource)
        return
    try:
        there = package.table(key.resource).rows
    except InteropwatchError:
        return  # reported for that table
    targets = {tuple(row.get(name, "") for name in key.reference) for row in there}
    read, values = _reader(resource, key.fields), None
    for line, row in table.numbered_rows():
        value = tuple(row[name] for name in key.fields)
        # An empty reference refers to nothing, which is allowed.
        if not any(value) or value in targets:
            continue
        # What is written otherwise is the same value: 7 and 07, or NA where that means nothing.
        if values is None:  # most tables need no other look at what they refer to
            values = _values(package.resource(key.resource), key.reference, there)
        typed = read(row)
        if typed is not None and (typed in values or not any(v is not None for v in typed)):
            continue
        said = {
            "value": ", ".join(map(repr, value)),
            "there": f"{key.resource}.{', '.join(key.reference)}",
            "file": package.resource(key.resource).path,
        }
        yield found("reference-missing", resource.path, line, key.fields[0], **said)


def check_periods(package: Package) -> Iterator[Finding]:
    """Every row that ends before it begins."""
    for resource in package.descriptor.resources:
        lifecycle = resource.meaning.lifecycle
        if lifecycle is None or not (lifecycle.begin and lifecycle.end):
            continue
        try:
            table = package.table(resource.name)
        except InteropwatchError:
            continue  # check_rows reports it
        for line, row in table.numbered_rows():
            if _is_backwards(row, lifecycle.begin, lifecycle.end):
                said = {"begin": row[lifecycle.begin], "end": row[lifecycle.end]}
                yield found("period-backwards", resource.path, line, lifecycle.end, **said)


def _is_backwards(row: Mapping[str, str], begin: str, end: str) -> bool:
    # What is no date is reported as date-syntax.
    first, last = days_of(row[begin]).first, days_of(row[end]).last
    return first is not None and last is not None and last < first
