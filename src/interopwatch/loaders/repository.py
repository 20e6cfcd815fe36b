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
"""No repository that was measured took git over a second; one that takes a minute is stuck."""
_MOST: Final = 256 << 20
"""Bytes that git may print: the paths of some 2 million files, or 6 million commits."""
_MOST_REASON: Final = 10_000
"""Bytes that are read of why git gave up, of which one line is shown."""
_SETTINGS: Final = (
    # What would start a program.
    "core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.pager=cat",
    "core.alternateRefsCommand=", "log.showSignature=false", "submodule.recurse=false",
    "protocol.allow=never",
    # What would change what is read: a planted commit graph, orders and attributes.
    "core.commitGraph=false", f"core.attributesFile={os.devnull}", f"diff.orderFile={os.devnull}",
    "color.ui=false",
)  # fmt: skip
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    # A clone without all objects does not fetch what it lacks, nor run the program that its
    # configuration may name for that: git before 2.45 knows only the second of these.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    # No object stands for another, and no commit has other parents than it says.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
}
_KEPT: Final = (
    "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH",
)  # fmt: skip
"""Variables of git's that stay: where it is installed and set up, and how far up it looks for a
repository. Others, as a hook has them, would lead it to another repository than the one meant."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A line of ``git ls-tree``."""

    mode: str
    kind: str
    object: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a call of git.

    Attributes:
        status: Its exit status.
        out: What it printed.
        reason: Why it gave up, in its own words, if it did.
    """

    status: int
    out: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository.

    Attributes:
        folder: A folder of it.
        name: What the user asked for, for messages.
    """

    folder: Path
    name: str

    def prefix(self) -> str:
        """The path of the folder from the top of the repository, with a slash; or nothing.

        Raises:
            OriginError: It does not lie in a repository; or git refuses that one, or takes
                another folder for its work tree.
        """
        ran = self.run("rev-parse", "--show-prefix")
        if ran.status:
            if "not a git repository" in ran.reason:
                raise OriginError(
                    f"{self.name}: {self.folder} does not lie in a git repository",
                    hint="Run it inside the repository, or name a folder or an archive.",
                )
            raise OriginError(f"{self.name}: git refuses {self.folder}: {ran.reason}")
        prefix = os.fsdecode(ran.out.removesuffix(b"\n"))
        top = self._top()
        if top is not None and not _is_same(top / prefix, self.folder):
            raise OriginError(
                f"{self.name}: the repository of {self.folder} says that its files are in {top}",
                hint="See to core.worktree in its configuration.",
            )
        return prefix

    def _top(self) -> Path | None:
        """The top of the work tree; ``None`` in a bare repository."""
        ran = self.run("rev-parse", "--show-toplevel")
        return None if ran.status else Path(os.fsdecode(ran.out.removesuffix(b"\n")))

    def has_work_tree(self) -> bool:
        """Whether the folder lies in a work tree, at whose top there is a ``.git``.

        A folder of a checkout may be made to look like a bare repository.
        """
        top = self._top()
        return top is not None and os.path.lexists(top / ".git")

    def is_shallow(self) -> bool:
        """Whether it is a shallow clone, without its whole history."""
        return self.run("rev-parse", "--is-shallow-repository").out.strip() == b"true"

    def tree(self, revision: str) -> str:
        """The object that holds the files of a revision."""
        found = self.object(f"{revision}^{{tree}}")
        if not found:
            is_new = revision == "HEAD" and not self.is_shallow()  # nothing was committed yet
            raise (NoPackageError if is_new else OriginError)(
                f"{self.name}: the repository of {self.folder} has no revision {revision!r}",
                hint="The repository is a shallow clone, without its history: `git fetch "
                "--unshallow` gets it. In a workflow, check out with fetch-depth 0."
                if self.is_shallow()
                else "`git log --oneline --all` lists revisions, `git tag` and `git branch --all` "
                "names of some.",
            )
        return found

    def object(self, name: str) -> str:
        """The identity of an object; empty if there is none of that name."""
        ran = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return "" if ran.status else ran.out.decode().strip()

    def entries(self, tree: str, *more: str) -> Mapping[str, TreeEntry]:
        """What ``git ls-tree`` lists of a tree, by path."""
        ran = self.run("ls-tree", "-z", "--full-tree", tree, *more)
        if ran.status:
            raise OriginError(f"{self.name}: git cannot list it: {ran.reason}")
        found: dict[str, TreeEntry] = {}
        for line in ran.out.split(b"\0")[:-1]:
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

    def run(self, *arguments: str, given: bytes = b"") -> Ran:
        """Run git to its end.

        Args:
            arguments: The plumbing command with its arguments; options end before the user's words.
            given: What it reads.

        Raises:
            OriginError: There is no git, it does not end in time, or it prints too much.
        """
        command = self._command(*arguments)
        try:
            # Files, since two pipes may both be full while each side waits for the other.
            with tempfile.TemporaryFile() as feed, tempfile.TemporaryFile() as stderr:
                feed.write(given)
                feed.seek(0)
                status, out = self._read(command, feed, stderr)
                stderr.seek(0)
                return Ran(status, out, _reason(stderr.read(_MOST_REASON)))
        except (OSError, ValueError) as error:
            # A null character in an argument is a ValueError.
            raise OriginError(f"{self.name}: git cannot be asked for it: {error}") from None

    def _read(self, command: list[str], feed: IO[bytes], stderr: IO[bytes]) -> tuple[int, bytes]:
        """The status of a command and what it printed."""
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
            raise OriginError(f"{self.name}: git has more than {_MOST:,} bytes to say of it")
        if stopped.is_set():
            raise OriginError(f"{self.name}: git did not answer within {_SECONDS} seconds")
        return status, out

    def _command(self, *arguments: str) -> list[str]:
        program = shutil.which("git")
        # A relative path, from a PATH with "." in it or as Windows looks for programs, may lead
        # into the checkout.
        if program is None or not Path(program).is_absolute():
            raise OriginError(
                f"{self.name}: there is no program called git",
                hint="Install git, or name a folder or an archive.",
            )
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        own = ("--no-pager", "--literal-pathspecs", "-C", str(self.folder))
        return [program, *settings, *own, *arguments]


@contextmanager
def _in_time(process: subprocess.Popen[bytes]) -> Iterator[Event]:
    """Kills a process that takes too long; the event says that it did."""
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
        """The content of a blob, block by block; to be read to its end.

        Raises:
            OriginError: The repository does not have it, or it is damaged.
        """
        given, taken = self.process.stdin, self.process.stdout
        assert given is not None
        assert taken is not None
        try:
            with _in_time(self.process):
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
            # Block by block, as how long it takes to use one is not up to git.
            with _in_time(self.process):
                block = taken.read(min(left, BLOCK))
            if not block:
                raise OriginError(
                    f"{where}: git ended before its content did", hint="`git fsck` says more."
                )
            left -= len(block)
            yield block
        taken.read(1)  # the line feed after the content


def _environment() -> dict[str, str]:
    """The variables that git runs with: it works in the folder that it is given, and only reads."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or not name.upper().startswith("GIT_")
    }
    return {**kept, **_ENVIRONMENT}


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _reason(stderr: bytes) -> str:
    """The line in which git says why it gave up."""
    lines = stderr.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return fatal[0] if fatal else "it does not say why"
