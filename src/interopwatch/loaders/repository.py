"""Read a git repository with a git that starts no other program.

A checkout may be hostile, including its ``.git/config``, which can name programs for many occasions
(git-config(1)), and the user's own settings change what git prints. So only plumbing is called,
whose output they do not change (``rev-parse``, ``rev-list``, ``diff-tree``, ``ls-tree``,
``cat-file``); objects are read as they are stored, without a work tree, an index, filters or
attributes; and everything that could start a program, fetch, write or replace objects is also
switched off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import TYPE_CHECKING, Final

from interopwatch.errors import NoPackageError, OriginError
from interopwatch.loaders.unpack import BLOCK

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from typing import IO

_SECONDS: Final = 60
"""Seconds: git never took more than one on any measured repository; after a minute it is stuck."""
_MOST: Final = 256 << 20
"""Bytes of output allowed to git: the paths of some 2 million files, or 6 million commits."""
_MOST_REASON: Final = 10_000
"""Bytes of git's error output that are read; one line of it is shown."""
_SETTINGS: Final = (
    # Settings that could start a program.
    "core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.pager=cat",
    "core.alternateRefsCommand=", "log.showSignature=false", "submodule.recurse=false",
    "protocol.allow=never",
    # Settings that could change what is read: a planted commit graph, orders and attributes.
    "core.commitGraph=false", f"core.attributesFile={os.devnull}", f"diff.orderFile={os.devnull}",
    "color.ui=false",
)  # fmt: skip
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    # A partial clone does not fetch missing objects, nor run the program that its configuration may
    # name for that: git before 2.45 knows only the second of these.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # No object is replaced by another, and no commit has other parents than it records.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
}
_INHERITED: Final = (
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH",
)  # fmt: skip
"""Git's variables that are kept: its installation and configuration, and how far up it looks for a
repository. Others, which a hook may set, could lead it to another repository than the intended
one."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A line of ``git ls-tree``."""

    mode: str
    kind: str
    object: str


