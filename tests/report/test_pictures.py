"""Pictures show the tables, are the same each time, and load nothing from outside."""

from __future__ import annotations

import csv
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import etree

from club_package import first, second, world
from interopwatch import build_report
from interopwatch import open as open_store
from interopwatch.errors import DescriptorError
from interopwatch.package.picture import DeclaredPicture, Series
from interopwatch.report.colours import DARK, LIGHT, style
from interopwatch.report.html import report as as_page
from interopwatch.report.pictures import Sketch, draw, draw_png
from interopwatch.report.sketches import changes_by_table, declared, drawn, sketches, strip_of
from packages import package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch.report.model import Comparison, Picture

pytest.importorskip("vl_convert", reason="pictures need the extra `pictures`")

SVG: Final = "{http://www.w3.org/2000/svg}"
DOTS: Final[Mapping[str, Any]] = {
    "layer": [
        {
            "name": "rows",
            "mark": "point",
            "encoding": {
                "x": {"field": "start_first", "type": "quantitative"},
                "y": {"field": "name", "type": "nominal"},
                "color": {
                    "condition": {"test": "datum.change !== ''", "value": {"expr": "accent"}},
                    "value": {"expr": "quiet"},
                },
            },
        }
    ]
}
SERIES: Final = Series("clubs", {"name": "{name|club}"}, dates={"start": "founded"})


def picture(spec: Mapping[str, Any] = DOTS) -> DeclaredPicture:
    return DeclaredPicture(
        "clubs", "Clubs & halls", "Since when there are clubs.", SERIES, dict(spec)
    )


def clubs(names: str = "Alpha") -> Comparison:
    old = first(clubs=f"club,name,founded\na,{names},2014\n")
    new = second(clubs=f"club,name,founded,source\na,{names},2014,b1\nb,Beta,2022,b2\n")
    found = build_report(old, new).comparison
    assert found is not None
    return found


def marks(svg: str) -> list[etree._Element]:
    """Return the marks of the layer named ``rows``."""
    root = etree.fromstring(svg.encode())
    found = [
        group
        for group in root.iter(f"{SVG}g")
        if "rows_marks" in (group.get("class") or "").replace("layer_0_marks", "")
    ]
    return [mark for group in found for mark in group]


def test_a_picture_has_a_mark_for_each_row_and_colour_for_what_changed() -> None:
    drawing = draw(declared(picture(), clubs()))
    fills = [mark.get("fill") for mark in marks(drawing.svg)]
    assert sorted(map(str, fills)) == sorted([LIGHT["quiet"], LIGHT["accent"]])
    assert drawing.description == (
        "Since when there are clubs. In colour: 1 change since 30 June 2020."
    )


def test_a_picture_is_one_image_with_a_title_and_a_description() -> None:
    root = etree.fromstring(draw(declared(picture(), clubs())).svg.encode())
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (root.get("role"), title.text) == ("img", "Clubs & halls")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert not [each for each in root.iter() if each.get("aria-label")]


def test_cells_are_text_and_nothing_else() -> None:
    svg = draw(declared(picture(), clubs("<script>alert(1)</script>"))).svg
    root = etree.fromstring(svg.encode())
    assert "<script" not in svg
    assert any("<script>" in (each.text or "") for each in root.iter(f"{SVG}text"))
    assert {etree.QName(each).localname for each in root.iter(etree.Element)} <= {
        "svg", "title", "desc", "g", "path", "line", "text", "defs", "clipPath", "rect",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a\x1b[8mb", "a\x07b", "a\x08b", "a\ufffeb", "a\x9bb\u202ec\u2028"]
)
def test_texts_that_no_svg_can_hold_do_not_end_the_process(text: str) -> None:
    svg = draw(declared(picture(), clubs(text))).svg
    shown = [each.text or "" for each in etree.fromstring(svg.encode()).iter(f"{SVG}text")]
    assert any(each.startswith("a") and "b" in each for each in shown)
    assert not any(chr(code) in svg for code in (7, 8, 27, 0xFFFE))


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({**DOTS, "data": {"url": "https://example.org/x.csv"}}, "data"),
        ({"layer": [{"mark": "point", "data": {"values": []}}]}, "layer/0/data"),
        ({"mark": "image", "encoding": {"url": {"value": "https://example.org"}}}, "mark"),
        ({"mark": {"type": "point", "href": "javascript:alert(1)"}}, "mark/href"),
        ({"mark": "point", "transform": [{"impute": "x", "key": "y"}]}, "transform/0"),
        (
            {"mark": "point", "transform": [{"calculate": "sequence(0, 1e9)", "as": "x"}]},
            "transform/0/calculate",
        ),
        (
            {"mark": "point", "transform": [{"lookup": "x", "from": {"data": {"url": "x"}}}]},
            "transform/0",
        ),
    ],
)
def test_a_specification_that_reaches_outside_is_refused(
    spec: Mapping[str, Any], place: str
) -> None:
    with pytest.raises(DescriptorError, match=f"'clubs' cannot be drawn: {place}: "):
        draw(declared(picture(spec), clubs()))


