"""Whether the history of a git repository ever changed a snapshot."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.timeline.snapshots import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MARK: Final = "\x01"
_VERBS: Final = {"M": "changed", "D": "deleted", "T": "replaced by a file of another kind"}
_SECONDS: Final = 60
_FROM_OUTSIDE: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""What git sets for its hooks. It would point to another repository than the package's."""


def check_history(root: Path) -> Iterator[Finding]:
    """Every file below ``snapshots/`` that a commit changed or deleted after it appeared.

    Says nothing if there is no git, no repository, no commit, or a shallow clone, which
    lacks the history to judge by.

    Args:
        root: The folder of the package.
    """
    about = _git(root, "rev-parse", "--is-shallow-repository", "--show-prefix")
    is_shallow, _, prefix = about.rstrip("\n").partition("\n")
    if is_shallow != "false":
        return
    # A rename counts as a deletion: the file is no longer where it was frozen. A merge
    # counts if its result is none of its parents' files.
    log = _git(
        root, "log", "--full-history", "-c", "--no-renames", "--diff-filter=MDRT",
        "--name-status", "-z", f"--format={_MARK}%h", "--", FOLDER,
    )  # fmt: skip
    yield from sorted(_findings(log, prefix))


def _findings(log: str, prefix: str) -> Iterator[Finding]:
    """The findings in what ``git log --name-status -z`` says."""
    commit = status = ""
    for item in log.split("\0"):
        text = item.strip("\n")
        if text.startswith(_MARK):
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


def _git(root: Path, *arguments: str) -> str:
    """What git says; nothing at all if it cannot say anything."""
    environment = {k: v for k, v in os.environ.items() if k not in _FROM_OUTSIDE}
    # Nothing is fetched from the network, nor written, nor said in another language.
    environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command: Sequence[str] = ("git", "--literal-pathspecs", "-C", str(root), *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, without a shell
            command, capture_output=True, check=True, env=environment, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="surrogateescape")
