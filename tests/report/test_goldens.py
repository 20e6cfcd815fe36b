"""The reports of the shipped snapshots, as reviewed by a person."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

import goldens
from interopwatch import build_report
from interopwatch.report.formats import render_report

if TYPE_CHECKING:
    from interopwatch import Store

FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "golden"
PAIRS: Final = (
    ("2014", "2020-06"),
    ("2020-06", "2023"),
    ("2023", "2024-03-07"),
    ("2024-03-07", "2025-03-03"),
    ("2025-03-03", "2025-07-28"),
    ("2020-06", "2024-03-07"),
    ("2025-03-03", "2024-03-07"),
)
ENDINGS: Final = {"terminal": "txt", "markdown": "md", "json": "json"}


def name(old: str, new: str, form: str) -> str:
    return f"{old}_to_{new}.{ENDINGS[form]}"


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(("old", "new"), PAIRS, ids=map("_to_".join, PAIRS))
def test_report(shipped: Store, old: str, new: str, form: str, *, rewrite_goldens: bool) -> None:
    report = build_report(shipped.resolve(old), shipped.resolve(new))
    text = click.unstyle(render_report(report, form))
    goldens.check(FOLDER / name(old, new, form), text, rewrite=rewrite_goldens)


def test_no_golden_file_is_left_over(*, rewrite_goldens: bool) -> None:
    expected = [name(old, new, form) for old, new in PAIRS for form in ENDINGS]
    goldens.check_orphans(FOLDER, expected, rewrite=rewrite_goldens)


def test_every_step_between_shipped_snapshots_has_a_golden_report(shipped: Store) -> None:
    names = shipped.names()
    assert set(pairwise(names)) <= set(PAIRS)


# The helper itself


def test_a_missing_golden_file_fails_and_stays_missing(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="is missing"):
        goldens.check(tmp_path / "a.txt", "text", rewrite=False)
    assert not (tmp_path / "a.txt").exists()


def test_a_golden_file_that_differs_fails_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\n")
    with pytest.raises(AssertionError, match=r"differs(.|\n)*-one\n\+two"):
        goldens.check(tmp_path / "a.txt", "two\n", rewrite=False)
    with pytest.raises(AssertionError, match="differs"):
        goldens.check(tmp_path / "a.txt", "one\r\n", rewrite=False)
    assert (tmp_path / "a.txt").read_bytes() == b"one\n"
    goldens.check(tmp_path / "a.txt", "one\n", rewrite=False)


def test_golden_files_are_rewritten_when_asked_to(tmp_path: Path) -> None:
    goldens.check(tmp_path / "new" / "a.txt", "text\r\n", rewrite=True)
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"text\r\n"
    goldens.check(tmp_path / "new" / "a.txt", "text\r\n", rewrite=False)


def test_an_orphan_fails_until_goldens_are_rewritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.txt").touch()
    with pytest.raises(AssertionError, match=r"no test uses .*b\.txt"):
        goldens.check_orphans(tmp_path, ["a.txt"], rewrite=False)
    goldens.check_orphans(tmp_path, ["a.txt", "c.txt"], rewrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]
    goldens.check_orphans(tmp_path, ["a.txt"], rewrite=False)
