"""The built wheel in bare environments: plain, and with each extra, as a user installs it.

`make test-install` runs these; they download distributions, so nothing else does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from shutil import copytree, which
from typing import TYPE_CHECKING, Final

import pytest

from interopwatch.extras import EXTRAS
from packages import package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.install

JAVA: Final = f"{os.environ['JAVA_HOME']}/bin/java" if "JAVA_HOME" in os.environ else "java"
FRAME: Final = "import\tinteropwatch;interopwatch.open_package('new').frame('people').info()"
PICTURE: Final = "<svg"
MOST: Final = 60_000_000
"""The maximum size of the plain install in bytes: it took 47 MB when this was written, and 350
before."""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, isolated from this one."""

    place: Path
    folder: Path

    def run(self, *command: str, status: int = 0) -> str:
        """Return the output of a command of the environment, from both streams."""
        ended = subprocess.run(
            [str(self.place / "bin" / command[0]), *command[1:]],
            cwd=self.folder,
            env=bare_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == status, ended.stdout
        return ended.stdout


def bare_environment() -> Mapping[str, str]:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if name not in hidden}


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, as by `make dist`."""
    folder = tmp_path_factory.mktemp("dist")
    command = (sys.executable, "-m", "build", "--outdir", str(folder), str(root))
    subprocess.run(command, check=True, capture_output=True, env=bare_environment())
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Two editions of a package, and a copy of the one that ships with the library."""
    folder = tmp_path_factory.mktemp("editions")
    old = package({"people": "id,name,born\n1,Ada,1815\n2,Grace,1906\n"})
    old.write(folder / "old")
    package({"people": "id,name,born\n1,Ada,1815\n2,Hopper,1906\n"}).write(folder / "new")
    for name in ("tables", "snapshots"):
        copytree(root / name, folder / "own" / name)
    (folder / "own" / "datapackage.json").write_bytes((root / "datapackage.json").read_bytes())
    text = (root / "docs" / "example-page.txt").read_text("utf-8")
    lines = "".join(f"<p>{line}</p>\n" for line in text.splitlines() if line.strip())
    (folder / "page.html").write_text(f"<html><body>\n{lines}</body></html>\n", encoding="utf-8")
    return folder


def installed(name: str, wheel: Path, folder: Path, place: Path) -> Installed:
    venv.create(place, with_pip=True)
    made = Installed(place, folder)
    made.run("pip", "install", "--quiet", f"{wheel}[{name}]" if name else str(wheel))
    made.run("pip", "check")
    return made


def test_the_plain_install(wheel: Path, folder: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=True)
    plain = installed("", wheel, folder, tmp_path / "plain")
    assert size(tmp_path / "plain") - size(tmp_path / "empty") < MOST
    assert "Hopper" in plain.run("interopwatch", "report", "old", "new")
    assert "left the Enhanced" in plain.run("interopwatch", "report", "2020-06", "2024-03-07")
    assert "</html>" in plain.run("interopwatch", "report", "old", "new", "--format", "html")
    assert "Hopper" in plain.run("interopwatch", "diff", "old", "new")
    bare_files = ("old/tables/people.csv", "new/tables/people.csv")
    assert "Hopper" in plain.run("interopwatch", "diff", *bare_files, "--key", "id")
    assert "valid: 1 table, 2 rows" in plain.run("interopwatch", "validate", "old")
    assert "valid: " in plain.run("interopwatch", "validate", "own")
    unlike = {
        "duckdb": ("diff", "old", "new", "--engine", "duckdb"),
        "spark": ("diff", "old", "new", "--engine", "spark"),
        "frictionless": ("validate", "old", "--thorough"),
        "pictures": ("--package", "own", "plot", "changes"),
        "site": ("--package", "old", "site", "out"),
        "capture": ("--package", "own", "capture", "page.html", "--dry-run"),
    }
    for name, command in unlike.items():
        said = plain.run("interopwatch", *command, status=2)
        assert f"pip install 'interopwatch[{name}]'" in said
        assert "Traceback" not in said
    frame = "import interopwatch as iw; iw.open().package.frame('projects')"
    assert "pip install 'interopwatch[pandas]'" in plain.run("python", "-c", frame, status=1)


def size(place: Path) -> int:
    return sum(file.lstat().st_size for file in place.rglob("*") if not file.is_dir())


@pytest.mark.parametrize(
    ("name", "command", "said"),
    [
        (
            "capture",
            "interopwatch --package own capture page.html --dry-run --checked 2026-09-02",
            "pii-2026-09-01",
        ),
        ("duckdb", "interopwatch diff old new --engine duckdb", "Hopper"),
        ("frictionless", "interopwatch validate own --thorough", "valid: "),
        ("pandas", f"python -c {FRAME}", "DataFrame"),
        ("patterns", "python -c import\tre2;print(re2.compile('a+').fullmatch('aa'))", "Match"),
        ("pictures", "interopwatch --package own plot changes", PICTURE),
        ("parquet", "interopwatch --package own export parquet tables", ""),
        ("metadata", "interopwatch --package own export metadata about", ""),
        ("xlsx", "interopwatch --package own export xlsx tables.xlsx", ""),
        ("site", "interopwatch --package own site out", ""),
        ("spark", "interopwatch diff old new --engine spark", "Hopper"),
        ("all", "interopwatch report old new --format html", PICTURE),
    ],
)  # fmt: skip
def test_an_extra_alone(
    name: str, command: str, said: str, wheel: Path, folder: Path, tmp_path: Path
) -> None:
    if name == "spark" and which(JAVA) is None:
        pytest.skip("Spark needs Java 17 or newer, and there is none")
    made = installed(name, wheel, folder, tmp_path / name)
    words = [word.replace("\t", " ") for word in command.split(" ")]
    assert said in made.run(*words)


def test_each_extra_is_tried() -> None:
    marks = test_an_extra_alone.pytestmark  # type: ignore[attr-defined]
    tried = {case[0] for mark in marks for case in mark.args[1]}
    assert set(EXTRAS) <= tried
