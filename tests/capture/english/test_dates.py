"""Dates in English text: what is parsed, and what is not, being ambiguous or no date."""

from __future__ import annotations

import pytest

from interopwatch.capture.english.dates import dates, day_order, unclear_dates


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from 15/02/2031", ["2031-02-15"]),
        ("from 02/15/2031", ["2031-02-15"]),
        ("from 7/7/2031", ["2031-07-07"]),
        ("from 3.2.2031 to 14.2.2031.", ["2031-02-03", "2031-02-14"]),
        ("from 2031/02/15, 2031.2.5 and 2031-02-25", ["2031-02-15", "2031-02-05", "2031-02-25"]),
        ("from 02/03/2031", []),
        ("from 31/02/2031, 29 February 2031 or 32 May 2031", []),
        ("paragraph 1.2.3.2031, room 12/15/2031/4", []),
        ("in Spring 2031, the summer of 2032, fall 2033", ["2031-21", "2032-22", "2033-23"]),
        ("in winter 2031/32, the winter of 2032-2033 and winter 2034–2035",
         ["2031-24", "2032-24", "2034-24"]),
        ("in winter 2031, winter 2031/33", []),
        ("in the 1960s, 2035-2040", ["2035/2040"]),
        ("in 07/2031, on 15/07/2031", ["2031-07", "2031-07-15"]),
        ("in 13/2031, 7/2031 or 07/2031/4", []),
        ("in March and May 2031", ["2031-03", "2031-05"]),
        ("in Sept., October and December 2031", ["2031-09", "2031-10", "2031-12"]),
        ("in March, and in May 2031; in March or May 2031", ["2031-05", "2031-05"]),
    ],
)  # fmt: skip
def test_dates_of_a_text(text: str, found: list[str]) -> None:
    assert [each.edtf for each in dates(text)] == found


def test_every_date_of_a_long_text_is_found_in_its_place() -> None:
    years = [str(1950 + number % 80) for number in range(2_000)]
    said = " ".join(f"{year}, May {year}, 3 May {year}" for year in years)
    expected = [edtf for year in years for edtf in (year, f"{year}-05", f"{year}-05-03")]
    assert [each.edtf for each in dates(said)] == expected


def test_figures_are_read_in_the_order_that_the_page_has() -> None:
    said = "on 02/03/2031"
    assert [d.edtf for d in dates(said, "day first")] == ["2031-03-02"]
    assert [d.edtf for d in dates(said, "month first")] == ["2031-02-03"]
    assert [d.edtf for d in dates("on 15/02/2031", "month first")] == ["2031-02-15"]
    assert unclear_dates(said) == ("02/03/2031",)
    assert unclear_dates("on 31/02/2031") == ()


@pytest.mark.parametrize(
    ("page", "order"),
    [
        (["Updated: 24/07/2031"], "day first"),
        (["07/24/2031", "02/03/2031"], "month first"),
        (["24/07/2031", "07/24/2031"], ""),
        (["11 December 2031"], "day first"),
        (["December 11, 2031"], "month first"),
        (["December 11, 2031", "24/07/2031"], "day first"),
        (["December 11, 2031", "11 December 2031"], ""),
        (["02/03/2031", "3.2.2031", "2031"], ""),
    ],
)
def test_the_order_that_a_page_has(page: list[str], order: str) -> None:
    assert day_order(page) == order
