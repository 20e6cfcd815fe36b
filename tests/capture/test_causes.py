"""One cause gives one finding, however many projects of a page it affects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from editions import BOATS, KITES, LAMPS, TENTS, home, mcc
from interopwatch.capture.capture import capture
from interopwatch.capture.catalogue import by_cause
from interopwatch.capture.page.read import read
from interopwatch.findings import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.capture.capture import Capture

LATER: Final = "10 June 2026"
ALL: Final = (("Camps and light", [TENTS, LAMPS]), ("Water", [BOATS, KITES]))


@pytest.fixture(scope="module")
def known(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    package = home(root, tmp_path_factory.mktemp("causes")).package
    text = mcc(*ALL, updated="03 Mar. 2026").text("2025")
    return capture(package, [read(text.encode(), "page.txt")], checked="2026-03-04").package


def later(known: Package, old: str, new: str, times: int = -1) -> Capture:
    text = mcc(*ALL, updated=LATER).text("2025")
    assert old in text
    page = read(text.replace(old, new, times).encode(), "page.txt")
    return capture(known, [page], checked="2026-06-11")


def codes(found: Capture) -> Counter[str]:
    return Counter(each.code for each in found.findings if each.level == "error")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Participants:", "On board:", "no-participants"),
        ("Status:", "Where it stands:", "no-status"),
    ],
)
def test_a_label_under_another_name_is_one_cause(
    known: Package, old: str, new: str, code: str
) -> None:
    found = later(known, old, new)
    assert codes(found) == {code: 1, "rests-on-unread": 1}
    told = {each.code: each.message for each in found.findings}
    assert told[code].startswith("Shared Tents for Camps (STC), LAMPLIGHT")
    assert "and 1 more: no " in told[code]
    assert f"“{new}" in told["rests-on-unread"]
    assert "nor were 3 more like it (lines " in told["rests-on-unread"]
    assert found.package.rows("participations") == known.rows("participations")
    assert found.package.rows("projects") == known.rows("projects")


def test_what_befalls_a_few_is_told_of_each(known: Package) -> None:
    found = later(known, "Participants:", "On board:", 2)
    assert codes(found) == {"no-participants": 2, "rests-on-unread": 2}


def test_findings_of_one_cause_keep_their_order_and_name_their_lines() -> None:
    other = Finding("p", 2, "", "other", "it stays: as it is")
    same = [Finding("p", n, "", "lack", f"project {n}: no end") for n in (9, 4, 6, 5)]
    first = same[0].message.partition(":")[0]
    assert by_cause([same[0], other, *same[1:]]) == (
        Finding("p", 9, "", "lack", f"{first}, project 4, project 6 and 1 more: no end "
                "(lines 4, 5, 6 and 9)"),
        other,
    )  # fmt: skip
    assert by_cause(same[:3]) == tuple(same[:3])
    unlike = [Finding("p", n, "", "lack", f"project {n}: no end in {n}") for n in range(1, 9)]
    assert by_cause(unlike) == tuple(unlike)


def test_the_same_said_on_many_lines_is_said_once() -> None:
    same = [Finding("p", n, "", "lack", "a heading is missing") for n in (4, 6, 5, 9)]
    said = "a heading is missing (lines 4, 5, 6 and 9)"
    assert by_cause(same) == (Finding("p", 4, "", "lack", said),)
    assert by_cause(same[:3]) == tuple(same[:3])


def test_a_country_under_a_new_name_is_one_cause(known: Package) -> None:
    lists = ("Belgium, Denmark", "Croatia, Hungary", "Finland, Norway", "Italy, Portugal")
    text = mcc(*ALL, updated=LATER).text("2025")
    for each in lists:
        assert each in text
        text = text.replace(each, f"Elbonia, {each}", 1)
    found = capture(known, [read(text.encode(), "page.txt")], checked="2026-06-11")
    (told,) = [each for each in found.findings if each.code == "unknown-party"]
    assert "and 1 more: no party is known by the name “Elbonia” (lines " in told.message


def test_what_is_not_read_for_one_reason_is_told_once(known: Package) -> None:
    text = mcc(*ALL, updated=LATER).html("old")
    for section in (TENTS, LAMPS, BOATS, KITES):
        heading = f"<h3>{section[0].text}</h3>"
        assert heading in text
        text = text.replace(heading, "<figure><figcaption>One</figcaption></figure>")
    found = capture(known, [read(text.encode(), "page.html")], checked="2026-06-11")
    codes = Counter(each.code for each in found.findings)
    assert codes["no-heading"] == 1
    why = "(it is not plain which project this is about)"
    told = [each.message for each in found.findings if why in each.message]
    assert len(told) == len({each.code for each in found.findings if why in each.message})
    assert any("the same holds of 3 more (lines " in each for each in told)
