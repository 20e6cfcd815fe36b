"""The diff of a package of any domain is not misleading, and mistakes are named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from commands import Cli
from interopwatch.compare.packages import diff
from packages import lines, package, spec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch.changeset.changeset import ChangeSet
    from packages import Spec

SHOPS = "id,name,staff\n1,Alpha,10\n2,Beta,20\n3,Gamma,30\n"


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return the command line outside of any package."""
    return Cli(capsys)


def written(
    folder: Path,
    resources: Mapping[str, Spec | str],
    **root: Any,  # noqa: ANN401 - any property of a descriptor
) -> str:
    """Write a package; return its path."""
    package(resources, **root).write(folder)
    return str(folder)


def compared(tmp_path: Path, old: Spec, new: Spec) -> ChangeSet:
    """Return the change set of two packages of one resource."""
    before = package({"r": old}).write(tmp_path / "old")
    after = package({"r": new}).write(tmp_path / "new")
    return diff(before, after)


# What counts as a difference


@pytest.mark.parametrize("form", ["terminal", "json", "csv", "stat", "tabular"])
def test_another_licence_is_a_difference(cli: Cli, tmp_path: Path, form: str) -> None:
    old = written(tmp_path / "old", {"r": SHOPS}, licenses=[{"name": "CC0-1.0"}])
    new = written(tmp_path / "new", {"r": SHOPS}, licenses=[{"name": "ODbL-1.0"}])
    assert cli("diff", old, new, "--format", form, "--exit-code").code == 1
    assert cli("diff", old, old, "--format", form, "--exit-code").code == 0
    assert "No row changed, only the descriptor." in " ".join(cli.good("report", old, new).split())
    if form == "stat":
        assert cli.good("diff", old, new, "--format", form) == "descriptor: 1 change\n"


def test_stat_counts_schema_changes(cli: Cli, tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"r": SHOPS})
    new = written(tmp_path / "new", {"r": SHOPS.replace("name,staff", "title,staff")})
    ran = cli("diff", old, new, "--format", "stat", "--exit-code")
    assert (ran.code, ran.out) == (1, "1 schema change\n")


# A resource asked for by one of its two names


@pytest.mark.parametrize("name", ["stores", "shops"])
def test_a_renamed_resource_has_two_names(cli: Cli, tmp_path: Path, name: str) -> None:
    other = "id,x\n7,y\n"
    old = written(tmp_path / "old", {"stores": SHOPS, "other": other})
    new = written(tmp_path / "new", {"shops": SHOPS.replace("Beta", "Bet"), "other": other})
    said = cli.good("diff", old, new, "--resource", name)
    assert said == (
        "schema resource shops renamed (it was stores)\n"
        "shops\n  ~ 2  updated\n      name: “Beta” → “Bet”\n"
    )
    assert cli.good("diff", old, new, "--resource", "other") == ""
    assert "Beta->Bet" in cli.good("diff", old, new, "--resource", name, "--format", "tabular")


def test_a_renamed_resource_without_a_changed_row_as_a_table(cli: Cli, tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"stores": SHOPS})
    new = written(tmp_path / "new", {"shops": SHOPS})
    said = cli.good("diff", old, new, "--resource", "stores", "--format", "tabular")
    assert said == "@@,id,name,staff\n"


# What only looks alike


def flags(name: str, on: tuple[int, ...]) -> Spec:
    """Return forty rows with a flag that few have."""
    rows = "".join(f"{n},{str(n in on).lower()}\n" for n in range(40))
    return spec(f"id,{name}\n{rows}", types={name: "boolean"})


def test_two_rare_flags_are_not_one_renamed(tmp_path: Path) -> None:
    changes = compared(tmp_path, flags("open", (3, 4)), flags("leased", (4, 5)))
    assert sorted(change.kind for change in changes.schema) == ["added", "removed"]


def test_a_rare_flag_that_was_renamed(tmp_path: Path) -> None:
    changes = compared(tmp_path, flags("open", (3, 4, 5)), flags("is_open", (3, 4)))
    assert [change.kind for change in changes.schema] == ["renamed"]
    assert len(changes.rows) == 1


def test_rows_that_say_only_yes_or_no_are_different_rows(tmp_path: Path) -> None:
    kinds = {"open": "boolean", "leased": "boolean"}
    old = spec("id,open,leased\n1,true,true\n2,false,true\n", types=kinds)
    new = spec("id,open,leased\n1,true,true\n3,false,true\n", types=kinds)
    assert sorted(change.kind for change in compared(tmp_path, old, new).rows) == [
        "added",
        "removed",
    ]


def test_two_keys_of_one_name_are_told_apart(cli: Cli, tmp_path: Path) -> None:
    def made(folder: str, key: str) -> str:
        stores = spec(f"id,name,region\n1,Alpha,{key}\n", refs={"region": "regions.id"})
        regions = spec(f"id,name\n{key},Finland\n", ours={"label": "{name}", "reference": True})
        return written(tmp_path / folder, {"stores": stores, "regions": regions})

    said = cli.good("report", made("old", "FIN"), made("new", "FI"))
    assert "Alpha (1): region “FIN” → “FI”" in said


