"""Values that are easily confused are distinguished, and every format has the same exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from commands import Cli
from packages import package, spec

if TYPE_CHECKING:
    from pathlib import Path

FORMATS: Final = ("terminal", "json", "jsonl", "csv", "stat", "tabular")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def sides(folder: Path, old: str, new: str) -> tuple[str, str]:
    """Write two packages of one table with numbers in ``v``."""
    for name, text in (("old", old), ("new", new)):
        package({"r": spec(text, types={"v": "number"})}).write(folder / name)
    return str(folder / "old"), str(folder / "new")


def bare(folder: Path, old: str, new: str) -> tuple[str, str]:
    """Write two bare CSV files."""
    for name, text in (("old.csv", old), ("new.csv", new)):
        (folder / name).write_text(text, newline="")
    return str(folder / "old.csv"), str(folder / "new.csv")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("id,v\n1,1.0\n2,2\n", 0),
        ('id,v\n2,"2"\n1,1.0\n', 0),
        ("id,v\n1,1.00\n2,2\n", 1),
        ("id,v\n1,1.5\n2,2\n", 1),
    ],
    ids=["equal", "another form", "another spelling", "another value"],
)
def test_every_format_gives_the_same_exit_code(
    cli: Cli, tmp_path: Path, new: str, code: int, form: str
) -> None:
    old, other = sides(tmp_path, "id,v\n1,1.0\n2,2\n", new)
    assert cli("diff", old, other, "--exit-code", "--format", form).code == code
    assert cli("diff", old, other, "--format", form).code == 0


def test_stat_counts_reformatted_rows(cli: Cli, tmp_path: Path) -> None:
    old, new = sides(tmp_path, "id,v\n1,1\n2,2\n", "id,v\n1,1.0\n2,3\n")
    assert cli.good("diff", old, new, "--format", "stat").startswith("r: 1 changed, 1 respelled\n")


@pytest.mark.parametrize("form", ["terminal", "csv"])
def test_parts_of_a_key_with_slashes_are_told_apart(cli: Cli, tmp_path: Path, form: str) -> None:
    old, new = bare(tmp_path, "a,b,v\nx/y,z,1\nx,y/z,1\n", "a,b,v\nx/y,z,2\nx,y/z,2\n")
    said = cli.good("diff", old, new, "--key", "a", "--key", "b", "--format", form)
    assert "x\\/y/z" in said
    assert "x/y\\/z" in said


@pytest.mark.parametrize("form", ["terminal", "csv"])
def test_a_key_of_one_field_is_shown_as_it_is(cli: Cli, tmp_path: Path, form: str) -> None:
    old, new = bare(tmp_path, "a,v\nx/y,1\n", "a,v\nx/y,2\n")
    assert "x/y" in cli.good("diff", old, new, "--key", "a", "--format", form)


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_keys_with_slashes_are_told_apart_in_reports(cli: Cli, tmp_path: Path, form: str) -> None:
    for name, value in (("old", 1), ("new", 2)):
        text = f"a,b,v\nx / y,z,{value}\nx,y / z,{value}\n"
        package({"r": spec(text, ("a", "b"))}).write(tmp_path / name)
    said = cli.good("report", str(tmp_path / "old"), str(tmp_path / "new"), "--format", form)
    said = said.replace("\\\\", "\\")
    assert "x \\/ y / z" in said
    assert "x / y \\/ z" in said


ALIKE: Final = pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("caf\u00e9", "cafe\u0301", ("caf\\u00e9", "cafe\\u0301")),
        ("Paris", "P\u0430ris", ("Paris", "P\\u0430ris")),
        ("one\\ntwo", '"one\ntwo"', ("one\\\\ntwo", "one\\ntwo")),
        ("Zoë", "Zoé", ("Zoë", "Zoé")),
    ],
)


@ALIKE
@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_texts_that_look_alike_are_told_apart_in_reports(
    cli: Cli, tmp_path: Path, was: str, now: str, shown: tuple[str, str], form: str
) -> None:
    said = cli.good("report", *written(tmp_path, was, now), "--format", form)
    for text in shown:
        escaped = text.replace("\\", "\\\\") if form == "markdown" else text
        assert f"“{escaped}”" in said


@ALIKE
def test_texts_that_look_alike_are_told_apart(
    cli: Cli, tmp_path: Path, was: str, now: str, shown: tuple[str, str]
) -> None:
    assert " → ".join(f"“{text}”" for text in shown) in cli.good(
        "diff", *written(tmp_path, was, now)
    )


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        ("New York", "New\u00a0York", "“New\\u0020York” → “New\\u00a0York”"),
        ("zero\u200bwidth", "zerowidth", "“zero\\u200bwidth” → “zerowidth”"),
        ("Zo\u200b", "Zoe", "“Zo\u200b” → “Zoe”"),
        ("a", '"a "', "“a” → “a\\u0020”"),
    ],
)
def test_white_space_is_told_apart(
    cli: Cli, tmp_path: Path, was: str, now: str, shown: str
) -> None:
    assert shown in cli.good("diff", *written(tmp_path, was, now))


def written(folder: Path, was: str, now: str) -> tuple[str, str]:
    """Write two packages that differ in one cell."""
    for name, cell in (("old", was), ("new", now)):
        package({"r": spec(f"id,v\n1,{cell}\n")}).write(folder / name)
    return str(folder / "old"), str(folder / "new")
