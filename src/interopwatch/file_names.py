"""File names that some systems reject or treat as equal to others.

The rules are Microsoft's ("Naming Files, Paths, and Namespaces") and those of file systems that
ignore case or Unicode normalization in lookups, as NTFS and APFS usually do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from interopwatch.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# A device name is reserved with any extension, too: AUX.csv.
_DEVICE: Final = r"(?i)(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\..*)?"
_RESERVED: Final = r'[<>:"|?*\\\x00-\x1f]'


def why_refused(path: str) -> str:
    """Return why Windows rejects a path with slashes; empty if it does not.

    >>> why_refused("tables/aux.csv")
    "'aux.csv' is a reserved device name on Windows"
    >>> why_refused("tables/parties.csv")
    ''
    """
    for name in path.split("/"):
        if name in ("", ".", ".."):
            continue
        if re.fullmatch(_DEVICE, name):
            return f"{name!r} is a reserved device name on Windows"
        if found := re.search(_RESERVED, name):
            return f"Windows does not allow {found[0]!r} in a name"
        if name.endswith((".", " ")):
            return (
                f"Windows drops the {'dot' if name[-1] == '.' else 'space'} at the end of {name!r}"
            )
    return ""


def colliding(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each path that some systems equate with an earlier one, and that earlier path.

    >>> list(colliding(["tables/a.csv", "tables/A.csv"]))
    [('tables/A.csv', 'tables/a.csv')]
    """
    seen: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        key = same_file(path)
        if key in seen:
            yield path, seen[key]
        else:
            seen[key] = path


def within_files(
    paths: Iterable[str], key: Callable[[str], str] = str
) -> Iterator[tuple[str, str]]:
    """Yield each path that lies below another path, which is a file, and that other path.

    Args:
        paths: The paths of files.
        key: The function whose result decides whether two paths are equal.

    >>> list(within_files(["tables", "tables-2", "tables/a.csv"]))
    [('tables/a.csv', 'tables')]
    """
    # Paths below a file sort after it, but not always directly: tables-2 comes between.
    keyed = sorted((key(path), path) for path in set(paths))
    for file, path in keyed:
        at = bisect_left(keyed, (f"{file}/", ""))
        if at < len(keyed) and keyed[at][0].startswith(f"{file}/"):
            yield keyed[at][1], path


def same_file(path: str) -> str:
    """Return a path as systems see it that ignore case and Unicode normalization in lookups."""
    # Decomposed before case folding, too, and not only after it (Unicode, D145).
    return normalize("NFC", normalize("NFD", path).casefold())


def is_inside(path: str) -> bool:
    """Return whether a path, with slashes or backslashes, stays inside the package.

    >>> [is_inside(path) for path in ("tables/a.csv", "../a.csv", "/a.csv", "C:a.csv", "")]
    [True, False, False, False, False]
    """
    parts = path.replace("\\", "/").split("/")
    # A colon in the first part marks a drive or scheme; later, most systems allow it in a name.
    return bool(parts[0]) and ":" not in parts[0] and ".." not in parts and "\0" not in path


def refuse_names(paths: Iterable[str]) -> None:
    """Raise an error for file names that this or another system cannot hold.

    Args:
        paths: Paths in a package, with slashes.

    Raises:
        OutputError: A path is not portable, equals another one on some systems, or lies below a
            file.
    """
    paths = list(paths)
    hint = "Nothing was written. Rename the file, and its path in the descriptor."
    for path in paths:
        if reason := why_refused(path):
            raise OutputError(f"{path}: {reason}", hint=hint)
    for path, other in colliding(paths):
        raise OutputError(
            f"{path}: Windows and macOS take it and {other} for one file; they differ only in case "
            "or form",
            hint=hint,
        )
    for path, file in within_files(paths, same_file):
        raise OutputError(f"{path}: {file} is a file, not a folder", hint=hint)