def test_a_missing_value_is_no_value(cli: Cli, tmp_path: Path) -> None:
    def made(folder: str, text: str) -> str:
        schema = spec(text).described["schema"] | {"missingValues": ["", "NA"]}
        return written(tmp_path / folder, {"r": spec(text, schema=schema)})

    old, new = made("old", "id,x,y\n1,a,NA\n"), made("new", "id,x,y\n1,NA,b\n")
    said = cli.good("report", old, new)
    assert "1: x “a” → (empty); y (empty) → “b”" in said


# Mistakes


def test_a_key_that_one_side_declares_is_used_for_both(cli: Cli, tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"r": SHOPS})
    new = written(tmp_path / "new", {"r": spec(SHOPS.replace("20", "21"), "")})
    for sides in ((old, new), (new, old)):
        assert "  ~ 2  updated\n" in cli.good("diff", *sides)
        for key in ("id", "r.id"):
            assert "  ~ 2  updated\n" in cli.good("diff", *sides, "--key", key)
        ran = cli("diff", *sides, "--key", "nope")
        assert (ran.code, ran.out) == (2, "")
        assert f"no resource of {new} without a primary key" in ran.err


def test_a_bare_file_and_a_package_do_not_compare(cli: Cli, tmp_path: Path) -> None:
    folder = written(tmp_path / "old", {"r": SHOPS})
    table = f"{folder}/tables/r.csv"
    for sides in ((folder, table), (table, folder)):
        ran = cli("diff", *sides, "--key", "id")
        assert (ran.code, ran.out) == (2, "")
        assert f"{table} is a bare CSV file, and {folder} is not" in " ".join(ran.err.split())


def test_a_dialect_may_say_what_holds_anyway(cli: Cli, tmp_path: Path) -> None:
    dialect = {"header": True, "headerRows": [1], "commentRows": []}
    folder = written(tmp_path / "old", {"r": spec(SHOPS, dialect=dialect)})
    assert cli.good("diff", folder, folder) == ""


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_what_stands_between_cells_is_guessed_for_the_hint(
    cli: Cli, tmp_path: Path, delimiter: str
) -> None:
    old = written(tmp_path / "old", {"r": SHOPS})
    new = written(tmp_path / "new", {"r": SHOPS})
    file = tmp_path / "new/tables/r.csv"
    file.write_text(lines(SHOPS).replace(",", delimiter), encoding="utf-8")
    said = f'"dialect": {json.dumps({"delimiter": delimiter})}'
    assert said in cli("diff", old, new).err
    cli.good("diff", str(file), str(file), "--key", "id")  # for bare files, it is detected
    bare = cli("diff", str(file), str(file), "--key", "id", "--delimiter", ",").err
    assert {";": "--delimiter ';'", "\t": "--delimiter $'\\t'", "|": "--delimiter '|'"}[
        delimiter
    ] in bare


def test_a_quote_that_is_never_closed(cli: Cli, tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"r": SHOPS})
    new = written(tmp_path / "new", {"r": SHOPS})
    (tmp_path / "new/tables/r.csv").write_text(SHOPS.replace("Beta", '"Beta'), encoding="utf-8")
    assert "A quote is opened and never closed." in cli("diff", old, new).err


@pytest.mark.slow
@pytest.mark.parametrize(("number", "said"), [(7, False), (26_000, True)])
def test_where_too_many_rows_differ_it_is_said_that_no_key_was_followed(
    cli: Cli, tmp_path: Path, number: int, *, said: bool
) -> None:
    for name, letter in (("old", "a"), ("new", "b")):
        rows = "".join(f"{letter}{at},one of {at}\n" for at in range(number))
        (tmp_path / f"{name}.csv").write_text(f"id,x\n{rows}", encoding="utf-8")
    paths = (str(tmp_path / "old.csv"), str(tmp_path / "new.csv"), "--key=id")
    ran = cli("diff", *paths, "--format", "csv")
    note = "rows of 'table' differ, so changed keys were not looked for"
    assert (note in ran.err) is said
    assert ran.out.count(",added,") == (2 * number if said else 0)


def test_a_report_leaves_out_how_a_package_is_found_and_checked(cli: Cli, tmp_path: Path) -> None:
    """Examples, patterns, addresses: readers of data changes need none of these."""
    ours = {"words": {"noun": ["shop", "shops"]}, "label": "{name}"}
    plain = spec("id,name\na,Alpha\n", ours=ours)
    told = spec("id,name\na,Alpha\n", types={"id": {"example": "a", "pattern": "^.$"}}, ours=ours)
    old = written(tmp_path / "old", {"r": plain}, title="The shops")
    new = written(
        tmp_path / "new", {"r": told}, title="The shops", homepage="https://example.org/",
        sources=[{"title": "A list", "path": "list.txt"}],
    )  # fmt: skip
    assert "Changed in the descriptor" not in cli.good("report", old, new)
    other = written(tmp_path / "other", {"r": told}, title="All shops")
    assert "Changed in the descriptor: the package (title)" in " ".join(
        cli.good("report", old, other).split()
    )
