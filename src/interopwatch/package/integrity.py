"""Check the rows of a package against their schemas: types, constraints, keys, references.

These checks must pass before a package can be frozen. They need no other library;
:mod:`interopwatch.validation` runs frictionless as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
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

_REMEMBERED: Final = 1024
"""How many judged cells to keep of a column with constraints or dates, since these repeat: saves a
third of the time on the shipped tables. A round number."""


def check_rows(package: Package, *, pattern_seconds: float = SECONDS) -> Iterator[Finding]:
    """Yield every cell, key and reference of a package that violates its schema.

    Args:
        package: The package.
        pattern_seconds: Time limit for patterns, in addition to the usual time.
    """
    matcher = PatternMatcher(pattern_seconds)
    for resource in package.descriptor.resources:
        try:
            table = package.table(resource.name)
        except InteropwatchError as error:
            yield Finding(resource.path, 0, "", "table-unreadable", error.message, error.hint)
            # The other tables are still checked.
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
            values = {"pattern": excerpt(field.constraints["pattern"]), "why": str(error)}
            yield found("pattern-slow", resource.path, 0, field.name, **values)
        read = types.parser(field, resource.missing_values)
        required = field.constraints.get("required") or field.name in resource.primary_key
        unique = bool(field.constraints.get("unique"))
        check = partial(_checked, field, read, unmatched, required=bool(required))
        checked = lru_cache(_REMEMBERED)(check) if field.constraints or field.is_edtf else check
        seen: dict[Hashable, int] = {}
        for line, row in table.numbered_rows():
            cell = row[field.name]
            value, problems = checked(cell)
            for code, values in problems:
                yield found(code, resource.path, line, field.name, **values)
            if unique and value is not None and seen.setdefault(value, line) != line:
                other = str(seen[value])
                yield found("cell-unique", resource.path, line, field.name, cell=cell, line=other)


def _unmatched(
    field: Field, resource: Resource, table: Table, matcher: PatternMatcher
) -> Mapping[str, str]:
    """Return the cells of a field that do not match its pattern, each with a message.

    Raises:
        SlowPatternError: It takes too long.
    """
    if "pattern" not in field.constraints:
        return {}
    pattern = field.constraints["pattern"]
    # As a set: cells repeat, and matching may be slow.
    cells = {row[field.name] for row in table.rows}.difference(resource.missing_values)
    unusable = f"cannot be checked against the pattern {pattern!r}"
    if not isinstance(pattern, str):
        return dict.fromkeys(cells, unusable)
    try:
        unmatched = matcher.mismatches(pattern, cells)
    except UnusablePatternError:
        return dict.fromkeys(cells, unusable)
    return dict.fromkeys(unmatched, f"does not match the pattern {pattern}")


def _checked(
    field: Field,
    read: Callable[[str], Hashable],
    unmatched: Mapping[str, str],
    cell: str,
    *,
    required: bool,
) -> tuple[Hashable, Sequence[tuple[str, dict[str, str]]]]:
    """Return the value of a cell, if it has one of its type, and what is wrong with it."""
    try:
        value = read(cell)
    except ValueError:
        return None, [("cell-type", {"cell": excerpt(cell), "type": field.type})]
    if value is not None and not field.constraints and not field.is_edtf:
        return value, ()  # as most cells are
    return value, list(_problems(field, cell, value, unmatched, required=required))


def _problems(
    field: Field, cell: str, value: Hashable, unmatched: Mapping[str, str], *, required: bool
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the problems of a cell that has the right type: code and message arguments."""
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
    """Yield the constraints (Table Schema 2.0, "Field Constraints") that a value violates."""
    for name, limit in field.constraints.items():
        # `required`, `unique` and `pattern` are checked by the callers; constraints unknown to the
        # standard are reported by the check of the descriptor.
        if name not in _CONSTRAINTS:
            continue
        holds, phrase = _CONSTRAINTS[name]
        try:
            is_satisfied = holds(field, cell, value, limit)
        except (TypeError, ValueError, TableError):
            # The limit has another type than the field: a minimum of "abc" for numbers.
            yield f"{cell!r} cannot be checked against the constraint {name} {limit!r}"
            continue
        if not is_satisfied:
            shown = ", ".join(map(str, limit)) if isinstance(limit, list) else limit
            yield f"{cell!r} {phrase} {shown}"


