"""EDTF dates: which texts are valid, for which days, and how they are worded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.errors import DateError
from interopwatch.package.edtf import Span, in_words, is_plain, last_day, span

DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))


@st.composite
def points(draw: st.DrawFn) -> str:
    """Draw a date of any precision, with or without a qualifier."""
    day = draw(DAYS)
    iso = day.isoformat()
    form = draw(
        st.sampled_from(
            [iso, iso[:7], iso[:4], f"{iso[:3]}X", f"{iso[:2]}XX", f"{iso[:4]}-XX", f"{iso[:7]}-XX"]
        )
    )
    return form + draw(st.sampled_from(["", "?", "~", "%"]))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw any supported EDTF text: a point, or an interval with ordered ends."""
    one, other = draw(points()), draw(points())
    form = draw(st.sampled_from(["point", "closed", "open", "begun", "unknown"]))
    if form == "point":
        return one
    if form == "open":
        return f"../{one}"
    if form == "begun":
        return f"{one}/.."
    if form == "unknown":
        return draw(st.sampled_from([f"/{one}", f"{one}/"]))
    first, last = sorted((one, other), key=lambda text: span(text).first or date.min)
    return f"{first}/{last}"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-02", "2017-02-01", "2017-02-28"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2019-12-11", "2019-12-11", "2019-12-11"),
        ("2014~", "2014-01-01", "2014-12-31"),
        ("2014-05?", "2014-05-01", "2014-05-31"),
        ("2014-05-06%", "2014-05-06", "2014-05-06"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("00XX", "0001-01-01", "0099-12-31"),
        ("2017-XX", "2017-01-01", "2017-12-31"),
        ("2017-XX-XX", "2017-01-01", "2017-12-31"),
        ("2017-02-XX", "2017-02-01", "2017-02-28"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("2025-21", "2025-03-01", "2025-05-31"),
        ("2025-22", "2025-06-01", "2025-08-31"),
        ("2025-23~", "2025-09-01", "2025-11-30"),
        ("2027-24", "2027-12-01", "2028-02-29"),
        ("202X-21", "2020-03-01", "2029-05-31"),
        ("../2025-22", None, "2025-08-31"),
        ("2035/2040", "2035-01-01", "2040-12-31"),
        ("2017/2017", "2017-01-01", "2017-12-31"),
        ("2017-02~/2018-03-04?", "2017-02-01", "2018-03-04"),
        ("../2027", None, "2027-12-31"),
        ("/2027", None, "2027-12-31"),
        ("2019-09/..", "2019-09-01", None),
        ("2019-09/", "2019-09-01", None),
    ],
)
def test_days_of_a_date(text: str, first: str | None, last: str | None) -> None:
    expected = [None if day is None else date.fromisoformat(day) for day in (first, last)]
    assert span(text) == Span(expected[0], expected[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2017",
        "2017 ",
        "2017\n",
        "17",
        "20177",
        "-0044",
        "0000",
        "2017-2",
        "2017-13",
        "2017-00",
        "2017-02-30",
        "2017-02-00",
        "2015-02-29",
        "2017-04-31",
        "2017-XX-05",
        "2X17",
        "XXXX",
        "2017-25",  # not a season of level 1
        "2017-02-03T10:00",
        "Y17000",
        "2017~?",
        "~2017",
        "February 2017",
        "٢٠١٧",  # digits, but not ASCII
        "..",
        "/",
        "../..",
        "2018/2017",
        "2017-03/2017-02",
        "2017/2018/2019",
        "2017/tomorrow",
        "2017-02-30/2018",
    ],
)
def test_texts_that_are_refused(text: str) -> None:
    with pytest.raises(DateError) as caught:
        span(text)
    assert repr(text) in caught.value.message


def test_a_refusal_says_what_is_wrong() -> None:
    with pytest.raises(DateError, match="calendar does not have"):
        span("2017-02-30")
    with pytest.raises(DateError, match="ends before it begins"):
        span("2018/2017")
    with pytest.raises(DateError, match="Write 2017, 2017-02 or 2017-02-11"):
        span("7 March 2024")


@given(texts())
def test_the_first_day_is_never_after_the_last(text: str) -> None:
    days = span(text)
    assert days.first is not None or days.last is not None
    assert days.first is None or days.last is None or days.first <= days.last


