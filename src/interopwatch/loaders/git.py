"""A data package at a revision of a git repository.

Objects are read one by one (``git ls-tree``, ``git cat-file``), so that nothing is checked out, the
repository stays unchanged, and no attribute (``export-ignore``, ``export-subst``) alters what is
read, as it would with ``git archive``.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OriginError
from interopwatch.loaders.repository import Repository, TreeEntry
from interopwatch.package.descriptor import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from interopwatch.loaders.repository import Blobs

PREFIX: Final = "git:"
_NAME: Final = re.compile(r"((?:[^:{]|\{[^}]*\}?)*)(?::(.*))?", re.DOTALL)
"""A revision and, after a colon, a path; a date in braces may contain colons."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NOT_FOLLOWED: Final = {"120000": "symbolic link", "160000": "submodule"}
"""Entries of a tree, by mode, that are not files of the repository."""
_LFS: Final = b"version https://git-lfs.github.com/spec/"
"""The start of a pointer to a file kept elsewhere (Git LFS, "Specification")."""
_LFS_SIZE: Final = 1024
"""A pointer is shorter than this, in bytes (the same specification)."""


@dataclass(frozen=True, slots=True)
class RevisionPath:
    """The revision and path in ``git:REV`` or ``git:REV:PATH``.

    Attributes:
        text: The complete name, as the user wrote it.
        revision: The revision (gitrevisions(7)).
        path: The path; ``None`` if there is none, not even an empty one.
    """

    text: str
    revision: str
    path: str | None


def parse(text: str) -> RevisionPath:
    """Parse the name of a file or folder at a revision.

    >>> parse("git:HEAD~1:data/x.csv")
    RevisionPath(text='git:HEAD~1:data/x.csv', revision='HEAD~1', path='data/x.csv')
    >>> parse("git:main@{2026-01-01 10:00}").path is None
    True

    Raises:
        OriginError: It has no revision, or one that cannot be valid.
    """
    found = _NAME.fullmatch(text.removeprefix(PREFIX))
    assert found is not None, "the pattern takes any text"
    revision, path = found[1], found[2]
    if not revision or revision.startswith("-") or _CONTROL.search(revision):
        raise OriginError(
            f"{text}: {revision!r} is not a valid revision",
            hint="Write git:REV or git:REV:PATH, for instance git:HEAD~1 or git:v1.0.",
        )
    if path is not None and "\0" in path:
        raise OriginError(f"{text}: not a valid path")
    return RevisionPath(text, revision, path)


@contextmanager
def open_revision(
    named: RevisionPath, folder: Path, descriptor: str = FILE_NAME
) -> Iterator[GitLoader]:
    """Open a folder at a revision.

    Args:
        named: The revision, and the path: from the top of the repository, or, if it begins with
            ``./`` or ``../``, from ``folder``. Without a path, it is ``folder`` itself.
        folder: Any folder of the repository.
        descriptor: The file name of the descriptor, if the path does not name it.

    Raises:
        OriginError: There is no git, no repository, no such revision, or nothing at the path.
    """
    git = Repository(folder, named.text)
    path = _path(git.prefix(), named)
    tree = git.tree(named.revision)
    entry = git.entries(tree, path).get(path) if path else TreeEntry("040000", "tree", tree)
    if entry is None or entry.kind == "commit":
        missing = f"nothing at {path!r}"
        found = missing if entry is None else "a submodule, whose files are in another repository"
        raise OriginError(
            f"{named.text}: there is {found} in that revision",
            hint=f"`git ls-tree -r --name-only {named.revision}` lists its files.",
        )
    is_folder = entry.kind == "tree"
    parent, file = (path, descriptor) if is_folder else posixpath.split(path)
    parent = posixpath.join(parent, "")
    entries = git.entries(f"{tree}:{parent}", "-r")
    location = f"{PREFIX}{named.revision}:{parent}"
    with git.blobs() as blobs:
        yield GitLoader(location, file, is_folder, entries, blobs)


def _path(prefix: str, named: RevisionPath) -> str:
    """Return the path from the top of the repository; empty for the top itself."""
    path = prefix if named.path is None else named.path
    if path.split("/")[0] in (".", ".."):
        path = posixpath.join(prefix, path)
    path = posixpath.normpath(path or ".")
    if path.split("/")[0] in ("", ".."):
        raise OriginError(
            f"{named.text}: this path is outside the repository",
            hint="A path is relative to the top of the repository; one from here begins with ./",
        )
    return "" if path == "." else path


@dataclass(frozen=True, slots=True)
class GitLoader:
    """The files of a package at a revision.

    Attributes:
        location: The prefix of a file's path in messages.
        descriptor: The path of the descriptor.
        is_folder: Whether the name is that of the folder itself, not of a file in it.
        entries: All files below the folder, by path.
        blobs: Their contents.
    """

    location: str
    descriptor: str
    is_folder: bool
    entries: Mapping[str, TreeEntry]
    blobs: Blobs

    def read(self, path: str) -> Generator[bytes] | None:
        """Return the bytes of a file, block by block; ``None`` if there is no such file."""
        # A link on the way counts, too: in a checkout, the path would lead through it.
        parts = path.split("/")
        for n in range(1, len(parts) + 1):
            start = "/".join(parts[:n])
            entry = self.entries.get(start)
            if entry is not None and entry.mode in _NOT_FOLLOWED:
                raise OriginError(
                    f"{self.location}{start}: it is a {_NOT_FOLLOWED[entry.mode]}, "
                    "which is not followed",
                    hint="Name the folder that holds the tables themselves.",
                )
        entry = self.entries.get(path)
        return None if entry is None else self._blocks(entry, self.location + path)

    def _blocks(self, entry: TreeEntry, where: str) -> Generator[bytes]:
        blocks = self.blobs.read(entry.object, where)
        first = next(blocks, b"")
        if len(first) < _LFS_SIZE and first.startswith(_LFS):
            raise OriginError(
                f"{where}: it is in Git LFS, and the repository has only a pointer to it",
                hint="Check the revision out into a folder of its own, with `git worktree add`, "
                "and name that folder.",
            )
        yield first
        yield from blocks
