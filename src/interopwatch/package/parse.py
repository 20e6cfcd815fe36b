"""Reads a descriptor from JSON.

Reading is strict about what the engine uses and silent about the rest;
:mod:`interopwatch.validation` checks all of it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast, get_args

from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.package.descriptor import (
    Basis,
    Case,
    Descriptor,
    Dialect,
    Field,
    Fold,
    ForeignKey,
    Frozen,
    Lifecycle,
    Meaning,
    Provenance,
    Resource,
    Rule,
    Source,
    StatedCounts,
    Words,
)
from interopwatch.package.faults import Fault, distinct, stem_of, usable_root, whole_of, without
from interopwatch.package.formats import ending_of, format_of, is_gzip
from interopwatch.package.picture import DeclaredPicture, read_picture
from interopwatch.package.policy import Policy, limit_of
from interopwatch.package.tolerance import tolerance_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_T = TypeVar("_T")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SAFE = re.compile(r"[^\w.-]+")
_TABULAR = ("path", "schema", "dialect", "profile", "type", "format", "mediatype")
"""What makes a resource a table."""


class _UnusableError(DescriptorError):
    """A property is missing or of the wrong type.

    Attributes:
        at: Its place (RFC 6901).
        what: What is wrong.
    """

    def __init__(self, where: str, at: str, what: str) -> None:
        super().__init__(f"{where}: {at}: {what}")
        self.at = at
        self.what = what


def parse(
    text: str, where: str, read: Callable[[str], str] | None = None, *, lenient: bool = False
) -> Descriptor:
    """Read a descriptor from JSON text, or from YAML if that is how ``where`` ends.

    Args:
        text: The content of a ``datapackage.json``.
        where: What to call the file in messages.
        read: Reads the text of a schema or dialect that it refers to, by path or address.
            It may raise an :class:`InteropwatchError`. Without it, nothing is read.
        lenient: Whether to leave out what breaks the standard, and to keep it in
            ``faults``; a resource with an ``interopwatch`` property has to be right all the same.

    Raises:
        DescriptorError: The text is not JSON, or a property that is used here is
            missing or of the wrong type. The message names the property's place.
    """
    reader = _DescriptorReader(where, read, lenient=lenient)
    is_yaml = where.endswith((".yaml", ".yml"))
    read_yaml = _yaml(text, where) if is_yaml else None
    if (is_yaml and read_yaml is None) or not text.strip():  # of YAML, comments may be all there is
        raise DescriptorError(f"{where}: it is empty; a descriptor is an object with `resources`")
    if is_yaml:
        return reader.package(read_yaml)
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
    return reader.package(raw)


def _yaml(text: str, where: str) -> object:
    import yaml

    try:
        raw = yaml.safe_load(text)
        return json.loads(json.dumps(raw, default=str))  # dates are texts in JSON
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise DescriptorError(f"{where}: not YAML: {reason}") from None


def is_address(path: object) -> bool:
    """Whether a path in a descriptor is an address on the web."""
    return isinstance(path, str) and _ADDRESS.match(path) is not None


def _refuse_halves(raw: object, where: str) -> None:
    """Refuse half a character: JSON can write it, and no text can hold it (RFC 8259, 8.2)."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DescriptorError(f"{where}: it holds half a character, \\ud800 or alike") from None


