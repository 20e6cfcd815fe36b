"""``metadata.json``: Datasette's description of a database, its tables and columns.

Its keys are those of the page “Metadata” of Datasette's documentation. Texts stay plain text: no
key that takes HTML is used, and only addresses of the web are written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import OutputError, TemplateError
from interopwatch.files import read_regular, unreadable
from interopwatch.package.parse import is_address
from interopwatch.package.template import parse, references
from interopwatch.text import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch.export.sqlite_schema import SqlNames
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

FILE_NAME: Final = "metadata.json"
_MOST: Final = 16 << 20
"""The maximum size of the file in bytes: the same as for a descriptor."""


def read(file: Path, database: Path) -> dict[str, Any]:
    """Read a file's metadata of other databases; empty if there is no file.

    Args:
        file: The file.
        database: The database that it is to describe.

    Raises:
        OutputError: The file is not Datasette metadata.
    """
    refused = OutputError(
        f"{file}: not Datasette metadata, and not overwritten",
        hint="Write the database into another folder.",
    )
    if database == file:
        raise OutputError(
            f"{file}: this name is needed for the metadata of the database", hint=refused.hint
        )
    try:
        found = json.loads(read_regular(file, _MOST))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise unreadable(error) from None
    except (ValueError, RecursionError):
        raise refused from None
    if not isinstance(found, dict) or not isinstance(found.get("databases"), dict):
        raise refused
    return found


def described(
    package: Package, database: str, names: SqlNames, current: Mapping[str, Any]
) -> bytes:
    """Return the new content of the file, with its metadata of other databases.

    Args:
        package: The package.
        database: The name of the database: its file name without the extension.
        names: The names of its tables and columns.
        current: The current content of the file.
    """
    raw = package.descriptor.raw
    tables = {called: _table(package, resource, names) for resource, called in names.tables.items()}
    metadata = {
        **_about(raw),
        **_linked(raw.get("licenses"), ("title", "name"), "license", "license_url"),
        **_linked(raw.get("sources"), ("title",), "source", "source_url"),
        "tables": tables,
    }
    databases = {**current.get("databases", {}), database: metadata}
    return as_json({**current, "databases": dict(sorted(databases.items()))}).encode()


def _table(package: Package, name: str, names: SqlNames) -> dict[str, Any]:
    resource = package.resource(name)
    columns = {
        names.columns[name][field.name]: ". ".join(filter(None, (field.title, field.description)))
        for field in resource.fields
    }
    texts = {called: text for called, text in columns.items() if text}
    return {
        **_about({"title": resource.title, "description": resource.description}),
        **({"columns": texts} if texts else {}),
        **_label(resource, names),
    }


def _label(resource: Resource, names: SqlNames) -> dict[str, str]:
    """Return the column that names a row, if its label starts with a field of its own."""
    try:
        first = next(iter(references(parse(resource.meaning.label))), None)
    except TemplateError:
        return {}
    if first is None or len(first.paths[0]) > 1 or first.paths[0][0] not in resource.by_name:
        return {}
    name = first.paths[0][0]
    # A foreign key is not a name.
    return (
        {} if name in resource.references else {"label_column": names.columns[resource.name][name]}
    )


def _about(properties: Mapping[str, Any]) -> dict[str, str]:
    texts = {key: properties.get(key) for key in ("title", "description")}
    return {key: text for key, text in texts.items() if isinstance(text, str) and text}


def _linked(listed: object, titles: tuple[str, ...], name: str, address: str) -> dict[str, str]:
    """Return the title and path of the first of several objects."""
    # Datasette takes only one licence and one source.
    first = listed[0] if isinstance(listed, list) and listed else None
    if not isinstance(first, dict):
        return {}
    texts = [first[key] for key in titles if isinstance(first.get(key), str) and first[key]]
    path = first.get("path")
    return {
        **({name: texts[0]} if texts else {}),
        **({address: path} if is_address(path) else {}),
    }
