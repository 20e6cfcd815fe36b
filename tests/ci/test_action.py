"""The GitHub Action: its steps are read from action.yml and run here, with a stub for `gh`.

Its expressions are evaluated by a stand-in that supports only those that the action uses.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from packages import Made, package

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parent.parent.parent
ACTION: Final[Mapping[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
EXPRESSION: Final = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
INSTALLS: Final = "install"
"""The step that needs the network."""
GH: Final = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  *--paginate*) cat "$COMMENTS" ;;
  *) if [ -n "$REFUSE" ]; then exit 1; fi
     for word in "$@"; do case "$word" in body=@*) cp "${word#body=@}" "$BODY" ;; esac; done ;;
esac
"""

PLAIN: Final = """
import sys
sys.modules.update(dict.fromkeys(("frictionless", "vl_convert")))
from interopwatch.cli import run
run()
"""
"""The command as in a plain install, which starts in a tenth of the time."""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@dataclass
class Runner:
    """Runs the steps of the action as GitHub does, in a repository of its own."""

    folder: Path
    context: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    said: str = ""

    def __post_init__(self) -> None:
        for name in ("temp/interopwatch", "bin", "repo"):
            (self.folder / name).mkdir(parents=True)
        for name, text in (("bin/gh", GH), ("temp/interopwatch/run", self.command)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)
        for name in ("comments", "calls"):
            (self.folder / name).touch()

    @property
    def command(self) -> str:
        return f"#!{sys.executable}\n{PLAIN}"

    @property
    def repo(self) -> Path:
        return self.folder / "repo"

    def git(self, *arguments: str) -> str:
        author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        ran = subprocess.run(
            ("git", *author, *arguments), cwd=self.repo, check=True, capture_output=True, text=True
        )
        return ran.stdout.strip()

    def commit(self, made: Made, where: str = ".") -> str:
        """Commit a package, and return the commit."""
        made.write(self.repo / where)
        if not (self.repo / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Next")
        return self.git("rev-parse", "HEAD")

    def __call__(self, **inputs: str) -> Mapping[str, str]:
        """Run all steps with some inputs; return the outcome and outputs of each."""
        known = {name: each["default"] for name, each in ACTION["inputs"].items()}
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(known)
        context = {f"inputs.{name}": value for name, value in {**known, **given}.items()}
        context |= {
            "github.action_path": str(ROOT), "runner.temp": str(self.folder / "temp"),
            "github.event.pull_request.base.sha": "", "github.event.before": "",
            "github.event.pull_request.number": "", "github.token": "a-token", **self.context,
        }  # fmt: skip
        outcome: dict[str, str] = {}
        failed = False
        for step in ACTION["runs"]["steps"]:
            name = step.get("id", step["name"])
            if name == INSTALLS or failed or not wanted(step.get("if", ""), context):
                outcome[name] = "skipped"
            elif "uses" in step:
                outcome[name] = filled(step["with"]["path"], context)
                assert Path(outcome[name]).is_file()
            else:
                status, outputs = self._run(step, context)
                outcome[name] = str(status)
                failed = status != 0
                context |= {f"steps.{name}.outputs.{key}": each for key, each in outputs.items()}
        return outcome

    def _run(
        self, step: Mapping[str, Any], context: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str]]:
        output, summary = self.folder / "output", self.folder / "summary"
        output.write_text("")
        paths = {"CALLS": "calls", "COMMENTS": "comments", "BODY": "body"}
        env = {
            **os.environ,
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": "someone/something",
            "GITHUB_ACTIONS": "true",
            "REFUSE": "",
            **{name: str(self.folder / place) for name, place in paths.items()},
            **{name: filled(each, context) for name, each in step["env"].items()},
            **self.env,
        }
        command = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"])
        ran = subprocess.run(
            command, cwd=self.repo, env=env, capture_output=True, text=True, check=False
        )
        self.said += ran.stdout + ran.stderr
        lines = (line.partition("=") for line in output.read_text().splitlines())
        return ran.returncode, {name: value for name, _, value in lines}

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    @property
    def body(self) -> str:
        return (self.folder / "body").read_text("utf-8")


