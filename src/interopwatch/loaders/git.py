"""A data package as it stood at a revision of a git repository.

Git only reads here, asks nothing and fetches nothing. Objects are read one by one (``git
ls-tree``, ``git cat-file``), so that nothing is checked out, the repository stays as it is, and
no attribute (``export-ignore``, ``export-subst``) changes what is read, as it would with
``git archive``.
"""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OriginError
from interopwatch.loaders.unpack import BLOCK
from interopwatch.package.descriptor import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

PREFIX: Final = "git:"
_NAME: Final = re.compile(r"((?:[^:{]|\{[^}]*\}?)*)(?::(.*))?", re.DOTALL)
"""A revision, and after a colon a path; a date in braces may have colons of its own."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NOT_FOLLOWED: Final = {"120000": "symbolic link", "160000": "submodule"}
"""Entries of a tree, by mode, that are no files of the repository."""
_LFS: Final = b"version https://git-lfs.github.com/spec/"
"""How a pointer to a file kept elsewhere begins (Git LFS, "Specification")."""
_LFS_SIZE: Final = 1024
"""A pointer has fewer bytes than this (the same specification)."""
_ELSEWHERE: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
    "GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_SETUP", "GIT_TRACE_PACKET",
)  # fmt: skip
"""Variables, as a hook has them, that would lead git to another repository than the one meant."""


@dataclass(frozen=True, slots=True)
class RevisionPath:
    """What ``git:REV`` or ``git:REV:PATH`` names.

    Attributes:
        text: All of it, as the user wrote it.
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
        OriginError: It has no revision, or something that cannot be one.
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
    return RevisionPath(text, revision, path)


@contextmanager
def open_revision(
    named: RevisionPath, folder: Path, descriptor: str = FILE_NAME
) -> Iterator[GitLoader]:
    """Open a folder at a revision.

    Args:
        named: The revision, and the path: from the top of the repository, or, if it begins with
            ``./`` or ``../``, from ``folder``. Without a path, ``folder`` is meant.
        folder: Any folder of the repository.
        descriptor: What the descriptor is called there, if the path does not name it.

    Raises:
        OriginError: There is no git, no repository, no such revision, or nothing at the path.
    """
    git = Git(folder, named.text)
    path = _path(git.prefix(), named)
    tree = git.tree(named.revision)
    entry = git.entries(tree, path).get(path) if path else TreeEntry("040000", "tree", tree)
    if entry is None or entry.kind == "commit":
        missing = f"nothing at {path!r}"
        what = missing if entry is None else "a submodule, whose files another repository holds"
        raise OriginError(
            f"{named.text}: there is {what} in that revision",
            hint=f"`git ls-tree -r --name-only {named.revision}` lists what there is.",
        )
    is_folder = entry.kind == "tree"
    parent, file = (path, descriptor) if is_folder else posixpath.split(path)
    parent = posixpath.join(parent, "")
    entries = git.entries(f"{tree}:{parent}", "-r")
    location = f"{PREFIX}{named.revision}:{parent}"
    with git.blobs() as blobs:
        yield GitLoader(location, file, is_folder, entries, blobs)


def _path(prefix: str, named: RevisionPath) -> str:
    """The path from the top of the repository; empty for the top itself."""
    path = prefix if named.path is None else named.path
    if path.split("/")[0] in (".", ".."):
        path = posixpath.join(prefix, path)
    path = posixpath.normpath(path or ".")
    if path.split("/")[0] in ("", ".."):
        raise OriginError(
            f"{named.text}: this path does not lie in the repository",
            hint="A path starts at the top of the repository; from here, it begins with ./",
        )
    return "" if path == "." else path


