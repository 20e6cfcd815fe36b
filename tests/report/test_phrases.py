"""English phrasing of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch import build_report
from interopwatch.report.phrases import dated
from packages import package, spec

if TYPE_CHECKING:
    from interopwatch import Package
    from packages import Spec


def test_a_few_names_stand_by_their_dates() -> None:
    pairs = [("2018-10", "C"), ("2017-06", "B"), ("2017-06", "A"), ("", "D"), ("2019-12-11", "E")]
    assert dated(pairs) == "A and B in June 2017; C in October 2018; E on 11 December 2019; D"


def test_many_names_are_counted_by_year() -> None:
    dates = ["2017-06"] * 3 + ["2018"] * 14 + [""]
    names = [(date, f"N{at}") for at, date in enumerate(dates)]
    assert dated(names) == "three in 2017, 14 in 2018 and one without a date"
    many = [(str(1990 + at), f"N{at}") for at in range(30)]
    assert dated(many) == "30 between 1990 and 2019"


@pytest.mark.parametrize("title", ["", "All shops"])
def test_a_table_goes_by_its_title(title: str) -> None:
    def shops(text: str) -> dict[str, Spec | str]:
        return {"shops": spec(text, title=title) if title else spec(text), "other": "id\n1\n"}

    old = package(shops("id,name\n1,A\n2,B\n")).memory("old")
    new = package(shops("id,name,size\n1,A,9\n3,C,9\n4,D,9\n")).memory("new")
    called = "“All shops”" if title else "shops"
    assert build_report(old, new).headline == (
        f"Column size of {called} is new, filled in 3 of 3 rows, always 9.",
        f"2 rows added and 1 removed in {called}.",
    )
    gone = package({"other": "id\n1\n"}).memory("new")
    assert build_report(old, gone).headline == (f"Table {called} is gone; it had 2 rows.",)


def test_rows_stand_in_alphabetical_order_of_what_is_shown() -> None:
    rows = "1,Zeta 10\n2,Zeta 9\n3,Émile\n4,alpha\n5,Beta\n6,Gamma\n"
    old = package({"r": "id,name\n0,Old one\n"}).memory("old")
    new = package({"r": f"id,name\n0,Old one\n{rows}"}).memory("new")
    [line] = build_report(old, new).sections[0].groups[0].lines
    assert line.sentence == "alpha (4), Beta (5), Émile (3), Gamma (6), Zeta 9 (2), Zeta 10 (1)"


def test_a_column_that_the_key_holds_or_that_names_files_names_no_row() -> None:
    tags = ["en-GB", "en-US", "fr-CA", "de-AT"]
    rows = "".join(f"{t},{t[:2]},{t[3:]},locale_{t}.xml\n" for t in tags)
    header = "tag,language,region,file\n"
    old = package({"tags": spec(header, "tag")}).memory("old")
    new = package({"tags": spec(f"{header}{rows}", "tag")}).memory("new")
    [group] = build_report(old, new).sections[0].groups
    names = [line.sentence for line in group.lines]
    assert [name.partition(",")[0] for name in names] == sorted(tags)


def test_what_is_described_otherwise_is_named_or_counted() -> None:
    def made(word: str) -> Package:
        fields = [{"name": n, "type": "string", "description": word} for n in ("id", "b", "c", "d")]
        schema = {"fields": fields, "primaryKey": ["id"]}
        tables = {"r": spec("id,b,c,d\n1,x,y,z\n", schema=schema, title=f"R {word}")}
        return package(tables, title=word, licenses=[{"name": word}]).memory(word)

    [remark] = build_report(made("old"), made("new")).remarks
    assert remark == (
        "Changed in the descriptor: the package (licenses and title), table r and 4 columns; "
        "`interopwatch diff` shows how."
    )
