"""A clone has the bytes that were hashed, whatever git's settings for line ends."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from commands import Cli

if TYPE_CHECKING:
    from pathlib import Path


def test_a_clone_that_converts_line_ends_verifies(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not (root / ".git").exists():
        pytest.skip("this is no clone of the repository")
    clone = tmp_path / "clone"
    # As Windows checks out a file committed with line feeds, by default.
    settings = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    command = ("git", "clone", "--quiet", *settings, str(root), str(clone))
    subprocess.run(command, check=True, capture_output=True)
    ran = Cli(capsys, clone)("validate")
    assert ran.code == 0, ran.out
    # Test data keeps whatever line ends it has.
    files = (path for path in clone.glob("[!.]*/**/*.csv") if "tests" not in path.parts)
    carriage = [path for path in files if b"\r\n" in path.read_bytes()]
    assert carriage == []