def test_a_specification_that_is_none_is_an_error_of_the_descriptor() -> None:
    with pytest.raises(DescriptorError, match="'clubs' cannot be drawn"):
        draw(declared(picture({"mark": "pont"}), clubs()))


def test_a_file_of_its_own_has_its_title_and_both_sets_of_colours() -> None:
    sketch = declared(picture(), clubs())
    alone, within = draw(sketch, is_titled=True).svg, draw(sketch).svg
    root = etree.fromstring(alone.encode())
    assert "Clubs & halls" in [each.text for each in root.iter(f"{SVG}text")]
    assert "prefers-color-scheme: dark" in alone
    assert "style" not in within  # a page has the colours once, for all of its pictures
    assert all(each in style("figure") for each in DARK.values())


def test_a_png_is_a_png() -> None:
    assert draw_png(declared(picture(), clubs())).startswith(b"\x89PNG\r\n")


def test_changes_are_counted_by_table() -> None:
    old = first(clubs="club,status,hall\na,small,x\nb,small,x\n")
    new = second(clubs="club,status,hall,source\na,big,y,b1\nc,new,x,b2\n")
    found = build_report(old, new).comparison
    assert found is not None
    numbers = {
        (each["table"], each["kind"]): each["number"] for each in changes_by_table(found).records
    }
    assert {kind: numbers["clubs", kind] for kind in ("added", "removed", "changed", "cells")} == {
        "added": 1, "removed": 1, "changed": 1, "cells": 2,
    }  # fmt: skip
    assert ("members", "added") not in numbers


def test_a_column_that_came_or_went_changes_no_row_in_the_picture() -> None:
    old, new = package({"r": "id,x,y\n1,a,b\n2,a,b\n"}), package({"r": "id,x,z\n1,a,c\n2,b,c\n"})
    made = build_report(old.memory("old"), new.memory("new"))
    assert made.headline[-1] == "1 row changed."
    assert made.comparison is not None
    numbers = {each["kind"]: each["number"] for each in changes_by_table(made.comparison).records}
    assert numbers == {"changed": 1, "cells": 1}


def test_editions_that_are_named_by_a_path_are_told_as_that() -> None:
    old, new = first(clubs="club\na\n"), second(clubs="club\na\nb\n")
    old.label, new.label = "/shelf/old", "../new"
    found = build_report(old, new).comparison
    assert found is not None
    assert "from /shelf/old to ../new." in changes_by_table(found).description


def test_a_year_is_named_where_it_begins_and_nowhere_else() -> None:
    def texts(*days: str) -> list[str]:
        drawing = draw(strip_of([world(day, clubs="club\na\n") for day in days], clubs()))
        found = (str(text) for text in etree.fromstring(drawing.svg).itertext())
        return [text for text in found if text.isdigit()]

    assert texts("2026-06-01", "2026-09-01") == []
    assert texts("2025-06-01", "2027-06-01") == ["2026", "2027"]


