"""The page of a report: it is complete, nothing runs, and no cell becomes markup."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from lxml import html

import goldens
from club_package import first, second
from interopwatch import Store, build_report, diff, history
from interopwatch.changeset.marks import Piece
from interopwatch.report.html import report as render
from interopwatch.report.model import Picture
from interopwatch.report.page import page
from interopwatch.report.page_rows import PageCell, PageRow, RowTable
from interopwatch.report.report import Report
from packages import package, spec
from report_scenarios import HOSTILE, SCENARIOS, pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch import Package

FOLDER: Final = Path(__file__).resolve().parents[1] / "data" / "pages"
ATTACKS: Final = {
    **HOSTILE,
    "style": "</style><style>*{display:none}</style>",
    "script": "</script><script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "apostrophe": "' autofocus onfocus='alert(1)",
    "comment": "--><img src=x onerror=alert(1)><!--",
    "template": "{{ 7 * 7 }}{% include 'x' %}",
    "link": "javascript:alert(1)",
    "css": "red;background:url(http://a.example/x)",
    "title": "</title><script>alert(1)</script>",
    "textarea": "</textarea></select></details></table>",
}


def plain() -> tuple[Package, Package]:
    """Return two editions of a package without vocabulary, with rows added, removed and changed."""
    sources = [{"title": "Statistics Office", "path": "https://stats.example/cities"}]
    long = "The city lies on both banks of the river, has two harbours and a cathedral of 1240"

    def edition(rows: str) -> Package:
        cities = spec(f"city,name,people,about\n{rows}", ["city"])
        made = package({"cities": cities, "same": "id\n1\n2\n"})
        return made.edited(lambda raw: raw.update(sources=sources, title="Cities")).memory("2020")

    old = edition(f'a,Avala,100,x\nb,Brod,200,"{long}"\nc,Cer,5,\n')
    return old, edition(f'a,Avala,120,x\nb,Brod,200,"{long.replace("two", "three")}"\nd,Drin,7,\n')


REPORTS: Final = {"with_words": lambda: pair("Alpha"), "without_words": plain}


def tree(report: Report) -> html.HtmlElement:
    return html.document_fromstring(render(report))


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("name", REPORTS)
def test_golden(name: str, *, rewrite_goldens: bool) -> None:
    text = render(build_report(*REPORTS[name]()))
    text = re.sub(r"(<(style|script)>).*?(</)|sha256-[\w+/=]+", r"\1\3", text, flags=re.DOTALL)
    goldens.check(FOLDER / f"{name}.html", text, rewrite=rewrite_goldens)


def test_no_golden_page_is_left_over(*, rewrite_goldens: bool) -> None:
    goldens.check_orphans(FOLDER, [f"{name}.html" for name in REPORTS], rewrite=rewrite_goldens)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_report_is_the_same_bytes(scenario: str) -> None:
    once, again = (render(build_report(*SCENARIOS[scenario]())) for _ in range(2))
    assert once == again


def test_every_changed_row_is_on_the_page_under_its_anchor() -> None:
    old, new = plain()
    found = tree(build_report(old, new))
    for change in diff(old, new).rows:
        (place,) = found.xpath(f'//*[@id="cities.{change.key["city"]}"]')
        said = text_of(place)
        if change.kind == "changed":
            assert all((change.after or {})[name] in said for name in change.fields)


def test_the_words_that_differ_are_marked_within_the_cell() -> None:
    (line,) = tree(build_report(*plain())).xpath('//li[@id="cities.b"]')
    assert [text_of(each) for each in line.iter("del")] == ["two"]
    assert [text_of(each) for each in line.iter("ins")] == ["three"]
    assert line.xpath(".//details/@open")  # the sentence hides the difference in a long text


def test_a_line_about_one_field_shows_that_field_alone() -> None:
    rows = "id,name,size\n{0}\n".format
    old = package({"r": spec(rows("1,Ash,x\n2,Bee,x\n3,Cow,x\n4,Doe,4"), ["id"])})
    new = package({"r": spec(rows("1,Ant,y\n2,Bat,y\n3,Cat,y\n4,Dog,4"), ["id"])})
    report = build_report(old.memory("old"), new.memory("new"))
    sections = page(report).others or page(report).news
    lines = [line for s in sections for group in s.groups for line in group.lines]
    shown = [{cell.title for row in line.tables[0].rows for cell in row.cells} for line in lines]
    assert shown == [{"size"}, {"name"}]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_anchors_are_unique_and_every_link_within_the_page_leads_somewhere(scenario: str) -> None:
    found = tree(build_report(*SCENARIOS[scenario]()))
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = {link[1:] for link in found.xpath("//@href") if link.startswith("#")}
    assert links <= set(ids)
    assert all(found.xpath("//label/@for")[i] in ids for i in range(len(found.xpath("//label"))))


def test_an_anchor_does_not_depend_on_other_rows() -> None:
    old, new = first(clubs="club,name,founded\n"), second(clubs="club,name,founded\nb,Beta,2022\n")
    more = second(clubs="club,name,founded\na,Alpha,2022\nb,Beta,2022\n")
    for after in (new, more):
        (line,) = tree(build_report(old, after)).xpath('//li[@id="clubs.b"]')
        assert "New club: Beta" in text_of(line)


def test_members_gained_and_lost_stand_with_what_they_belong_to() -> None:
    people = "person,name\np,Pat\nq,Quin\nr,Ro\n"
    clubs = "club,name,founded\na,Alpha,2014\n"
    members = "club,person,joined,left\na,p,2015,{}\n{}"
    old = first(people=people, clubs=clubs, members=members.format("", ""))
    new = second(
        people=people, clubs=clubs, members=members.format("2022", "a,q,2021,\na,r,2022,\n")
    )
    (entities,) = page(build_report(old, new)).entities
    ((alpha,),) = (group.entities for group in entities.groups)
    assert alpha.name == "Alpha"
    assert [(each.count, each.names) for each in alpha.gained] == [("2 members", ("Quin", "Ro"))]
    assert [(each.count, each.names) for each in alpha.lost] == [("1 member", ("Pat",))]
    assert sorted(alpha.dots) == ["gained", "gained", "lost"]


def test_one_can_filter_by_every_subject_that_a_change_is_about() -> None:
    made = page(build_report(*pair("Alpha")))
    lists = {each.title: [name for _, name in each.subjects] for each in made.subjects}
    values = {value for each in made.subjects for value, _ in each.subjects}
    assert "clubs" in lists
    lines = [n for s in (*made.news, *made.others) for g in s.groups for n in g.lines]
    assert all(line.subjects for line in lines if line.anchor.startswith("clubs."))
    assert values <= {subject for line in lines for subject in line.subjects} | {
        subject for table in made.tables for row in table.rows for subject in row.subjects
    }


def test_a_report_without_its_packages_is_a_page_of_sentences() -> None:
    whole = build_report(*pair("Alpha"))
    bare = Report(
        whole.old, whole.new, whole.headline, whole.sections, whole.remarks, whole.unchanged
    )
    said = text_of(tree(bare))
    assert all(line.sentence in said for s in bare.sections for g in s.groups for line in g.lines)


# Nothing acts


@pytest.mark.parametrize("cell", ATTACKS.values(), ids=ATTACKS)
def test_no_cell_becomes_markup(cell: str) -> None:
    def structure(name: str) -> list[tuple[str, tuple[str, ...]]]:
        found = tree(build_report(*pair(name, name)))
        kept = [each for each in found.iter() if each.tag not in ("del", "ins")]
        return [(str(each.tag), tuple(sorted(each.attrib))) for each in kept]

    assert structure(cell) == structure("harmless")


@pytest.mark.parametrize("cell", ATTACKS.values(), ids=ATTACKS)
def test_no_cell_is_an_address_or_a_handler(cell: str) -> None:
    found = tree(build_report(*pair(cell, cell)))
    names = {str(name) for each in found.iter() for name in each.attrib}
    assert not {name for name in names if name.startswith("on")} | names & {
        "style",
        "src",
        "srcdoc",
    }
    links = {link for link in found.xpath("//@href") if not link.startswith("#")}
    assert links == {"data:,"}
    assert len(found.xpath("//script")) == len(found.xpath("//style")) == 1


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://stats.example/a?b=1&c=2", True),
        ("http://stats.example/", True),
        ("javascript:alert(1)//https://a.example", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("file:///etc/passwd", False),
        ("https://user:secret@a.example/", False),
        ("https://a.example/\u202emoc.live", False),
        ("https:///nowhere", False),
        ("//a.example/x", False),
        ("http://[::1", False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, *, is_link: bool) -> None:
    old, new = plain()
    raw = {**new.descriptor.raw, "sources": [{"title": "There", "path": address}]}
    described = package({"cities": spec("city,name\na,x\n", ["city"])}).edited(
        lambda made: made.update(sources=raw["sources"])
    )
    found = tree(build_report(old, described.memory("new")))
    links = [link for link in found.xpath('//*[@id="sources"]//a') if text_of(link) == "There"]
    assert [link.get("href") for link in links] == ([address] if is_link else [])
    assert all(link.get("rel") == "noopener noreferrer" for link in links)


def test_the_policy_lets_only_our_style_and_script_take_effect() -> None:
    found = tree(build_report(*pair("Alpha")))
    (policy,) = found.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name in ("style", "script"):
        (element,) = found.xpath(f"//{name}")
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert rules["img-src"] == "data:"


# Pictures


def test_pictures_stand_inline_with_their_title_and_description() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9"><rect id="a" width="9"/></svg>'
    text = render(build_report(*pair("Alpha")), [Picture("Who is in", "A bar <each>", svg)])
    (figure,) = html.document_fromstring(text).iter("figure")
    assert "Who is in" in text_of(figure)
    assert "A bar <each>" in text_of(figure)
    (drawn,) = figure.iter("{*}svg", "svg")
    assert drawn.get("role") == "img"
    assert drawn.get("aria-labelledby") == "picture-1"
    assert "<figure>" not in render(build_report(*pair("Alpha")))


# Notebooks


def test_notebooks_show_change_sets_reports_and_histories(shipped: Store) -> None:
    old, new = plain()
    changes = html.fragment_fromstring(diff(old, new)._repr_html_())
    assert [text_of(each) for each in changes.iter("del")] == ["100", "two"]
    assert "1 added, 1 removed, 2 changed" in text_of(changes)
    report = build_report(old, new)
    shown = text_of(html.fragment_fromstring(report._repr_html_()))
    assert all(sentence in shown for sentence in report.headline)
    found = history(shipped.editions(), "Finland")
    shown = text_of(html.fragment_fromstring(found._repr_html_()))
    assert all(entry.sentence in shown for entry in found.entries)


@pytest.mark.slow
def test_a_notebook_is_given_no_page_of_megabytes() -> None:
    long = "word " * 20_000
    names = [f"f{i}" for i in range(100)]
    old, new = (
        package({"r": spec(f"id,{','.join(names)}\n{long}x,{','.join([cell] * 100)}\n")}).memory(
            name
        )
        for name, cell in (("old", f"{long}begins"), ("new", f"{long}ends"))
    )
    shown = diff(old, new)._repr_html_()
    assert len(shown) < 50_000
    assert "<del>begins</del>" in shown
    assert "<ins>ends</ins>" in shown
    assert "… and 80 more" in shown


@pytest.mark.parametrize("cell", ATTACKS.values(), ids=ATTACKS)
def test_no_cell_becomes_markup_in_a_notebook(cell: str) -> None:
    old, new = pair(cell, cell)
    for text in (diff(old, new)._repr_html_(), build_report(old, new)._repr_html_()):
        tags = set(re.findall(r"<(\w+)", text))
        assert tags <= {
            "div", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "del", "ins", "h3", "h4",
            "ul", "li", "details", "summary",
        }  # fmt: skip


def test_what_is_written_from_right_to_left_keeps_its_place_in_a_sentence() -> None:
    old, new = (f"id,name,x\n1,שלום עולם,{cell}\n" for cell in ("אב", "<גד>"))
    made = render(
        build_report(package({"r": old}).memory("old"), package({"r": new}).memory("new"))
    )
    name, cells = "<bdi>שלום עולם</bdi> (1)", "“<bdi>אב</bdi>” → “&lt;<bdi>גד</bdi>&gt;”"
    assert f"<summary>{name}: x {cells}</summary>" in made


def test_a_table_is_looked_through_once_however_many_cells_ask() -> None:
    looked = 0

    class Rows(tuple[PageRow, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[PageRow]:
            nonlocal looked
            looked += 1
            return super().__iter__()

    cell = PageCell("x", (), (Piece("a"),))
    table = RowTable("", "added", Rows(PageRow(f"r{n}", "a", (cell,)) for n in range(9)))
    for _ in range(9):
        assert (table.columns, table.has_names, table.has_places) == (("x",), False, False)
    assert looked == 3
    assert (table.rows[0].value("x"), table.rows[0].value("y")) == ("a", "")


def test_a_command_in_a_remark_stands_as_one() -> None:
    old, new = (package({"r": f"id,x\n{rows}"}).memory() for rows in ("1,a\n", "1,a\n2,`b`\n"))
    found = dataclasses.replace(
        build_report(old, new), remarks=("Try `interopwatch diff` on `b`.",)
    )
    assert "<li>Try <code>interopwatch diff</code> on `b`.</li>" in render(found)


def test_a_page_without_changes_explains_no_lines() -> None:
    same = package({"cities": "id\n1\n2\n"})
    page = tree(build_report(same.memory("old"), same.memory("new")))
    assert text_of(page.get_element_by_id("reading")) == (
        "How to read this This page compares two editions of the same data and says what differs, "
        "always from the older to the newer one."
    )
