"""daff understands a tabular diff: it patches the older table into the newer one."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from club_package import world
from commands import Cli
from examples import examples
from interopwatch import Package, diff, open_package
from interopwatch.errors import ChangeSetError, FormatError, KeyProblemError
from interopwatch.package.table import record
from interopwatch.package.tolerance import Tolerance
from interopwatch.report.daff import columns_of
from interopwatch.report.tabular import differing_resources, render
from packages import Made, Spec, package, spec
from patching import lines_of, parsed, patched, patched_as_csv
from report_scenarios import HOSTILE, SCENARIOS
from small_packages import packages, revisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch import ChangeSet

ROOT: Final = Path(__file__).resolve().parents[2]
SHELVES: Final = [*sorted(ROOT.glob("snapshots/*/datapackage.json")), ROOT / "datapackage.json"]
MARKS: Final = (
    "...", "....", "->", "-->", "a->b", "a-", ">b", "!", "@@", "@:@", "+++", "---", "+", ":",
    "(a)", "NULL", "_NULL", "__NULL", "null", "undefined", "None", "_", "_a", " // ", "_ // ", "a",
    "a b", "ab", " ab", "ab ", "␣", "→", "1", "1.0", "01", "1e3", "true", "-5", "=1", "", "  ",
    '"', '"NULL"', "'", "\t", "\n", "\r", "\r\n", "x\ny", "x,y", "NOT_FOUND", "日本",
)  # fmt: skip
NAMES: Final = ("a", "b", "c", "_a", "(a)", "+++", "---", "->", "!", "@@", ":", "a b", "x // y")


def names_of(changes: ChangeSet, new: Package) -> dict[str, str]:
    """Return the resources of both packages, with their older names."""
    was = (~changes.renames.resources).pairs
    gone = [c.resource for c in changes.schema if not c.field and c.kind == "removed"]
    return {name: was.get(name, name) for name in (*new.descriptor.by_name, *gone)}


def is_patched(old: Package, new: Package) -> Counter[str]:
    """Check that daff patches every older table into the newer one; count the outcomes."""
    changes = diff(old, new)
    counts: Counter[str] = Counter()
    for name, own in names_of(changes, new).items():
        before, after = lines_of(old, own), lines_of(new, name)
        try:
            patch = render(changes, name, old, new)
        except FormatError:
            counts["refused"] += 1
            continue
        by_lists, by_csv = patched(before, patch), patched_as_csv(before, patch)
        assert by_lists[:1] == after[:1]
        assert sorted(by_lists[1:]) == sorted(after[1:])
        # daff's own reader removes a part of “_NULL”.
        assert sorted(map(_with_null, by_csv)) == sorted(map(_with_null, after))
        counts["in order" if by_lists == after else "in another order"] += 1
    return counts


def _with_null(line: Sequence[str]) -> list[str]:
    return [re.sub("^_+NULL$", "NULL", cell) for cell in line]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


# What daff makes of it


@pytest.mark.parametrize(("old", "new"), [*pairwise(SHELVES)], ids=lambda path: path.parent.name)
def test_daff_patches_every_shipped_table(old: Path, new: Path) -> None:
    a, b = open_package(old), open_package(new)
    for one, other in ((a, b), (b, a)):
        counts = is_patched(one, other)
        assert set(counts) == {"in order"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_daff_patches_the_clubs(scenario: str) -> None:
    old, new = SCENARIOS[scenario]()
    assert is_patched(old, new)["refused"] == is_patched(new, old)["refused"] == 0


@given(packages(), packages())
def test_daff_patches_any_package_into_any_other(a: Made, b: Made) -> None:
    try:
        counts = is_patched(a.memory("a"), b.memory("b"))
    except KeyProblemError:
        reject()
    assert counts["refused"] == 0


@given(revisions())
def test_daff_patches_what_was_renamed_and_rekeyed(made: tuple[Made, ...]) -> None:
    a, b, c = (each.memory(name) for each, name in zip(made, "abc", strict=True))
    try:
        counts = is_patched(a, b) + is_patched(b, c) + is_patched(c, a)
    except KeyProblemError:
        reject()
    assert counts["refused"] == 0


@st.composite
def hostile(draw: st.DrawFn) -> tuple[Made, Made]:
    """Draw a table full of texts that look like marks, and one made from it."""
    header = ["id", *draw(st.permutations(NAMES))[: draw(st.integers(1, 7))]]
    cell = st.sampled_from(MARKS)
    ids = draw(st.lists(cell.filter(bool) | st.integers(0, 30).map(str), unique=True, max_size=9))
    rows = [{name: draw(cell) for name in header} | {"id": key} for key in ids]
    kept = [
        {name: draw(cell) if draw(st.integers(0, 5)) == 0 else row[name] for name in header}
        | {"id": row["id"]}
        for row in rows
        if draw(st.integers(0, 5))
    ]
    came = draw(st.lists(cell.filter(lambda key: key and key not in ids), unique=True, max_size=3))
    kept += [{name: draw(cell) for name in header} | {"id": key} for key in came]
    if draw(st.booleans()):
        kept = draw(st.permutations(kept))
    names = [n for n in header if n == "id" or draw(st.integers(0, 4))]
    if draw(st.integers(0, 3)) == 0:
        names = draw(st.permutations(names))
    for name in draw(st.sampled_from([(), (), ("n",), ("n", "m")])):
        names.insert(draw(st.integers(0, len(names))), name)
        kept = [{**row, name: draw(cell)} for row in kept]
    return _made(header, rows), _made(names, kept)


def _made(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Made:
    text = "".join(map(record, [header, *([row[name] for name in header] for row in rows)]))
    schema: dict[str, Any] = {"fields": [{"name": n} for n in header], "primaryKey": ["id"]}
    return package({"r": Spec(text.encode(), {"schema": schema})})


@given(hostile())
@settings(max_examples=examples(150))
def test_no_cell_and_no_name_misleads_daff(made: tuple[Made, Made]) -> None:
    old, new = made
    is_patched(old.memory("old"), new.memory("new"))


@pytest.mark.parametrize(
    "renamed", [{}, {"a": "A"}, {"b": "a", "a": "A"}, {"a": "x"}, {"a": "b", "b": "a"}], ids=str
)
def test_columns_may_come_go_move_and_be_renamed_in_any_way(renamed: dict[str, str]) -> None:
    own = ["a", "b", "c"]
    old = [renamed.get(name, name) for name in own]
    every = [*old, *({"x", "y"} - {*old})]
    for size in range(1, 5):
        for new in permutations(sorted(every), size):
            if not {*old} & {*new}:
                continue
            columns = columns_of(own, old, new)
            cells = [
                own[c.old] if c.old is not None else _own(c.new_name, renamed) for c in columns
            ]
            adds = any(c.tag == "+++" for c in columns)
            lines = [
                ["!", *(c.tag for c in columns)],
                ["@@", *(c.name for c in columns)],
                *([["+", *(f"{cell}1" for cell in cells)]] if adds else ()),
            ]
            got = patched([own, ["a1", "b1", "c1"]], "".join(map(record, lines)))
            assert got == [[*new], [f"{_own(name, renamed)}1" for name in new]]


def _own(name: str, renamed: Mapping[str, str]) -> str:
    return {now: was for was, now in renamed.items()}.get(name, name)


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_a_cell_stays_what_it_is(cell: str) -> None:
    old = _made(["id", "x"], [{"id": "1", "x": "a"}, {"id": "2", "x": cell}])
    new = _made(
        ["id", "x", "y"], [{"id": "1", "x": cell, "y": ""}, {"id": cell, "x": "", "y": cell}]
    )
    a, b = old.memory("old"), new.memory("new")
    assert is_patched(a, b) == is_patched(b, a) == {"in order": 1}


def test_a_table_may_come_or_go() -> None:
    none, one = package({"s": "id\n1\n"}).memory("old"), package({"r": "id,x\n1,a\n"}).memory("new")
    changes = diff(none, one)
    assert render(changes, "r", none, one) == "!,+++,+++\n@@,id,x\n+++,1,a\n"
    assert render(changes, "s", none, one) == "!,---\n@@,id\n---,1\n"
    assert is_patched(none, one) == {"in order": 2}


def test_rows_that_changed_places_stay_where_they_are() -> None:
    old = package({"r": "id,x\n1,a\n2,b\n3,c\n"}).memory("old")
    new = package({"r": "id,x\n3,c\n2,b\n1,z\n4,d\n"}).memory("new")
    patch = render(diff(old, new), "r", old, new)
    assert patched(lines_of(old, "r"), patch) == parsed("id,x\n1,z\n4,d\n2,b\n3,c\n")


# What it looks like

OLD: Final = "id,name,born,note\n1,Ada,1815,x\n2,Grace,1906,\n3,Alan,1912,a->b\n4,Kurt,1906,\n"


def written(old: Spec | str, new: Spec | str) -> str:
    """Return the tabular diff, after checking that daff patches with it."""
    a, b = package({"r": old}).memory("old"), package({"r": new}).memory("new")
    assert is_patched(a, b) == {"in order": 1}
    return render(diff(a, b), "r", a, b)


def test_rows() -> None:
    new = (
        "id,name,born,note\n0,Emmy,1882,\n1,Ada,1815,x\n3,Alan T.,1912,a->b\n4,Kurt,1907,y\n5,A,,\n"
    )
    assert written(OLD, new) == (
        "@@,id,name,born,note\n"
        "+++,0,Emmy,1882,\n"
        "...,...,...,...,...\n"
        "---,2,Grace,1906,\n"
        "-->,3,Alan-->Alan T.,1912,a->b\n"
        "->,4,Kurt,1906->1907,->y\n"
        "+++,5,A,,\n"
    )


def test_a_row_is_shown_that_others_were_added_after() -> None:
    new = OLD.replace("3,Alan", "25,Kay,1940,\n26,Ken,1943,\n3,Alan")
    assert written(OLD, new) == (
        "@@,id,name,born,note\n"
        "...,...,...,...,...\n"
        ",2,Grace,1906,\n"
        "+++,25,Kay,1940,\n"
        "+++,26,Ken,1943,\n"
    )


def test_every_row_gives_its_cell_of_an_added_column() -> None:
    assert written("id,x\n1,a\n2,b\n", "id,new,x\n1,,a\n2,c,z\n") == (
        "!,,+++,\n@@,id,new,x\n+,1,,a\n->,2,c,b->z\n"
    )


def test_columns_that_were_renamed_removed_and_moved() -> None:
    text = "id,name,born\n1,Ada,1815\n2,Grace,1906\n3,Alan,1912\n"
    assert written(text, text.replace("name", "called")) == "!,,(name),\n@@,id,called,born\n"
    assert written("id,x,y\n1,a,b\n", "id,y\n1,b\n") == "!,,---,\n@@,id,x,y\n"
    assert written("id,x,y\n1,a,b\n", "y,id,x\nb,1,a\n") == "!,:,,\n@@,y,id,x\n"


def test_a_column_that_moved_where_others_came_and_went_is_written_as_another() -> None:
    assert written("id,x,y,z\n1,a,b,c\n", "y,id,n,x\nb,1,d,a\n") == (
        "!,+++,,+++,,---,---\n@@,y,id,n,x,y,z\n+,b,1,d,a,b,c\n"
    )


def test_the_old_name_of_a_field_may_be_another_field() -> None:
    texts = (
        "id,name\n1,Ada\n2,Kay\n",
        "id,called\n1,Ada\n2,Kay\n",
        "id,called,name\n1,Ada,p\n2,Kay,q\n",
    )
    a, b, c = (package({"r": text}).memory() for text in texts)
    patch = render(diff(a, b) + diff(b, c), "r", a, c)
    assert patch == ("!,,---,+++,+++\n@@,id,name,called,name\n+,1,Ada,Ada,p\n+,2,Kay,Kay,q\n")
    assert patched(lines_of(a, "r"), patch) == lines_of(c, "r")


def test_what_an_arrow_cannot_say_is_a_row_that_went_and_one_that_came() -> None:
    assert written("id,x\n1,a b\n2,NULL\n3,a\n", "id,x\n1,ab\n2,b\n3,NULL\n") == (
        "@@,id,x\n---,1,a b\n+++,1,ab\n---,2,NULL\n+++,2,b\n->,3,a->_NULL\n"
    )


def test_the_key_of_a_row_may_change() -> None:
    assert written(OLD, OLD.replace("2,Grace", "20,Grace")).endswith("\n->,2->20,Grace,1906,\n")


def test_a_gap_is_like_no_row() -> None:
    old = "id,x\n...,...\n1,a\n2,b\n"
    assert written(old, old.replace("b", "c")) == "@@,id,x\n...,....,....\n->,2,b->c\n"


def test_an_ignored_field_stays_as_it_is() -> None:
    old = package({"r": "id,s,x\n1,a,p\n2,a,q\n"}).memory()
    new = package({"r": "id,s,x,n\n1,b,p,\n2,b,r,\n"}).memory()
    changes = diff(old, new, tolerances={"r": Tolerance(frozenset("s"))})
    patch = render(changes, "r", old, new)
    assert patch == "!,,,,+++\n@@,id,s,x,n\n+,1,a,p,\n->,2,a->b,q->r,\n"
    assert patched(lines_of(old, "r"), patch)[1:] == [["1", "a", "p", ""], ["2", "b", "r", ""]]


def test_a_table_without_a_key_may_stay_the_same() -> None:
    same = package({"r": spec("a,b\n1,x\n1,x\n2,y\n", "")}).memory()
    assert render(diff(same, same), "r", same, same) == "@@,a,b\n"


# What it cannot say


def test_a_change_set_of_other_packages_is_refused() -> None:
    old, new = (package({"r": f"id\n{key}\n"}).memory() for key in "12")
    with pytest.raises(ChangeSetError, match="lacks a row that is not in the newer table"):
        render(diff(old, old), "r", old, new)


@pytest.mark.parametrize("name", ["...", "NULL", "__NULL", ""])
def test_a_field_that_cannot_be_spoken_of_is_named(name: str) -> None:
    old = _made(["id", name], [{"id": "1", name: "a"}]).memory("old")
    new = _made(["id", name], [{"id": "1", name: "b"}]).memory("new")
    with pytest.raises(FormatError, match=f"^r: .* a field named {name!r}"):
        render(diff(old, new), "r", old, new)


def test_a_row_that_daff_would_not_find_is_named() -> None:
    header = ["k", "l", *"abcdef"]
    rows = [
        dict(
            zip(
                header,
                [str(n // 8), str(n % 8), *(str((n + c) % 32) for c in range(6))],
                strict=True,
            )
        )
        for n in range(64)
    ]
    described = {"fields": [{"name": n} for n in header], "primaryKey": ["k", "l"]}

    def side(last: str) -> Package:
        lines = [header, *(list(row.values()) for row in [*rows[:-1], {**rows[-1], "f": last}])]
        return package(
            {"r": Spec("".join(map(record, lines)).encode(), {"schema": described})}
        ).memory()

    old, new = side(rows[-1]["f"]), side("99")
    with pytest.raises(FormatError, match="cannot identify the row 7/7/31/0/1/2/3/4 for daff"):
        render(diff(old, new), "r", old, new)


def test_a_row_that_looks_like_the_marks_above_the_header_is_refused() -> None:
    old, new = (package({"r": text}).memory() for text in ("id\n_\n", "id,x\n_,a\n"))
    with pytest.raises(FormatError, match="look like the marks of a tabular diff"):
        render(diff(old, new), "r", old, new)


# The command


def test_the_command_writes_what_daff_reads(cli: Cli, tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("id,x\n1,=1+1\n2,b\n")
    new.write_text("id,x\n1,=1+2\n2,b\n")
    line = ("diff", str(old), str(new), "--key", "id", "--format", "tabular")
    assert cli.good(*line) == "@@,id,x\n->,1,=1+1->=1+2\n"
    assert cli(*line, "--exit-code").code == 1
    same = ("diff", str(old), str(old), "--key", "id", "--format", "tabular", "--exit-code")
    assert cli.good(*same) == "@@,id,x\n"


def test_the_command_writes_one_resource(cli: Cli, tmp_path: Path) -> None:
    text = "id,x\n1,a\n"
    sides = {"r": text, "s": text, "t": text}
    package(sides).write(tmp_path / "old")
    package({**sides, "s": "id,x\n1,b\n"}).write(tmp_path / "one")
    package({**sides, "s": "id,x\n1,b\n", "t": "id,x\n2,a\n"}).write(tmp_path / "two")
    line = ("diff", f"{tmp_path}/old", "--format", "tabular")
    expected = "@@,id,x\n->,1,a->b\n"
    assert cli.good(*line, f"{tmp_path}/one") == expected
    assert cli.good(*line, f"{tmp_path}/two", "--resource", "s") == expected
    assert cli.good(*line, f"{tmp_path}/two", "--resource", "r") == "@@,id,x\n"
    assert cli.good(*line, f"{tmp_path}/old") == ""
    ran = cli(*line, f"{tmp_path}/two")
    assert (ran.code, ran.out) == (2, "")
    assert "more than one differs: s, t. Choose one with --resource." in " ".join(ran.err.split())
    ran = cli(*line, f"{tmp_path}/one", "--resource", "nowhere")
    assert (ran.code, ran.out) == (2, "")


def test_only_tables_that_differ_count() -> None:
    old = world("2020-06-30", clubs="club,name\na,Alpha\n")
    new = world("2024-03-07", clubs="club,name\na,Beta\n")
    assert differing_resources(diff(old, new)) == ["sources", "clubs"]
    assert differing_resources(diff(old, old)) == []
