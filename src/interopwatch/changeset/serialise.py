"""Lossless serialisation of change sets as JSON and JSON Lines.

JSON (RFC 8259) is one object. JSON Lines (https://jsonlines.org) is the same object without its
rows, followed by one row per line, for tools that read line by line. ``changes.schema.json``
describes both. Reading is strict: a change set is meant to be applied, so anything that is not
understood is an error.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec
from msgspec import Struct, to_builtins
from msgspec.json import Decoder
from msgspec.structs import astuple, replace

from interopwatch.changeset.changeset import ChangeSet
from interopwatch.changeset.compose import schema_of
from interopwatch.changeset.json_form import (
    FileChangeForm,
    FirstLine,
    HeadForm,
    LineForm,
    ReformattedLine,
    RowForm,
    WholeForm,
)
from interopwatch.changeset.model import (
    FORMAT,
    DescriptorChange,
    Narrated,
    RowChange,
    Sense,
    Side,
)
from interopwatch.errors import ChangeSetError
from interopwatch.package.json_values import misfit, pointer
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def to_dict(changes: ChangeSet, narrated: Sequence[Narrated]) -> dict[str, Any]:
    """Convert a change set to the JSON object that ``changes.schema.json`` describes."""
    whole: dict[str, Any] = to_builtins(
        {
            "format": FORMAT,
            "old": changes.old,
            "new": changes.new,
            "schema": changes.schema,
            "rows": [item.to_json_row() for item in narrated],
            # In version 2 of the format, reformatted rows are called "respelled", and ignored ones
            # "aside".
            "respelled": changes.reformatted,
            "form": changes.form,
            "descriptor": changes.descriptor,
            "aside": changes.ignored,
            # Omitted if every key is declared, for compatibility.
            **({"keys": changes.keys} if changes.keys else {}),
            **({"files": list(map(FileChangeForm.of, changes.files))} if changes.files else {}),
            **({"missing": changes.missing} if changes.missing else {}),
        }
    )
    return whole


def unnarrated(changes: ChangeSet) -> tuple[Narrated, ...]:
    """Return the rows of a change set without narration, which needs the packages.

    Each has the sense ``undated`` and no sentence: senses depend on the dates and coverage of both
    packages, and sentences on their vocabulary, and must not be guessed.
    """
    return tuple(Narrated(change, Sense.UNDATED) for change in changes.rows)


def to_json(changes: ChangeSet, narrated: Sequence[Narrated] | None = None) -> str:
    """Encode a change set as one JSON object; without sentences if not given."""
    return as_json(to_dict(changes, unnarrated(changes) if narrated is None else narrated))


def to_lines(changes: ChangeSet, narrated: Sequence[Narrated] | None = None) -> str:
    """Encode a change set as JSON Lines: a head, then each row, then each reformatted row.

    The head counts the lines after it, so that a truncated file is detected.
    """
    every = unnarrated(changes) if narrated is None else narrated
    head = head_line(changes, len(every), len(changes.reformatted))
    rows = (as_json(to_builtins(item.to_json_row()), indent=None) for item in every)
    return "".join((head, *rows, *map(reformatted_line, changes.reformatted)))


def head_line(changes: ChangeSet, rows: int, reformatted: int) -> str:
    """Return the first line of JSON Lines: a change set with only the numbers of its rows."""
    whole = to_dict(replace(changes, rows=(), reformatted=()), ())
    del whole["rows"], whole["respelled"]
    return as_json({**whole, "counts": {"rows": rows, "respelled": reformatted}}, indent=None)


def reformatted_line(change: RowChange) -> str:
    """Return the line of a reformatted row in JSON Lines."""
    return as_json({**to_builtins(change), "kind": "respelled"}, indent=None)


class _Peek(Struct):
    counts: object = None


# Made once: making a decoder takes longer than reading a line with it.
_LINE: Final[Decoder[LineForm]] = Decoder(LineForm)
_MEMBER: Final = re.compile(r'"[ \t\r]*:')
"""What follows the name of each member of an object, and may occur within a text."""
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""The escape of a high surrogate, which may lack its pair."""
_HINT: Final = (
    "Make a change set with `interopwatch diff --format json` or `jsonl`; its JSON Schema is "
    "changes.schema.json."
)


def read(text: str, where: str) -> ChangeSet:
    """Parse a change set from JSON or JSON Lines.

    Narration (senses, sentences, sources) is checked, but is not part of the result.

    Args:
        text: The output of :func:`to_json` or :func:`to_lines`.
        where: The name of the file in messages.

    Raises:
        ChangeSetError: It is neither format, has another version, or does not conform to
            ``changes.schema.json``. The message names the location: a JSON Pointer (RFC 6901),
            after the line for JSON Lines.
    """
    first, _, rest = text.partition("\n")
    try:
        has_lines = msgspec.json.decode(first, type=_Peek).counts is not None
    except (msgspec.DecodeError, RecursionError):
        has_lines = False
    if has_lines:
        return _from_lines(first, rest.removesuffix("\n").split("\n") if rest else [], where)
    whole = _typed(_loaded(text, where), WholeForm, where)
    return _built(whole, map(_change, whole.rows), map(_change, whole.respelled), where)