class _DescriptorReader:
    """Takes typed values out of JSON, naming the place of whatever is wrong."""

    def __init__(
        self, where: str, read: Callable[[str], str] | None = None, *, lenient: bool = False
    ) -> None:
        self._where = where
        self._read = read
        self._lenient = lenient
        self._notes: list[tuple[str, str]] = []
        self._faults: list[Fault] = []
        self._gaps: list[Fault] = []

    def package(self, raw: object) -> Descriptor:
        own = self._typed(raw, dict, "/")
        root = self._usable_root(own) if self._lenient else own
        ours = self._get(root, "interopwatch", dict, "/", {})
        listed = self._get(root, "resources", list, "/")
        items = [self._resolved(item, i) for i, item in enumerate(listed)]
        if self._lenient:
            items, faults = distinct(items)
            for path, what in faults:
                self._leave_out(items[int(path[1])]["name"], path, what)
        made = [self._usable(item, f"/resources/{i}") for i, item in enumerate(items)]
        root = {**root, "resources": [item for item, _ in made]}
        resources = tuple(resource for _, resource in made)
        seen: set[str] = set()
        for i, resource in enumerate(resources):
            if resource.name in seen:
                self._fail(f"/resources/{i}/name", f"{resource.name!r} stands twice")
            seen.add(resource.name)
        return Descriptor(
            name=self._get(root, "name", str, "/", ""),
            resources=tuple(r for r in resources if r.format != "file"),
            files=tuple(r for r in resources if r.format == "file"),
            notes=tuple(self._notes),
            faults=tuple(self._faults),
            gaps=tuple(self._gaps),
            own=own,
            version=self._get(root, "version", str, "/", ""),
            title=self._get(root, "title", str, "/", ""),
            provenance=self._record(Provenance, ours, "provenance"),
            counts=self._record(StatedCounts, ours, "counts"),
            frozen=self._frozen(ours),
            subject=self._get(ours, "subject", str, "/interopwatch", ""),
            works=self._texts(ours, "works", "/interopwatch"),
            placeholder=self._get(ours, "placeholder", str, "/interopwatch", ""),
            unresolved=tuple(
                self._texts({"it": each}, "it", f"/interopwatch/unresolved/{i}")
                for i, each in enumerate(self._get(ours, "unresolved", list, "/interopwatch", []))
            ),
            policy=self._policy(ours, "/interopwatch"),
            pictures=tuple(
                self._picture(each, f"/interopwatch/pictures/{i}")
                for i, each in enumerate(self._get(ours, "pictures", list, "/interopwatch", []))
            ),
            raw=root,
        )

    def _picture(self, raw: object, at: str) -> DeclaredPicture:
        try:
            return read_picture(raw)
        except ValueError as error:
            self._fail(at, str(error))

    def _usable_root(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The package without what breaks the standard, resources aside."""
        root, faults = usable_root(own)
        for path, what in faults:
            self._leave_out("the package", path, what)
        return root

    def _leave_out(self, name: str, path: tuple[str | int, ...], what: str) -> None:
        self._faults.append(Fault(path, what))
        place = "/".join(map(str, path[2:] or path))
        self._notes.append((name, f"{place} was not read as it stands: {what}"))

    def _usable(self, item: dict[str, Any], at: str) -> tuple[dict[str, Any], Resource]:
        """What is said of a resource, without what breaks the standard, and the resource."""
        while True:
            try:
                return item, self.resource(item, at)
            except _UnusableError as error:
                steps = whole_of(error.at.removeprefix(at).strip("/").split("/"))
                if not self._lenient or "interopwatch" in item:  # it was written for this tool
                    raise
                left = without(item, steps)
                if left is None or "path" not in left:  # it cannot be read as a table
                    left = {k: v for k, v in (left or item).items() if k not in _TABULAR}
                if left == item:
                    raise
                place: tuple[str | int, ...] = ("resources", int(at.rpartition("/")[2]), *steps)
                self._leave_out(str(item["name"]), place, error.what)
                item = left

    def _resolved(self, raw: object, i: int) -> dict[str, Any]:
        """What is said of a resource, with its name, schema and dialect in their places."""
        item = dict(self._typed(raw, dict, f"/resources/{i}"))
        path = item.get("path")
        if self._lenient and not (isinstance(item.get("name"), str) and (item["name"] or path)):
            item["name"] = ""
        if item.get("name", "") == "" and (path or self._lenient):
            item.pop("name", None)
            item = {"name": stem_of(path) or f"resource-{i + 1}", **item}
            said = "path" if path else "number"
            self._leave_open(i, item, "name", f"it has no name, and is called after its {said}")
        if self._lenient and isinstance(item.get("schema"), dict):
            item["schema"] = self._named_fields(item, i)
        for part in ("schema", "dialect"):
            if isinstance(item.get(part), str):
                found = self._referred(item, i, part)
                item = {k: v for k, v in item.items() if k != part}
                item |= {} if found is None else {part: found}
        return item

    def _named_fields(self, item: Mapping[str, Any], i: int) -> dict[str, Any]:
        """A schema without the fields that have no name."""
        schema: dict[str, Any] = item["schema"]
        fields = schema.get("fields")
        if not isinstance(fields, list):
            return schema
        named = [f for f in fields if isinstance(f, dict) and isinstance(f.get("name"), str)]
        if len(named) == len(fields):
            return schema
        what = f"{len(fields) - len(named)} of {len(fields)} fields have no name"
        self._leave_out(item["name"], ("resources", i, "schema", "fields"), what)
        return {**schema, "fields": named}

    def _referred(self, item: Mapping[str, Any], i: int, part: str) -> dict[str, Any] | None:
        """A schema or dialect that a resource refers to; ``None`` if it cannot be read."""
        place: str = item[part]
        reason = "it is kept elsewhere"
        try:
            if self._read is not None:
                found = json.loads(self._read(place))
                if isinstance(found, dict):
                    return found
                reason = "it is no object"
        except InteropwatchError as error:
            reason = error.message.removeprefix(f"{place}: ")
        except (ValueError, RecursionError):
            reason = "it is not JSON"
        said = "; cells are compared as text" if part == "schema" else ""
        self._leave_open(i, item, part, f"its {part} {place} was not read{said}: {reason}")
        return None

    def _leave_open(self, i: int, item: Mapping[str, Any], part: str, what: str) -> None:
        self._gaps.append(Fault(("resources", i, part), what))
        self._notes.append((str(item.get("name")), what))

    def _file(self, item: Mapping[str, Any], at: str) -> Resource:
        """A resource that is no table."""
        path = item.get("path")
        paths = path if isinstance(path, list) else [] if path is None else [path]
        if path is None and "data" not in item:
            self._notes.append((str(item.get("name")), "it has neither a path nor data"))
        every = [path if is_address(path) else self._local(path, at) for path in paths]
        local = [path for path in every if not is_address(path)]
        size = item.get("bytes")
        return Resource(
            name=self._get(item, "name", str, at),
            path=local[0] if local else "",
            fields=(),
            format="file",
            source=Source(tuple(every)),
            title=self._get(item, "title", str, at, ""),
            description=self._get(item, "description", str, at, ""),
            hash=self._get(item, "hash", str, at, ""),
            bytes=size if isinstance(size, int) else None,
        )

    def resource(self, raw: object, at: str) -> Resource:
        item = self._typed(raw, dict, at)
        name = self._get(item, "name", str, at)
        form = format_of(item)
        if form == "file":
            return self._file(item, at)
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
        dialect, source = self._dialect(item, at), self._source(item, at, form)
        said = self._get(item, "dialect", dict, at, {})
        matching = schema.get("fieldsMatch", "exact")
        matching = matching[0] if isinstance(matching, list) and matching else matching
        return Resource(
            name=name,
            path=f"{_SAFE.sub('-', name)}.csv" if source else self._path(item, at),
            fields=fields,
            primary_key=key,
            foreign_keys=self._foreign_keys(schema, name, known, at),
            missing_values=self._missing(schema, at),
            dialect=Dialect() if source else dialect,
            format=form,
            source=source,
            matching=str(matching),
            ignores_case=said.get("caseSensitiveHeader") is False,
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
        return self._local(path, at)

    def _local(self, path: object, at: str) -> str:
        """A path of a file in the package."""
        if not isinstance(path, str):
            self._fail(f"{at}/path", "one relative path to a file, or a list of them, is expected")
        parts = path.replace("\\", "/").split("/")
        if not path or ":" in parts[0] or parts[0] == "" or ".." in parts or "\0" in path:
            raise DescriptorError(
                f"{self._where}: {at}/path: {path!r} does not stay inside the package"
            )
        return path

    def _source(self, item: Mapping[str, Any], at: str, form: str) -> Source | None:
        """Where a table is read, if not from one plain file."""
        if form == "parquet":
            return None
        said = self._get(item, "dialect", dict, at, {})
        path = item.get("path")
        paths = path if isinstance(path, list) else [] if path is None else [path]
        data = None if paths else item.get("data")
        header = self._header_rows(said)
        comment = said.get("commentChar") or ""
        comments = tuple(n for n in said.get("commentRows") or () if isinstance(n, int))
        plain = data is None and len(paths) == 1 and not is_gzip(item)
        if plain and header == (1,) and not comment and not comments and not is_address(paths[0]):
            return None
        if data is None and not paths:
            self._fail(f"{at}/path", "one relative path to a file, or a list of them, is expected")
        return Source(
            paths=tuple(p if is_address(p) else self._local(p, at) for p in paths),
            data=data,
            gzip=is_gzip(item),
            dialect=self._dialect(item, at),
            header_rows=header,
            comment_rows=comments,
            comment=str(comment),
        )

    def _header_rows(self, said: Mapping[str, Any]) -> tuple[int, ...]:
        rows = said.get("headerRows")
        if said.get("header") is False:
            return ()
        if isinstance(rows, list) and rows and all(isinstance(n, int) and n > 0 for n in rows):
            return tuple(rows)
        return (1,)

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
        is_tsv = ending_of(item) in ("tsv", "tab") or item.get("format") == "tsv"
        return Dialect(
            delimiter=self._character(raw, "delimiter", place, "\t" if is_tsv else ","),
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
            bookkeeping=self._get(raw, "bookkeeping", bool, place, default=False),
            label=self._get(raw, "label", str, place, ""),
            short=self._get(raw, "short", str, place, ""),
            names=names["names"],
            names_of=names_of,
            clerical=names["clerical"],
            ignored=names["ignored"],
            tolerances=tolerances,
            must_have=names["must_have"],
            must_be_used=self._get(raw, "must_be_used", bool, place, default=False),
            rules=tuple(
                self._rule(rule, known, f"{place}/rules/{i}")
                for i, rule in enumerate(self._get(raw, "rules", list, place, []))
            ),
            policy=self._policy(raw, place),
            words=self._words(words, f"{place}/words"),
            cases=tuple(
                Case(
                    self._texts(case, "when", f"{place}/words/cases/{i}"),
                    self._words({**words, **case}, f"{place}/words/cases/{i}"),
                )
                for i, case in enumerate(cases)
            ),
        )

    def _rule(self, raw: object, known: set[str], at: str) -> Rule:
        item = self._typed(raw, dict, at)
        rule = Rule(
            self._texts(item, "when", at),
            self._texts(item, "then", at),
            self._get(item, "says", str, at),
        )
        for path in (*rule.when, *rule.then):
            if path.partition(".")[0] not in known:
                self._fail(at, f"there is no field {path.partition('.')[0]!r}")
        return rule

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

    def _policy(self, raw: Mapping[str, Any], at: str) -> Policy:
        found = {}
        for name, value in self._get(raw, "policy", dict, at, {}).items():
            try:
                found[name] = limit_of(name, value)
            except DescriptorError as error:
                self._fail(f"{at}/policy/{name}", f"{error.message}. {error.hint}")
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
        headlines = {}
        for sense in self._get(raw, "headlines", dict, at, {}):
            pair = self._list(raw["headlines"], sense, f"{at}/headlines")
            if len(pair) != 2:  # noqa: PLR2004 - one and several
                self._fail(f"{at}/headlines/{sense}", "two texts are expected: one, several")
            headlines[sense] = (pair[0], pair[1])
        return Words(
            topic=self._get(raw, "topic", str, at, ""),
            noun=self._noun(raw, at),
            sentences=self._texts(raw, "sentences", at),
            headlines=headlines,
            none=self._texts(raw, "none", at),
            steady=self._get(raw, "steady", str, at, ""),
            weight=self._get(raw, "weight", int, at, 0),
            dated_by=self._get(raw, "dated_by", str, at, ""),
            folds=tuple(
                self._fold(fold, f"{at}/folds/{i}")
                for i, fold in enumerate(self._get(raw, "folds", list, at, []))
            ),
        )

    def _fold(self, raw: object, at: str) -> Fold:
        item = self._typed(raw, dict, at)
        return Fold(
            by=self._list(item, "by", at),
            name=self._get(item, "name", str, at),
            noun=self._noun(item, at),
            sentences=self._texts(item, "sentences", at),
        )

    def _noun(self, raw: Mapping[str, Any], at: str) -> tuple[str, str]:
        noun = self._list(raw, "noun", at)
        if noun and len(noun) != 2:  # noqa: PLR2004 - one and several
            self._fail(f"{at}/noun", "two texts are expected: one, several")
        return (noun[0], noun[1]) if noun else ("row", "rows")

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
            lacks=self._texts(raw, "lacks", at),
            forced=self._list(raw, "forced", at),
            previous=self._texts(raw, "previous", at),
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
            names = {
                dict: "an object",
                list: "a list",
                str: "a text",
                bool: "true or false",
                int: "a whole number",
            }
            self._fail(at, f"{names[kind]} is expected")
        return value

    def _fail(self, at: str, what: str) -> NoReturn:
        raise _UnusableError(self._where, at, what)
