"""The location, columns and keys of a table that an engine reads."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, structs
from msgspec.structs import replace

from interopwatch.compare.csvfile import CsvFile
from interopwatch.compare.plan import KeyPart
from interopwatch.errors import TableError
from interopwatch.files import open_text
from interopwatch.package import types
from interopwatch.package.descriptor import Field
from interopwatch.package.table import ENCODING_HINT, checked_header, header_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

VIEWS: Final = ("interopwatch_old", "interopwatch_new")
"""The views of the two tables in an engine, named not to clash with others."""
Kind = Literal["text", "float", "decimal", "timestamp", "instant"]
_SPELLED: Final = ("decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues")
"""The field properties that define how cells are written."""


class Column(Struct, frozen=True):
    """A column from an engine, as text; for some types in the engine's own syntax.

    Attributes:
        name: The name of its field.
        kind: How to convert its cells to Table Schema's syntax.
    """

    name: str
    kind: Kind = "text"

    @property
    def written(self) -> Callable[[str], str]:
        """The function that converts a cell to Table Schema's syntax; empty cells stay empty."""
        write = _WRITTEN[self.kind]
        return lambda cell: write(cell) if cell else cell


def _float(cell: str) -> str:
    number = repr(float(cell))
    return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(number, number)


def _timestamp(cell: str) -> str:
    moment, finer = datetime.fromisoformat(cell), types.finer_digits(cell)
    return f"{moment.isoformat(timespec='microseconds')}{finer}" if finer else moment.isoformat()


def _instant(cell: str) -> str:
    day = datetime.fromisoformat(cell)
    if day.tzinfo is None:
        return day.isoformat() + "Z"  # the engine was set to UTC
    return day.astimezone(UTC).isoformat().replace("+00:00", "Z")


_WRITTEN: Final[dict[Kind, Callable[[str], str]]] = {
    "text": str,
    "float": _float,
    "decimal": lambda cell: format(Decimal(cell), "f"),
    "timestamp": _timestamp,
    "instant": _instant,
}


class EngineTable(Struct, frozen=True):
    """The location of a resource's table.

    Attributes:
        where: Its path or address in messages.
        resource: Its resource.
        path: Its file, or the folder of its part files; ``None`` if only an engine can read it.
    """

    where: str
    resource: Resource
    path: Path | None

    def described(self, header: Sequence[str]) -> EngineTable:
        """Return the same table, with the fields of its header if the schema declares none."""
        if self.resource.fields:
            return self
        fields = tuple(Field(name) for name in header)
        return replace(self, resource=structs.replace(self.resource, fields=fields))

    def has_bytes_of(self, other: EngineTable) -> bool | None:
        """Whether two files are equal, byte for byte; ``None`` if that is unknown or irrelevant."""
        if self.path is None or other.path is None or self.path.is_dir() or other.path.is_dir():
            return None
        if "parquet" in (self.resource.format, other.resource.format):
            return None  # the bytes of Parquet files differ for equal tables
        return CsvFile(self.path, self.resource).has_bytes_of(CsvFile(other.path, other.resource))

    def parts(self) -> list[Path]:
        """Return the files of a table on disk, in order, without hidden ones, as Spark reads them.

        Raises:
            TableError: There are none, or one is outside the folder (through a symbolic link, say).
        """
        assert self.path is not None, "only on disk can files be listed"
        if not self.path.is_dir():
            return [self.path]
        found = [
            path
            for path in sorted(self.path.rglob("*"))
            if path.is_file()
            and not any(p.startswith((".", "_")) for p in path.relative_to(self.path).parts)
        ]
        if not found:
            raise TableError(f"{self.where}: there are no part files in this folder")
        home = self.path.resolve()
        for part in found:
            if not part.resolve().is_relative_to(home):
                raise TableError(f"{part}: this file is outside its folder")
        return found


def typed_columns(
    place: EngineTable, described: Iterable[tuple[str, str]], kinds: Mapping[str, Kind]
) -> tuple[Column, ...]:
    """Return the columns of a table whose file declares their types (Parquet).

    Args:
        place: The table.
        described: The names of the columns, and their types as the engine names them.
        kinds: How to convert cells, by type.

    Raises:
        TableError: A column has a nested or unknown type, or the header does not match the schema.
    """
    columns = []
    for name, type_name in described:
        kind = kinds.get(type_name if type_name in kinds else type_name.partition("(")[0])
        if kind is None or type_name.endswith("]"):
            raise TableError(
                f"{place.where}: {name}: a column of the type {type_name} has no cells",
                hint="Write it as text, or as a number, a truth value or a date.",
            )
        columns.append(Column(name, kind))
    checked_header([column.name for column in columns], place.resource, place.where)
    return tuple(columns)


def place_of(package: Package, name: str) -> EngineTable:
    """Return the location of a resource's table.

    Raises:
        DescriptorError: Its file is outside the package.
        TableError: It is missing.
    """
    resource = package.resource(name)
    if package.address:
        return EngineTable(package.place(name), resource, None)
    path = package.path(name)
    package.size(name)  # raises if it is missing
    return EngineTable(str(path), resource, path)


def header_in(path: Path, resource: Resource) -> list[str]:
    """Return the first record of a CSV file in UTF-8.

    Raises:
        TableError: The file is empty, or not CSV in UTF-8.
    """
    try:
        with open_text(path, "utf-8-sig") as file:
            return [*header_of(file, resource, str(path))]
    except UnicodeDecodeError:
        raise TableError(f"{path}:1: the header is not utf-8", hint=ENCODING_HINT) from None
    except OSError as error:
        raise TableError(f"{path}:1: the header cannot be read: {error}") from None


def check_dialect(place: EngineTable) -> None:
    """Check that engines can read the dialect and encoding of a table.

    Raises:
        TableError: They cannot.
    """
    if not place.resource.dialect.is_common:
        raise TableError(
            f"{place.where}: an engine reads CSV in UTF-8 with doubled quotes only",
            hint="Convert it, for instance with `interopwatch tidy`, or compare without --engine.",
        )


def key_parts(resource: Resource, key: Sequence[str] | None = None) -> tuple[KeyPart, ...]:
    """Return how the fields of a key are written in a resource; by default of its primary key."""
    parts = []
    for name in resource.primary_key if key is None else key:
        field = resource.by_name.get(name, Field(name))
        is_integer = _manner(field)[0] == "integer"
        gaps = types.missing_values_of(field, resource.missing_values)
        parts.append(KeyPart(name, "integer" if is_integer else "text", gaps))
    return tuple(parts)


def are_comparable_keys(old: Resource, new: Resource, key: Sequence[str]) -> bool:
    """Whether equal texts are equal keys on both sides, since the fields are read alike."""
    return all(
        _manner(old.by_name.get(name, new.by_name[name])) == _manner(new.by_name[name])
        for name in key
    )


def doubled_key(field: Field) -> bool:
    """Whether a field may have several texts for one value, other than those of integers."""
    return _manner(field)[0] not in ("text", "integer", "date", "yearmonth")


def _manner(field: Field) -> tuple[Hashable, ...]:
    """Return how the cells of a field are read: equal if equal texts are equal values."""
    if field.type in ("string", "any") or field.format == "any":
        return ("text",)
    options = tuple((name, repr(field.options[name])) for name in _SPELLED if name in field.options)
    if field.format == "default" and not options:
        return ("integer" if field.type == "year" else field.type,)
    return (field.type, field.format, options)
