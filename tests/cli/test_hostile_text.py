"""Text that a terminal or workflow would obey, in every place, given to every command."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from club_package import made
from commands import Cli
from editions import TENTS, home, mcc
from interopwatch.report.formats import CHANGE_SETS, REPORTS
from packages import Made, package, spec
from pages import h, p

PIECES: Final = (
    "::error::x", "##[group]", "##vso[task.x]", "\x1b[8m", "\x1b]0;t\x07", "\x9b5m", "\x00", "\x08",
    "\u202e", "\u2066", "\u200f", "\u2028", "\u0085", "\ufeff", "\U000e0041", "\n", "\r", "\t", " ",
    '"', ",", "=1+1", "a", "<b>", "[red]", "%", "{name}", "\\",
)  # fmt: skip
HOSTILE: Final = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
WORST: Final = "".join(PIECES[:22])
OURS: Final = re.compile(r"\x1b\[(?!5m|8m)[\d;]*m")
"""Our own colours; the hostile texts above use others."""
RAW: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
COMMAND: Final = re.compile(r"^\s*::|##(?:vso)?\[", re.MULTILINE)
ANNOTATION: Final = re.compile(r"^::(?:error|warning|notice) file=", re.MULTILINE)


@dataclass(frozen=True)
class Around:
    """The command line on a terminal or in a workflow."""

    cli: Cli
    is_terminal: bool

    def at(self, root: Path) -> Around:
        """Return the same with a package."""
        return Around(self.cli.at(root), self.is_terminal)

    def __call__(self, *arguments: str) -> None:
        """Run a command, whose output must contain nothing to obey."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys.stdout, "isatty", lambda: self.is_terminal)
            patch.setenv("GITHUB_ACTIONS", "false" if self.is_terminal else "true")
            ran = self.cli(*arguments)
        for said in (ran.out, ran.err):
            plain = OURS.sub("", said) if self.is_terminal else said
            assert not RAW.search(plain), (arguments, plain)
            if not self.is_terminal:
                assert not COMMAND.search(ANNOTATION.sub("", said)), (arguments, said)


