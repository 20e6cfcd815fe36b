"""``SHA256SUMS``: the hashes of a snapshot's files, in the format of ``sha256sum --check``.

One line for each file: its hash, two spaces, its path, a line feed; sorted by path, each path once
(GNU coreutils manual, "md5sum invocation"). Anything else in a snapshot's folder or in its sums
was not written by freezing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interopwatch.files import open_regular, read_regular, sha256_of
from interopwatch.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUMS: Final = "SHA256SUMS"
_MOST: Final = 64 << 20
"""Maximum bytes of sums: more than half a million files."""
# `sha256sum` escapes paths with a line feed or backslash, which snapshots do not have.
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\x7f]+)")
_RESTORE: Final = "Snapshots are never edited: restore the file from version control."


def with_sums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Add the sums over files to them."""
    plain = {name: content for name, content in files.items() if name != SUMS}
    lines = [f"{sha256_of(plain[name])}  {name}\n" for name in sorted(plain)]
    return {**plain, SUMS: "".join(lines).encode()}


def hash_of_sums(root: Path) -> str:
    """Return the hash of a snapshot's sums (``sha256:…``), and so of the complete snapshot.

    Raises:
        OSError: They cannot be read.
    """
    return f"sha256:{sha256_of(read_regular(root / SUMS, _MOST))}"


def verify(root: Path) -> Iterator[Finding]:
    """Yield every mismatch between a snapshot's files and its ``SHA256SUMS``.

    Raises:
        OSError: A file or folder cannot be read.
    """
    try:
        content = read_regular(root / SUMS, _MOST)
    except OSError:
        yield _edited(root / SUMS, "missing or unreadable")
        return
    listed, odd = _parsed(content)
    yield from (_edited(root / SUMS, problem, line) for line, problem in odd)
    if root.is_symlink():
        yield _edited(root, "a symbolic link, not a folder")
    present = set()
    for file, problem in _inside(root):
        name = file.relative_to(root).as_posix()
        if problem:
            yield _edited(file, problem)
        elif name != SUMS:
            present.add(name)
            if name not in listed:
                yield _edited(file, f"not listed in {SUMS}")
    for name, digest in sorted(listed.items()):
        if name not in present:
            yield _edited(root / name, "missing")
        elif _digest(root / name) != digest:
            yield _edited(root / name, f"changed since it was frozen: does not match {SUMS}")


def _parsed(content: bytes) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Parse sums: the hashes of files by path, and the irregularities by line."""
    listed: dict[str, str] = {}
    odd: list[tuple[int, str]] = []
    last = ""
    *lines, rest = content.decode(errors="replace").split("\n")
    for line, text in enumerate(lines, 1):
        found = _LINE.fullmatch(text)
        if found is None:
            odd.append((line, "not a hash, two spaces and a path, as sha256sum reads it"))
            continue
        if found[2] <= last:
            odd.append((line, f"{found[2]!r} is repeated or out of order"))
        listed[found[2]] = found[1]
        last = found[2]
    if rest or not lines:
        odd.append((0, "the last line has no line feed, or there is none"))
    return listed, odd


def _inside(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield every entry of a folder except nonempty folders, and what is wrong with its kind."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = Path(entry.path)
        if entry.is_symlink():
            yield path, "a symbolic link, not a file"
        elif entry.is_dir(follow_symlinks=False):
            inner = list(_inside(path))
            yield from inner or [(path, "an empty folder")]
        else:
            yield path, "" if entry.is_file(follow_symlinks=False) else "not a regular file"


def _digest(file: Path) -> str:
    with open_regular(file) as stream:
        return sha256_of(stream)


def _edited(file: Path, problem: str, line: int = 0) -> Finding:
    return Finding(str(file), line, "", "snapshot-edited", problem, _RESTORE)
