"""From pages to tables: what changes, what stays, what is accounted for, what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from editions import BOATS, KITES, LAMPS, TENTS, home, mcc, pii, project
from interopwatch.capture.capture import MOST_PASSAGES, capture
from interopwatch.capture.merge import TO_BE_WORDED
from interopwatch.capture.model import Outcome
from interopwatch.capture.page.read import read
from interopwatch.capture.vocabulary import with_alpha2
from interopwatch.errors import CaptureError, TableError
from interopwatch.package.descriptor import dump
from interopwatch.package.package import Package, open_package
from interopwatch.package.parse import parse
from interopwatch.package.rewritten import with_rows
from interopwatch.report.build import build
from interopwatch.validation import validate_package
from pages import TEXT_LAYOUTS, Page
from source_texts import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from interopwatch.capture.capture import Capture
    from interopwatch.capture.model import Document

OWN = {"summary", "text", "detail", "topic", "review", "url"}
"""Fields with our own wording, and the address, which a text does not state."""
AREAS = (("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS]))
AUGUST = "01 Aug. 2025 09:00"


@pytest.fixture(scope="session")
def empty(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return home(root, tmp_path_factory.mktemp("capture")).package


def document(page: Page, layout: str = "2025") -> Document:
    if layout in ("old", "new-site"):
        return read(page.html("old" if layout == "old" else "new").encode(), "page.html")
    return read(page.text(layout).encode(), "page.txt")  # type: ignore[arg-type]


def captured(package: Package, *pages: Page, checked: str = "") -> Capture:
    return capture(package, [document(page) for page in pages], checked=checked)


def errors(found: Capture) -> list[str]:
    return [finding.code for finding in found.findings if finding.level == "error"]


def keys(package: Package, resource: str) -> set[tuple[str, ...]]:
    own = package.resource(resource)
    return {own.key_of(row) for row in package.rows(resource)}


def one(package: Package, resource: str, *key: str) -> Mapping[str, str]:
    own = package.resource(resource)
    return next(row for row in package.rows(resource) if own.key_of(row) == key)


@pytest.fixture(scope="session")
def march(empty: Package) -> Package:
    return captured(empty, mcc(), pii()).package


def worded(package: Package) -> Package:
    """Return the package after someone worded the new texts."""
    rows = {
        resource.name: [
            {k: f"Ours: {k}." if v == TO_BE_WORDED else v for k, v in row.items()}
            for row in package.rows(resource.name)
        ]
        for resource in package.descriptor.resources
    }
    return with_rows(package, rows)


class OnceUnreadable(Package):
    """A package with a table that cannot be read the nth time it is requested."""

    def __init__(self, whole: Package, table: str, number: int) -> None:
        super().__init__(whole.root, whole.descriptor, whole.label)
        self.file, self._failing, self.left = whole.file, table, number

    def content(self, name: str) -> bytes:
        if name == self._failing:
            self.left -= 1
            if self.left == 0:
                message = f"{name}: Input/output error"
                raise TableError(message)
        return super().content(name)


# What is captured


@pytest.mark.parametrize("layout", [*TEXT_LAYOUTS, "old", "new-site"])
def test_every_layout_gives_the_same_tables(empty: Package, march: Package, layout: str) -> None:
    if layout == "essay":
        pytest.skip("the layout of the essay is not one of these pages'")
    found = capture(empty, [document(mcc(), layout), document(pii(), layout)])
    assert errors(found) == []
    for resource in march.descriptor.resources:
        assert found.package.rows(resource.name) == march.rows(resource.name)


def test_what_cannot_be_read_just_then_is_not_said_to_be_wrong(empty: Package) -> None:
    sound = errors(captured(empty, mcc(), pii()))
    number, refused = 0, 0
    while True:
        number += 1
        package = OnceUnreadable(empty, "parties", number)
        try:
            found = captured(package, mcc(), pii())
        except TableError as error:
            refused += 1
            assert "parties: Input/output error" in str(error)  # noqa: PT017 - some reads go well
        else:
            assert errors(found) == sound
        if package.left > 0:
            break
    assert refused > 1


def test_the_tables_hold_what_the_pages_state(march: Package) -> None:
    assert keys(march, "projects") == {("stc",), ("lamplight",), ("bfr",)}
    lamps = one(march, "projects", "lamplight")
    assert (lamps["area"], lamps["position"], lamps["status"], lamps["launched"]) == (
        "camps-and-light", "2", "established", "2019-02",
    )  # fmt: skip
    assert one(march, "participations", "lamplight", "AUT", "participant")["capacity"] == "partner"
    reached = one(march, "milestones", "lamplight", "full-operational-capability", "1")
    assert (reached["date"], reached["expected"]) == ("2025", "true")
    assert one(march, "memberships", "eop", "FIN", "1")["end"] == "2023"
    assert {party for f, party, _ in keys(march, "memberships") if f == "ip"} >= {"BIH", "ARE"}


@pytest.mark.parametrize(
    ("party", "kind", "code"),
    [("NOR", "country", "NO"), ("XKX", "country", None), ("nato", "organisation", "")],
)
def test_the_code_of_a_country_is_stated_if_there_is_one(
    party: str, kind: str, code: str | None
) -> None:
    assert with_alpha2({"party": party, "kind": kind}).get("iso_alpha2") == code


def test_the_edition_is_a_row_of_its_own(empty: Package) -> None:
    made = replace(document(pii()), address="https://example.org/pii")
    assert dict(one(capture(empty, [made]).package, "sources", "pii-2024-03-07")) == {
        "source": "pii-2024-03-07", "work": "pii", "publisher": "NATO", "kind": "official_page",
        "title": "Partnership Interoperability Initiative", "published": "2024-03-07",
        "url": "https://example.org/pii", "language": "en",
    }  # fmt: skip


def test_what_a_page_makes_is_valid(march: Package) -> None:
    found = validate_package(worded(march))
    # This package is in memory, which frictionless does not examine.
    own = {(f.code, f.file) for f in found if not f.code.startswith("frictionless-")}
    # Some spellings belong to parties that these pages do not name.
    assert own == {("reference-missing", "tables/party_names.csv")}


# Again


def test_a_page_captured_twice_changes_nothing_the_second_time(march: Package) -> None:
    again = captured(march, mcc(), pii())
    assert (again.facts_changed, again.files) == (False, {})
    assert again.is_understood
    assert {e.outcome for page in again.pages for e in page.passages} == {
        Outcome.FACT,
        Outcome.KNOWN,
    }


def test_the_order_of_two_works_does_not_matter(empty: Package, march: Package) -> None:
    first, then = captured(empty, mcc()).package, captured(empty, pii()).package
    for package in (captured(first, pii()).package, captured(then, mcc()).package):
        for resource in march.descriptor.resources:
            assert package.rows(resource.name) == march.rows(resource.name)


def test_an_edition_that_only_repeats_changes_no_source(march: Package) -> None:
    found = captured(march, mcc(updated=AUGUST), checked="2025-08-02")
    assert errors(found) == []
    changed = {
        resource.name
        for resource in march.descriptor.resources
        if found.package.rows(resource.name) != march.rows(resource.name)
    }
    assert changed == {"sources", "checks"}
    assert ("mcc-2025-08-01",) in keys(found.package, "sources")


def test_a_check_is_recorded_even_if_nothing_changed(march: Package) -> None:
    found = captured(march, mcc(), checked="2026-01-02")
    assert not found.facts_changed
    assert [dict(row) for row in found.package.rows("checks")] == [
        {"work": "mcc", "checked": "2026-01-02", "source": "mcc-2025-03-03"}
    ]
    assert {path.name for path in found.files} == {"checks.csv", "datapackage.json"}


# A new edition


def test_a_new_project_is_ready_to_go(march: Package) -> None:
    areas = (*AREAS, ("Air", [KITES]))
    found = captured(worded(march), mcc(*areas, updated=AUGUST))
    assert errors(found) == []
    kite = one(found.package, "projects", "kite")
    assert (kite["area"], kite["position"], kite["launched"]) == ("air", "4", "2025-06")
    assert kite["summary"] == one(found.package, "areas", "air")["summary"] == TO_BE_WORDED
    told = [
        (f.file, f.message.partition(":")[0]) for f in found.findings if f.code == "needs-words"
    ]
    assert told == [("tables/areas.csv", "air"), ("tables/projects.csv", "kite")]
    report = build(worded(march), found.package)
    lines = [line.sentence for s in report.sections for g in s.groups for line in g.lines]
    assert any("Kites" in sentence for sentence in lines)


def test_what_waits_for_words_is_marked_as_the_package_says(march: Package) -> None:
    raw = march.descriptor.raw
    said = {**raw, "interopwatch": {**raw["interopwatch"], "placeholder": "Words wanted."}}
    before = march.with_descriptor(parse(dump(said), "datapackage.json"))
    found = captured(before, mcc(*AREAS, ("Air", [KITES]), updated=AUGUST))
    assert one(found.package, "projects", "kite")["summary"] == "Words wanted."
    assert [f.file for f in found.findings if f.code == "needs-words"] == [
        "tables/areas.csv",
        "tables/projects.csv",
    ]


def test_our_own_words_are_kept(march: Package) -> None:
    before = worded(march)
    other = project(
        "Shared Tents for Camps (STC)", "Something else is said of tents now.",
        "Belgium, Denmark and the Netherlands",
        "Completed. STC was launched in February 2017 and became fully operational in December "
        "2020.",
    )  # fmt: skip
    found = captured(before, mcc(("Camps and light", [other, LAMPS]), AREAS[1], updated=AUGUST))
    tents = one(found.package, "projects", "stc")
    assert (tents["summary"], tents["status"]) == ("Ours: summary.", "completed")
    assert tents["source"] == "mcc-2025-08-01"
    sorts = {e.text: e.outcome for e in found.pages[0].passages}
    assert sorts["Purpose: Something else is said of tents now."] is Outcome.REWORDED


def test_what_is_gone_leaves_the_tables_and_is_no_longer_listed(march: Package) -> None:
    boats = project(
        "Boats for Rivers (BFR)", "Small boats that any soldier can row.",
        "Finland, Norway and the United Kingdom",
        "Being established. BFR was launched in October 2024.",
    )  # fmt: skip
    found = captured(march, mcc(("Camps and light", [LAMPS]), ("Water", [boats]), updated=AUGUST))
    assert errors(found) == []
    assert ("stc",) not in keys(found.package, "projects")
    assert ("bfr", "SWE", "participant") not in keys(found.package, "participations")
    report = build(march, found.package)
    titles = {s.title: [x.sentence for g in s.groups for x in g.lines] for s in report.sections}
    told = " ".join(titles["No longer listed"])
    assert "Shared Tents" in told
    assert "Sweden" in told
    assert " left " not in told


def test_what_the_page_says_no_longer_stands_and_is_told(march: Package) -> None:
    boats = project("Boats for Rivers (BFR)", "Small boats that any soldier can row.",
                    "Finland, Norway, Sweden and the United Kingdom",
                    "Being established.")  # fmt: skip
    page = mcc(AREAS[0], ("Water", [boats]), updated=AUGUST)
    found = captured(march, page, checked="2025-08-02")
    assert one(found.package, "projects", "bfr")["launched"] == "2024-10"
    assert one(found.package, "milestones", "bfr", "launched", "1")["date"] == "2024-10"
    assert errors(found) == []
    (told,) = (f for f in found.findings if f.code == "no-longer-stated")
    assert told.level == "notice"
    assert "projects bfr launched “2024-10”" in told.message


def test_what_was_expected_and_is_done_is_reached(march: Package) -> None:
    lamps = project(
        "LAMPLIGHT", "Lamps that can be seen from far away, and from nowhere else.",
        "Croatia, Hungary, Slovakia, Slovenia and NATO partner Austria",
        "Established. LAMPLIGHT was launched in February 2019, reached Initial Operational "
        "Capability in May 2021, and reached Full Operational Capability in June 2025.",
    )  # fmt: skip
    found = captured(march, mcc(("Camps and light", [TENTS, lamps]), AREAS[1], updated=AUGUST))
    reached = one(found.package, "milestones", "lamplight", "full-operational-capability", "1")
    assert (reached["date"], reached["expected"]) == ("2025-06", "false")


def test_a_known_partner_is_no_ally_because_a_word_is_missing(march: Package) -> None:
    lamps = project(
        "LAMPLIGHT", "Lamps that can be seen from far away, and from nowhere else.",
        "Austria, Croatia, Hungary, Slovakia and Slovenia", LAMPS[3].text.removeprefix("Status: "),
    )  # fmt: skip
    found = captured(march, mcc(("Camps and light", [TENTS, lamps]), AREAS[1], updated=AUGUST))
    assert (
        one(found.package, "participations", "lamplight", "AUT", "participant")["capacity"]
        == "partner"
    )
    assert one(found.package, "parties", "AUT")["alliance_role"] == "partner"
    (told,) = (f for f in found.findings if f.code == "role-differs")
    assert told.message.startswith("list of LAMPLIGHT: Austria is listed among the Allies")


@pytest.mark.parametrize("tag", ["button", "span hidden", "span class='sr-only'"])
def test_a_name_that_is_hidden_in_a_list_is_a_warning(march: Package, tag: str) -> None:
    element = tag.partition(" ")[0]
    markup = mcc(updated=AUGUST).html("new").replace(
        "Finland, Norway, Sweden", f"Finland, <{tag}>Norway</{element}>, Sweden"
    )  # fmt: skip
    (page,) = capture(march, [read(markup.encode(), "page.html")]).pages
    messages = [x.message for x in page.findings if x.code == "left-out"]
    assert messages == ["Norway is next to a list of names, and was not read as part of it"]


# What is refused


def test_half_a_page_is_not_believed(march: Package) -> None:
    whole = mcc(updated=AUGUST)
    half = Page(whole.parts[: len(whole.parts) // 2], whole.updated)
    with pytest.raises(CaptureError) as caught:
        captured(march, half)
    assert caught.value.hint


def test_what_is_too_long_for_a_page_is_refused(march: Package) -> None:
    page = read(b"a\n" * (MOST_PASSAGES + 1), "page.txt")
    with pytest.raises(CaptureError, match=rf"page\.txt: .* {MOST_PASSAGES + 1:,}") as caught:
        capture(march, [page], work="mcc", date="2031-01-02")
    assert caught.value.hint


def test_a_page_that_takes_much_back_is_not_believed(march: Package) -> None:
    found = captured(march, mcc(("Camps and light", [TENTS]), updated=AUGUST))
    assert "much-gone" in errors(found)


def test_an_unknown_country_and_an_unknown_status_are_errors(march: Package) -> None:
    boats = project("Boats for Rivers (BFR)", "Small boats.", "Finland, Atlantis and Norway",
                    "Sunk. BFR was launched in October 2024.")  # fmt: skip
    found = captured(march, mcc(AREAS[0], ("Water", [boats]), updated=AUGUST))
    assert {"unknown-party", "unknown-status"} <= set(errors(found))
    told = next(f for f in found.findings if f.code == "unknown-party")
    assert "Atlantis" in told.message
    assert told.line
    assert "party_names" in told.hint


def test_a_count_that_disagrees_is_an_error(march: Package) -> None:
    assert errors(captured(march, mcc(updated=AUGUST, projects=4)))
    assert errors(captured(march, pii(number=9, updated=AUGUST)))


def test_an_older_edition_is_an_error(march: Package) -> None:
    found = captured(march, mcc(updated="01 Feb. 2024 10:00"))
    assert "older-edition" in errors(found)


def test_two_editions_of_one_work_are_refused(empty: Package) -> None:
    with pytest.raises(CaptureError, match="two of the pages are editions of 'mcc'"):
        captured(empty, mcc(), mcc(updated=AUGUST))


@pytest.mark.parametrize(
    "text",
    [
        "Access denied\n\nYou do not have permission to see this page.",
        "Vielfältige Zusammenarbeit\n\nZuletzt geändert: 3. März 2025\n\nEin Text über etwas.",
        "A page about gardens\n\nLast updated: 3 March 2025\n\nRoses need water.",
    ],
)
def test_what_is_no_edition_is_refused(empty: Package, text: str) -> None:
    with pytest.raises(CaptureError) as caught:
        capture(empty, [read(text.encode(), "page.txt")])
    assert "page.txt" in caught.value.message
    assert caught.value.hint


# The account


def test_every_passage_of_the_page_is_accounted_for(empty: Package) -> None:
    page = mcc()
    found = captured(empty, page)
    told = " ".join(e.text for e in found.pages[0].passages)
    for text in page.texts("2025"):
        assert text.removeprefix("Status: ").partition(". ")[0].rstrip(".") in told


def test_a_sentence_that_no_rule_knows_is_shown_and_not_lost(march: Package) -> None:
    boats = project("Boats for Rivers (BFR)", "Small boats that any soldier can row.",
                    "Finland, Norway, Sweden and the United Kingdom",
                    "Being established. BFR was launched in October 2024. "
                    "In May 2025, a boat sang.")  # fmt: skip
    found = captured(march, mcc(AREAS[0], ("Water", [boats]), updated=AUGUST))
    unknown = [
        e for e in found.pages[0].passages if e.outcome in (Outcome.UNKNOWN, Outcome.REWORDED)
    ]
    assert any("a boat sang" in e.text for e in unknown)
    assert all(e.line for e in unknown)
    assert not (found.is_understood and not any(e.outcome is Outcome.REWORDED for e in unknown))


def test_of_what_is_no_fact_only_a_fingerprint_is_kept(march: Package) -> None:
    text = march.content("passages").decode()
    assert "row" not in text.replace("passages", "")
    assert all(len(row["digest"]) == 64 for row in march.rows("passages"))


# The sources themselves


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
def test_the_editions_at_hand_change_nothing_in_our_tables(root: Path) -> None:
    package = open_package(root, "tables")
    found = capture(package, [read(f.read_bytes(), f.name) for f in sorted(SOURCES.glob("*.txt"))])
    assert errors(found) == []
    assert (found.facts_changed, found.files) == (False, {})
    assert found.is_understood


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
def test_the_editions_at_hand_give_our_tables(root: Path, empty: Package) -> None:
    ours = open_package(root, "tables")
    found = capture(empty, [read(f.read_bytes(), f.name) for f in sorted(SOURCES.glob("*.txt"))])
    assert errors(found) == []

    def stated(package: Package, name: str) -> list[dict[str, str]]:
        return [
            {
                k: v
                for k, v in row.items()
                if k not in OWN and not (k == "name" and row.get("kind") == "organisation")
            }
            for row in package.rows(name)
            if name != "provisions" or (row["format"] != "hvp" and row["kind"] != "role")
        ]

    read_by_us = {"themes", "statements", "party_names", "checks"}
    for resource in ours.descriptor.resources:
        if resource.name not in read_by_us:
            assert stated(found.package, resource.name) == stated(ours, resource.name)