def test_snapshots_stand_on_their_days() -> None:
    found = strip_of([first(), second()], clubs()).records
    assert [(each["label"], each["day"], each["compared"]) for each in found] == [
        ("30 June 2020", 2020.4973, True),
        ("7 March 2024", 2024.1831, True),
    ]


def test_a_picture_of_what_is_not_there_is_left_out() -> None:
    gone = DeclaredPicture("gone", "Gone", "Nothing.", Series("hats", {"hat": "{hat}"}), dict(DOTS))
    assert [each.name for each in sketches(clubs(), (), [gone, picture()])] == ["clubs", "changes"]


def test_a_page_leaves_out_what_cannot_be_drawn_and_says_so() -> None:
    said: list[str] = []
    unfit = [picture({"mark": "pont"}), picture()]
    shown = drawn(clubs(), (), unfit, lambda error: said.append(error.message))
    assert [each.title for each in shown] == ["Clubs & halls", "Changes by table"]
    assert len(said) == 1


def test_a_page_holds_the_pictures_in_both_sets_of_colours() -> None:
    old, new = first(clubs="club,founded\na,2014\n"), second(clubs="club,founded\na,2015\n")
    report = build_report(old, new)
    assert report.comparison is not None
    said: list[DescriptorError] = []
    page = as_page(report, drawn(report.comparison, (), [picture()], said.append))
    assert not said
    assert page.count("<figure>") == 2
    assert f'.picture [fill="{LIGHT["accent"]}"] {{ fill: {DARK["accent"]}; }}' in page


# The shipped pictures


@cache
def shipped() -> Mapping[str, tuple[Sketch, Picture]]:
    store = open_store()
    found = build_report(store.resolve("2024-03-07"), store.resolve("2025-03-03")).comparison
    assert found is not None
    every = sketches(found, store.snapshots(), store.package.descriptor.pictures)
    return {each.name: (each, draw(each)) for each in every}


def table(root: Path, name: str) -> list[dict[str, str]]:
    file = root / "snapshots" / "2025-03-03" / "tables" / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_shipped_pictures_hold_as_many_marks_as_the_tables_rows(root: Path) -> None:
    numbers = {name: len(marks(drawing.svg)) for name, (_, drawing) in shipped().items()}
    partners = [row for row in table(root, "memberships") if row["format"] == "eop"]
    milestones = [row for row in table(root, "milestones") if row["milestone"] != "launched"]
    assert numbers == {
        "eop-membership": len(partners),
        "portfolio": len(table(root, "projects")),
        "participation": len(table(root, "participations")),
        "status": len(table(root, "projects")),
        "milestones": len(milestones),
        "changes": len(shipped()["changes"][0].records),
        "snapshots": len(list((root / "snapshots").iterdir())),
    }


def test_projects_without_a_launch_stand_apart(root: Path) -> None:
    hollow = [m for m in marks(shipped()["portfolio"][1].svg) if m.get("fill") == LIGHT["paper"]]
    assert len(hollow) == sum(not row["launched"] for row in table(root, "projects"))


def test_expected_milestones_are_hollow(root: Path) -> None:
    hollow = [m for m in marks(shipped()["milestones"][1].svg) if m.get("fill") == LIGHT["paper"]]
    assert len(hollow) == sum(row["expected"] == "true" for row in table(root, "milestones"))


def test_pictures_fit_a_narrow_page() -> None:
    for name, (_, drawing) in shipped().items():
        root = etree.fromstring(drawing.svg.encode())
        sizes = [
            float(str(each.get("font-size")).removesuffix("px")) for each in root.iter(f"{SVG}text")
        ]
        # A page's margins leave 328 of 360 pixels; letters below 7 pixels are illegible.
        assert min(sizes) * 328 / float(str(root.get("width"))) > 7, name


def test_the_same_package_gives_the_same_bytes_in_another_process_and_time_zone() -> None:
    program = (
        "import test_pictures, sys; sys.stdout.write(''.join("
        "drawing.svg for _, drawing in test_pictures.shipped().values()))"
    )
    folders = [str(each) for each in sys.path if each] + [__file__.rpartition("/")[0]]
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(folders), "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == "".join(drawing.svg for _, drawing in shipped().values())
