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
    """A change set as the JSON object that ``changes.schema.json`` describes."""
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
            # Left out where every key is declared, so that such change sets are as they were.
            **({"keys": changes.keys} if changes.keys else {}),
            **({"files": list(map(FileChangeForm.of, changes.files))} if changes.files else {}),
            **({"missing": changes.missing} if changes.missing else {}),
        }
    )
    return whole


def unnarrated(changes: ChangeSet) -> tuple[Narrated, ...]:
    """The rows of a change set without the packages that say what they mean.

    Each has the sense ``undated`` and no sentence: senses rest on the dates and the coverage
    of both packages, and sentences on their words, and neither is to be guessed.
    """
    return tuple(Narrated(change, Sense.UNDATED) for change in changes.rows)


def to_json(changes: ChangeSet, narrated: Sequence[Narrated] | None = None) -> str:
    """A change set as one JSON object; without words if they are not given."""
    return as_json(to_dict(changes, unnarrated(changes) if narrated is None else narrated))


def to_lines(changes: ChangeSet, narrated: Sequence[Narrated] | None = None) -> str:
    """A change set as JSON Lines: a head, then each row, then each reformatted row.

    The head counts the lines after it, so that a file which was cut off is noticed.
    """
    every = unnarrated(changes) if narrated is None else narrated
    head = head_line(changes, len(every), len(changes.reformatted))
    rows = (as_json(to_builtins(item.to_json_row()), indent=None) for item in every)
    return "".join((head, *rows, *map(reformatted_line, changes.reformatted)))


def head_line(changes: ChangeSet, rows: int, reformatted: int) -> str:
    """The first of the JSON Lines: a change set but for its rows, which are counted."""
    whole = to_dict(replace(changes, rows=(), reformatted=()), ())
    del whole["rows"], whole["respelled"]
    return as_json({**whole, "counts": {"rows": rows, "respelled": reformatted}}, indent=None)


def reformatted_line(change: RowChange) -> str:
    """The one of the JSON Lines that a reformatted row makes."""
    return as_json({**to_builtins(change), "kind": "respelled"}, indent=None)


class _Peek(Struct):
    counts: object = None


_LINE: Final[Decoder[LineForm]] = Decoder(LineForm)
_MEMBER: Final = re.compile(r'"[ \t\r]*:')
"""What follows the name of each member of an object, and now and then stands within a text."""
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half of a pair of surrogates, which is no character."""
_HINT: Final = (
    "`interopwatch diff --format json` or `jsonl` makes a change set, and changes.schema.json "
    "says what may stand in it."
)


def read(text: str, where: str) -> ChangeSet:
    """Read a change set from JSON or JSON Lines, whichever the text is.

    What it means in words (senses, sentences, sources) is checked, and is not part of the
    result.

    Args:
        text: What :func:`to_json` or :func:`to_lines` wrote.
        where: What to call the file in messages.

    Raises:
        ChangeSetError: It is neither, or of another version, or not as ``changes.schema.json``
            says. The message names the place: a JSON pointer (RFC 6901), after the line if
            there are lines.
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
    here = f"{where}:1"
    head = _typed(_loaded(first, here), FirstLine, here)
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    for number, line in enumerate(lines, 2):
        row = _row(line, f"{where}:{number}")
        if isinstance(row, ReformattedLine):
            reformatted.append(_change(row))
        elif reformatted:
            _fail(f"{where}:{number}", "", "a row stands after respelled ones")
        else:
            rows.append(_change(row))
    for name, stated, found in (
        ("rows", head.counts.rows, len(rows)),
        ("respelled", head.counts.respelled, len(reformatted)),
    ):
        if stated != found:
            _fail(here, f"/counts/{name}", f"{stated} lines are counted, and {found} follow")
    return _built(head, rows, reformatted, here)


def _row(line: str, where: str) -> LineForm:
    """A row of JSON Lines: read at once, or slowly if anything is odd about it."""
    try:
        row = _LINE.decode(line)
    except (msgspec.DecodeError, RecursionError):
        slow: LineForm = _typed(_loaded(line, where), LineForm, where)
        return slow
    # A decoder keeps the last of two members of one name. (The name of its kind is no field.)
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
    """A change set whose parts agree with each other."""
    _check_descriptor(head.descriptor, where)
    for i, change in enumerate(head.schema):
        names = [(side or {}).get("name") for side in (change.before, change.after)]
        if change.kind == "renamed" and not all(isinstance(name, str) for name in names):
            _fail(where, f"/schema/{i}", "a name is missing on one of its sides")
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
            _fail(where, f"/schema/{i}", "/descriptor says nothing of it")
    if len(head.schema) != len(implied):
        _fail(where, "/schema", "/descriptor says that more differs")
    return found


def _check_descriptor(changes: Sequence[DescriptorChange], where: str) -> None:
    for i, change in enumerate(changes):
        sides = [side for side in (change.before, change.after) if side is not None]
        if len(sides) < (1 if change.resource else 2):
            _fail(where, f"/descriptor/{i}", "it lacks a side")
        if change.resource and any(side.get("name") != change.resource for side in sides):
            _fail(where, f"/descriptor/{i}", f"it is not about the resource {change.resource!r}")
    if len({change.resource for change in changes}) != len(changes):
        _fail(where, "/descriptor", "a resource stands twice")


def _typed(value: Any, kind: Any, where: str) -> Any:  # noqa: ANN401 - JSON, and whatever type is asked for
    """A JSON value as a value of some type.

    Raises:
        ChangeSetError: It is of another type, or of another version.
    """
    if kind is not LineForm and isinstance(value, dict) and value.get("format") != FORMAT:
        found = repr(value["format"]) if "format" in value else "nothing"
        raise ChangeSetError(
            f"{where}: /format: {found}, and {FORMAT!r} is expected",
            hint="Make it again with this version: `interopwatch diff --format json`.",
        )
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        steps, what = misfit(error, value, kind)
        _fail(where, pointer(steps), what)


def _loaded(text: str, where: str) -> object:
    """A JSON value, by a reader that gives line and column, and refuses doubled members.

    Raises:
        ChangeSetError: It is not JSON, or two members of one object have one name.
    """
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        if _HALF.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        _fail(f"{where}:{error.lineno}:{error.colno}", None, f"not JSON: {error.msg}")
    except UnicodeEncodeError:
        _fail(where, None, "it holds half a character, \\ud800 or alike")
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
        raise ValueError(f"the member {doubled!r} stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _fail(where: str, at: str | None, what: str) -> NoReturn:
    """Say what is wrong where; the place in the value is a JSON pointer, if there is any."""
    place = where if at is None else f"{where}: {at or '/'}"
    raise ChangeSetError(f"{place}: {what}", hint=_HINT)
