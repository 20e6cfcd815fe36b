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

# A device is one with any ending, too: AUX.csv.
_DEVICE: Final = r"(?i)(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\..*)?"
_RESERVED: Final = r'[<>:"|?*\\\x00-\x1f]'


def why_refused(path: str) -> str:
    """Why Windows refuses a path with slashes; empty if it does not.

    >>> why_refused("tables/aux.csv")
    "'aux.csv' is a device on Windows"
    >>> why_refused("tables/parties.csv")
    ''
    """
    for name in path.split("/"):
        if name in ("", ".", ".."):
            continue
        if re.fullmatch(_DEVICE, name):
            return f"{name!r} is a device on Windows"
        if found := re.search(_RESERVED, name):
            return f"Windows allows no {found[0]!r} in a name"
        if name.endswith((".", " ")):
            return (
                f"Windows drops the {'dot' if name[-1] == '.' else 'space'} at the end of {name!r}"
            )
    return ""


def alike(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path that some systems take for one before it, with that one.

    >>> list(alike(["tables/a.csv", "tables/A.csv"]))
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
    """A path that lies in another one, which is a file, as if that were a folder.

    Args:
        paths: The paths of files.
        key: What makes two of them the same.

    >>> list(within_files(["tables", "tables-2", "tables/a.csv"]))
    [('tables/a.csv', 'tables')]
    """
    # What lies in a file stands after it in this order, but not at once: tables-2 comes between.
    keyed = sorted((key(path), path) for path in set(paths))
    for file, path in keyed:
        at = bisect_left(keyed, (f"{file}/", ""))
        if at < len(keyed) and keyed[at][0].startswith(f"{file}/"):
            yield keyed[at][1], path


def same_file(path: str) -> str:
    """A path as it is to systems that look it up without regard to case and normal form."""
    # Decomposed before case is folded, and not only after (Unicode, D145).
    return normalize("NFC", normalize("NFD", path).casefold())


def is_inside(path: str) -> bool:
    """Whether a path in a package, with slashes or backslashes, stays inside it.

    >>> [is_inside(path) for path in ("tables/a.csv", "../a.csv", "/a.csv", "C:a.csv", "")]
    [True, False, False, False, False]
    """
    parts = path.replace("\\", "/").split("/")
    # A colon in the first part is a drive or a scheme; further on, most systems allow it in a name.
    return bool(parts[0]) and ":" not in parts[0] and ".." not in parts and "\0" not in path


def refuse_names(paths: Iterable[str]) -> None:
    """Refuse to write files that this system or others could not hold.

    Args:
        paths: Their paths in a package, with slashes.

    Raises:
        OutputError: One of them is such a file, or lies in another. Nothing was written.
    """
    paths = list(paths)
    hint = "Nothing was written. Rename the file, and its path in the descriptor."
    for path in paths:
        if why := why_refused(path):
            raise OutputError(f"{path}: {why}", hint=hint)
    for path, other in alike(paths):
        raise OutputError(
            f"{path}: Windows and macOS take it for {other}; they differ in case or form alone",
            hint=hint,
        )
    for path, file in within_files(paths, same_file):
        raise OutputError(f"{path}: {file} is a file, and would have to be a folder", hint=hint)
