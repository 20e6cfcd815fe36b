"""The plain install: what runs without any extra, and the message where one is missing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any, Final

import pytest

from interopwatch.errors import EngineError, MissingExtraError
from interopwatch.extras import EXTRAS, extra
from packages import package

if TYPE_CHECKING:
    from pathlib import Path

BARE: Final = """
import sys
sys.modules.update(dict.fromkeys({absent!r}))
from interopwatch.cli import run
run(sys.argv[1:])
"""
LIBRARIES: Final = tuple(sorted({module for modules in EXTRAS.values() for module in modules}))
PAGE: Final = "<html><body><h1>A page</h1><p>A sentence.</p></body></html>"
PATIENCE: Final = 60


def bare(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as if no extra were installed."""
    return subprocess.run(
        [sys.executable, "-c", BARE.format(absent=LIBRARIES), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture
def editions(tmp_path: Path) -> Path:
    """Return a folder with two editions of a package, two bare files and a page."""
    package({"people": "id,name\n1,Ada\n2,Grace\n"}).write(tmp_path / "old")
    package({"people": "id,name\n1,Ada\n2,Hopper\n"}).write(tmp_path / "new")
    (tmp_path / "page.html").write_text(PAGE)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "old", "new"), "Hopper"),
        (("report", "old", "new", "--format", "html"), "</html>"),
        (("report", "old", "new", "--format", "markdown"), "Hopper"),
        (("diff", "old", "new"), "Grace"),
        (("diff", "old", "new", "--format", "json"), '"interopwatch-changes/'),
        (("diff", "old/tables/people.csv", "new/tables/people.csv", "--key", "id"), "Grace"),
        (("--package", "old", "export", "zip", "out.zip"), ""),
        (("--package", "old", "export", "sqlite", "out.db"), ""),
        (("check", "old", "new"), "allowed"),
        (("--package", "old", "show", "tables"), "people"),
    ],
)
def test_the_plain_install_runs(arguments: tuple[str, ...], said: str, editions: Path) -> None:
    ran = bare(*arguments, cwd=editions)
    assert (ran.returncode, said in ran.stdout) == (0, True), ran.stderr


def test_the_plain_install_validates_and_says_who_did_not(editions: Path) -> None:
    (editions / "new" / "tables" / "people.csv").write_text("id,name\n1,Ada\n2,Hopper,x\n")
    ran = bare("validate", "new", cwd=editions)
    assert ran.returncode == 1
    assert "[judge-skipped]" in ran.stdout
    assert "pip install 'interopwatch[frictionless]'" in ran.stdout
    assert "people.csv:3" in ran.stdout


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("duckdb", ("diff", "old", "new", "--engine", "duckdb")),
        ("spark", ("diff", "old", "new", "--engine", "spark")),
        ("frictionless", ("validate", "old", "--thorough")),
        ("pictures", ("plot", "changes", "old", "new")),
        ("parquet", ("--package", "old", "export", "parquet", "out")),
        ("metadata", ("--package", "old", "export", "metadata", "out")),
        ("xlsx", ("--package", "old", "export", "xlsx", "out.xlsx")),
        ("site", ("--package", "old", "site", "out")),
        ("capture", ("capture", "page.html", "--dry-run")),
    ],
)
def test_what_is_missing_is_named_with_its_extra(
    name: str, arguments: tuple[str, ...], editions: Path
) -> None:
    ran = bare(*arguments, cwd=editions)
    assert ran.returncode == 2, ran.stdout
    assert f"pip install 'interopwatch[{name}]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_data_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("interopwatch.package.pandas")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match="need pandas, which is not installed") as caught:
        package({"people": "id,name\n1,Ada\n"}).memory().frame("people")
    assert caught.value.hint == "Install it: pip install 'interopwatch[pandas]'"


def test_a_library_that_is_broken_says_why() -> None:
    said = "data frames need numbers, which cannot be loaded: no such symbol"
    with pytest.raises(EngineError, match=said), extra("pandas", "data frames"):
        raise ImportError("no such symbol", name="numbers")


def metadata(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def test_every_extra_that_is_named_can_be_installed(root: Path) -> None:
    assert set(EXTRAS) < set(metadata(root)["optional-dependencies"])


def test_every_extra_says_in_the_documents_what_it_is_for(root: Path) -> None:
    text = (root / "docs" / "install.md").read_text("utf-8")
    for name in metadata(root)["optional-dependencies"]:
        assert f"| `{name}` |" in text