@given(DAYS)
def test_a_less_exact_date_holds_the_more_exact_one(day: date) -> None:
    iso = day.isoformat()
    exact = (day, day)
    for text in (iso, iso[:7], iso[:4], f"{iso[:3]}X", f"{iso[:2]}XX"):
        found = span(text)
        assert found.first is not None
        assert found.last is not None
        assert found.first <= exact[0]
        assert exact[1] <= found.last
        exact = (found.first, found.last)


@given(points(), points())
def test_an_interval_runs_from_one_date_to_the_other(one: str, other: str) -> None:
    first, last = span(one).first, span(other).last
    assert first is not None
    assert last is not None
    if first > last:
        with pytest.raises(DateError):
            span(f"{one}/{other}")
    else:
        assert span(f"{one}/{other}") == Span(first, last)
    assert span(f"../{other}") == Span(None, last)
    assert span(f"{one}/..") == Span(first, None)


@given(points())
def test_a_qualifier_does_not_move_a_date(text: str) -> None:
    plain = text.rstrip("?~%")
    assert {span(plain + mark) for mark in ("", "?", "~", "%")} == {span(plain)}


@given(texts(), DAYS)
def test_by_and_after_exclude_each_other(text: str, day: date) -> None:
    days = span(text)
    assert not (days.is_by(day) and days.is_after(day))
    assert days.is_by(day) == (days.last is not None and days.last <= day)
    assert days.is_after(day) == (days.first is not None and days.first > day)


@given(texts(), DAYS)
def test_a_bound_narrows_a_date_without_emptying_it(text: str, day: date) -> None:
    days = span(text)
    bounded = days.no_later_than(day)
    if days.is_after(day):
        assert bounded == days
    else:
        assert bounded.first == days.first
        assert bounded.is_by(day)
        assert days.last is None or bounded.last == min(day, days.last)
    assert bounded.no_later_than(day) == bounded
    assert days.no_later_than(None) == days


@given(texts())
def test_every_date_can_be_said(text: str) -> None:
    words = in_words(text)
    assert words
    years = [part[:4] for part in text.split("/") if part not in ("", "..")]
    for year in years:
        said = f"the {year[:3]}0s" if year[3] == "X" and year[2] != "X" else year
        assert said in words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019-12-11", "11 December 2019"),
        ("2019-12-01", "1 December 2019"),
        ("2017-02", "February 2017"),
        ("2017", "2017"),
        ("2014~", "about 2014"),
        ("2014?", "possibly 2014"),
        ("2014-05%", "possibly about May 2014"),
        ("201X", "the 2010s"),
        ("2017-XX-XX", "2017"),
        ("2017-02-XX", "February 2017"),
        ("2035/2040", "between 2035 and 2040"),
        ("2024-03-07/2025-03", "between 7 March 2024 and March 2025"),
        ("../2027", "by the end of 2027"),
        ("../2027-06", "by the end of June 2027"),
        ("../2027-06-05", "by 5 June 2027"),
        ("2019-09/..", "since September 2019"),
        ("shortly after", "shortly after"),
        ("", ""),
    ],
)
def test_dates_in_words(text: str, words: str) -> None:
    assert in_words(text) == words


def test_a_season_has_no_day_and_names_no_snapshot() -> None:
    assert in_words("2025-23~") == "about autumn 2025"
    assert not is_plain("2025-23")
    for text in ("2025-20", "2025-25", "2025-23-01"):
        with pytest.raises(DateError):
            span(text)


@given(DAYS)
def test_snapshots_are_named_by_plain_days_months_and_years(day: date) -> None:
    iso = day.isoformat()
    assert all(is_plain(text) for text in (iso, iso[:7], iso[:4]))
    assert not any(
        is_plain(text)
        for text in (f"{iso}~", f"{iso[:3]}X", f"{iso}/..", f"{iso}\n", f" {iso}", f"{iso}/", "..")
    )


def test_a_date_means_its_end() -> None:
    assert last_day("2020-06") == date(2020, 6, 30)
    assert last_day("2020-06") + timedelta(days=1) == span("2020-07").first
    assert last_day("../2027") == date(2027, 12, 31)
    with pytest.raises(DateError, match="no end"):
        last_day("2019-09/..")