@pytest.fixture(params=["terminal", "workflow"])
def around(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Around:
    return Around(Cli(capsys), request.param == "terminal")


def cell(text: str) -> str:
    """Quote a text as a cell of CSV."""
    return '"' + text.replace('"', '""') + '"'


def clubs(text: str, name: str, sign: str) -> Made:
    """Return a package of clubs with a text in every possible place."""
    there = made(
        sources=f"source,work,title,published\nb1,book,{cell(text)},2020-06-30\n",
        people=f"person,name\np,{cell(name)}\n{cell(text + 'q')},{cell(text)}\n",
        clubs=f"club,name,founded,status,source,locator\na,{cell(name)},2014,{sign},b1,{cell(text)}\n"
        f"{cell('b' + text)},{cell(text)},2015,{cell(text + sign)},b1,{cell(text)}\n"
        + (f"{cell('c' + text)},{cell(text)},2016,x,b1,p. 2\n" if sign == "y" else ""),
        members="club,person,joined,left,reason,source\n"
        f"a,p,2015,{2016 if sign == 'y' else ''},{cell(text if sign == 'y' else '')},b1\n",
        notes=f"note,text,source\nn,{cell(text)}{sign},b1\n",
    )

    def describe(raw: dict[str, Any]) -> None:
        raw["title"] = raw["description"] = text + sign
        for resource in raw["resources"]:
            resource["title"] = text + sign
            resource["schema"]["fields"][0]["title"] = text + sign

    return there.edited(describe)


@settings(max_examples=1, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text=WORST)
@given(text=HOSTILE.filter(str.strip))
def test_no_command_says_what_a_terminal_or_a_workflow_obeys(around: Around, text: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        name = text.strip()
        clubs(text, name, "x").write(root)
        at = around.at(root)
        at("tidy")
        at("freeze", "2020-06-30", "-m", f"why {text}", "--force")
        clubs(text, name, "y").write(root)
        at("tidy", "--check")
        at("tidy")
        at("status")
        for form in REPORTS:
            at("report", "2020-06-30", "tables", "--format", form)
        for form in (*CHANGE_SETS, "stat"):
            at("diff", "2020-06-30", "tables", "--format", form)
        at("diff", "2020-06-30", "tables", "--format", "tabular", "--resource", "clubs")
        for form in ("terminal", "csv", "json"):
            at("show", "tables", "clubs", "--format", form)
            at("as-of", "2018", "--resource", "clubs", "--format", form)
        for form in ("terminal", "json"):
            at("history", "a", "--format", form)
            at("history", text, "--format", form)
        for form in ("terminal", "json", "github"):
            at("validate", "--format", form)
        for words in (
            ("log",),
            ("show", "tables"),
            ("show", "tables", text or "x"),
            ("as-of", text),
        ):
            at(*words)
        at("freeze", "2020-07-30", "-m", text, "--force")
        at("report")


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text=WORST)
@given(text=HOSTILE.filter(str.strip))
def test_files_hold_every_character(around: Around, text: str) -> None:
    with TemporaryDirectory() as folder:
        for name, sign in (("old", ""), ("new", "y")):
            package({"r": f"id,x\na,{cell(text + sign)}\n"}).write(Path(folder) / name)
        old, new, out = (str(Path(folder) / name) for name in ("old", "new", "out"))

        def written(*arguments: str) -> str:
            around(*arguments, "-o", out)
            return Path(out).read_bytes().decode()

        def cells(content: str) -> list[list[str]]:
            return [*csv.reader(io.StringIO(content, newline=""))]

        before, after = {"id": "a", "x": text}, {"id": "a", "x": text + "y"}
        changes = json.loads(written("diff", old, new, "--format", "json"))
        assert [(each["before"], each["after"]) for each in changes["rows"]] == [(before, after)]
        lines = written("diff", old, new, "--format", "jsonl").splitlines()
        assert json.loads(lines[1])["after"] == after
        assert cells(written("diff", old, new, "--format", "tabular"))[-1][-1].endswith(text + "y")
        at = around.at(Path(old))
        at("show", "tables", "r", "--format", "json", "-o", out)
        assert json.loads(Path(out).read_bytes()) == [before]
        at("show", "tables", "r", "--format", "csv", "-o", out)
        assert cells(Path(out).read_bytes().decode())[1][1].removeprefix("'") == text


@pytest.mark.parametrize("text", [WORST, "\ud83d::error::x", "x\n::error::y\n##[group]\x1b[8m"])
def test_names_in_a_descriptor_are_said_safely(around: Around, text: str, tmp_path: Path) -> None:
    for name, sign in (("old", "x"), ("new", "y")):
        made = package({"r": spec(f"id,x\na,{sign}\n")})
        header = f"id,{cell(text.encode(errors='replace').decode())}\na,{sign}\n".encode()

        def describe(raw: dict[str, Any], sign: str = sign) -> None:
            resource = raw["resources"][0]
            resource["name"] = text
            resource["title"] = raw["version"] = raw["name"] = text + sign
            resource["schema"]["fields"][1]["name"] = text
            resource["schema"]["fields"][1]["title"] = text
            resource["interopwatch"] = {"words": {"noun": [text, text]}, "label": "{id}"}

        files = {**made.edited(describe).files, "tables/r.csv": header}
        for path, content in files.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    old, new = (str(tmp_path / name) for name in ("old", "new"))
    for form in (*CHANGE_SETS, "stat", "tabular"):
        around("diff", old, new, "--format", form)
    for form in REPORTS:
        around("report", old, new, "--format", form)
    at = around.at(Path(old))
    for words in (
        ("validate",),
        ("validate", "--format", "github"),
        ("validate", "--format", "json"),
        ("show", "tables"),
        ("show", "tables", "x"),
        ("show", "tables", text.replace("\x00", "")),
        ("status",),
        ("log",),
        ("tidy", "--check"),
        ("history", "x"),
        ("as-of", "2020"),
        ("freeze", "2020", "-m", "x"),
    ):
        at(*words)


@pytest.fixture(scope="module")
def shipped_copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("capture") / "home"
    home(root, folder)
    return folder


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_pages_are_accounted_for_safely(
    around: Around, form: str, shipped_copy: Path, tmp_path: Path
) -> None:
    passage = WORST.replace("\n", " ").replace("\r", " ")
    parts = [h(3, passage), p(f"Purpose: {passage}"), p(f"Participants: {passage}"), p(passage)]
    page = mcc(("Camps", [parts, TENTS]))
    file = tmp_path / "page.txt"
    file.write_text(page.text("2025"), encoding="utf-8")
    at = around.at(shipped_copy)
    at("capture", str(file), "--dry-run", "--all", "--format", form)
    file.write_text(f"{WORST}\n{WORST * 9}\n", encoding="utf-8")
    at("capture", str(file), "--dry-run", "--format", form)
    at(
        "capture",
        str(file),
        "--dry-run",
        "--work",
        WORST.replace("\x00", ""),
        "--date",
        WORST.replace("\x00", ""),
    )
