"""Parse a descriptor from JSON.

Parsing is strict about the properties that the engine uses and ignores all others;
:mod:`interopwatch.validation` checks the complete descriptor.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from interopwatch.errors import DescriptorError, InteropwatchError
from interopwatch.file_names import is_inside
from interopwatch.package.descriptor import (
    Descriptor,
    Dialect,
    Field,
    ForeignKey,
    Provenance,
    Resource,
    StatedCounts,
    TableSource,
)
from interopwatch.package.faults import (
    Fault,
    droppable_part,
    stem_of,
    usable_root,
    with_distinct_names,
    without,
)
from interopwatch.package.formats import ending_of, format_of, is_gzip, paths_of
from interopwatch.package.json_values import JsonValues, UnusableError
from interopwatch.package.picture import DeclaredPicture
from interopwatch.package.vocabulary import VocabularyReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A cheap test before the expensive one: text without escaped surrogates contains none.
_SURROGATE = r"\\u[dD][89a-fA-F]"
_ADDRESS = r"(?i)https?://"
# Where publishers store files besides the web: file servers and cloud storage.
_REMOTE = r"(?i)(?:https?|s?ftps?|s3[an]?|gc?s|az|abfss?|wasbs?|hdfs|ipfs)://"
_SAFE = r"[^\w.-]+"
_OF_ANY_FIELD = ("name", "type", "format", "title", "description", "constraints")
"""The properties of a field that do not depend on its type."""
_TABULAR = ("path", "schema", "dialect", "profile", "type", "format", "mediatype")
"""The properties that make a resource a table."""


def parse(
    text: str, where: str, read: Callable[[str], str] | None = None, *, lenient: bool = False
) -> Descriptor:
    """Parse a descriptor from JSON text, or from YAML if ``where`` has its suffix.

    Args:
        text: The content of a ``datapackage.json``.
        where: The name of the file in messages.
        read: Reads the text of a referenced schema or dialect, by path or address. It may raise
            an :class:`InteropwatchError`. If not given, nothing is read.
        lenient: Whether to drop parts that violate the standard, and keep them in ``faults``; a
            resource with an ``interopwatch`` property must be valid nonetheless.

    Raises:
        DescriptorError: The text is not JSON, or a property that is used here is
            missing or has the wrong type. The message names the property's location.
    """
    reader = _DescriptorReader(where, read, lenient=lenient)
    empty = DescriptorError(f"{where}: empty; a descriptor is a JSON object with `resources`")
    if not text.strip():
        raise empty
    if where.endswith((".yaml", ".yml")):
        from interopwatch.package.yaml_descriptor import read_yaml  # most packages need no YAML

        in_yaml = read_yaml(text, where)
        if in_yaml is None:  # only comments
            raise empty
        return reader.package(in_yaml)
    try:
        # Not a faster parser: this one reports the line and column of an error.
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise DescriptorError(
            f"{where}:{error.lineno}:{error.colno}: not JSON: {error.msg}",
            hint="JSON allows no comma before a closing bracket."
            if re.match(r",\s*[\]}]", text[max(0, text.rfind(",", 0, error.pos + 1)) :])
            else "Repair the file, or restore it from version control.",
        ) from None
    except RecursionError:
        raise DescriptorError(f"{where}: not a descriptor: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python accepts
        raise DescriptorError(f"{where}: not a descriptor: {error}") from None
    if re.search(_SURROGATE, text):
        _refuse_halves(raw, where)
    return reader.package(raw)


def is_address(path: object) -> bool:
    """Return whether a path in a descriptor is an address on the web."""
    return isinstance(path, str) and re.match(_ADDRESS, path) is not None


def is_remote(path: object) -> bool:
    """Return whether a path in a descriptor is an address of any kind.

    Other addresses than those of the web, such as ``ftp://`` and ``s3://``, are not fetched, and
    their resource cannot be read.
    """
    return isinstance(path, str) and re.match(_REMOTE, path) is not None


def has_remote_files(resource: Resource) -> bool:
    """Return whether a resource has a file at an address."""
    return resource.source is not None and any(map(is_remote, resource.source.paths))


def _values(text: str, where: str) -> object:
    """Parse a JSON text, or YAML if ``where`` has its suffix."""
    if not where.endswith((".yaml", ".yml")):
        return json.loads(text)
    from interopwatch.package.yaml_descriptor import read_yaml  # most packages need no YAML

    return read_yaml(text, where)


def _refuse_halves(raw: object, where: str) -> None:
    """Reject lone surrogates: JSON can escape them, but text cannot hold them (RFC 8259, 8.2)."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DescriptorError(f"{where}: it has an unpaired surrogate, such as \\ud800") from None


