"""Classify resources as tables or other files by their descriptor."""

from __future__ import annotations

import re
from posixpath import splitext
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CSV: Final = ("csv", "tsv", "tab")
_TEXT: Final = ("txt", "dat", "text", "")
"""Formats that are tables only if a schema, a dialect or a profile says so."""
_CSV_MEDIA: Final = ("text/csv", "text/tab-separated-values", "application/csv")
_PARQUET_MEDIA: Final = ("/parquet", ".parquet")
_PROFILE: Final = "tabular-data-resource"


def format_of(item: Mapping[str, Any]) -> Literal["csv", "parquet", "file"]:
    """Classify a resource as a CSV table, a Parquet table, or another file.

    Its ``format`` takes precedence over its ``mediatype``, and that over the extension of its path.
    Text files, and files without a known extension, are tables if they have a schema, a dialect or
    the profile of a tabular resource (Data Resource 2.0, "Tabular resource").

    >>> format_of({"path": "a.csv"}), format_of({"path": "a.json", "schema": {}})
    ('csv', 'file')
    >>> format_of({"path": "a.txt"}), format_of({"path": "a.txt", "dialect": {"delimiter": "|"}})
    ('file', 'csv')
    """
    media = str(item.get("mediatype", "")).lower().partition(";")[0].strip()
    if "data" in item and not item.get("path"):
        return "csv" if _has_rows(item["data"], item, media) else "file"
    stated = str(item.get("format", "")).lower().strip(" .")
    ending = ending_of(item)
    if stated == "parquet" or media.endswith(_PARQUET_MEDIA) or ending == "parquet":
        return "parquet"
    is_csv = stated in _CSV or media in _CSV_MEDIA or (not stated and ending in _CSV)
    if is_csv and _is_readable(item):
        return "csv"
    if stated not in _TEXT or not _is_readable(item):
        return "file"
    is_described = any(item.get(name) for name in ("schema", "dialect"))
    is_described |= item.get("profile") == _PROFILE or item.get("type") == "table"
    return "csv" if is_described and (ending in (*_TEXT, *_CSV)) else "file"


def paths_of(item: Mapping[str, Any]) -> Sequence[Any]:
    """Return the paths of a resource as written: one or several, or none for inline data."""
    path = item.get("path")
    return path if isinstance(path, list) else [] if path is None else [path]


def _is_readable(item: Mapping[str, Any]) -> bool:
    """Return whether its files are uncompressed, or compressed in a supported way."""
    # `compression` comes from frictionless, not from the standard; its version 4 wrote "no".
    return str(item.get("compression", "")).lower() in ("", "no", "none", "gz", "gzip")


def ending_of(item: Mapping[str, Any]) -> str:
    """Return the extension of the (first) path of a resource, in lower case and without ``.gz``."""
    first = str(next(iter(paths_of(item)), None) or "").lower()
    # An address may have a query or a fragment.
    return splitext(re.sub(r"[?#].*", "", first).removesuffix(".gz"))[1].lstrip(".")


def is_gzip(item: Mapping[str, Any]) -> bool:
    """Return whether the files of a resource are compressed with gzip."""
    stated = str(item.get("compression", "")).lower()
    return stated in ("gz", "gzip") or any(str(p).lower().endswith(".gz") for p in paths_of(item))


def _has_rows(data: object, item: Mapping[str, Any], media: str) -> bool:
    if isinstance(data, str):
        is_csv = str(item.get("format", "")).lower() in _CSV or media in _CSV_MEDIA
        return is_csv or bool(item.get("schema"))
    # An empty list is a table only if it has a schema.
    if not isinstance(data, list) or not data:
        return isinstance(data, list) and bool(item.get("schema"))
    return all(isinstance(row, dict) for row in data) or all(isinstance(r, list) for r in data)
