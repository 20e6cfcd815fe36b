"""Every kind and sense of change has a sentence that a person has reviewed.

Each folder of ``data/changes`` is one change between two small packages, and each of
``data/foreign`` an update of a package in the shape of a published one, without our vocabulary. The
output of ``report`` and ``diff`` is beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import pytest

import goldens
from commands import Cli
from interopwatch import Sense, diff, open_package
from interopwatch.changeset.metadata import words_of
from interopwatch.changeset.model import Kind
from interopwatch.timeline.classify import classify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch import ChangeSet, Package

DATA: Final = Path(__file__).resolve().parents[1] / "data"
CHANGES: Final = tuple(sorted(folder.name for folder in (DATA / "changes").iterdir()))
FOREIGN: Final = tuple(sorted(folder.name for folder in (DATA / "foreign").iterdir()))
FOLDERS: Final = (*(f"changes/{name}" for name in CHANGES), *(f"foreign/{n}" for n in FOREIGN))
GOLDENS: Final = ("report.txt", "report.md", "diff.txt")
INPUTS: Final = ("old", "new", "old.csv", "new.csv")


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_said_of_a_change(
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    rewrite_goldens: bool,
) -> None:
    folder = DATA / name
    monkeypatch.chdir(folder)
    cli = Cli(capsys)
    sides = ("old", "new") if (folder / "old").is_dir() else ("old.csv", "new.csv")
    commands = (("report",), ("report", "--format", "markdown"), ("diff",))
    for golden, (command, *options) in zip(GOLDENS, commands, strict=True):
        ran = cli(command, *sides, *options)
        assert ran.code == 0
        goldens.check(folder / golden, ran.out, rewrite=rewrite_goldens)


@pytest.mark.parametrize("name", FOLDERS)
def test_no_golden_file_is_left_over(name: str) -> None:
    found = {path.name for path in (DATA / name).iterdir()}
    assert found <= {*GOLDENS, *INPUTS}
    assert {"old", "new"} <= found or {"old.csv", "new.csv"} <= found


# That none is missing


@pytest.fixture(scope="module")
def compared() -> list[tuple[ChangeSet, Package, Package]]:
    """Return the change set of every one of the changes, with its packages."""
    pairs = [
        tuple(open_package(DATA / "changes" / name / side, side) for side in ("old", "new"))
        for name in CHANGES
    ]
    return [(diff(old, new), old, new) for old, new in pairs]


def test_every_sense_has_a_case(compared: list[tuple[ChangeSet, Package, Package]]) -> None:
    found = {
        item.sense
        for changes, old, new in compared
        if not changes.renames
        for item in classify(changes, old, new)
    }
    assert found == set(Sense)


def test_every_kind_has_a_case(compared: list[tuple[ChangeSet, Package, Package]]) -> None:
    def kinds() -> Iterator[str]:
        for changes, _, _ in compared:
            for change in changes.schema:
                yield f"{'column' if change.field else 'table'} {change.kind}"
            for row in changes.rows:
                yield f"row {row.kind}"
                if row.has_new_key:
                    yield "row rekeyed"
            named = {
                "row reformatted": bool(changes.reformatted),
                "file": bool(changes.files),
                "form": bool(changes.form),
                "words": bool(words_of(changes)),
            }
            yield from (name for name, is_there in named.items() if is_there)
            if not changes:
                yield "nothing"

    rows = {f"row {kind}" for kind in get_args(Kind)}
    ways = ("added", "removed", "renamed", "changed")
    tables = {f"{thing} {way}" for thing in ("table", "column") for way in ways}
    others = {"column moved", "row rekeyed", "row reformatted", "file", "form", "words", "nothing"}
    assert set(kinds()) == rows | tables | others


def test_there_are_foreign_packages_enough() -> None:
    assert len(FOREIGN) >= 5