_Holds = Callable[["Field", str, Any, Any], bool]
_CONSTRAINTS: Final[Mapping[str, tuple[_Holds, str]]] = {
    "enum": (lambda f, _, v, many: v in [_typed(f, one) for one in many], "is not one of"),
    "minLength": (lambda _f, c, _v, n: len(c) >= n, "has fewer characters than"),
    "maxLength": (lambda _f, c, _v, n: len(c) <= n, "has more characters than"),
    "minimum": (lambda f, _, v, n: v >= _typed(f, n), "is less than"),
    "maximum": (lambda f, _, v, n: v <= _typed(f, n), "is more than"),
    "exclusiveMinimum": (lambda f, _, v, n: v > _typed(f, n), "is not more than"),
    "exclusiveMaximum": (lambda f, _, v, n: v < _typed(f, n), "is not less than"),
}
"""For each constraint except patterns, a predicate for values, and the message if it fails."""


def _typed(field: Field, limit: object) -> Any:  # noqa: ANN401 - any type
    """Return a constraint's value as the field's type; JSON may have it natively or as text."""
    if isinstance(limit, str):
        return types.parse(limit, field, ())
    # From its text, since Decimal(0.1) is 0.1000000000000000055…, which no cell contains.
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
        except KeyProblemError as error:  # different texts, equal typed keys
            yield Finding(resource.path, 0, "", "key-duplicate", error.message, error.hint)
        except TableError:
            return  # a cell of the wrong type, reported above


def _unique_keys(descriptor: Descriptor, resource: Resource, table: Table) -> Iterator[Finding]:
    """Yield the rows that equal an earlier one in the fields of a unique key.

    Missing values are never equal (Table Schema 2.0, "uniqueKeys").
    """
    schema = descriptor.item(resource.name).get("schema")
    declared = schema.get("uniqueKeys") if isinstance(schema, dict) else None
    for names in declared if isinstance(declared, list) else ():
        if not _are_fields(resource, names):
            continue  # the check against the standard's profile reports it
        read = _reader(resource, names)
        seen: dict[tuple[Hashable, ...], int] = {}
        for line, row in table.numbered_rows():
            value = read(row)
            if value is None or None in value or seen.setdefault(value, line) == line:
                continue
            cells = ", ".join(row[name] for name in names)
            values = {"cell": cells, "line": str(seen[value])}
            yield found("cell-unique", resource.path, line, names[0], **values)


def _are_fields(resource: Resource, names: object) -> bool:
    """Return whether a value is a list of field names."""
    if not isinstance(names, list) or not names:
        return False
    return all(isinstance(name, str) and name in resource.by_name for name in names)


def _reader(
    resource: Resource, names: Sequence[str]
) -> Callable[[Mapping[str, str]], tuple[Hashable, ...] | None]:
    """Return a function that parses some cells of a row; ``None`` if one has another type."""
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
    """Return the typed values of some fields; empty for a table without these fields."""
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
        target_rows = package.table(key.resource).rows
    except InteropwatchError:
        return  # reported for that table
    targets = {tuple(row.get(name, "") for name in key.reference) for row in target_rows}
    read, values = _reader(resource, key.fields), None
    for line, row in table.numbered_rows():
        value = tuple(row[name] for name in key.fields)
        # An empty reference is allowed.
        if not any(value) or value in targets:
            continue
        # Different texts may be the same value: 7 and 07, or a missing value such as NA.
        if values is None:  # most tables do not need the typed values
            values = _values(package.resource(key.resource), key.reference, target_rows)
        typed = read(row)
        if typed is not None and (typed in values or not any(v is not None for v in typed)):
            continue
        details = {
            "value": ", ".join(map(repr, value)),
            "there": f"{key.resource}.{', '.join(key.reference)}",
            "file": package.resource(key.resource).path,
        }
        yield found("reference-missing", resource.path, line, key.fields[0], **details)


def check_periods(package: Package) -> Iterator[Finding]:
    """Yield every row that ends before it begins."""
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
                values = {"begin": row[lifecycle.begin], "end": row[lifecycle.end]}
                yield found("period-backwards", resource.path, line, lifecycle.end, **values)


def _is_backwards(row: Mapping[str, str], begin: str, end: str) -> bool:
    # Invalid dates are reported as date-syntax.
    first, last = days_of(row[begin]).first, days_of(row[end]).last
    return first is not None and last is not None and last < first
