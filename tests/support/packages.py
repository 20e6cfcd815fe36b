"""Make tiny data packages from inline CSV text, in memory or on disk."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from interopwatch import Package, Store, open_package
from interopwatch.package import parse as reader
from interopwatch.package import table as tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.package.table import Table

EDTF = {"type": "string", "rdfType": "http://id.loc.gov/datatypes/edtf/EDTF"}


@dataclass(frozen=True)
class Spec:
    """A CSV file and its resource in the descriptor."""

    content: bytes
    described: Mapping[str, Any]


@dataclass(frozen=True)
class Made:
    """The files of a data package."""

    files: Mapping[str, bytes]

    @property
    def descriptor(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files["datapackage.json"])
        return found

    def edited(self, change: Callable[[dict[str, Any]], object]) -> Made:
        """Return the package with a changed descriptor."""
        raw = self.descriptor
        change(raw)
        return Made({**self.files, "datapackage.json": json.dumps(raw).encode()})

    def memory(self, label: str = "") -> Package:
        """Return the package as it would be on disk, without writing it."""
        text = self.files["datapackage.json"].decode()
        return Package(Path("nowhere"), reader.parse(text, "datapackage.json"), label, self.files)

    def write(self, folder: Path, label: str = "") -> Package:
        """Write the package to a folder and open it."""
        for name, content in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return open_package(folder, label)

    def store(self, folder: Path) -> Store:
        """Write the package to a folder, as the working edition of a store."""
        return Store(self.write(folder, "tables"))


class Unheld(Package):
    """A package whose tables must not be held in memory, however small they are."""

    def __init__(self, package: Package) -> None:
        super().__init__(package.root, package.descriptor, package.label)

    def table(self, name: str) -> Table:
        raise AssertionError(f"{name} is held")

    def numbered_rows(self, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        with self.path(name).open(encoding="utf-8", newline="") as text:
            yield from tables.rows(text, self.resource(name), self.place(name))


def lines(text: str) -> str:
    """Remove the indentation of inline CSV."""
    return dedent(text).lstrip("\n").rstrip(" ")


def spec(
    text: str,
    key: str | Sequence[str] = "id",
    types: Mapping[str, str | Mapping[str, Any]] | None = None,
    refs: Mapping[str, str] | None = None,
    ours: Mapping[str, Any] | None = None,
    **more: Any,  # noqa: ANN401 - any other property of a resource
) -> Spec:
    """Return a resource from CSV text with a header.

    Args:
        text: The CSV text; indentation is removed.
        key: The primary key; empty for none.
        types: For a field, its type or its complete Table Schema field; ``edtf`` is short for a
            text with an EDTF date. Other fields are strings.
        refs: For a foreign key's field, ``resource.field``.
        ours: The ``interopwatch`` property.
        more: Other properties of the resource.
    """
    content = lines(text)
    dialect = more.get("dialect", {})
    header = next(
        csv.reader(
            io.StringIO(content),
            delimiter=dialect.get("delimiter", ","),
            quotechar=dialect.get("quoteChar", '"'),
        )
    )
    schema: dict[str, Any] = {"fields": [_field(name, (types or {}).get(name)) for name in header]}
    if key:
        schema["primaryKey"] = key if isinstance(key, str) else list(key)
    if refs:
        schema["foreignKeys"] = [_foreign_key(field, there) for field, there in refs.items()]
    described = {"schema": schema, **more}
    if ours:
        described["interopwatch"] = ours
    return Spec(content.encode(more.get("encoding", "utf-8")), described)


def _field(name: str, kind: str | Mapping[str, Any] | None) -> dict[str, Any]:
    if kind == "edtf":
        return {"name": name, **EDTF}
    if kind is None or isinstance(kind, str):
        return {"name": name, "type": kind or "string"}
    return {"name": name, **kind}


def _foreign_key(field: str, there: str) -> dict[str, Any]:
    resource, _, other = there.rpartition(".")
    return {"fields": [field], "reference": {"resource": resource, "fields": [other]}}


def package(
    resources: Mapping[str, Spec | str],
    ours: Mapping[str, Any] | None = None,
    **root: Any,  # noqa: ANN401 - any property of a descriptor
) -> Made:
    """Return a package of resources; plain text is a resource with the key ``id``."""
    specs = {n: spec(s) if isinstance(s, str) else s for n, s in resources.items()}
    described = [{"name": n, "path": f"tables/{n}.csv", **s.described} for n, s in specs.items()]
    raw = {"name": "tiny", **root, "resources": described}
    if ours:
        raw["interopwatch"] = ours
    text = json.dumps(raw, indent=2, ensure_ascii=False) + "\n"
    tables = {item["path"]: specs[item["name"]].content for item in described}
    return Made({**tables, "datapackage.json": text.encode()})


def frozen(
    date: str, covers: Sequence[str] = ("book",), basis: str = "observed", origin: str = ""
) -> dict[str, Any]:
    """Return what the descriptor of a snapshot says about it."""
    said: dict[str, Any] = {"date": date, "basis": basis, "covers": list(covers), "why": "a test"}
    return {**said, "from": origin} if origin else said
