"""Runs git, so that it only reads, asks nothing and fetches nothing."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OriginError
from interopwatch.loaders.unpack import BLOCK

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

LINK: Final = "120000"
SUBMODULE: Final = "160000"
_ELSEWHERE: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE",
    "GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_SETUP", "GIT_TRACE_PACKET",
)  # fmt: skip
"""Variables, as a hook has them, that would lead git to another repository than the one meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of ``git ls-tree``."""

    mode: str
    object: str


class Git:
    """Runs git in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def prefix(self) -> str:
        """The path of the folder from the top of the repository, with a slash; or nothing."""
        done = self._run("rev-parse", "--show-prefix")
        if done.returncode:
            told = _why(done.stderr)
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
        entry = self.listing(tree).get(path)
        return "commit" if entry is not None and entry.mode == SUBMODULE else ""

    def listing(self, tree: str) -> Mapping[str, Entry]:
        """All files below a folder, by path."""
        done = self._run("ls-tree", "-rz", "--full-tree", tree)
        if done.returncode:
            raise OriginError(f"{self._name}: git cannot list it: {_why(done.stderr)}")
        return dict(_entries(done.stdout))

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """A git that hands out the contents of objects, one after the other."""
        process = subprocess.Popen(  # noqa: S603 - a list, and no word of the user's in it
            self._command("cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            yield Objects(process)
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
                f"{self._name}: there is no program called git",
                hint="Install git, or name a folder or an archive.",
            ) from None
        except (OSError, ValueError) as error:
            raise OriginError(f"{self._name}: git cannot be asked for it: {error}") from None

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


class Objects:
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


def _why(told: bytes) -> str:
    """The line in which git says why it gave up."""
    lines = told.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return fatal[0] if fatal else "it does not say why"


def _entries(listing: bytes) -> Iterator[tuple[str, Entry]]:
    for line in listing.split(b"\0"):
        if line:
            told, _, path = line.partition(b"\t")
            mode, _, identity = told.decode().split(" ")
            # As Python writes names that are not UTF-8: no descriptor can name such a file.
            yield path.decode(errors="surrogateescape"), Entry(mode, identity)