@dataclass(frozen=True, slots=True)
class GitLoader:
    """The files of a package at a revision.

    Attributes:
        location: What stands before a file's path when a message names it.
        descriptor: The path of the descriptor.
        is_folder: Whether the folder was named itself, and not a file in it.
        entries: All files below the folder, by path.
        blobs: Their contents.
    """

    location: str
    descriptor: str
    is_folder: bool
    entries: Mapping[str, TreeEntry]
    blobs: Blobs

    def read(self, path: str) -> Generator[bytes] | None:
        """The bytes of a file, block by block; ``None`` if there is none."""
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
                f"{where}: it is kept by Git LFS, and the repository holds a pointer to it only",
                hint="Check the revision out into a folder of its own, with `git worktree add`, "
                "and name that folder.",
            )
        yield first
        yield from blocks


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A line of ``git ls-tree``."""

    mode: str
    kind: str
    object: str


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git.

    Attributes:
        folder: A folder of the repository.
        name: What the user asked for, for messages.
    """

    folder: Path
    name: str

    def prefix(self) -> str:
        """The path of the folder from the top of the repository, with a slash; or nothing."""
        done = self._run("rev-parse", "--show-prefix")
        if done.returncode:
            reason = _reason(done.stderr)
            if "not a git repository" in reason:
                raise OriginError(
                    f"{self.name}: {self.folder} does not lie in a git repository",
                    hint="Run it inside the repository, or name a folder or an archive.",
                )
            raise OriginError(f"{self.name}: git refuses {self.folder}: {reason}")
        return os.fsdecode(done.stdout.removesuffix(b"\n"))

    def tree(self, revision: str) -> str:
        """The object that holds the files of a revision."""
        found = self.object(f"{revision}^{{tree}}")
        if not found:
            shallow = self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
            raise OriginError(
                f"{self.name}: the repository of {self.folder} has no revision {revision!r}",
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

    def entries(self, tree: str, *more: str) -> Mapping[str, TreeEntry]:
        """What ``git ls-tree`` lists of a tree, by path."""
        done = self._run("ls-tree", "-z", "--full-tree", tree, *more)
        if done.returncode:
            raise OriginError(f"{self.name}: git cannot list it: {_reason(done.stderr)}")
        found: dict[str, TreeEntry] = {}
        for line in done.stdout.split(b"\0")[:-1]:
            fields, _, path = line.partition(b"\t")
            # As Python writes names that are not UTF-8: no descriptor can name such a file.
            found[path.decode(errors="surrogateescape")] = TreeEntry(*fields.decode().split(" "))
        return found

    @contextmanager
    def blobs(self) -> Iterator[Blobs]:
        """A git that gives the contents of blobs, one after the other."""
        process = subprocess.Popen(  # noqa: S603 - a list, and no word of the user's in it
            self._command("cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            yield Blobs(process)
        finally:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # what was left to write, nobody reads any more
                        stream.close()
            process.wait()

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a list, and options end before the user's words
                self._command(*arguments), capture_output=True, check=False, env=_environment()
            )
        except FileNotFoundError:
            raise OriginError(
                f"{self.name}: there is no program called git",
                hint="Install git, or name a folder or an archive.",
            ) from None
        except (OSError, ValueError) as error:
            raise OriginError(f"{self.name}: git cannot be asked for it: {error}") from None

    def _command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.folder), "--no-pager", *arguments]


@dataclass(frozen=True, slots=True)
class Blobs:
    """Contents of blobs, from ``git cat-file --batch``."""

    process: subprocess.Popen[bytes]

    def read(self, identity: str, where: str) -> Generator[bytes]:
        """The content of a blob, block by block; to be read to its end.

        Raises:
            OriginError: The repository does not have it, or it is damaged.
        """
        given, taken = self.process.stdin, self.process.stdout
        assert given is not None
        assert taken is not None
        try:
            given.write(f"{identity}\n".encode())
            given.flush()
            head = taken.readline().split()
        except OSError:
            head = []
        if len(head) != 3 or head[1] != b"blob":  # noqa: PLR2004 - identity, kind and size
            raise OriginError(
                f"{where}: the repository lacks its content, or has it damaged",
                hint="`git fsck` says more. If the clone is a partial one, check the revision out.",
            )
        left = int(head[2])
        while left:
            block = taken.read(min(left, BLOCK))
            if not block:
                raise OriginError(
                    f"{where}: git ended before its content did", hint="`git fsck` says more."
                )
            left -= len(block)
            yield block
        taken.read(1)  # the line feed after the content


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


def _reason(stderr: bytes) -> str:
    """The line in which git says why it gave up."""
    lines = stderr.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return fatal[0] if fatal else "it does not say why"