@dataclass(frozen=True, slots=True)
class Ran:
    """The result of running git.

    Attributes:
        status: Its exit status.
        out: Its standard output.
        reason: Its error message, if it failed.
    """

    status: int
    out: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository.

    Attributes:
        folder: A folder in it.
        name: The name that the user gave, for messages.
    """

    folder: Path
    name: str

    def prefix(self) -> str:
        """Return the folder's path from the top of the repository, with a final slash; or empty.

        Raises:
            OriginError: It is not in a repository; or git refuses that repository, or its work tree
                is another folder.
        """
        ran = self.run("rev-parse", "--show-prefix")
        if ran.status:
            if "not a git repository" in ran.reason:
                raise OriginError(
                    f"{self.name}: {self.folder} is not in a git repository",
                    hint="Run it inside the repository, or name a folder or an archive.",
                )
            raise OriginError(f"{self.name}: git refuses {self.folder}: {ran.reason}")
        prefix = os.fsdecode(ran.out.removesuffix(b"\n"))
        top = self._top()
        if top is not None and not _is_same(top / prefix, self.folder):
            raise OriginError(
                f"{self.name}: the repository of {self.folder} has its work tree in {top}",
                hint="Check core.worktree in its configuration.",
            )
        return prefix

    def _top(self) -> Path | None:
        """Return the top of the work tree; ``None`` in a bare repository."""
        ran = self.run("rev-parse", "--show-toplevel")
        return None if ran.status else Path(os.fsdecode(ran.out.removesuffix(b"\n")))

    def has_work_tree(self) -> bool:
        """Return whether the folder is in a work tree, with a ``.git`` at its top.

        A folder of a checkout may be made to look like a bare repository.
        """
        top = self._top()
        return top is not None and os.path.lexists(top / ".git")

    def is_shallow(self) -> bool:
        """Return whether it is a shallow clone, without the full history."""
        return self.run("rev-parse", "--is-shallow-repository").out.strip() == b"true"

    def tree(self, revision: str) -> str:
        """Return the tree object of a revision."""
        found = self.object(f"{revision}^{{tree}}")
        if not found:
            is_new = revision == "HEAD" and not self.is_shallow()  # there is no commit yet
            raise (NoPackageError if is_new else OriginError)(
                f"{self.name}: the repository of {self.folder} has no revision {revision!r}",
                hint="The repository is a shallow clone, without its history: `git fetch "
                "--unshallow` gets it. In a workflow, check out with fetch-depth 0."
                if self.is_shallow()
                else "`git log --oneline --all` lists revisions; `git tag` and `git branch --all` "
                "list names.",
            )
        return found

    def object(self, name: str) -> str:
        """Return the hash of an object; empty if there is none of that name."""
        ran = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return "" if ran.status else ran.out.decode().strip()

    def entries(self, tree: str, *more: str) -> Mapping[str, TreeEntry]:
        """Return what ``git ls-tree`` lists in a tree, by path."""
        ran = self.run("ls-tree", "-z", "--full-tree", tree, *more)
        if ran.status:
            raise OriginError(f"{self.name}: git cannot list the files: {ran.reason}")
        found: dict[str, TreeEntry] = {}
        for line in ran.out.split(b"\0")[:-1]:
            fields, _, path = line.partition(b"\t")
            # Python's form for names that are not UTF-8: no descriptor can name such a file.
            found[path.decode(errors="surrogateescape")] = TreeEntry(*fields.decode().split(" "))
        return found

    @contextmanager
    def blobs(self) -> Iterator[Blobs]:
        """Start a git process that reads the contents of blobs, one after the other."""
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
                    with suppress(OSError):  # nobody reads the rest
                        stream.close()
            process.wait()

    def run(self, *arguments: str, given: bytes = b"") -> Ran:
        """Run git to completion.

        Args:
            arguments: The plumbing command with its arguments; options end before the user's words.
            given: Its standard input.

        Raises:
            OriginError: There is no git, it times out, or prints too much.
        """
        command = self._command(*arguments)
        try:
            # Files, since with two pipes both could be full while each side waits for the other.
            with tempfile.TemporaryFile() as feed, tempfile.TemporaryFile() as stderr:
                feed.write(given)
                feed.seek(0)
                status, out = self._read(command, feed, stderr)
                stderr.seek(0)
                return Ran(status, out, _reason(stderr.read(_MOST_REASON)))
        except (OSError, ValueError) as error:
            # A null character in an argument is a ValueError.
            raise OriginError(f"{self.name}: git cannot be run: {error}") from None

    def _read(self, command: list[str], feed: IO[bytes], stderr: IO[bytes]) -> tuple[int, bytes]:
        """Return the exit status and output of a command."""
        with (
            subprocess.Popen(  # noqa: S603 - a list, without a shell
                command, stdin=feed, stdout=subprocess.PIPE, stderr=stderr, env=_environment()
            ) as process,
            _in_time(process) as stopped,
        ):
            assert process.stdout is not None
            out = process.stdout.read(_MOST + 1)
            if len(out) > _MOST:
                process.kill()
            status = process.wait()
        if len(out) > _MOST:
            raise OriginError(f"{self.name}: the output of git exceeds {_MOST:,} bytes")
        if stopped.is_set():
            raise OriginError(f"{self.name}: git did not answer within {_SECONDS} seconds")
        return status, out

    def _command(self, *arguments: str) -> list[str]:
        program = shutil.which("git")
        # A relative path, from a PATH with "." in it or from Windows' program search, may lead into
        # the checkout.
        if program is None or not Path(program).is_absolute():
            raise OriginError(
                f"{self.name}: there is no program called git",
                hint="Install git, or name a folder or an archive.",
            )
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        options = ("--no-pager", "--literal-pathspecs", "-C", str(self.folder))
        return [program, *settings, *options, *arguments]


@contextmanager
def _in_time(process: subprocess.Popen[bytes]) -> Iterator[Event]:
    """Kill a process that takes too long, and set the event then."""
    stopped = Event()

    def stop() -> None:
        stopped.set()
        process.kill()

    timer = Timer(_SECONDS, stop)
    timer.daemon = True
    timer.start()
    try:
        yield stopped
    finally:
        timer.cancel()


@dataclass(frozen=True, slots=True)
class Blobs:
    """Contents of blobs, from ``git cat-file --batch``."""

    process: subprocess.Popen[bytes]

    def read(self, identity: str, where: str) -> Generator[bytes]:
        """Yield the content of a blob, block by block; must be consumed to the end.

        Raises:
            OriginError: The repository does not have it, or it is damaged.
        """
        requests, output = self.process.stdin, self.process.stdout
        assert requests is not None
        assert output is not None
        try:
            with _in_time(self.process):
                requests.write(f"{identity}\n".encode())
                requests.flush()
                head = output.readline().split()
        except OSError:
            head = []
        if len(head) != 3 or head[1] != b"blob":  # noqa: PLR2004 - identity, kind and size
            raise OriginError(
                f"{where}: its content is missing from the repository, or damaged",
                hint="`git fsck` says more. If the clone is a partial one, check the revision out; "
                "or compare other tables only: `interopwatch diff --resource R`.",
            )
        remaining = int(head[2])
        while remaining:
            # For each block, since the time that the caller takes to use one is not up to git.
            with _in_time(self.process):
                block = output.read(min(remaining, BLOCK))
            if not block:
                raise OriginError(
                    f"{where}: git ended before the end of the content",
                    hint="`git fsck` says more.",
                )
            remaining -= len(block)
            yield block
        output.read(1)  # the line feed after the content


def _environment() -> dict[str, str]:
    """Return the environment for git: without variables that redirect it, and read-only."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or not name.upper().startswith("GIT_")
    }
    return {**inherited, **_ENVIRONMENT}


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _reason(stderr: bytes) -> str:
    """Return git's error message."""
    lines = stderr.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return fatal[0] if fatal else "git gave no reason"
