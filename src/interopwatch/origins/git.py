"""A data package as it stood at a revision of a git repository.

Objects are read one by one (``git ls-tree``, ``git cat-file``), so that nothing is checked out,
the repository stays as it is, and no attribute (``export-ignore``, ``export-subst``) changes
what is read, as it would with ``git archive``.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from interopwatch.descriptor import FILE_NAME
from interopwatch.errors import OriginError
from interopwatch.origins.unpacking import BLOCK

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

PREFIX: Final = "git:"
_NAME: Final = re.compile(r"((?:[^:{]|\{[^}]*\}?)*)(?::(.*))?", re.DOTALL)
"""A revision, and after a colon a path; a date in braces may have colons of its own."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LFS: Final = b"version https://git-lfs.github.com/spec/"
"""How the file begins that stands for one kept elsewhere (Git LFS, "Specification")."""
_LFS_SIZE: Final = 1024
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_ELSEWHERE: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
    "GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_SETUP", "GIT_TRACE_PACKET",
)  # fmt: skip
"""Variables, as a hook has them, that would lead git to another repository than the one meant."""


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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of ``git ls-tree``."""

    mode: str
    object: str


class Tree:
    """A folder at a revision; see :class:`~interopwatch.origins.unpacking.Origin`.

    Attributes:
        is_folder: Whether the folder was named itself, and not a file in it.
    """

    def __init__(
        self,
        entries: Mapping[str, _Entry],
        objects: _Objects,
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
            if entry is not None and entry.mode in (_LINK, _SUBMODULE):
                links = entry.mode == _LINK
                raise OriginError(
                    f"{self.place}{'/'.join(parts[:n])}: it is a "
                    + ("symbolic link" if links else "submodule")
                    + ", which is not followed",
                    hint="Name the folder that holds the tables themselves.",
                )
        entry = self._entries.get(path)
        return None if entry is None else self._read(entry, self.place + path)

    def _read(self, entry: _Entry, place: str) -> Generator[bytes]:
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
    git = _Git(folder, name.text)
    path = _path(git, name)
    tree = git.tree(name.revision)
    kind = git.kind(f"{tree}:{path}")
    if kind not in ("blob", "tree"):
        _refuse(git, name, tree, path)
    parent, file = posixpath.split(path) if kind == "blob" else (path, descriptor)
    entries = dict(_listed(git.listing(git.object(f"{tree}:{parent}"))))
    place = f"{PREFIX}{name.revision}:{posixpath.join(parent, '')}"
    with git.objects() as objects:
        yield Tree(entries, objects, place, file, is_folder=kind == "tree")


def _path(git: _Git, name: Name) -> str:
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


def _refuse(git: _Git, name: Name, tree: str, path: str) -> NoReturn:
    kinds = {"commit": "a submodule, whose files another repository holds"}
    found = git.entry_kind(tree, path)
    what = kinds.get(found, f"nothing at {path!r}" if path else "nothing")
    raise OriginError(
        f"{name.text}: there is {what} in that revision",
        hint=f"`git ls-tree -r --name-only {name.revision}` lists what there is.",
    )


def _listed(listing: bytes) -> Iterator[tuple[str, _Entry]]:
    for line in listing.split(b"\0"):
        if line:
            told, _, path = line.partition(b"\t")
            mode, _, identity = told.decode().split(" ")
            # As Python writes names that are not UTF-8: no descriptor can name such a file.
            yield path.decode(errors="surrogateescape"), _Entry(mode, identity)


class _Git:
    """Runs git in a folder, so that it only reads, asks nothing and fetches nothing."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def prefix(self) -> str:
        """The path of the folder from the top of the repository, with a slash; or nothing."""
        done = self._run("rev-parse", "--show-prefix")
        if done.returncode:
            told = _last_line(done.stderr)
            if "not a git repository" in told:
                raise OriginError(
                    f"{self._name}: {self._folder} does not lie in a git repository",
                    hint="Run it inside the repository, or name a folder or an archive.",
                )
            raise OriginError(f"{self._name}: git refuses {self._folder}: {told}")
        return os.fsdecode(done.stdout.removesuffix(b"\n"))

    def tree(self, revision: str) -> str:
        """The object that holds the files of a revision."""
        found = self.object(f"{revision}^{{tree}}")
        if not found:
            shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
            raise OriginError(
                f"{self._name}: the repository of {self._folder} has no revision {revision!r}",
                hint="The repository is a shallow clone, without its history: `git fetch "
                "--unshallow` gets it. In a workflow, check out with fetch-depth 0."
                if shallow
                else "`git log --oneline --all` lists revisions, `git tag` and `git branch --all` "
                "names of some.",
            )
        return found

    def object(self, name: str) -> str:
        """The identity of an object; empty if there is none of that name."""
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return "" if done.returncode else done.stdout.decode().strip()

    def kind(self, name: str) -> str:
        """What an object is: a blob, a tree; empty if there is none of that name."""
        found = self.object(name)
        if not found:
            return ""
        return self._run("cat-file", "-t", found).stdout.decode().strip()

    def entry_kind(self, tree: str, path: str) -> str:
        """What a folder says that stands at a path, be it in the repository or not."""
        entries = dict(_listed(self.listing(tree)))
        return "commit" if (e := entries.get(path)) and e.mode == _SUBMODULE else ""

    def listing(self, tree: str) -> bytes:
        """All files below a folder."""
        done = self._run("ls-tree", "-rz", "--full-tree", tree)
        if done.returncode:
            raise OriginError(f"{self._name}: git cannot list it: {_last_line(done.stderr)}")
        return done.stdout

    @contextmanager
    def objects(self) -> Iterator[_Objects]:
        """A git that hands out the contents of objects, one after the other."""
        process = subprocess.Popen(  # noqa: S603 - a list, and no word of the user's in it
            self._command("cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            yield _Objects(process)
        finally:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a list, and options end before the user's words
                self._command(*arguments), capture_output=True, check=False, env=_environment()
            )
        except FileNotFoundError:
            raise OriginError(
                f"{self._name}: there is no program called git",
                hint="Install git, or name a folder or an archive.",
            ) from None
        except OSError as error:
            raise OriginError(f"{self._name}: git: {error.strerror or error}") from None

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self._folder), "--no-pager", *arguments]


def _environment() -> dict[str, str]:
    """The variables that git runs with: it works in the folder that it is given, and only reads.

    No transport is allowed, so that a clone without all objects does not fetch what it lacks,
    nor runs the program that its configuration may name for that.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }


class _Objects:
    """Contents of objects, from ``git cat-file --batch``."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def read(self, identity: str, place: str) -> Generator[bytes]:
        """The content of an object, some at a time; to be read to its end.

        Raises:
            OriginError: The repository does not have it, or it is damaged.
        """
        given, taken = self._process.stdin, self._process.stdout
        assert given is not None
        assert taken is not None
        try:
            given.write(f"{identity}\n".encode())
            given.flush()
            told = taken.readline().split()
        except OSError:
            told = []
        if len(told) != 3 or told[1] != b"blob":  # noqa: PLR2004 - identity, kind and size
            raise OriginError(
                f"{place}: the repository lacks its content, or has it damaged",
                hint="`git fsck` says more. If the clone is a partial one, check the revision out.",
            )
        left = int(told[2])
        while left:
            block = taken.read(min(left, BLOCK))
            if not block:
                raise OriginError(
                    f"{place}: git ended before its content did", hint="`git fsck` says more."
                )
            left -= len(block)
            yield block
        taken.read(1)  # the line feed after the content


def _last_line(told: bytes) -> str:
    lines = told.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it does not say why"
