"""The pre-commit hooks, run by pre-commit itself in a repository of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from packages import package

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.install


class Repository:
    """A git repository with a package, in which hooks are tried."""

    def __init__(self, folder: Path, root: Path, home: Path) -> None:
        self.folder, self._root, self._home = folder, root, home
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> None:
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(
            ("git", *author, *arguments), cwd=self.folder, check=True, capture_output=True
        )

    def hook(self, name: str) -> tuple[int, str]:
        """Run one hook over all files; return its status and output."""
        hidden = {n: v for n, v in os.environ.items() if n not in ("PYTHONPATH", "VIRTUAL_ENV")}
        command = (sys.executable, "-m", "pre_commit", "try-repo", "--all-files", "--verbose")
        ran = subprocess.run(
            (*command, str(self._root), name),
            cwd=self.folder,
            env={**hidden, "PRE_COMMIT_HOME": str(self._home)},
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr


def test_the_hooks_run(
    root: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    package({"people": "id,name\n1,Ada\n2,Grace\n"}).write(tmp_path)
    repository = Repository(tmp_path, root, tmp_path_factory.mktemp("hooks"))
    repository.git("add", "--all")
    status, said = repository.hook("interopwatch-tidy")
    assert (status, "files were modified by this hook" in said) == (1, True), said
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "Begin")
    for name in ("interopwatch-tidy", "interopwatch-validate", "interopwatch-check"):
        status, said = repository.hook(name)
        assert (status, "Passed" in said) == (0, True), said
    package({"people": "id\n1\n1\n"}).write(tmp_path)
    repository.git("add", "--all")
    status, said = repository.hook("interopwatch-validate")
    assert status == 1
    assert "[key-duplicate]" in said
    package({"people": "id\n1\n2\n"}).write(tmp_path)
    repository.git("add", "--all")
    status, said = repository.hook("interopwatch-check")
    assert status == 1
    assert "[removed-column]" in said