def _from_lines(first: str, lines: Sequence[str], where: str) -> ChangeSet:
    place = f"{where}:1"
    head = _typed(_loaded(first, place), FirstLine, place)
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    for number, line in enumerate(lines, 2):
        row = _row(line, f"{where}:{number}")
        if isinstance(row, ReformattedLine):
            reformatted.append(_change(row))
        elif reformatted:
            _fail(f"{where}:{number}", "", "a row after respelled ones")
        else:
            rows.append(_change(row))
    for name, stated, found in (
        ("rows", head.counts.rows, len(rows)),
        ("respelled", head.counts.respelled, len(reformatted)),
    ):
        if stated != found:
            _fail(place, f"/counts/{name}", f"{stated} lines are stated, but {found} follow")
    return _built(head, rows, reformatted, place)


def _row(line: str, where: str) -> LineForm:
    """Decode a row of JSON Lines: directly, or slowly if anything is unusual about it."""
    try:
        row = _LINE.decode(line)
    except (msgspec.DecodeError, RecursionError):
        slow: LineForm = _typed(_loaded(line, where), LineForm, where)
        return slow
    # The decoder keeps the last of duplicate members. (`kind` is a member, but not a field.)
    members = 1 + len(row.__struct_fields__) + len(row.key)
    members += len(row.before or ()) + len(row.after or ())
    if len(_MEMBER.findall(line)) != members:
        _loaded(line, where)
    return row


def _change(row: RowForm) -> RowChange:
    return RowChange(row.resource, row.key, row.before, row.after, row.fields)


def _built(
    head: HeadForm, rows: Iterable[RowChange], reformatted: Iterable[RowChange], where: str
) -> ChangeSet:
    """Build a change set, and check that its parts are consistent."""
    _check_descriptor(head.descriptor, where)
    for i, change in enumerate(head.schema):
        names = [(side or {}).get("name") for side in (change.before, change.after)]
        if change.kind == "renamed" and not all(isinstance(name, str) for name in names):
            _fail(where, f"/schema/{i}", "`before` or `after` lacks a name")
    found = ChangeSet(
        old=Side(*astuple(head.old)),
        new=Side(*astuple(head.new)),
        schema=head.schema,
        rows=tuple(rows),
        reformatted=tuple(reformatted),
        form=head.form,
        descriptor=head.descriptor,
        ignored=head.aside,
        keys=head.keys,
        files=tuple(each.change for each in head.files),
        missing=head.missing,
    )
    try:
        implied = schema_of(head.descriptor, found.renames)
    except ChangeSetError as error:
        _fail(where, "/descriptor", error.message)
    for i, change in enumerate(head.schema):
        if change not in implied or change in head.schema[:i]:
            _fail(where, f"/schema/{i}", "/descriptor does not have this change")
    if len(head.schema) != len(implied):
        _fail(where, "/schema", "/descriptor has more changes of schemas")
    return found


def _check_descriptor(changes: Sequence[DescriptorChange], where: str) -> None:
    for i, change in enumerate(changes):
        sides = [side for side in (change.before, change.after) if side is not None]
        if len(sides) < (1 if change.resource else 2):
            _fail(where, f"/descriptor/{i}", "`before` or `after` is missing")
        if change.resource and any(side.get("name") != change.resource for side in sides):
            _fail(
                where,
                f"/descriptor/{i}",
                f"`before` or `after` names another resource than {change.resource!r}",
            )
    if len({change.resource for change in changes}) != len(changes):
        _fail(where, "/descriptor", "two changes of the same resource")


def _typed(value: Any, kind: Any, where: str) -> Any:  # noqa: ANN401 - JSON, and whatever type is asked for
    """Convert a JSON value to a type.

    Raises:
        ChangeSetError: It has another type or another version.
    """
    if kind is not LineForm and isinstance(value, dict) and value.get("format") != FORMAT:
        found = repr(value["format"]) if "format" in value else "nothing"
        raise ChangeSetError(
            f"{where}: /format: {found}; expected {FORMAT!r}",
            hint="Make it again with this version: `interopwatch diff --format json`.",
        )
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        steps, problem = misfit(error, value, kind)
        _fail(where, pointer(steps), problem)


def _loaded(text: str, where: str) -> object:
    """Parse JSON with a parser that reports line and column, and reject duplicate members.

    Raises:
        ChangeSetError: It is not JSON, or an object has duplicate members.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        _fail(f"{where}:{error.lineno}:{error.colno}", None, f"not JSON: {error.msg}")
    except UnicodeEncodeError:
        _fail(where, None, "it has an unpaired surrogate, such as \\ud800")
    except RecursionError:
        _fail(where, None, "not a change set: nested too deeply")
    except ValueError as error:
        _fail(where, None, f"not a change set: {error}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"duplicate member {doubled!r}")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _fail(where: str, at: str | None, problem: str) -> NoReturn:
    """Raise an error for a location; ``at`` is a JSON Pointer, if there is one."""
    place = where if at is None else f"{where}: {at or '/'}"
    raise ChangeSetError(f"{place}: {problem}", hint=_HINT)
