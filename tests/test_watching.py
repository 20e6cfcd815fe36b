"""The script of docs/watching.md notices what changed since its last run."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from packages import package, spec

SCRIPT: Final = Path(__file__).parent.parent / "docs" / "examples" / "watch.sh"
OLD: Final = "id,city\n1,Bern\n2,Oslo\n"
NEW: Final = "id,city\n1,Bern\n3,Riga\n"

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="the script needs a shell")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the programs that the script calls; Apprise records its arguments."""
    programs = tmp_path / "bin"
    programs.mkdir()
    own = f'#!/bin/sh\nexec "{sys.executable}" -m interopwatch "$@"\n'
    noting = '#!/bin/sh\nprintf "%s\\n" "$@" > "$SENT"\n'
    for name, text in (("interopwatch", own), ("apprise", noting)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return tmp_path


def look(place: Path, text: str, *arguments: str) -> int:
    package({"cities": spec(text, "id")}).store(place / "data")
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", str(SCRIPT), "data/", "seen", *arguments],
        cwd=place,
        env={**os.environ, "PATH": path, "SENT": str(place / "sent")},
        capture_output=True,
        check=False,
    )
    return done.returncode


def looks(place: Path) -> list[tuple[str, str]]:
    with (place / "seen" / "checks.csv").open(newline="") as stream:
        return [(row["address"], row["changed"]) for row in csv.DictReader(stream)]


@pytest.mark.slow
def test_each_look_is_recorded_and_a_change_is_sent(place: Path) -> None:
    for text in (OLD, OLD, NEW, NEW):
        assert look(place, text, "json://example.org") == 0
        changed = looks(place)[-1][1]
        assert (place / "sent").exists() == (changed == "yes" or len(looks(place)) == 4)
    assert [changed for _, changed in looks(place)] == ["first", "no", "yes", "no"]
    sent = (place / "sent").read_text()
    assert sent.splitlines()[:2] == ["--title", "data/ changed"]
    assert sent.splitlines()[-1] == "json://example.org"
    assert "Riga" in sent


@pytest.mark.slow
def test_a_look_that_fails_leaves_what_was_seen(place: Path) -> None:
    assert look(place, OLD) == 0
    seen = (place / "seen" / "last.zip").read_bytes()
    assert look(place, "id,city\n1\n") != 0
    assert (place / "seen" / "last.zip").read_bytes() == seen
    assert looks(place) == [("data/", "first")]
