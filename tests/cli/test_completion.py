"""Shell completion, requested as shells do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, TypeAlias

import pytest

from commands import Cli
from interopwatch.cli.main import COMMANDS
from packages import package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


Completed: TypeAlias = "Callable[..., list[tuple[str, str, str]]]"
Names: TypeAlias = "Callable[[str, Path], list[str]]"


@pytest.fixture
def completed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Completed:
    """Return a function that requests the completions of a word, in a folder, like a shell."""

    def ask(words: str, cwd: Path, shell: str = "fish") -> list[tuple[str, str, str]]:
        monkeypatch.chdir(cwd)
        for name, value in environment(words, shell).items():
            monkeypatch.setenv(name, value)
        return parsed(Cli(capsys).good())

    return ask


@pytest.fixture
def names(completed: Completed) -> Names:
    """Return a function that requests the completions of a word that are not files."""
    return lambda words, cwd: [text for kind, text, _ in completed(words, cwd) if kind == "plain"]


def environment(words: str, shell: str) -> dict[str, str]:
    """Return the variables that a shell sets for the typed words."""
    *before, incomplete = words.split(" ")
    is_fish = shell == "fish"  # fish passes the word itself, other shells its index
    return {
        "_INTEROPWATCH_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(["interopwatch", *before, *([] if is_fish else [incomplete])]),
        "COMP_CWORD": incomplete if is_fish else str(len(before) + 1),
    }


def parsed(said: str) -> list[tuple[str, str, str]]:
    """Parse completions into their kind, text and help."""
    found = []
    for line in filter(None, said.splitlines()):
        kind, _, rest = line.partition(",")
        text, _, about = rest.partition("\t")
        found.append((kind, text, about))
    return found


def test_commands(names: Names, tmp_path: Path) -> None:
    assert set(names("", tmp_path)) == set(COMMANDS)
    assert names("rep", tmp_path) == ["report"]


def test_options(names: Names, tmp_path: Path) -> None:
    assert "--exit-code" in names("diff --exit", tmp_path)
    assert names("report --format ht", tmp_path) == ["html"]


@pytest.mark.parametrize("command", ["report", "diff", "show", "export zip out.zip", "plot x"])
def test_snapshots_of_the_package_at_hand(names: Names, command: str, two_snapshots: Path) -> None:
    found = sorted(each.name for each in (two_snapshots / "snapshots").iterdir())
    assert names(f"{command} ", two_snapshots) == ["tables", *reversed(found)]
    assert names(f"{command} {found[0]}", two_snapshots) == [found[0]]


def test_snapshots_of_the_package_that_is_named(
    names: Names, two_snapshots: Path, tmp_path: Path
) -> None:
    words = f"--package {two_snapshots} diff 2"
    assert len(names(words, tmp_path)) == 2


def test_files_are_offered_beside_snapshots(completed: Completed, two_snapshots: Path) -> None:
    found = completed("diff ../oth", two_snapshots)
    assert found == [("file", "../oth", "")]


def test_a_snapshot_says_why_it_was_made(completed: Completed, two_snapshots: Path) -> None:
    found = completed("show 2", two_snapshots)
    assert all(about for kind, _, about in found if kind == "plain")


def test_tables(names: Names, tmp_path: Path) -> None:
    package({"people": "id\n1\n", "places": "id\n1\n", "years": "id\n1\n"}).write(tmp_path)
    assert names("diff a b --resource p", tmp_path) == ["people", "places"]
    assert names("show tables y", tmp_path) == ["years"]


def test_a_broken_package_does_not_disturb(completed: Completed, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text("{")
    assert completed("diff x", tmp_path) == [("file", "x", "")]
    assert completed("show tables x", tmp_path) == []


def test_what_a_descriptor_says_does_nothing_to_the_terminal(
    completed: Completed, tmp_path: Path
) -> None:
    made = package({"people": "id\n1\n"})
    made = made.edited(lambda raw: raw["resources"][0].update(title="red \x1b[31mand\nmore"))
    made.write(tmp_path)
    assert completed("show tables p", tmp_path) == [("plain", "people", "red [31mand")]


def test_bash_and_zsh_ask_in_their_own_ways(completed: Completed, two_snapshots: Path) -> None:
    first = min(each.name for each in (two_snapshots / "snapshots").iterdir())
    assert ("plain", first, "") in completed(f"show {first[:6]}", two_snapshots, "bash")
    lines = completed("rep", two_snapshots, "zsh")
    assert [kind for kind, _, _ in lines][:2] == ["plain", "report"]


def test_the_program_itself_answers_a_shell(two_snapshots: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "interopwatch"],
        cwd=two_snapshots,
        env={**os.environ, **environment("show tables clu", "fish")},
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    assert [text for _, text, _ in parsed(ran.stdout.decode())] == ["clubs"]
