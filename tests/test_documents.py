"""The documents show what the tool prints today."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

import interopwatch as iw
from interopwatch.cli.main import COMMANDS

ROOT: Final = Path(__file__).parent.parent
WRITTEN: Final = (
    "README.md",
    "docs/api.md",
    "docs/commands.md",
    "docs/scale.md",
    "docs/tables.md",
    "docs/tutorials/analyst.md",
    "docs/tutorials/engineer.md",
)
"""Documents with the output of real runs; `make manual` also checks the others, which take longer
or show other tools."""


@pytest.mark.parametrize("document", WRITTEN)
def test_the_output_in_the_documents_is_what_the_tool_prints(document: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", document],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, f"run `make docs`\n{done.stdout.decode()}{done.stderr.decode()}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"## {name}\n" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def test_links_between_the_documents_lead_somewhere() -> None:
    """Links of pages that show a document of the top folder are checked in that document."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.name}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_the_python_of_the_readme_runs_where_no_package_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = [block for block in blocks if "import interopwatch" in block]
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    exec(block, found)
    *headline, last = capsys.readouterr().out.splitlines()
    assert headline == list(iw.build_report(found["old"], found["new"]).headline)
    leads = sum(bool(row["lead"]) for row in found["new"].rows("projects"))
    assert last == f"{leads} projects have a lead"


def test_the_first_screen_says_what_it_is_and_shows_it() -> None:
    screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40]
    assert any("$ interopwatch report" in line for line in screen)
    assert any("left the Enhanced Opportunities Partners" in line for line in screen)


def test_the_benchmarks_are_told_as_the_script_tells_them() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert re.search(r"^Machine: .*\d+ processors, \d+ GiB of memory, Python 3", text, re.MULTILINE)
    assert re.search(r"^Versions: duckdb \d", text, re.MULTILINE)
    small, *sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert "| csv-diff, one table | " in small
    assert "| interopwatch diff, 17 tables | " in small
    tables = [section for section in sections if re.match(r"[\d,]+ rows, ", section)]
    for number in ("10,000", "1,000,000", "10,000,000"):
        assert any(table.startswith(f"{number} rows, ") for table in tables)
    for table in tables:
        lines = table.splitlines()[2:]
        assert lines[0] == "| command | seconds | of plain DuckDB join | of diffly | peak MiB |"
        names = [line.split(" | ")[0].removeprefix("| ") for line in lines[2:] if line]
        assert names[0] == "plain DuckDB join"
        assert {"interopwatch", "diffly"} < set(names)
        assert all(line.count(" |") == 5 for line in lines[2:] if line)
    assert "/home" not in text
    assert "/tmp" not in text


def test_what_a_quick_check_leaves_out_is_there() -> None:
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    listed = re.findall(r'^    "([\w/.]+)",$', conftest.partition("SLOW")[2], re.MULTILINE)
    assert listed
    assert [name for name in listed if not (ROOT / "tests" / name).exists()] == []


def test_the_manual_page_is_of_the_help_that_commands_give(tmp_path: Path) -> None:
    made = tmp_path / "interopwatch.1"
    subprocess.run((sys.executable, "docs/man_page.py", made), cwd=ROOT, check=True)
    assert made.read_bytes() == (ROOT / "docs" / "interopwatch.1").read_bytes(), "run `make docs`"
    text = made.read_text("ascii")
    assert [
        name for name in COMMANDS if f".SS interopwatch {name}".replace("-", "\\-") not in text
    ] == []


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_roff_has_nothing_to_complain_of_the_manual_page() -> None:
    command = ("groff", "-man", "-Tutf8", "-ww", "docs/interopwatch.1")
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert ran.stderr == b""
    assert "österreich" in ran.stdout.decode()
