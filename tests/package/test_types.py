"""Cells as values: what is equal under a type, what differs, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.errors import TableError
from interopwatch.package.descriptor import Field
from interopwatch.package.types import parse, parser


def field(kind: str, form: str = "default", **options: Any) -> Field:  # noqa: ANN401
    return Field("f", kind, form, options=options)


NUMBER = field("number")
GERMAN = field("number", groupChar=".", decimalChar=",")
POINT = field("geopoint")


@pytest.mark.parametrize(
    ("of", "one", "other"),
    [
        (field("integer"), "1", "+1"),
        (field("integer"), "007", "7"),
        (field("integer"), "-0", "0"),
        (field("integer"), "9" * 5000, "+" + "9" * 5000),
        (field("integer"), "0" * 5000 + "7", "7"),
        (field("integer", groupChar=","), "1,234,567", "1234567"),
        (field("integer", bareNumber=False), "95%", "95"),
        (field("integer", bareNumber=False), "EUR 12", "12"),
        (NUMBER, "1.0", "1"),
        (NUMBER, "1e3", "1000.00"),
        (NUMBER, ".5", "0.5"),
        (NUMBER, "5.", "5"),
        (NUMBER, "-0.0", "0"),
        (NUMBER, "NaN", "NaN"),
        (NUMBER, "-INF", "-INF"),
        (NUMBER, "0.1", "0.100000000000000000000000000"),
        (GERMAN, "1.234,50", "1234,5"),
        (field("number", groupChar=","), "16,500,000", "16500000.0"),
        (field("number", bareNumber=False), "€ 16.5 million", "16.50"),
        (field("boolean"), "true", "1"),
        (field("boolean"), "FALSE", "0"),
        (field("boolean", trueValues=["ja"], falseValues=["nein"]), "ja", "ja"),
        (field("boolean", trueValues=["ja", "j"]), "j", "ja"),
        (field("date"), "2024-03-07", "2024-03-07"),
        (field("date", "%d/%m/%Y"), "7/3/2024", "07/03/2024"),
        (field("date", "%Y-%m-%d"), "2024-3-7", "2024-03-07"),
        (field("datetime"), "2024-03-07T16:12:00Z", "2024-03-07T17:12:00+01:00"),
        (field("datetime", "%d.%m.%Y %H:%M"), "7.3.2024 9:05", "07.03.2024 09:05"),
        (field("time"), "16:12:00", "16:12:00.000"),
        (field("time"), "16:12:00.123456", "16:12:00.123456000"),
        (
            field("datetime"),
            "2024-03-07T16:12:00.123456700Z",
            "2024-03-07T17:12:00,1234567+01:00",
        ),
        (field("time", "%H:%M"), "9:05", "09:05"),
        (field("yearmonth"), "2024-03", "2024-03"),
        (field("year"), "0044", "0044"),
        (field("duration"), "P1Y", "P12M"),
        (field("duration"), "P1W", "P7D"),
        (field("duration"), "P1D", "PT24H"),
        (field("duration"), "PT90M", "PT1H30M"),
        (field("duration"), "PT1.50S", "PT1.5S"),
        (field("duration"), "-P12M", "-P1Y"),
        (POINT, "90.50,45.50", "90.5, 45.5"),
        (field("geopoint", "array"), "[90.50, 45.5]", "[90.5,45.50]"),
        (field("geopoint", "object"), '{"lat": 45.5, "lon": 90.5}', '{"lon":90.5,"lat":45.50}'),
        (field("object"), '{"a": 1, "b": [2]}', '{"b":[2],"a":1}'),
        (field("object"), '{"a": 1.50}', '{"a": 1.5}'),
        (field("object"), '{"a": "\\u00e9"}', '{"a": "é"}'),
        (field("array"), "[1, 2]", "[1,2]"),
        (
            field("geojson"),
            '{"type": "Point", "coordinates": [1, 2]}',
            '{"coordinates":[1,2],"type":"Point"}',
        ),
        (field("list", itemType="integer"), "1,02", "1,2"),
        (field("list", delimiter=";"), "a;b", "a;b"),
    ],
)
def test_spellings_of_one_value(of: Field, one: str, other: str) -> None:
    assert parse(one, of) == parse(other, of)
    assert hash(parse(one, of)) == hash(parse(other, of))
    assert parse(one, of) is not None


@pytest.mark.parametrize(
    ("of", "one", "other"),
    [
        (field("string"), "1.0", "1"),
        (field("string"), "true", "TRUE"),
        (field("string"), "a", "a "),
        (field("string"), "é", "e\u0301"),
        (field("any"), "1.0", "1"),
        (field("integer"), "1", "10"),
        (field("integer"), "9007199254740993", "9007199254740992"),
        (field("integer"), "9" * 5000, "9" * 4999 + "8"),
        (NUMBER, "0.1", "0.10000000000000001"),
        (NUMBER, "INF", "-INF"),
        (NUMBER, "NaN", "0"),
        (GERMAN, "1.234", "1,234"),
        (field("boolean"), "true", "false"),
        (field("date"), "2024-03-07", "2024-07-03"),
        (field("date", "%d/%m/%Y"), "3/7/2024", "7/3/2024"),
        (field("date", "any"), "2024-03-07", "7 March 2024"),
        (field("datetime"), "2024-03-07T16:12:00Z", "2024-03-07T16:12:00+01:00"),
        (field("datetime"), "2024-03-07T16:12:00", "2024-03-07T16:12:00Z"),
        (field("datetime", "any"), "2024-03-07T16:12", "2024-03-07 16:12"),
        (field("datetime"), "2024-03-07T16:12:00.123456001", "2024-03-07T16:12:00.123456002"),
        (field("datetime"), "2024-03-07T16:12:00.1234561Z", "2024-03-07T16:12:00.123456Z"),
        (field("time"), "16:12:00.123456789", "16:12:00.123456788"),
        (field("time"), "16:12:00", "16:12:01"),
        (field("time", "any"), "16:12", "4:12 pm"),
        (field("year"), "2024", "-2024"),
        (field("yearmonth"), "2024-03", "2024-04"),
        (field("duration"), "P1M", "P30D"),
        (field("duration"), "P1M", "PT1M"),
        (field("duration"), "P1D", "-P1D"),
        (POINT, "90.5,45.5", "45.5,90.5"),
        (field("list"), "a,b", "b,a"),
        (field("list", delimiter=";"), "a,b;c", "a;b;c"),
        (field("array"), "[1, 2]", "[2, 1]"),
        (field("array"), "[1]", '["1"]'),
        (field("object"), '{"a": 1.5}', '{"a": "1.5"}'),
        (field("object"), '{"a": null}', "{}"),
    ],
)
def test_values_that_differ(of: Field, one: str, other: str) -> None:
    assert parse(one, of) != parse(other, of)


@pytest.mark.parametrize(
    ("of", "cell"),
    [
        (field("integer"), "1.0"),
        (field("integer"), "1,000"),
        (field("integer"), "five"),
        (field("integer"), "٥"),
        (field("integer"), "1_000"),
        (field("integer"), "0x1f"),
        (NUMBER, "1,5"),
        (NUMBER, "1 000"),
        (NUMBER, "nan"),
        (NUMBER, "Infinity"),
        (NUMBER, "."),
        (NUMBER, "1e"),
        (NUMBER, "--1"),
        (NUMBER, "16.5 million"),
        (field("number", bareNumber=False), "million"),
        (field("boolean"), "yes"),
        (field("boolean"), "tRUE"),
        (field("boolean", trueValues=["ja"]), "true"),
        (field("date"), "2024-3-7"),
        (field("date"), "20240307"),
        (field("date"), "2024-02-30"),
        (field("date"), "2024-03"),
        (field("date", "%d/%m/%Y"), "2024-03-07"),
        (field("datetime"), "2024-03-07"),
        (field("datetime"), "2024-03-07 16:12:00"),
        (field("datetime"), "2024-03-07T25:00:00"),
        (field("time"), "16:12"),
        (field("time"), "24:01:00"),
        (field("year"), "24"),
        (field("year"), "20245"),
        (field("yearmonth"), "2024-13"),
        (field("yearmonth"), "2024"),
        (field("duration"), "P"),
        (field("duration"), "PT"),
        (field("duration"), "1Y"),
        (field("duration"), "P1H"),
        (field("duration"), "P-1D"),
        (POINT, "90.5"),
        (POINT, "90.5,45.5,0"),
        (POINT, "east,north"),
        (POINT, "NaN,45"),
        (POINT, "sNaN,45"),
        (field("geopoint", "array"), "90.5,45.5"),
        (field("geopoint", "array"), "[90.5]"),
        (field("geopoint", "object"), '{"lon": 90.5}'),
        (field("geopoint", "object"), "[90.5, 45.5"),
        (field("geojson"), "[1, 2]"),
        (field("object"), "[]"),
        (field("object"), "{a: 1}"),
        (field("array"), "{}"),
        (field("array"), "1"),
        pytest.param(field("array"), "[" * 100_000, id="nested-too-deeply"),
    ],
)
def test_cells_that_are_refused(of: Field, cell: str) -> None:
    with pytest.raises(TableError) as caught:
        parse(cell, of)
    assert caught.value.message.startswith("f: ")
    assert f"is not of type {of.type}" in caught.value.message


@pytest.mark.parametrize("kind", ["string", "integer", "number", "date", "boolean", "object"])
def test_a_missing_value_is_none_whatever_the_type(kind: str) -> None:
    assert parse("", field(kind)) is None
    assert parse("-", field(kind), ("", "-")) is None
    assert parse("n/a", field(kind), ("n/a",)) is None


def test_an_empty_cell_that_is_not_declared_missing_is_a_value() -> None:
    assert parse("", field("string"), ("-",)) == ""
    with pytest.raises(TableError):
        parse("", field("integer"), ("-",))


def test_a_parser_gives_a_value_error_for_whoever_knows_the_place() -> None:
    with pytest.raises(ValueError, match="five"):
        parser(field("integer"))("five")


def test_an_unknown_type_compares_as_text() -> None:
    assert parse("1.0", field("colour")) == "1.0"


@given(st.integers(), st.integers())
def test_integers_compare_as_integers(one: int, other: int) -> None:
    of = field("integer", groupChar=" ")
    written = f"{one:,}".replace(",", " ")
    assert parse(written, of) == parse(str(one), of)
    assert (parse(str(one), of) == parse(str(other), of)) == (one == other)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9)))
def test_trailing_zeros_do_not_change_a_number(number: object) -> None:
    text = f"{number:f}"
    assert parse(text, NUMBER) == parse(f"{text}000", NUMBER)
    assert parse(text.replace(".", ","), GERMAN) == parse(text, NUMBER)
    assert parse(text, NUMBER) == number


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=6))
def test_white_space_does_not_change_an_array(value: object) -> None:
    import json

    of = field("array")
    assert parse(json.dumps([value]), of) == parse(json.dumps([value], indent=3), of)
    assert parse(json.dumps([value]), of) != parse(json.dumps([value, 0]), of)


@given(st.sampled_from(["integer", "number", "boolean", "date", "datetime", "time", "year",
                        "yearmonth", "duration", "geopoint", "geojson", "array", "object"]),
       st.sampled_from(["default", "any", "array", "object"]),
       st.text(max_size=12))  # fmt: skip
def test_no_cell_does_worse_than_to_be_refused(kind: str, form: str, cell: str) -> None:
    of = field(kind, form)
    try:
        value = parse(cell, of)
    except TableError:
        with pytest.raises(TableError, match=f"is not of type {kind}"):
            parse(cell, of)
    else:
        assert value == parse(cell, of)
