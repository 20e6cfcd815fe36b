"""Change sets as files: JSON, and JSON Lines, written and read back without loss.

JSON (RFC 8259) is one object; JSON Lines (https://jsonlines.org) is the same object without
its rows, and then each row on a line of its own, which suits tools that read line by line.
``changes.schema.json`` describes both. Reading is strict: a change set is there to be applied,
so what is not understood is refused.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from msgspec.structs import replace

from interopwatch.changeset.changeset import ChangeSet
from interopwatch.changeset.model import (
    FORMAT,
    DescriptorChange,
    FileChange,
    FileState,
    IgnoredRows,
    Narrated,
    RowChange,
    SchemaChange,
    Sense,
    Side,
    reformatted_dict,
    to_dict,
)
from interopwatch.errors import ChangeSetError
from interopwatch.package.edtf import is_plain
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_T = TypeVar("_T")
_SIDES: Final = {
    "added": (False, True),
    "removed": (True, False),
    "changed": (True, True),
    "moved": (True, True),
    "renamed": (True, True),
}
_ROW: Final = ("resource", "key", "before", "after", "fields")
_TOLD: Final = ("kind", "sense", "clerical", "sentence", "source", "locator")
_WHOLE: Final = (
    "format",
    "old",
    "new",
    "schema",
    "rows",
    "respelled",
    "form",
    "descriptor",
    "aside",
)
_HEAD: Final = ("format", "old", "new", "schema", "form", "descriptor", "aside", "counts")
_OPTIONAL: Final = ("keys", "files")
_KINDS: Final = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}


def untold(changes: ChangeSet) -> tuple[Narrated, ...]:
    """The rows of a change set without the packages that say what they mean.

    Each has the sense ``undated`` and no sentence: senses rest on the dates and the coverage
    of both packages, and sentences on their words, and neither is to be guessed.
    """
    return tuple(Narrated(change, Sense.UNDATED) for change in changes.rows)


def to_json(changes: ChangeSet, told: Sequence[Narrated] | None = None) -> str:
    """A change set as one JSON object; without words if they are not given."""
    return as_json(to_dict(changes, untold(changes) if told is None else tuple(told)))


def to_lines(changes: ChangeSet, told: Sequence[Narrated] | None = None) -> str:
    """A change set as JSON Lines: a head, then each row, then each reformatted row.

    The head counts the lines after it, so that a file which was cut off is noticed.
    """
    every = untold(changes) if told is None else told
    head = head_line(changes, len(every), len(changes.reformatted))
    rows = (as_json(item.to_dict(), indent=None) for item in every)
    return "".join((head, *rows, *map(reformatted_line, changes.reformatted)))


def head_line(changes: ChangeSet, rows: int, reformatted: int) -> str:
    """The first of the JSON Lines: a change set but for its rows, which are counted."""
    whole = to_dict(replace(changes, rows=(), reformatted=()), ())
    del whole["rows"], whole["respelled"]
    return as_json({**whole, "counts": {"rows": rows, "respelled": reformatted}}, indent=None)


def reformatted_line(change: RowChange) -> str:
    """The one of the JSON Lines that a reformatted row makes."""
    return as_json({**reformatted_dict(change), "kind": "respelled"}, indent=None)


def read(text: str, where: str) -> ChangeSet:
    """Read a change set from JSON or JSON Lines, whichever the text is.

    Args:
        text: What :func:`to_json` or :func:`to_lines` wrote.
        where: What to call the file in messages.

    Raises:
        ChangeSetError: It is neither, or of another version, or not as the schema says. The
            message names the place: a JSON pointer (RFC 6901), after the line if there are
            lines.
    """
    first, _, rest = text.partition("\n")
    try:
        head = json.loads(first)
    except (ValueError, RecursionError):
        head = None
    if isinstance(head, dict) and "counts" in head:
        return _from_lines(first, rest, where)
    return from_dict(_loaded(text, where), where)


def from_dict(value: object, where: str = "change set") -> ChangeSet:
    """Read a change set from its JSON object.

    What it means in words (senses, sentences, sources) is checked, and is not part of the
    result.

    Args:
        value: What :func:`interopwatch.changeset.model.to_dict` made.
        where: What to call it in messages.

    Raises:
        ChangeSetError: It is of another version, or not as ``changes.schema.json`` says. The
            message names the place as a JSON pointer (RFC 6901).
    """
    reader = _Reader(where)
    item = reader.head(value, _WHOLE)
    return _built(
        reader,
        item,
        tuple(reader.row(x, f"/rows/{i}") for i, x in enumerate(reader.items(item, "rows"))),
        tuple(
            reader.reformatted(x, f"/respelled/{i}")
            for i, x in enumerate(reader.items(item, "respelled"))
        ),
    )


def _from_lines(first: str, rest: str, where: str) -> ChangeSet:
    reader = _Reader(f"{where}:1")
    head = reader.head(_loaded(first, f"{where}:1"), _HEAD)
    counts = reader.record(head, "counts", ("rows", "respelled"))
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    lines = rest.removesuffix("\n").split("\n") if rest else []
    for number, line in enumerate(lines, 2):
        place = f"{where}:{number}"
        value, here = _loaded(line, place), _Reader(place)
        if isinstance(value, dict) and value.get("kind") == "respelled":
            plain = {name: each for name, each in value.items() if name != "kind"}
            reformatted.append(here.reformatted(plain, ""))
        elif reformatted:
            here.fail("", "a row stands after respelled ones")
        else:
            rows.append(here.row(value, ""))
    for name, found in (("rows", len(rows)), ("respelled", len(reformatted))):
        if type(counts[name]) is not int or counts[name] != found:
            reader.fail(f"/counts/{name}", f"{counts[name]} lines are counted, and {found} follow")
    return _built(reader, head, tuple(rows), tuple(reformatted))


def _built(
    reader: _Reader,
    item: Mapping[str, Any],
    rows: tuple[RowChange, ...],
    reformatted: tuple[RowChange, ...],
) -> ChangeSet:
    from interopwatch.changeset.compose import schema_of

    said = tuple(
        reader.said(x, f"/descriptor/{i}") for i, x in enumerate(reader.items(item, "descriptor"))
    )
    if len({change.resource for change in said}) != len(said):
        reader.fail("/descriptor", "a resource stands twice")
    schema = tuple(
        reader.schema(x, f"/schema/{i}") for i, x in enumerate(reader.items(item, "schema"))
    )
    sides: tuple[Side, Side] = (reader.side(item, "old"), reader.side(item, "new"))
    try:
        implied = schema_of(said, ChangeSet(*sides, schema=schema).renames)
    except ChangeSetError as error:
        reader.fail("/descriptor", error.message)
    for i, change in enumerate(schema):
        if change not in implied or change in schema[:i]:
            reader.fail(f"/schema/{i}", "/descriptor says nothing of it")
    if len(schema) != len(implied):
        reader.fail("/schema", "/descriptor says that more differs")
    return ChangeSet(
        old=sides[0],
        new=sides[1],
        schema=schema,
        rows=rows,
        reformatted=reformatted,
        form=reader.texts(item, "form"),
        descriptor=said,
        ignored=tuple(
            reader.ignored(x, f"/aside/{i}") for i, x in enumerate(reader.items(item, "aside"))
        ),
        keys=reader.keys(item),
        files=tuple(
            reader.file(x, f"/files/{i}")
            for i, x in enumerate(reader.items({"files": [], **item}, "files"))
        ),
    )


def _loaded(text: str, where: str) -> object:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"{where}:{error.lineno}:{error.colno}"
        raise ChangeSetError(
            f"{place}: not JSON: {error.msg}",
            hint="A change set is what `interopwatch diff --format json` or `jsonl` writes.",
        ) from None
    except UnicodeEncodeError:
        raise ChangeSetError(f"{where}: it holds half a character, \\ud800 or alike") from None
    except RecursionError:
        raise ChangeSetError(f"{where}: not a change set: nested too deeply") from None
    except ValueError as error:
        raise ChangeSetError(f"{where}: not a change set: {error}") from None
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


class _Reader:
    """Takes typed values out of JSON, naming the place of whatever is wrong."""

    def __init__(self, where: str) -> None:
        self._where = where

    def head(self, value: object, names: Sequence[str]) -> dict[str, Any]:
        """The object of a whole change set, or the head of its lines."""
        item = self._typed(value, dict, "")
        if item.get("format") != FORMAT:
            found = f"{item['format']!r}" if "format" in item else "nothing"
            raise ChangeSetError(
                f"{self._where}: /format: {found}, and {FORMAT!r} is expected",
                hint="Make it again with this version: `interopwatch diff --format json`.",
            )
        return self._members(item, names, "", _OPTIONAL)

    def keys(self, item: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The fields by which rows were matched, where no primary key is declared."""
        keys = self._typed(item.get("keys", {}), dict, "/keys")
        return {name: self.texts(keys, name, "/keys") for name in keys}

    def file(self, value: object, at: str) -> FileChange:
        """One file that was compared by its bytes."""
        item = self._members(value, ("resource", "before", "after"), at)
        before, after = (
            None if item[name] is None else self._file(item[name], f"{at}/{name}")
            for name in ("before", "after")
        )
        if before == after:
            self.fail(at, "its two sides are the same")
        return FileChange(self._name(item, at), before, after)

    def _file(self, value: object, at: str) -> FileState:
        item = self._members(value, ("path", "bytes", "sha256", "content"), at)
        texts = {n: self._typed(item[n], str, f"{at}/{n}") for n in ("path", "sha256", "content")}
        try:
            state = FileState(texts["path"], base64.b64decode(texts["content"], validate=True))
        except ValueError:
            self.fail(f"{at}/content", "it is not base64")
        if state.to_dict() != item:
            self.fail(at, "bytes and sha256 are not those of its content")
        return state

    def items(self, item: Mapping[str, Any], name: str, at: str = "") -> list[Any]:
        """A member that is a list."""
        return self._typed(item[name], list, f"{at}/{name}")

    def record(
        self, item: Mapping[str, Any], name: str, names: Sequence[str], at: str = ""
    ) -> dict[str, Any]:
        """A member that is an object of these members."""
        return self._members(item[name], names, f"{at}/{name}")

    def texts(self, item: Mapping[str, Any], name: str, at: str = "") -> tuple[str, ...]:
        """A member that is a list of texts, each there once."""
        place = f"{at}/{name}"
        found = self.items(item, name, at)
        texts = tuple(self._typed(x, str, f"{place}/{i}") for i, x in enumerate(found))
        if len(set(texts)) != len(texts):
            self.fail(place, "a text stands twice")
        return texts

    def side(self, item: Mapping[str, Any], name: str) -> Side:
        """Which package stood on one side."""
        at = f"/{name}"
        said = self.record(item, name, ("label", "date", "version", "basis", "covers"))
        label, date, version, basis = (
            self._typed(said[x], str, f"{at}/{x}") for x in ("label", "date", "version", "basis")
        )
        if date and not is_plain(date):
            self.fail(f"{at}/date", "a day, a month or a year is expected")
        if basis not in ("", "observed", "reconstructed"):
            self.fail(f"{at}/basis", "'observed', 'reconstructed' or nothing is expected")
        covers = None
        if said["covers"] is not None:
            works = self.items(said, "covers", at)
            covers = tuple(self._typed(x, str, f"{at}/covers/{i}") for i, x in enumerate(works))
        return Side(label, date, version, basis, covers)

    def schema(self, value: object, at: str) -> SchemaChange:
        """One difference between schemas."""
        item = self._members(value, ("resource", "field", "kind", "before", "after"), at)
        kind: Any = self._kind(item, ("added", "removed", "moved", "changed", "renamed"), at)
        resource = self._name(item, at)
        field = self._typed(item["field"], str, f"{at}/field")
        if kind == "renamed":
            for name in ("before", "after"):
                said = self.record(item, name, ("name",), at)
                self._typed(said["name"], str, f"{at}/{name}/name")
        return SchemaChange(resource, field, kind, item["before"], item["after"])

    def said(self, value: object, at: str) -> DescriptorChange:
        """One difference between descriptors."""
        item = self._members(value, ("resource", "before", "after"), at)
        for name in ("before", "after"):
            if item[name] is not None:
                self._typed(item[name], dict, f"{at}/{name}")
        name = self._typed(item["resource"], str, f"{at}/resource")
        sides = [side for side in (item["before"], item["after"]) if side is not None]
        if not sides or (len(sides) == 1 and not name):
            self.fail(at, "it lacks a side")
        for side in sides:
            if name and side.get("name") != name:
                self.fail(at, f"what it says is not of the resource {name!r}")
        return DescriptorChange(name, item["before"], item["after"])

    def ignored(self, value: object, at: str) -> IgnoredRows:
        """Rows that differ only in ignored fields or within a tolerance."""
        item = self._members(value, ("resource", "ignored", "tolerances", "rows"), at)
        tolerances = self._typed(item["tolerances"], dict, f"{at}/tolerances")
        for name, each in tolerances.items():
            self._typed(each, str, f"{at}/tolerances/{name}")
        if type(item["rows"]) is not int or item["rows"] < 1:
            self.fail(f"{at}/rows", "a number of 1 or more is expected")
        ignored = self.texts(item, "ignored", at)
        return IgnoredRows(self._name(item, at), ignored, tolerances, item["rows"])

    def row(self, value: object, at: str) -> RowChange:
        """One row that was added, removed or changed."""
        item = self._members(value, (*_ROW, *_TOLD), at)
        self._kind(item, ("added", "removed", "changed"), at)
        if item["sense"] not in list(Sense):
            self.fail(f"{at}/sense", f"one of {', '.join(Sense)} is expected")
        self._typed(item["clerical"], bool, f"{at}/clerical")
        for name in ("sentence", "source", "locator"):
            self._typed(item[name], str, f"{at}/{name}")
        return self._row(item, at)

    def reformatted(self, value: object, at: str) -> RowChange:
        """One row whose text differs and whose values do not."""
        item = self._members(value, _ROW, at)
        for name in ("before", "after"):
            self._typed(item[name], dict, f"{at}/{name}")
        return self._row(item, at)

    def _row(self, item: Mapping[str, Any], at: str) -> RowChange:
        before, after = (
            None if item[name] is None else self._cells(item, name, at)
            for name in ("before", "after")
        )
        change = RowChange(
            self._name(item, at),
            self._cells(item, "key", at),
            before,
            after,
            self.texts(item, "fields", at),
        )
        if not change.key:
            self.fail(f"{at}/key", "it is empty")
        for name, cell in change.key.items():
            sides = [side for side in (before, after) if side is not None]
            if change.row.get(name) != cell or any(name not in side for side in sides):
                self.fail(f"{at}/key/{name}", f"{cell!r} is not what the row holds there")
        for i, name in enumerate(change.fields):
            if not any(name in side for side in (before, after) if side is not None):
                self.fail(f"{at}/fields/{i}", f"the row has no field {name!r}")
        return change

    def _kind(self, item: Mapping[str, Any], kinds: Sequence[str], at: str) -> str:
        kind = self._typed(item["kind"], str, f"{at}/kind")
        if kind not in kinds:
            self.fail(f"{at}/kind", f"one of {', '.join(kinds)} is expected")
        for name, there in zip(("before", "after"), _SIDES[kind], strict=True):
            if there:
                self._typed(item[name], dict, f"{at}/{name}")
            elif item[name] is not None:
                self.fail(f"{at}/{name}", f"null is expected of what is {kind}")
        return kind

    def _name(self, item: Mapping[str, Any], at: str) -> str:
        name = self._typed(item["resource"], str, f"{at}/resource")
        return name or self.fail(f"{at}/resource", "it is empty")

    def _cells(self, item: Mapping[str, Any], name: str, at: str) -> dict[str, str]:
        cells = self._typed(item[name], dict, f"{at}/{name}")
        return {key: self._typed(cell, str, f"{at}/{name}/{key}") for key, cell in cells.items()}

    def _members(
        self, value: object, names: Sequence[str], at: str, optional: Sequence[str] = ()
    ) -> dict[str, Any]:
        item = self._typed(value, dict, at)
        for name in names:
            if name not in item:
                self.fail(f"{at}/{name}", "it is missing")
        for name in item:
            if name not in names and name not in optional:
                self.fail(f"{at}/{name}", "nothing of that name is expected")
        return item

    def _typed(self, value: object, kind: type[_T], at: str) -> _T:
        if not isinstance(value, kind):
            self.fail(at, f"{_KINDS[kind]} is expected")
        return value

    def fail(self, at: str, what: str) -> NoReturn:
        """Say what is wrong where."""
        raise ChangeSetError(f"{self._where}: {at or '/'}: {what}")
