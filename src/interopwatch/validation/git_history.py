"""What the history of a git repository says of snapshots: which it holds, which it changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.timeline.snapshots import FOLDER, SUMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_COMMIT: Final = "\x01"
_VERBS: Final = {"M": "changed", "D": "deleted", "T": "replaced by a file of another kind"}
_SECONDS: Final = 60
"""No repository that was measured took git over a second; one that takes a minute is stuck."""
_SET_FOR_HOOKS: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git sets for its hooks. It would point to another repository than the package's."""


@dataclass(frozen=True, slots=True)
class GitHistory:
    """What git knows of the snapshots of a package; nothing, if there is no full history.

    Attributes:
        rewritten: A finding for each time that a commit changed or deleted a file of a
            snapshot after it appeared.
        objects: The object names of the files in the last commit, by path in the package.
    """

    rewritten: tuple[Finding, ...] = ()
    objects: Mapping[str, str] = field(default_factory=dict)

    def has_unchanged(self, root: Path, snapshot: str) -> bool:
        """Whether ``SHA256SUMS`` of a snapshot is the one that its first commit brought.

        Args:
            root: The folder of the package.
            snapshot: The snapshot's date.
        """
        folder = f"{FOLDER}/{snapshot}/"
        if any(finding.file.startswith(folder) for finding in self.rewritten):
            return False
        try:
            content = (root / folder / SUMS).read_bytes()
        except OSError:
            return False
        return self.objects.get(folder + SUMS) in _object_names(content)


def read_history(root: Path) -> GitHistory:
    """What git knows of the snapshots below a folder.

    Nothing at all if there is no git, no repository, no commit, or a shallow clone, which
    lacks the history to go by.

    Args:
        root: The folder of the package.
    """
    about = _git(root, "rev-parse", "--is-shallow-repository", "--show-prefix")
    is_shallow, _, prefix = about.rstrip("\n").partition("\n")
    if is_shallow != "false":
        return GitHistory()
    # A rename counts as a deletion: the file is no longer where it was frozen. A merge
    # counts if its result is none of its parents' files.
    log = _git(
        root, "log", "--full-history", "-c", "--no-renames", "--diff-filter=MDRT",
        "--name-status", "-z", f"--format={_COMMIT}%h", "--", FOLDER,
    )  # fmt: skip
    tree = _git(root, "ls-tree", "-r", "-z", "HEAD", "--", FOLDER)
    return GitHistory(tuple(sorted(_rewritten(log, prefix))), dict(_objects(tree)))


def _rewritten(log: str, prefix: str) -> Iterator[Finding]:
    """The findings in what ``git log --name-status -z`` says."""
    commit = status = ""
    for item in log.split("\0"):
        text = item.strip("\n")
        if text.startswith(_COMMIT):
            commit, status = text[1:], ""
        elif status:
            verbs = " and ".join(dict.fromkeys(_VERBS.get(letter, "changed") for letter in status))
            yield Finding(
                text.removeprefix(prefix),
                0,
                "",
                "snapshot-rewritten",
                f"{verbs} by commit {commit}, after it was frozen",
                "Snapshots are never edited: restore it as it was first committed, "
                "and freeze a new one.",
            )
            status = ""
        else:
            status = text


def _objects(tree: str) -> Iterator[tuple[str, str]]:
    """Path and object name of each file in what ``git ls-tree -z`` says."""
    for entry in tree.split("\0"):
        about, _, path = entry.partition("\t")
        if path:
            yield path, about.rpartition(" ")[2]


def _object_names(content: bytes) -> tuple[str, str]:
    """What git calls a file of this content, in a repository of either hash (gitformat-pack)."""
    blob = b"blob %d\0%b" % (len(content), content)
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest(), hashlib.sha256(blob).hexdigest()


def _git(root: Path, *arguments: str) -> str:
    """What git says; nothing at all if it cannot say anything."""
    environment = {k: v for k, v in os.environ.items() if k not in _SET_FOR_HOOKS}
    # Nothing is fetched from the network, nor written, nor said in another language.
    environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ("git", "--literal-pathspecs", "-C", str(root), *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, without a shell
            command, capture_output=True, check=True, env=environment, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="surrogateescape")
