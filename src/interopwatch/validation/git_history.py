"""Snapshots in git: which are committed, and which were changed since.

The history shows what commits changed; the last commit shows what is not committed yet. Files of
the work tree are compared by their bytes, since git can be configured to hide differences
(``git update-index --assume-unchanged``) or to run filters first.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.errors import OriginError
from interopwatch.files import open_regular
from interopwatch.findings import Finding, found
from interopwatch.loaders.repository import Repository
from interopwatch.loaders.unpack import BLOCK
from interopwatch.package.edtf import is_plain
from interopwatch.timeline.snapshots import FOLDER
from interopwatch.timeline.sums import SUMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_COMMIT: Final = re.compile("[0-9a-f]{40,64}")
_DIGITS: Final = 12
"""Digits of a commit in messages: they distinguish the million commits of Linux."""
_VERBS: Final = {"M": "changed", "D": "deleted", "T": "replaced by a file of another kind"}
_SHA1: Final = 40
"""Digits of an object name in a SHA-1 repository; other repositories use SHA-256."""


@dataclass(frozen=True, slots=True)
class GitHistory:
    """The history of a package's snapshots in git; empty without a repository.

    Attributes:
        rewritten: A finding for each change or deletion of a snapshot's file by a commit after
            it was added.
        objects: The object names of the files in the last commit, by path in the package.
        unchecked: A finding with the reason if the history could not be read.
    """

    rewritten: tuple[Finding, ...] = ()
    objects: Mapping[str, str] = field(default_factory=dict)
    unchecked: tuple[Finding, ...] = ()

    def has_unchanged(self, root: Path, snapshot: str) -> bool:
        """Return whether ``SHA256SUMS`` of a snapshot is that of its first commit.

        Args:
            root: The folder of the package.
            snapshot: The snapshot's date.
        """
        folder = f"{FOLDER}/{snapshot}/"
        if self.unchecked or any(finding.file.startswith(folder) for finding in self.rewritten):
            return False
        sums = self.objects.get(folder + SUMS, "")
        return bool(sums) and _object_name(root / folder / SUMS, sums) == sums

    @property
    def _committed(self) -> set[str]:
        """The snapshots in the last commit."""
        return {name for path in self.objects if is_plain(name := path.split("/")[1])}

    def uncommitted(self, names: Iterable[str]) -> list[str]:
        """Return those snapshots that the last commit lacks, if it has others.

        Args:
            names: Their dates.
        """
        committed = self._committed
        return sorted({*names} - committed) if committed else []

    def differences(self, root: Path) -> Iterator[Finding]:
        """Yield every difference between the snapshots on disk and those of the last commit.

        Args:
            root: The folder of the package.
        """
        committed = self._committed
        present = {name for name in _entries(root / FOLDER) if is_plain(name)}
        for name in sorted(committed - present):
            yield found("snapshot-changed.gone", f"{FOLDER}/{name}")
        for path, recorded in sorted(self.objects.items()):
            if path.split("/")[1] not in present:
                continue
            if not os.path.lexists(root / path):
                yield found("snapshot-changed.missing", path)
            elif _object_name(root / path, recorded) != recorded:
                yield found("snapshot-changed", path)
        for name in sorted(committed & present):
            for file in sorted((root / FOLDER / name).rglob("*")):
                path = file.relative_to(root).as_posix()
                if path not in self.objects and (file.is_symlink() or not file.is_dir()):
                    yield found("snapshot-changed.added", path)
        for name in self.uncommitted(present):
            yield found("snapshot-new", f"{FOLDER}/{name}")


def read_history(root: Path) -> GitHistory:
    """Read the history of the snapshots below a folder from git.

    Args:
        root: The folder of the package.
    """
    home = root.resolve()
    # A cheap test: without a repository, git need not even be installed.
    if not any(os.path.lexists(folder / ".git") for folder in (home, *home.parents)):
        return GitHistory()
    try:
        return _read(Repository(root, FOLDER))
    except OriginError as error:
        reason = error.message.removeprefix(f"{FOLDER}: ").replace(str(root), "this folder")
        notice = found("history-unchecked", FOLDER, why=reason, do=error.hint)
        return GitHistory(unchecked=_unchecked(root, notice))


def _read(git: Repository) -> GitHistory:
    """Read the history of a package's snapshots from a repository.

    Raises:
        OriginError: It cannot be read.
    """
    prefix = git.prefix()
    if not git.has_work_tree():
        raise OriginError("this folder is a bare repository, without a work tree")
    head = git.object("HEAD^{commit}")
    if not head:
        return GitHistory()
    objects = dict(_objects(git, f"{head}:{prefix}"))
    if git.is_shallow():
        notice = found("history-shallow", FOLDER)
        return GitHistory(objects=objects, unchecked=_unchecked(git.folder, notice))
    commits = git.run("rev-list", head)
    # A rename counts as a deletion: the file is no longer where it was frozen. A merge
    # counts if its result differs from the files of all parents.
    changes = git.run(
        "diff-tree", "--stdin", "-r", "-c", "-z", "--name-status", "--diff-filter=MDRT",
        "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--no-color",
        "--ignore-submodules=none", f"-O{os.devnull}", "--", FOLDER, given=commits.out,
    )  # fmt: skip
    for ran in (commits, changes):
        if ran.status:
            raise OriginError(f"git cannot read it: {ran.reason}")
    return GitHistory(tuple(sorted(_rewritten(changes.out, prefix))), objects)


def _objects(git: Repository, tree: str) -> Iterator[tuple[str, str]]:
    """Yield path and object name of each file of the snapshots in a tree."""
    found = git.object(tree)
    top = git.entries(found).get(FOLDER) if found else None
    if top is not None and top.kind == "tree":
        for path, entry in git.entries(top.object, "-r").items():
            if entry.kind == "blob":
                yield f"{FOLDER}/{path}", entry.object


def _rewritten(output: bytes, prefix: str) -> Iterator[Finding]:
    """Parse the output of ``git diff-tree --stdin --name-status -z`` into findings."""
    commit = status = ""
    for item in output.decode(errors="surrogateescape").split("\0"):
        # A commit name ends with a line feed, everything else with a null character.
        text = item.strip("\n")
        if status:
            verbs = " and ".join(dict.fromkeys(_VERBS.get(letter, "changed") for letter in status))
            path = text.removeprefix(prefix)
            yield found("snapshot-rewritten", path, verbs=verbs, commit=commit)
            status = ""
        elif _COMMIT.fullmatch(text):
            commit = text[:_DIGITS]
        else:
            status = text


def _object_name(file: Path, other: str) -> str:
    """Return git's object name of a file, for either hash (gitformat-pack); empty if unreadable.

    Args:
        file: The file; for a symbolic link, git stores its target.
        other: Another object name in that repository.
    """
    name = hashlib.sha1(usedforsecurity=False) if len(other) == _SHA1 else hashlib.sha256()
    try:
        if file.is_symlink():
            target = os.fsencode(file.readlink())
            name.update(b"blob %d\0%b" % (len(target), target))
            return name.hexdigest()
        with open_regular(file) as stream:
            name.update(b"blob %d\0" % os.fstat(stream.fileno()).st_size)
            while block := stream.read(BLOCK):
                name.update(block)
    except OSError:
        return ""
    return name.hexdigest()


def _entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _unchecked(root: Path, notice: Finding) -> tuple[Finding, ...]:
    """Return a notice if there is anything that could have been checked."""
    return (notice,) if _entries(root / FOLDER) else ()
