"""Reads a descriptor from JSON.

Reading is strict about what the engine uses and silent about the rest;
:mod:`interopwatch.validation` checks all of it.
"""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast, get_args

from interopwatch.errors import DescriptorError
from interopwatch.package.descriptor import (
    Basis,
    Case,
    Counts,
    Descriptor,
    Dialect,
    Field,
    ForeignKey,
    Frozen,
    Lifecycle,
    Meaning,
    Provenance,
    Resource,
    Words,
)
from interopwatch.package.tolerance import tolerance_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_T = TypeVar("_T")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NOT_READ: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {"header": (True,), "headerRows": ([1],), "commentChar": ("",), "commentRows": ([],)}
)
"""What Table Dialect has and no table is read by, each with what says nothing. A table that is
read otherwise than it is meant would be told wrongly."""


def parse(text: str, where: str) -> Descriptor:
    """Read a descriptor from JSON text.

    Args:
        text: The content of a ``datapackage.json``.
        where: What to call the file in messages.

    Raises:
        DescriptorError: The text is not JSON, or a property that is used here is
            missing or of the wrong type. The message names the property's place.
    """
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise DescriptorError(
            f"{where}:{error.lineno}:{error.colno}: not JSON: {error.msg}",
            hint="Repair the file, or restore it from version control.",
        ) from None
    except RecursionError:
        raise DescriptorError(f"{where}: not a descriptor: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python reads
        raise DescriptorError(f"{where}: not a descriptor: {error}") from None
    if _SURROGATE.search(text):
        _refuse_halves(raw, where)
    return _Reader(where).package(raw)


def _is_parquet(item: Mapping[str, Any]) -> bool:
    """Whether a resource says, by its format, its media type or its path, that it is Parquet."""
    media = str(item.get("mediatype", "")).lower()
    path = item.get("path")
    ending = str(path[0] if isinstance(path, list) else path).lower().endswith(".parquet")
    return ending or item.get("format") == "parquet" or media.endswith(("/parquet", ".parquet"))


def _refuse_halves(raw: object, where: str) -> None:
    """Refuse half a character: JSON can write it, and no text can hold it (RFC 8259, 8.2)."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DescriptorError(f"{where}: it holds half a character, \\ud800 or alike") from None


class _Reader:
    """Takes typed values out of JSON, naming the place of whatever is wrong."""

    def __init__(self, where: str) -> None:
        self._where = where

    def package(self, raw: object) -> Descriptor:
        root = self._typed(raw, dict, "/")
        ours = self._get(root, "interopwatch", dict, "/", {})
        items = self._get(root, "resources", list, "/")
        resources = tuple(self.resource(item, f"/resources/{i}") for i, item in enumerate(items))
        seen: set[str] = set()
        for i, resource in enumerate(resources):
            if resource.name in seen:
                self._fail(f"/resources/{i}/name", f"{resource.name!r} stands twice")
            seen.add(resource.name)
        return Descriptor(
            name=self._get(root, "name", str, "/", ""),
            resources=resources,
            version=self._get(root, "version", str, "/", ""),
            title=self._get(root, "title", str, "/", ""),
            provenance=self._record(Provenance, ours, "provenance"),
            counts=self._record(Counts, ours, "counts"),
            frozen=self._frozen(ours),
            raw=root,
        )

    def resource(self, raw: object, at: str) -> Resource:
        item = self._typed(raw, dict, at)
        name = self._get(item, "name", str, at)
        schema = self._get(item, "schema", dict, at, {})
        fields = tuple(
            self._field(f, f"{at}/schema/fields/{i}")
            for i, f in enumerate(self._get(schema, "fields", list, f"{at}/schema", []))
        )
        known = {f.name for f in fields}
        key = self._names(schema, "primaryKey", f"{at}/schema")
        for column in key:
            if column not in known:
                self._fail(f"{at}/schema/primaryKey", f"there is no field {column!r}")
        return Resource(
            name=name,
            path=self._path(item, at),
            fields=fields,
            primary_key=key,
            foreign_keys=self._foreign_keys(schema, name, known, at),
            missing_values=self._missing(schema, at),
            dialect=self._dialect(item, at),
            format="parquet" if _is_parquet(item) else "csv",
            title=self._get(item, "title", str, at, ""),
            description=self._get(item, "description", str, at, ""),
            hash=self._get(item, "hash", str, at, ""),
            bytes=item.get("bytes") if isinstance(item.get("bytes"), int) else None,
            meaning=self._meaning(self._get(item, "interopwatch", dict, at, {}), known, at),
        )

    def _path(self, item: Mapping[str, Any], at: str) -> str:
        path = item.get("path")
        if isinstance(path, list) and len(path) == 1:
            path = path[0]
        if not isinstance(path, str):
            self._fail(f"{at}/path", "one relative path to a CSV file is expected")
        parts = path.replace("\\", "/").split("/")
        if not path or ":" in parts[0] or parts[0] == "" or ".." in parts or "\0" in path:
            self._fail(f"{at}/path", f"{path!r} does not stay inside the package")
        return path

    def _field(self, raw: object, at: str) -> Field:
        item = self._typed(raw, dict, at)
        used = ("name", "type", "format", "title", "description", "constraints")
        return Field(
            name=self._get(item, "name", str, at),
            type=self._get(item, "type", str, at, "string"),
            format=self._get(item, "format", str, at, "default"),
            title=self._get(item, "title", str, at, ""),
            description=self._get(item, "description", str, at, ""),
            constraints=self._get(item, "constraints", dict, at, {}),
            options={k: v for k, v in item.items() if k not in used},
        )

    def _foreign_keys(
        self, schema: Mapping[str, Any], own: str, known: set[str], at: str
    ) -> tuple[ForeignKey, ...]:
        keys = []
        for i, raw in enumerate(self._get(schema, "foreignKeys", list, f"{at}/schema", [])):
            place = f"{at}/schema/foreignKeys/{i}"
            item = self._typed(raw, dict, place)
            reference = self._get(item, "reference", dict, place)
            fields = self._names(item, "fields", place)
            for column in fields:
                if column not in known:
                    self._fail(f"{place}/fields", f"there is no field {column!r}")
            there = self._names(reference, "fields", f"{place}/reference")
            if len(there) != len(fields):
                self._fail(f"{place}/reference/fields", f"{len(fields)} field(s) are expected")
            resource = self._get(reference, "resource", str, f"{place}/reference", "") or own
            keys.append(ForeignKey(fields, resource, there))
        return tuple(keys)

    def _missing(self, schema: Mapping[str, Any], at: str) -> tuple[str, ...]:
        values = self._get(schema, "missingValues", list, f"{at}/schema", [""])
        texts = [v.get("value") if isinstance(v, dict) else v for v in values]
        return tuple(
            self._typed(v, str, f"{at}/schema/missingValues/{i}") for i, v in enumerate(texts)
        )

    def _dialect(self, item: Mapping[str, Any], at: str) -> Dialect:
        raw = self._get(item, "dialect", dict, at, {})
        place = f"{at}/dialect"
        for name, plain in _NOT_READ.items():
            if raw.get(name) not in (None, *plain):
                self._fail(f"{place}/{name}", "tables are not read this way")
        return Dialect(
            delimiter=self._character(raw, "delimiter", place, ","),
            quote=self._character(raw, "quoteChar", place, '"'),
            double_quote=self._get(raw, "doubleQuote", bool, place, default=True),
            escape=self._character(raw, "escapeChar", place, "") or None,
            skip_initial_space=self._get(raw, "skipInitialSpace", bool, place, default=False),
            encoding=self._get(item, "encoding", str, at, "utf-8"),
        )

    def _character(self, raw: Mapping[str, Any], name: str, at: str, default: str) -> str:
        text = self._get(raw, name, str, at, default)
        if name in raw and len(text) != 1:
            self._fail(f"{at}/{name}", "exactly one character is expected")
        return text

    def _meaning(self, raw: Mapping[str, Any], known: set[str], at: str) -> Meaning:
        place = f"{at}/interopwatch"
        lifecycle = self._lifecycle(raw, known, place)
        lists = ("names", "clerical", "ignored", "must_have")
        names = {name: self._list(raw, name, place) for name in lists}
        tolerances = self._tolerances(raw, place)
        belongs_to = self._get(raw, "belongs_to", str, place, "")
        names_of = self._get(raw, "names_of", str, place, "")
        every = (*names["names"], *names["clerical"], *names["ignored"], *tolerances)
        for column in (*every, belongs_to, names_of):
            if column and column not in known:
                self._fail(place, f"there is no field {column!r}")
        words = self._get(raw, "words", dict, place, {})
        cases = [
            self._typed(c, dict, f"{place}/words/cases/{i}")
            for i, c in enumerate(self._get(words, "cases", list, f"{place}/words", []))
        ]
        return Meaning(
            lifecycle=lifecycle,
            belongs_to=belongs_to,
            reference=self._get(raw, "reference", bool, place, default=False),
            label=self._get(raw, "label", str, place, ""),
            short=self._get(raw, "short", str, place, ""),
            names=names["names"],
            names_of=names_of,
            clerical=names["clerical"],
            ignored=names["ignored"],
            tolerances=tolerances,
            must_have=names["must_have"],
            must_be_used=self._get(raw, "must_be_used", bool, place, default=False),
            words=self._words(words, f"{place}/words"),
            cases=tuple(
                Case(
                    self._texts(case, "when", f"{place}/words/cases/{i}"),
                    self._words({**words, **case}, f"{place}/words/cases/{i}"),
                )
                for i, case in enumerate(cases)
            ),
        )

    def _tolerances(self, raw: Mapping[str, Any], at: str) -> dict[str, str]:
        """Tolerances as texts; a descriptor may have them as numbers."""
        found = {}
        for name, value in self._get(raw, "tolerances", dict, at, {}).items():
            if isinstance(value, bool) or not isinstance(value, (str, int, float)):
                self._fail(
                    f"{at}/tolerances/{name}", "a number, or a text such as “1%”, is expected"
                )
            found[name] = str(value)
            try:
                tolerance_of(found[name])
            except DescriptorError as error:
                self._fail(f"{at}/tolerances/{name}", error.message)
        return found

    def _lifecycle(self, raw: Mapping[str, Any], known: set[str], at: str) -> Lifecycle | None:
        if "lifecycle" not in raw:
            return None
        item = self._get(raw, "lifecycle", dict, at)
        place = f"{at}/lifecycle"
        lifecycle = Lifecycle(
            begin=self._get(item, "begin", str, place, ""),
            end=self._get(item, "end", str, place, ""),
            reason=self._get(item, "reason", str, place, ""),
            event=self._get(item, "event", str, place, ""),
            planned=self._texts(item, "planned", place),
            moments=self._list(item, "moments", place),
            momentary=self._list(item, "momentary", place),
            attests=self._get(item, "attests", str, place, ""),
        )
        used = (*lifecycle.clocks, *lifecycle.momentary, *lifecycle.planned)
        for column in (*used, lifecycle.reason, lifecycle.attests):
            if column and column not in known:
                self._fail(place, f"there is no field {column!r}")
        return lifecycle

    def _words(self, raw: Mapping[str, Any], at: str) -> Words:
        noun = self._list(raw, "noun", at)
        headlines = {}
        for sense in self._get(raw, "headlines", dict, at, {}):
            pair = self._list(raw["headlines"], sense, f"{at}/headlines")
            if len(pair) != 2:  # noqa: PLR2004 - one and several
                self._fail(f"{at}/headlines/{sense}", "two texts are expected: one, several")
            headlines[sense] = (pair[0], pair[1])
        if noun and len(noun) != 2:  # noqa: PLR2004 - one and several
            self._fail(f"{at}/noun", "two texts are expected: one, several")
        return Words(
            topic=self._get(raw, "topic", str, at, ""),
            noun=(noun[0], noun[1]) if noun else ("row", "rows"),
            sentences=self._texts(raw, "sentences", at),
            headlines=headlines,
            none=self._texts(raw, "none", at),
            steady=self._get(raw, "steady", str, at, ""),
        )

    def _frozen(self, raw: Mapping[str, Any]) -> Frozen | None:
        if "basis" not in raw:
            return None
        at = "/interopwatch"
        basis = self._get(raw, "basis", str, at)
        if basis not in get_args(Basis):
            self._fail(f"{at}/basis", "'observed' or 'reconstructed' is expected")
        return Frozen(
            date=self._get(raw, "date", str, at),
            basis=cast("Basis", basis),
            covers=self._list(raw, "covers", at),
            why=self._get(raw, "why", str, at, ""),
            origin=self._get(raw, "from", str, at, ""),
            editions=self._texts(raw, "editions", at),
        )

    def _record(self, kind: type[_T], ours: Mapping[str, Any], name: str) -> _T | None:
        if name not in ours:
            return None
        texts = self._texts(ours, name, "/interopwatch")
        try:
            return kind(**texts)
        except TypeError:
            self._fail(f"/interopwatch/{name}", "it lacks a property or has an unknown one")

    def _names(self, raw: Mapping[str, Any], name: str, at: str) -> tuple[str, ...]:
        if isinstance(raw.get(name), str):
            return (raw[name],)
        return self._list(raw, name, at)

    def _list(self, raw: Mapping[str, Any], name: str, at: str) -> tuple[str, ...]:
        values: Sequence[object] = self._get(raw, name, list, at, [])
        return tuple(self._typed(v, str, f"{at}/{name}/{i}") for i, v in enumerate(values))

    def _texts(self, raw: Mapping[str, Any], name: str, at: str) -> dict[str, str]:
        values: Mapping[str, object] = self._get(raw, name, dict, at, {})
        return {k: self._typed(v, str, f"{at}/{name}/{k}") for k, v in values.items()}

    def _get(
        self, raw: Mapping[str, Any], name: str, kind: type[_T], at: str, default: object = ...
    ) -> _T:
        value = raw.get(name, default)
        if isinstance(value, kind):
            return value
        place = f"{at.rstrip('/')}/{name}"
        if name in raw:
            return self._typed(value, kind, place)
        if default is ...:
            self._fail(place, "it is missing")
        return cast("_T", default)

    def _typed(self, value: object, kind: type[_T], at: str) -> _T:
        if not isinstance(value, kind):
            names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
            self._fail(at, f"{names[kind]} is expected")
        return value

    def _fail(self, at: str, what: str) -> NoReturn:
        raise DescriptorError(f"{self._where}: {at}: {what}")