class _DescriptorReader(JsonValues):
    """Parse a descriptor, naming the location of whatever is wrong."""

    def __init__(
        self, where: str, read: Callable[[str], str] | None = None, *, lenient: bool = False
    ) -> None:
        super().__init__(where)
        self._vocabulary = VocabularyReader(where)
        self._read = read
        self._lenient = lenient
        self._notes: list[tuple[str, str]] = []
        self._faults: list[Fault] = []
        self._gaps: list[Fault] = []

    def package(self, raw: object) -> Descriptor:
        as_read = self.typed(raw, dict, "/")
        root = self._usable_root(as_read) if self._lenient else as_read
        extension = self.get(root, "interopwatch", dict, "/", {})
        listed = self.get(root, "resources", list, "/")
        items = [self._resolved(item, i) for i, item in enumerate(listed)]
        if self._lenient:
            items, faults = with_distinct_names(items)
            for path, problem in faults:
                self._leave_out(items[int(path[1])]["name"], path, problem)
        made = [self._usable(item, f"/resources/{i}") for i, item in enumerate(items)]
        root = {**root, "resources": [item for item, _ in made]}
        resources = tuple(resource for _, resource in made)
        seen: set[str] = set()
        for i, resource in enumerate(resources):
            if resource.name in seen:
                self.fail(f"/resources/{i}/name", f"{resource.name!r} is used twice")
            seen.add(resource.name)
        return Descriptor(
            name=self.get(root, "name", str, "/", ""),
            resources=tuple(r for r in resources if r.format != "file"),
            files=tuple(r for r in resources if r.format == "file"),
            notes=tuple(self._notes),
            faults=tuple(self._faults),
            gaps=tuple(self._gaps),
            as_read=as_read,
            version=self.get(root, "version", str, "/", ""),
            title=self.get(root, "title", str, "/", ""),
            provenance=self.get(extension, "provenance", Provenance, "/interopwatch", None),
            counts=self.get(extension, "counts", StatedCounts, "/interopwatch", None),
            frozen=self._vocabulary.frozen(extension),
            subject=self.get(extension, "subject", str, "/interopwatch", ""),
            works=self.get(extension, "works", dict[str, str], "/interopwatch", {}),
            placeholder=self.get(extension, "placeholder", str, "/interopwatch", ""),
            unresolved=self.get(
                extension, "unresolved", tuple[dict[str, str], ...], "/interopwatch", ()
            ),
            policy=self._vocabulary.policy(extension, "/interopwatch"),
            pictures=self.get(
                extension, "pictures", tuple[DeclaredPicture, ...], "/interopwatch", ()
            ),
            raw=root,
        )

    def _usable_root(self, as_read: Mapping[str, Any]) -> dict[str, Any]:
        """Return the package's properties without invalid ones, resources aside."""
        root, faults = usable_root(as_read)
        for path, problem in faults:
            self._leave_out("the package", path, problem)
        return root

    def _leave_out(self, name: str, path: tuple[str | int, ...], problem: str) -> None:
        self._faults.append(Fault(path, problem))
        place = "/".join(map(str, path[2:] or path))
        self._notes.append((name, f"{place} was ignored or corrected: {problem}"))

    def _usable(self, item: dict[str, Any], at: str) -> tuple[dict[str, Any], Resource]:
        """Return a resource's JSON object without its invalid parts, and the resource."""
        # Each iteration drops one fault, until the resource is valid or nothing is left to drop.
        while True:
            try:
                return item, self.resource(item, at)
            except UnusableError as error:
                steps = droppable_part(error.at.removeprefix(at).strip("/").split("/"))
                if not self._lenient or "interopwatch" in item:  # written for this tool
                    raise
                rest = without(item, steps)
                if rest is None or "path" not in rest:  # it cannot be read as a table
                    rest = {k: v for k, v in (rest or item).items() if k not in _TABULAR}
                if rest == item:
                    raise
                place: tuple[str | int, ...] = ("resources", int(at.rpartition("/")[2]), *steps)
                self._leave_out(str(item["name"]), place, error.problem)
                item = rest

    def _resolved(self, raw: object, i: int) -> dict[str, Any]:
        """Return a resource's JSON object with a name, and its schema and dialect inlined."""
        item = dict(self.typed(raw, dict, f"/resources/{i}"))
        path = item.get("path")
        if self._lenient and not (isinstance(item.get("name"), str) and (item["name"] or path)):
            item["name"] = ""
        # Some publishers write an empty name where they have none.
        if item.get("name", "") == "" and (path or self._lenient):
            item.pop("name", None)
            item = {"name": stem_of(item) or f"resource-{i + 1}", **item}
            origin = "path" if path else "number"
            self._leave_open(i, item, "name", f"it has no name, and is named after its {origin}")
        if self._lenient and isinstance(item.get("schema"), dict):
            item["schema"] = self._named_fields(item, i)
        for part in ("schema", "dialect"):
            if isinstance(item.get(part), str):
                found = self._referred(item, i, part)
                item = {k: v for k, v in item.items() if k != part}
                item |= {} if found is None else {part: found}
        return item

    def _named_fields(self, item: Mapping[str, Any], i: int) -> dict[str, Any]:
        """Return a schema without the fields that have no name."""
        schema: dict[str, Any] = item["schema"]
        fields = schema.get("fields")
        if not isinstance(fields, list):
            return schema
        named = [f for f in fields if isinstance(f, dict) and isinstance(f.get("name"), str)]
        if len(named) == len(fields):
            return schema
        problem = f"{len(fields) - len(named)} of {len(fields)} fields have no name"
        self._leave_out(item["name"], ("resources", i, "schema", "fields"), problem)
        return {**schema, "fields": named}

    def _referred(self, item: Mapping[str, Any], i: int, part: str) -> dict[str, Any] | None:
        """Read a schema or dialect that a resource refers to; ``None`` if it cannot be read."""
        place: str = item[part]
        reason = "it is outside the package"
        try:
            if self._read is not None:
                found = _values(self._read(place), place)
                if isinstance(found, dict):
                    return found
                reason = "it is not a JSON object"
        except InteropwatchError as error:
            reason = error.message.removeprefix(f"{place}: ")
        except (ValueError, RecursionError):
            reason = "it is not JSON"
        consequence = "; cells are read as text" if part == "schema" else ""
        self._leave_open(i, item, part, f"its {part} {place} was not read{consequence}: {reason}")
        return None

    def _leave_open(self, i: int, item: Mapping[str, Any], part: str, problem: str) -> None:
        self._gaps.append(Fault(("resources", i, part), problem))
        self._notes.append((str(item.get("name")), problem))

    def _file(self, item: Mapping[str, Any], at: str) -> Resource:
        """Return a resource that is not a table."""
        if item.get("path") is None and "data" not in item:
            self._notes.append((str(item.get("name")), "it has neither a path nor data"))
        every = [path if is_remote(path) else self._local(path, at) for path in paths_of(item)]
        local = [path for path in every if not is_remote(path)]
        return Resource(
            name=self.get(item, "name", str, at),
            path=local[0] if local else "",
            fields=(),
            format="file",
            source=TableSource(tuple(every)),
            **self._common(item, at),
        )

    def _common(self, item: Mapping[str, Any], at: str) -> dict[str, Any]:
        """Return the properties common to tables and other files."""
        texts = {
            name: self.get(item, name, str, at, "") for name in ("title", "description", "hash")
        }
        size = item.get("bytes")
        return {**texts, "bytes": size if isinstance(size, int) else None}

    def resource(self, raw: object, at: str) -> Resource:
        item = self.typed(raw, dict, at)
        name = self.get(item, "name", str, at)
        form = format_of(item)
        if form == "file":
            return self._file(item, at)
        schema = self.get(item, "schema", dict, at, {})
        fields = tuple(
            self._field(f, f"{at}/schema/fields/{i}")
            for i, f in enumerate(self.get(schema, "fields", list, f"{at}/schema", []))
        )
        names = {f.name for f in fields}
        key = self._names(schema, "primaryKey", f"{at}/schema")
        for column in key:
            if column not in names:
                self.fail(f"{at}/schema/primaryKey", f"there is no field {column!r}")
        dialect, source = self._dialect(item, at), self._source(item, at, form)
        settings = self.get(item, "dialect", dict, at, {})
        # The standard's profile requires a list of one name, but most writers give the name.
        matching = schema.get("fieldsMatch", "exact")
        matching = matching[0] if isinstance(matching, list) and matching else matching
        return Resource(
            name=name,
            # When written, its rows become one CSV file, whatever their source; see
            # `package.source`.
            path=f"{re.sub(_SAFE, '-', name)}.csv" if source else self._path(item, at),
            fields=fields,
            primary_key=key,
            foreign_keys=self._foreign_keys(schema, name, names, at),
            missing_values=self._missing(schema, at),
            dialect=Dialect() if source else dialect,
            format=form,
            source=source,
            matching=str(matching),
            ignores_case=settings.get("caseSensitiveHeader") is False,
            **self._common(item, at),
            meaning=self._vocabulary.meaning(
                self.get(item, "interopwatch", dict, at, {}), names, at
            ),
        )

    def _path(self, item: Mapping[str, Any], at: str) -> str:
        paths = paths_of(item)
        return self._local(paths[0] if len(paths) == 1 else item.get("path"), at)

    def _local(self, path: object, at: str) -> str:
        """Return a path of a file in the package."""
        if not isinstance(path, str):
            self.fail(f"{at}/path", "one relative path to a file, or a list of them, is expected")
        if not is_inside(path):
            raise DescriptorError(
                f"{self.where}: {at}/path: {path!r} leads outside the package",
                hint="Give the relative path of a file beside or below the descriptor.",
            )
        return path

    def _source(self, item: Mapping[str, Any], at: str, form: str) -> TableSource | None:
        """Return the source of a table; ``None`` if it is one plain file."""
        if form == "parquet":
            return None
        settings = self.get(item, "dialect", dict, at, {})
        paths = paths_of(item)
        data = None if paths else item.get("data")
        header = self._header_rows(settings)
        comment = settings.get("commentChar") or ""
        comments = tuple(n for n in settings.get("commentRows") or () if isinstance(n, int))
        plain = data is None and len(paths) == 1 and not is_gzip(item)
        if plain and header == (1,) and not comment and not comments and not is_remote(paths[0]):
            return None
        if data is None and not paths:
            self.fail(f"{at}/path", "one relative path to a file, or a list of them, is expected")
        return TableSource(
            paths=tuple(p if is_remote(p) else self._local(p, at) for p in paths),
            data=data,
            gzip=is_gzip(item),
            dialect=self._dialect(item, at),
            header_rows=header,
            header_join=self.get(settings, "headerJoin", str, f"{at}/dialect", " "),
            comment_rows=comments,
            comment=str(comment),
        )

    def _header_rows(self, settings: Mapping[str, Any]) -> tuple[int, ...]:
        rows = settings.get("headerRows")
        if settings.get("header") is False:
            return ()
        if isinstance(rows, list) and rows and all(isinstance(n, int) and n > 0 for n in rows):
            return tuple(rows)
        return (1,)

    def _field(self, raw: object, at: str) -> Field:
        item = self.typed(raw, dict, at)
        options = {k: v for k, v in item.items() if k not in _OF_ANY_FIELD}
        properties = {k: v for k, v in item.items() if k in _OF_ANY_FIELD}
        return self.typed({**properties, "options": options}, Field, at)

    def _foreign_keys(
        self, schema: Mapping[str, Any], name: str, names: set[str], at: str
    ) -> tuple[ForeignKey, ...]:
        keys = []
        for i, raw in enumerate(self.get(schema, "foreignKeys", list, f"{at}/schema", [])):
            place = f"{at}/schema/foreignKeys/{i}"
            item = self.typed(raw, dict, place)
            reference = self.get(item, "reference", dict, place)
            fields = self._names(item, "fields", place)
            for column in fields:
                if column not in names:
                    self.fail(f"{place}/fields", f"there is no field {column!r}")
            targets = self._names(reference, "fields", f"{place}/reference")
            if len(targets) != len(fields):
                self.fail(f"{place}/reference/fields", f"{len(fields)} field(s) are expected")
            # A self-reference is the empty text in version 1 of Table Schema, and omitted in
            # version 2.
            resource = self.get(reference, "resource", str, f"{place}/reference", "") or name
            keys.append(ForeignKey(fields, resource, targets))
        return tuple(keys)

    def _missing(self, schema: Mapping[str, Any], at: str) -> tuple[str, ...]:
        values = self.get(schema, "missingValues", list, f"{at}/schema", [""])
        texts = [v.get("value") if isinstance(v, dict) else v for v in values]
        return tuple(
            self.typed(v, str, f"{at}/schema/missingValues/{i}") for i, v in enumerate(texts)
        )

    def _dialect(self, item: Mapping[str, Any], at: str) -> Dialect:
        raw = self.get(item, "dialect", dict, at, {})
        place = f"{at}/dialect"
        is_tsv = ending_of(item) in ("tsv", "tab") or item.get("format") == "tsv"
        return Dialect(
            delimiter=self._character(raw, "delimiter", place, "\t" if is_tsv else ","),
            quote=self._character(raw, "quoteChar", place, '"'),
            double_quote=self.get(raw, "doubleQuote", bool, place, default=True),
            escape=self._character(raw, "escapeChar", place, "") or None,
            skip_initial_space=self.get(raw, "skipInitialSpace", bool, place, default=False),
            encoding=self.get(item, "encoding", str, at, "utf-8"),
        )

    def _character(self, raw: Mapping[str, Any], name: str, at: str, default: str) -> str:
        text = self.get(raw, name, str, at, default)
        if name in raw and len(text) != 1:
            self.fail(f"{at}/{name}", "exactly one character is expected")
        return text

    def _names(self, raw: Mapping[str, Any], name: str, at: str) -> tuple[str, ...]:
        if isinstance(raw.get(name), str):
            return (raw[name],)
        return self.get(raw, name, tuple[str, ...], at, ())
