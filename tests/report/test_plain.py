"""Reports on packages without vocabulary."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import click
import pytest

from interopwatch import build_report, open_package
from interopwatch.report.formats import REPORTS, render_report
from packages import package, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interopwatch import Report
    from packages import Spec

SHIPS = "id,Ship,Flag\nAB1,Blue Heron,Norway\nCD2,Old Anchor,Malta\n"


def report(old: str | Spec, new: str | Spec) -> Report:
    return build_report(
        package({"fleet": old}).memory("old"), package({"fleet": new}).memory("new")
    )


def lines(made: Report) -> dict[str, list[str]]:
    return {
        section.title: [line.sentence for group in section.groups for line in group.lines]
        for section in made.sections
    }


def many(number: int, cell: str = "{}", header: str = "id,how") -> str:
    return f"{header}\n" + "".join(f"x{n:04},{cell.format(n)}\n" for n in range(number))


def test_a_row_is_named_by_its_texts_and_its_key() -> None:
    new = SHIPS.replace("CD2,Old Anchor,Malta", "EF3,Red Kite,Panama")
    made = report(SHIPS, new)
    assert made.headline == ("1 row added and 1 removed.",)
    assert lines(made) == {
        "Added": ["Red Kite (EF3), Panama"],
        "Removed": ["Old Anchor (CD2), Malta"],
    }


def test_a_row_without_texts_is_named_by_its_numbers() -> None:
    made = report("id,Open Price\n1,10\n", "id,Open Price\n1,10\n2,12\n")
    assert lines(made) == {"Added": ["2, Open Price 12"]}


def test_many_new_rows_are_named_side_by_side_and_counted() -> None:
    made = report("id,Town\nx,Oslo\n", many(569, "Town number {}", "id,Town"))
    (line,) = lines(made)["Added"]
    assert line.startswith("Town number 0 (x0000), Town number 1 (x0001), ")
    assert line.endswith(" … and 557 more")


def test_the_same_change_in_many_rows_is_one_sentence() -> None:
    made = report(many(40, "by hand"), many(40, "by camera"))
    assert lines(made) == {
        "Changed": [
            (
                "how changed from “by hand” to “by camera” in 40 rows: "
                "x0000, x0001, x0002, x0003, x0004 … and 35 more"
            )
        ]
    }


def test_different_changes_of_a_column_in_many_rows_are_one_line() -> None:
    made = report(many(30), many(30, "1{}"))
    assert lines(made)["Changed"][0].startswith("how changed in 30 rows: x0000: 0 → 10, ")


def test_a_column_that_was_computed_anew_is_one_line_though_a_few_rows_are_alike() -> None:
    old, new = ({n: n % 100 for n in range(400)}, {n: n % 100 + 1000 for n in range(400)})
    texts = ["id,n\n" + "".join(f"{n},{v}\n" for n, v in each.items()) for each in (old, new)]
    (line,) = lines(report(*texts))["Changed"]
    assert line.startswith("n changed in 400 rows: ")


@pytest.mark.parametrize("cell", ["", "{}"])
def test_a_new_column_is_one_line_and_its_name_as_it_is_written(cell: str) -> None:
    old = many(20, "v")
    new = old.replace("\n", f",{cell.format('North')}\n").replace(
        f"how,{cell.format('North')}\n", "how,Date-Of-Effect\n"
    )
    made = report(old, new)
    filled = "filled in 20 of 20 rows, always “North”" if cell else "and empty"
    assert made.headline == (f"Column Date-Of-Effect is new, {filled}.",)
    assert made.sections == ()


def test_the_title_of_a_column_is_its_name() -> None:
    old, new = (
        spec(
            text,
            schema={
                "fields": [{"name": "id"}, {"name": "pop", "title": "Population 2020"}],
                "primaryKey": "id",
            },
        )
        for text in ("id,pop\na,1\n", "id,pop\na,2\n")
    )
    assert lines(report(old, new)) == {"Changed": ["a: Population 2020 1 → 2"]}


def test_a_type_that_changed_leads_the_headline() -> None:
    old, new = (spec("id,n\na,1\n", types={"n": kind}) for kind in ("string", "integer"))
    assert report(old, new).headline == ("Column n is now of type integer (it was string).",)


def test_new_tables_are_counted_and_their_rows_not_listed() -> None:
    old = package({"fleet": SHIPS}).memory("old")
    new = package({"fleet": SHIPS, "crews": "id,x\na,1\nb,2\n"}).memory("new")
    made = build_report(old, new)
    assert made.headline == ("Table crews is new, with 2 rows.",)
    assert made.sections == ()
    assert build_report(new, old).headline == ("Table crews is gone; it had 2 rows.",)


def test_keys_in_another_spelling_are_one_line() -> None:
    old = "id,how\n" + "".join(f"0{n},same\n" for n in range(10, 60))
    made = report(old, old.replace("\n0", "\n"))
    assert made.sections == ()
    assert len([remark for remark in made.remarks if remark.startswith("Keys")]) == 1


def test_what_descriptors_say_otherwise_is_one_line() -> None:
    old, new = (
        package({"r": "id\na\n"}, title=title, licenses=[{"name": title}], keywords=[title])
        for title in ("One", "Two")
    )
    made = build_report(old.memory("old"), new.memory("new"))
    assert len(made.remarks) == 1
    assert made.remarks[0].endswith("`interopwatch diff` shows how.")


@pytest.mark.parametrize("form", REPORTS)
def test_no_report_is_longer_than_some_sixty_lines(form: str) -> None:
    number = 40
    old = {f"t{n}": "id,name\na,Old Oak\nb,Old Elm\n" for n in range(number)}
    new = {f"t{n}": "id,name\na,New Oak\nc,New Fir\n" for n in range(number)}
    made = build_report(package(old).memory("old"), package(new).memory("new"))
    text = click.unstyle(render_report(made, form))
    assert set(lines(made)) == {"Added", "Removed", "Changed"}
    plain = re.sub("</?code>", "`", text) if form == "html" else text.replace("\\`", "`")
    assert "lines are left out above; `interopwatch diff` lists all." in plain
    if form == "terminal":
        assert text.count("\n") < 80


def test_the_many_changes_of_one_table_do_not_hide_those_of_the_others() -> None:
    columns = [f"c{n}" for n in range(20)]

    def wide(cell: str) -> str:
        rows = (",".join([str(n), *(f"{cell}{n}{name}" for name in columns)]) for n in range(20))
        return "\n".join([",".join(["id", *columns]), *rows, ""])

    wides, narrows = [f"wide{n}" for n in range(3)], [f"narrow{n}" for n in range(30)]
    old, new = (
        {**dict.fromkeys(wides, wide(cell)), **dict.fromkeys(narrows, f"id,c\n1,{cell}\n")}
        for cell in "xy"
    )
    made = build_report(package(old).memory("old"), package(new).memory("new"))
    (section,) = made.sections
    *shown, others = section.groups
    assert others.topic == "Other tables"
    told = [group.topic for group in shown]
    assert told[:4] == [*wides, "narrow0"]
    left = narrows[len(told) - 3 :]
    (line,) = others.lines
    named = ", ".join(f"{name} (1 row)" for name in left[:12])
    assert line.sentence == f"{named} and {len(left) - 12} more"
    assert shown[1].lines[-1].sentence == f"… and {20 - len(shown[1].lines) + 1} more"


def test_rows_that_no_key_tells_apart_are_named_by_their_cells_and_counted() -> None:
    header = "Land,Coin,Note,More\n"
    new = "".join(f"CUBA,Peso {n % 6},a,{n}\n" for n in range(7)) * 2
    made = report(spec(f"{header}MALTA,Lira,b,c\n", ""), spec(header + new, ""))
    (line,) = lines(made)["Added"]
    assert line.startswith("CUBA, Peso 0 (4 rows); CUBA, Peso 1 (2 times); ")


def test_keys_that_were_declared_or_given_up_stand_after_the_columns() -> None:
    old, new = spec(SHIPS), spec(SHIPS.replace("Flag", "Country"), "")
    assert report(old, new).headline[-1] == "Table fleet declares no key any more (it was id)."
    assert report(new, old).headline[-1] == "The key of fleet is now id (it had none)."


def test_dates_in_a_format_of_their_own_are_shown_as_they_are_written() -> None:
    kind = {"type": "date", "format": "%m/%d/%Y"}
    old, new = (spec(f"id,on\na,{day}\n", types={"on": kind}) for day in ("1/2/2004", "1/3/2004"))
    assert lines(report(old, new)) == {"Changed": ["a: on “1/2/2004” → “1/3/2004”"]}


def test_files_that_are_no_tables_stand_in_the_headline(tmp_path: Path) -> None:
    sides = []
    for name in ("old", "new"):
        made = package({"fleet": SHIPS}).write(tmp_path / name)
        raw = json.loads(made.file.read_text())
        raw["resources"].append({"name": "notes", "path": "notes.txt", "format": "txt"})
        made.file.write_text(json.dumps(raw))
        (tmp_path / name / "notes.txt").write_text(name)
        sides.append(open_package(tmp_path / name))
    made_report = build_report(sides[0], sides[1])
    assert made_report.headline == ("File notes changed.",)
    assert made_report.remarks == ()


def test_a_column_of_which_few_rows_changed_is_told_by_these_rows() -> None:
    header = "id,a,b,c,d,e,f,g,h,i,how"
    cells = ",".join("pqrstuvwx")
    old = f"{header}\n" + "".join(f"k{n:02},{cells},{n}\n" for n in range(20))
    new = f"{header}\n" + "".join(f"k{n:02},{cells},z{n}\n" for n in range(20))
    new = new.replace(f"k03,{cells}", "k03,,,,,,,,,").replace(f"k05,{cells}", f"k05,P{cells[1:]}")
    emptied = [
        f"{name} “{cell}” → (empty)" for name, cell in zip("abcdefgh", "pqrstuvw", strict=True)
    ]
    assert lines(report(old, new))["Changed"][1:] == [
        f"z3 (k03): {'; '.join(emptied)}; and 1 more column",
        "z5 (k05): a “p” → “P”",
    ]


def test_rows_that_differ_in_white_space_alone_are_no_change_of_substance() -> None:
    made = report("id,how\na,x \nb,y\n", "id,how\na,x\nb,y.\n")
    assert made.headline == (
        "No change of substance: 2 rows differ only in white space or punctuation.",
    )
    assert made.remarks == ()


def test_columns_of_one_title_are_told_apart_by_their_names() -> None:
    titled = {"title": "Author", "type": "string"}
    made = report(
        spec("id,author\na,x\nb,y\n", types={"author": titled}),
        spec("id,author-as-cited\na,p\nb,q\n", types={"author-as-cited": titled}),
    )
    assert made.headline[:2] == (
        "Column author is gone; it was filled in 2 of 2 rows.",
        "Column author-as-cited is new, filled in 2 of 2 rows.",
    )


def test_a_new_table_is_matched_with_none() -> None:
    old = package({"fleet": SHIPS}).memory("old")
    new = package({"fleet": SHIPS, "ports": spec("name\nOslo\nRiga\n", "")}).memory("new")
    made = build_report(old, new)
    assert made.headline == ("Table ports is new, with 2 rows.",)
    assert made.remarks == ()


def test_a_name_that_begins_with_a_space_shows_it() -> None:
    made = report(
        spec("id,name\na,x\nb,y\n", types={"name": "string"}),
        spec("id, label\na,p\nb,q\n", types={" label": "string"}),
    )
    assert "Column “ label” is new, filled in 2 of 2 rows." in made.headline


def test_of_many_tables_the_headline_counts_the_rows_of_all() -> None:
    old = {f"t{n:02}": spec("id,x\n1,a\n2,b\n") for n in range(12)}
    new = {f"t{n:02}": spec("id,x\n1,A\n3,c\n" if n else "id,x\n1,A\n2,b\n") for n in range(12)}
    made = build_report(package(old).memory("old"), package(new).memory("new"))
    assert made.headline == ("11 rows added, 11 removed and 12 changed in 12 tables.",)


def test_rows_of_several_tables_that_were_reworded_are_counted_together() -> None:
    old = {name: spec("id,x\n1,so it is\n2,b\n") for name in ("a", "b", "c")}
    new = {name: spec("id,x\n1,so it is.\n2,c\n") for name in ("a", "b", "c")}
    made = build_report(package(old).memory("old"), package(new).memory("new"))
    assert "Reworded without a change of substance: 3 rows." in made.remarks


def test_columns_that_are_not_told_are_counted_as_english_writes_numbers() -> None:
    header = ",".join(["id", *(f"c{n}" for n in range(1200))])
    old, new = (f"{header}\n1{f',{cell}' * 1200}\n" for cell in ("x", "y"))
    (line,) = lines(report(old, new))["Changed"]
    assert line.endswith("; and 1,192 more columns")


def test_several_rows_that_are_called_the_same_are_not_one_row_several_times() -> None:
    header, rows = "name,by,number\n", "Ceres,Piazzi,1\nPallas,Olbers,2\n"
    twice, several = "Vesta,Olbers,4\n" * 2, "Juno,Harding,3\nJuno,Harding,5\n"
    made = report(spec(f"{header}{rows}", ""), spec(f"{header}{rows}{twice}{several}", ""))
    assert lines(made)["Added"] == ["Juno, Harding (2 rows)", "Vesta, Olbers (2 times)"]


def test_a_row_of_a_table_without_a_key_is_told_by_more_than_a_name_that_many_share() -> None:
    header, rows = "town,day,people\n", "".join(f"Avala,{day},{day * 7}\n" for day in range(9))
    types = {"day": "integer", "people": "integer"}
    old = spec(f"{header}{rows * 2}", "", types)
    new = spec(f"{header}{rows * 2}Brod,1,2\nBrod,2,3\n", "", types)
    assert lines(report(old, new))["Added"] == ["Brod, day 1, people 2", "Brod, day 2, people 3"]


def test_of_rows_that_are_called_the_same_those_left_out_are_counted() -> None:
    old = spec("town,about\nElsewhere,on a hill\n", "")
    rows = "".join(f"Town {n % 20:02},by the sea\n" for n in range(60))
    made = report(old, spec(f"town,about\nElsewhere,on a hill\n{rows}", ""))
    (line,) = lines(made)["Added"]
    assert line.startswith("Town 00, by the sea (3 times); Town 01, by the sea (3 times); ")
    assert line.endswith(" … and 24 more")


RULE = "Each tree in the park is watered twice a week from the first day of June to the last of "


def test_long_texts_are_shown_from_where_they_differ() -> None:
    made = report(f"id,rule\na,{RULE}August\n", f"id,rule\na,{RULE}September\n")
    (line,) = lines(made)["Changed"]
    was, now = line.removeprefix("a: rule ").split(" → ")
    assert was.startswith("“… ")
    assert was.endswith("to the last of August”")
    assert now.endswith("to the last of September”")


def test_long_texts_in_many_rows_are_shown_from_where_they_differ() -> None:
    made = report(many(5, f"{RULE}August"), many(5, f"{RULE}September"))
    (line,) = lines(made)["Changed"]
    assert re.match(r"how changed from “… .*of August” to “… .*of September” in 5 rows: ", line)


def test_dates_and_answers_are_no_quotations() -> None:
    old = "id,Planted,Protected\na,2001-04-30,false\nb,2002-01-01,1\n"
    new = "id,Planted,Protected\na,2001-05-01,true\nb,2002-01-01,\n"
    types = {"Planted": "date", "Protected": "boolean"}
    made = report(spec(old, types=types), spec(new, types=types))
    assert lines(made) == {
        "Changed": [
            "a: Planted 30 April 2001 → 1 May 2001; Protected no → yes",
            "b: Protected yes → (empty)",
        ]
    }


def test_a_column_of_few_values_that_was_filled_anew_is_one_line() -> None:
    uses = ("field", "house", "meadow", "road", "wood")
    old = "id,use\n" + "".join(f"p{n},{uses[n % 5]}\n" for n in range(100))
    new = "id,use\n" + "".join(f"p{n},{uses[(n + 1 + (n > 50)) % 5]}\n" for n in range(100))
    (line,) = lines(report(old, new))["Changed"]
    assert line.startswith("use changed in 100 rows: “field” → “house” in 11, ")
    assert line.endswith(" and 5 other changes")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (lambda n: (n, n + 1), "price changed in 30 rows (higher in all): x0000: 0 → 1, "),
        (lambda n: (n, -n - 1), "price changed in 30 rows (lower in all): x0000: 0 → -1, "),
        (
            lambda n: (n + 100, (n + 100) * (2 if n < 10 else 0.5)),
            "price changed in 30 rows (higher in 10, lower in 20): x0000: 100 → 200, ",
        ),
    ],
)
def test_of_numbers_that_changed_in_many_rows_it_is_told_which_way(
    cells: Callable[[int], tuple[float, float]], said: str
) -> None:
    old, new = (
        "id,price\n" + "".join(f"x{n:04},{cells(n)[side]}\n" for n in range(30)) for side in (0, 1)
    )
    types = {"price": "number"}
    (line,) = lines(report(spec(old, types=types), spec(new, types=types)))["Changed"]
    assert line.startswith(said)


def test_a_row_that_nothing_names_is_told_by_its_cells_once() -> None:
    key, types = ("x", "y"), {"x": "integer", "y": "integer"}
    old, new = (spec(f"x,y\n1,1\n{row}\n", key, types) for row in ("1,2", "2,2"))
    made = report(old, new)
    assert lines(made) == {"Added": ["x 2, y 2"], "Removed": ["x 1, y 2"]}


@pytest.mark.parametrize("part", ["constraints", "format"])
def test_other_bounds_of_a_column_are_not_kept_quiet(tmp_path: Path, part: str) -> None:
    said = {"constraints": ({"minimum": 0}, {"minimum": 1}), "format": ("default", "any")}
    sides = []
    for name, value in zip(("old", "new"), said[part], strict=True):
        fields = [{"name": "id"}, {"name": "day", "type": "date", part: value}]
        item = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": "id"}}
        (tmp_path / name).mkdir()
        (tmp_path / name / "t.csv").write_text("id,day\na,2020-01-01\n")
        descriptor = json.dumps({"name": "p", "resources": [item]})
        (tmp_path / name / "datapackage.json").write_text(descriptor)
        sides.append(open_package(tmp_path / name))
    old, new = sides
    (told,) = build_report(old, new).remarks
    assert told.startswith("Changed in the descriptor: column day of t;")


def test_a_file_that_is_a_table_now_is_told_with_its_rows(tmp_path: Path) -> None:
    files = {"old": ("t.json", '{"a": 1}'), "new": ("t.csv", "id,v\n1,a\n2,b\n")}
    for name, (path, content) in files.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / path).write_text(content)
        descriptor = json.dumps({"name": "p", "resources": [{"name": "t", "path": path}]})
        (tmp_path / name / "datapackage.json").write_text(descriptor)
    old, new = (open_package(tmp_path / name) for name in files)
    assert build_report(old, new).headline[0] == "Table t is new, with 2 rows."
    assert build_report(new, old).headline[0] == "Table t is gone; it had 2 rows."