def filled(text: str, context: Mapping[str, str]) -> str:
    """Evaluate the expressions in a value; an output that was not set is empty."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return context.get(name, "") if name.startswith("steps.") else context[name]

    return EXPRESSION.sub(value, text)


def wanted(condition: str, context: Mapping[str, str]) -> bool:
    """Return whether a step runs: all parts of its condition are true."""
    inside = EXPRESSION.fullmatch(condition)
    if inside is None:
        assert condition == ""
        return True
    holds = []
    for part in inside[1].split(" && "):
        name, sign, wanted_text = (
            part.partition(" == ") if " == " in part else part.partition(" != ")
        )
        found = context.get(name, "")
        equal = found == wanted_text.strip("'")
        holds.append(bool(found) if not sign else equal if sign == " == " else not equal)
    return all(holds)


ONE = package({"people": "id,name\n1,Ada\n2,Grace\n3,Edsger\n"})
NEXT = package({"people": "id,name\n1,Ada\n2,Hopper\n3,Edsger\n"})
LESS = package({"people": "id\n1\n2\n3\n"})
REPORTS = "Comment on the pull request"
ENDS = "Fail if the package is not valid or a change is not allowed"


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def pull_request(runner: Runner, old: Made, new: Made, where: str = ".") -> None:
    """Commit two editions, the second of which a pull request proposes."""
    base = runner.commit(old, where)
    runner.commit(new, where)
    runner.context |= {
        "github.event.pull_request.base.sha": base,
        "github.event.pull_request.number": "7",
    }


def test_a_pull_request_gets_a_comment_and_a_page(runner: Runner) -> None:
    pull_request(runner, ONE, NEXT)
    outcome = runner()
    assert outcome[ENDS] == "0", runner.said
    assert "--method POST repos/someone/something/issues/7/comments" in runner.calls[-1]
    assert runner.body.startswith("<!-- interopwatch ")
    assert "Hopper" in runner.body
    assert "Hopper" in (runner.folder / "summary").read_text("utf-8")
    page = Path(outcome["Upload the report as a page"])
    assert "</html>" in page.read_text("utf-8")


def test_a_later_push_updates_the_comment(runner: Runner) -> None:
    pull_request(runner, ONE, NEXT)
    (runner.folder / "comments").write_text("1234\n5678\n")
    assert runner()[ENDS] == "0", runner.said
    assert "--method PATCH repos/someone/something/issues/comments/1234" in runner.calls[-1]


def test_each_package_has_a_comment_of_its_own(runner: Runner) -> None:
    for where in ("a", "b"):
        runner.commit(ONE, where)
    bodies = set()
    for where in ("a", "b"):
        pull_request(runner, ONE, NEXT, where)
        assert runner(package=where)[ENDS] == "0", runner.said
        bodies.add(runner.body.splitlines()[0])
    assert len(bodies) == 2


def test_a_token_that_may_not_write_fails_nothing(runner: Runner) -> None:
    pull_request(runner, ONE, NEXT)
    runner.env["REFUSE"] = "yes"
    assert runner()[ENDS] == "0"
    assert "::notice::The report could not be written" in runner.said
    assert "Hopper" in (runner.folder / "summary").read_text("utf-8")


def test_a_change_that_is_not_allowed_fails_with_an_annotation_and_the_report(
    runner: Runner,
) -> None:
    pull_request(runner, ONE, LESS)
    outcome = runner()
    assert (outcome["check"], outcome[ENDS]) == ("0", "1")
    assert "::error file=datapackage.json,line=" in runner.said
    assert "title=removed-column::" in runner.said
    assert "name" in runner.body
    assert runner(allow="removed-column")[ENDS] == "0"


def test_rules_are_given_with_spaces_or_line_ends(runner: Runner) -> None:
    pull_request(runner, ONE, NEXT)
    assert runner(fail_on="removed-column\n  changed-rows=50%  ")[ENDS] == "0", runner.said
    assert runner(fail_on="removed-column changed-rows=10%")[ENDS] == "1"


def test_a_package_that_is_not_valid_fails_with_annotations(runner: Runner) -> None:
    broken = Made({**NEXT.files, "tables/people.csv": b"id,name\n1,Ada\n1,Grace\n"})
    pull_request(runner, ONE, broken, "data")
    outcome = runner(package="data")
    assert outcome["validate"] == "0"
    assert outcome[ENDS] != "0"
    assert "::error file=data/tables/people.csv,line=3,title=key-duplicate::" in runner.said


def test_a_push_is_compared_with_what_it_replaced(runner: Runner) -> None:
    before = runner.commit(ONE)
    runner.commit(LESS)
    runner.context["github.event.before"] = before
    outcome = runner()
    assert outcome[REPORTS] == "skipped"
    assert outcome[ENDS] == "1"


@pytest.mark.parametrize("before", ["", "0" * 40])
def test_a_first_push_is_only_validated(before: str, runner: Runner) -> None:
    runner.commit(ONE)
    runner.context["github.event.before"] = before
    outcome = runner()
    assert outcome["report"] == outcome["check"] == "skipped"
    assert outcome[ENDS] == "0", runner.said


def test_a_package_that_is_new_in_a_pull_request_is_only_validated(runner: Runner) -> None:
    base = runner.commit(ONE, "other")
    runner.commit(NEXT, "data")
    runner.context["github.event.pull_request.base.sha"] = base
    outcome = runner(package="data")
    assert outcome["report"] == "skipped"
    assert outcome[ENDS] == "0", runner.said


def test_an_edition_can_be_named(runner: Runner) -> None:
    ONE.write(runner.folder / "old edition")
    runner.commit(NEXT)
    assert runner(old="../old edition", fail_on="changed-rows")[ENDS] == "1", runner.said


@pytest.mark.parametrize(
    "names", [("package",), ("old",), ("thorough", "comment", "fail_on"), ("allow",)]
)
def test_what_inputs_hold_is_never_run(names: tuple[str, ...], runner: Runner) -> None:
    pull_request(runner, ONE, NEXT)
    mark = runner.folder / "ran"
    hostile = f"$(touch {mark}); `touch {mark}`'; touch {mark}; '\"; touch {mark}; \""
    runner(**dict.fromkeys(names, hostile))
    assert not mark.exists()


def test_no_expression_stands_in_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell", "bash") == "bash"


def test_a_long_report_is_cut_between_characters(runner: Runner) -> None:
    cells = "".join(f"{at},{'ü' * 40} {at * 7919}\n" for at in range(2_000))
    pull_request(runner, package({"people": "id,name\n"}), package({"people": f"id,name\n{cells}"}))
    report = runner.folder / "temp" / "interopwatch" / "report" / "report.markdown"
    assert runner(fail_on="removed-table")[ENDS] == "0", runner.said
    assert len(runner.body) < 65_536
    assert report.stat().st_size > 0
    runner.body.encode()


def test_the_inputs_are_documented(root: Path) -> None:
    text = (root / "docs" / "ci.md").read_text("utf-8")
    for name in ACTION["inputs"]:
        assert f"| `{name}` |" in text


def test_the_examples_are_yaml_and_name_what_there_is(root: Path) -> None:
    text = (root / "docs" / "ci.md").read_text("utf-8")
    blocks = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    hooks = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))
    named = {
        hook["id"] for block in blocks for repo in block.get("repos", ()) for hook in repo["hooks"]
    }
    assert named == {hook["id"] for hook in hooks}
    given = [
        step["with"]
        for block in blocks
        for job in block.get("jobs", {}).values()
        for step in job["steps"]
        if step.get("uses", "").startswith("interopwatch/")
    ]
    assert len(given) == 1
    assert all(set(each) <= set(ACTION["inputs"]) for each in given)
    json.dumps(blocks, default=str)
