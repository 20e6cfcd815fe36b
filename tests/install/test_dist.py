"""The published wheel and source distribution, as `make dist` builds them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_string
from shutil import copytree, ignore_patterns
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

pytestmark = pytest.mark.install

LEFT_OUT: Final = ignore_patterns(
    ".git", ".venv*", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
    "build", "dist", "__pycache__", ".ready",
)  # fmt: skip


def built(source: Path, folder: Path, **env: str) -> Path:
    """Build both in a folder."""
    command = (sys.executable, "-m", "build", "--outdir", str(folder), str(source))
    hidden = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, capture_output=True, env={**hidden, **env})
    return folder


@pytest.fixture(scope="module")
def dist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source distribution."""
    return built(root, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def metadata(dist: Path) -> Message:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("dist-info/METADATA"))
        return message_from_string(wheel.read(name).decode())


def test_an_index_takes_them(dist: Path) -> None:
    command = (sys.executable, "-m", "twine", "check", "--strict", *map(str, dist.iterdir()))
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_page_of_an_index_stands_alone(metadata: Message, root: Path) -> None:
    text = str(metadata.get_payload())
    assert "[[[cog" not in text
    assert "<!--" not in text
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    home = project["urls"]["Homepage"]
    raw = home.replace("github.com", "raw.githubusercontent.com")
    for link in links:
        for base in (f"{home}/blob/main/", f"{raw}/main/"):
            if link.startswith(base):
                assert (root / link.removeprefix(base).partition("#")[0]).exists(), link
    assert all(url.startswith(home) for url in project["urls"].values())


def test_classifiers_name_the_pythons_that_are_tested(metadata: Message, root: Path) -> None:
    workflow = (root / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    tested = re.findall(r'"(3\.\d+)"', workflow.partition("python: [")[2].partition("]")[0])
    classifiers = metadata.get_all("Classifier") or []
    named = [each.rpartition(" ")[2] for each in classifiers if re.search(r":: 3\.\d+$", each)]
    assert sorted(set(named)) == sorted(set(tested))


def test_the_same_source_gives_the_same_bytes(dist: Path, root: Path, tmp_path: Path) -> None:
    # Another folder with newer files, and another time zone; the date is given.
    copytree(root, tmp_path / "elsewhere", ignore=LEFT_OUT, copy_function=_copy)
    epoch = {"SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo"}
    ours = built(root, tmp_path / "one", SOURCE_DATE_EPOCH="1700000000")
    others = built(tmp_path / "elsewhere", tmp_path / "other", **epoch)
    assert sums(ours) == sums(others)
    assert {file.name for file in dist.iterdir()} == set(sums(ours))


def _copy(source: str, target: str) -> str:
    from shutil import copyfile, copymode

    copyfile(source, target)
    copymode(source, target)
    return target


def sums(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in folder.iterdir()}


def test_the_wheel_brings_what_it_needs(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    for wanted in (
        "interopwatch/data/datapackage.json",
        "interopwatch/data/tables/sources.csv",
        "interopwatch/schemas/standard/datapackage-2.0.json",
        "interopwatch/schemas/standard/LICENSE",
        "interopwatch/py.typed",
        "data/share/man/man1/interopwatch.1",
    ):
        assert any(name.endswith(wanted) for name in names), wanted
    assert [name for name in names if "tests/" in name or "__pycache__" in name] == []


def test_the_source_distribution_can_be_tested(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    source = next(tmp_path.glob("interopwatch-*"))
    for name in ("tests/data/golden", "docs/commands.md", "Makefile", ".github/workflows/ci.yml"):
        assert (source / name).exists(), name
    tests = (
        "tests/test_text.py",
        "tests/report",
        "tests/test_architecture.py",
        "tests/test_clone.py",
    )
    ran = subprocess.run(
        (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests),
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
