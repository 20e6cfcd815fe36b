"""A data package as it stood at a revision of a git repository.

Objects are read one by one (``git ls-tree``, ``git cat-file``), so that nothing is checked out,
the repository stays as it is, and no attribute (``export-ignore``, ``export-subst``) changes
what is read, as it would with ``git archive``.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from interopwatch.errors import OriginError
from interopwatch.loaders.repository import LINK, SUBMODULE, Git
from interopwatch.package.descriptor import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from interopwatch.loaders.repository import Entry, Objects

PREFIX: Final = "git:"
_NAME: Final = re.compile(r"((?:[^:{]|\{[^}]*\}?)*)(?::(.*))?", re.DOTALL)
"""A revision, and after a colon a path; a date in braces may have colons of its own."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LFS: Final = b"version https://git-lfs.github.com/spec/"
"""How the file begins that stands for one kept elsewhere (Git LFS, "Specification")."""
_LFS_SIZE: Final = 1024


@dataclass(frozen=True, slots=True)
class Name:
    """What ``git:REV`` or ``git:REV:PATH`` names.

    Attributes:
        text: All of it, as the user wrote it.
        revision: The revision.
        path: The path; ``None`` if there is none, not even an empty one.
    """

    text: str
    revision: str
    path: str | None


def parse(text: str) -> Name:
    """Read the name of something in a git repository.

    >>> parse("git:HEAD~1:data/x.csv")
    Name(text='git:HEAD~1:data/x.csv', revision='HEAD~1', path='data/x.csv')
    >>> parse("git:main@{2026-01-01 10:00}").path is None
    True

    Raises:
        OriginError: It names no revision, or something that no revision can be.
    """
    found = _NAME.fullmatch(text.removeprefix(PREFIX))
    assert found is not None, "the pattern takes any text"
    revision, path = found[1], found[2]
    if not revision or revision.startswith("-") or _CONTROL.search(revision):
        raise OriginError(
            f"{text}: {revision!r} cannot be a revision",
            hint="Write git:REV or git:REV:PATH, for instance git:HEAD~1 or git:v1.0.",
        )
    if path is not None and "\0" in path:
        raise OriginError(f"{text}: this cannot be a path")
    return Name(text, revision, path)


class Tree:
    """A folder at a revision; see :class:`~interopwatch.loaders.unpack.Origin`.

    Attributes:
        is_folder: Whether the folder was named itself, and not a file in it.
    """

    def __init__(
        self,
        entries: Mapping[str, Entry],
        objects: Objects,
        place: str,
        descriptor: str,
        *,
        is_folder: bool,
    ) -> None:
        self.is_folder = is_folder
        self._entries = entries
        self._objects = objects
        self.place = place
        self.descriptor = descriptor

    def blocks(self, path: str) -> Generator[bytes] | None:
        """The bytes of a file, some at a time; ``None`` if there is none."""
        parts = path.split("/")
        for n in range(1, len(parts) + 1):
            entry = self._entries.get("/".join(parts[:n]))
            if entry is not None and entry.mode in (LINK, SUBMODULE):
                links = entry.mode == LINK
                raise OriginError(
                    f"{self.place}{'/'.join(parts[:n])}: it is a "
                    + ("symbolic link" if links else "submodule")
                    + ", which is not followed",
                    hint="Name the folder that holds the tables themselves.",
                )
        entry = self._entries.get(path)
        return None if entry is None else self._read(entry, self.place + path)

    def _read(self, entry: Entry, place: str) -> Generator[bytes]:
        blocks = self._objects.read(entry.object, place)
        first = next(blocks, b"")
        if len(first) < _LFS_SIZE and first.startswith(_LFS):
            raise OriginError(
                f"{place}: it is kept by Git LFS, and the repository holds a pointer to it only",
                hint="Check the revision out into a folder of its own, with `git worktree add`, "
                "and name that folder.",
            )
        yield first
        yield from blocks


@contextmanager
def opened(name: Name, folder: Path, descriptor: str = FILE_NAME) -> Iterator[Tree]:
    """Open a folder at a revision.

    Args:
        name: The revision, and the path: from the top of the repository, or, if it begins with
            ``./`` or ``../``, from ``folder``. Without a path, ``folder`` is meant.
        folder: Any folder of the repository.
        descriptor: What the descriptor is called there, if the path does not name it.

    Raises:
        OriginError: There is no git, no repository, no such revision, or nothing at the path.
    """
    git = Git(folder, name.text)
    path = _path(git, name)
    tree = git.tree(name.revision)
    kind = git.kind(f"{tree}:{path}")
    if kind not in ("blob", "tree"):
        _refuse(git, name, tree, path)
    parent, file = posixpath.split(path) if kind == "blob" else (path, descriptor)
    entries = git.listing(git.object(f"{tree}:{parent}"))
    place = f"{PREFIX}{name.revision}:{posixpath.join(parent, '')}"
    with git.objects() as objects:
        yield Tree(entries, objects, place, file, is_folder=kind == "tree")


def _path(git: Git, name: Name) -> str:
    """The path from the top of the repository; empty for the top itself."""
    here = git.prefix()
    if name.path is None:
        path = here
    elif name.path.split("/")[0] in (".", ".."):
        path = posixpath.join(here, name.path)
    else:
        path = name.path
    path = posixpath.normpath(path) if path else ""
    if path.split("/")[0] in ("", "..") and path:
        raise OriginError(
            f"{name.text}: this path does not lie in the repository",
            hint="A path starts at the top of the repository; from here, it begins with ./",
        )
    return "" if path == "." else path


def _refuse(git: Git, name: Name, tree: str, path: str) -> NoReturn:
    kinds = {"commit": "a submodule, whose files another repository holds"}
    found = git.entry_kind(tree, path)
    what = kinds.get(found, f"nothing at {path!r}" if path else "nothing")
    raise OriginError(
        f"{name.text}: there is {what} in that revision",
        hint=f"`git ls-tree -r --name-only {name.revision}` lists what there is.",
    )
