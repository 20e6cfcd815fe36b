"""The shipped descriptor as others read it: licence, provenance, and descriptions of fields."""

from __future__ import annotations

import re
import sqlite3
import tomllib
import uuid
from contextlib import closing
from typing import TYPE_CHECKING, Any

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.errors import DateError
from interopwatch.package import types
from interopwatch.package.edtf import span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interopwatch import Store
    from interopwatch.package.descriptor import Field


def fields(store: Store) -> Iterator[tuple[str, Field]]:
    for resource in store.package.descriptor.resources:
        yield from ((resource.name, field) for field in resource.fields)


def edtf_pattern(field: Field) -> str:
    pattern: str = field.constraints.get("pattern") or field.options["pattern"]
    return pattern


def test_it_says_who_made_it_of_what_and_under_which_licence(shipped: Store, root: Path) -> None:
    raw = shipped.package.descriptor.raw
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(uuid.UUID(raw["id"])) == raw["id"]
    assert raw["homepage"] == project["urls"]["Homepage"]
    assert [each["name"] for each in raw["licenses"]] == ["CC-BY-4.0"]
    assert all(each["title"] and each["path"] for each in raw["sources"])
    assert all(each["title"] and each["path"] for each in raw["contributors"])


def test_what_it_refers_to_by_path_is_there(shipped: Store, root: Path) -> None:
    raw = shipped.package.descriptor.raw
    said = (*raw["sources"], *raw["contributors"], *raw["licenses"])
    paths = [each["path"] for each in said if "://" not in each["path"]]
    assert paths
    assert [path for path in paths if not (root / path).is_file()] == []


def test_examples_are_values_of_their_fields(shipped: Store) -> None:
    found = 0
    for table, field in fields(shipped):
        if (example := field.options.get("example")) is None:
            continue
        found += 1
        types.parse(example, field)
        pattern = field.constraints.get("pattern") or field.options.get("pattern")
        assert pattern is None or re.fullmatch(pattern, example), f"{table}.{field.name}"
    assert found > 50


def test_every_edtf_field_has_a_pattern_that_its_dates_match(shipped: Store) -> None:
    for table, field in fields(shipped):
        if not field.is_edtf:
            continue
        pattern = re.compile(edtf_pattern(field))
        for row in shipped.package.rows(table):
            assert not row[field.name] or pattern.fullmatch(row[field.name])


_POINTS = st.from_regex(
    re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(-(\d\d|XX)(-(\d\d|XX))?)?[?~%]?", re.ASCII), fullmatch=True
)


@given(_POINTS, st.sampled_from(["", "/", "/..", "../", "both"]), _POINTS)
def test_the_pattern_allows_every_date_that_is_read(
    shipped: Store, one: str, form: str, other: str
) -> None:
    text = {"": one, "/": f"{one}/", "/..": f"{one}/..", "../": f"../{one}"}.get(
        form, f"{one}/{other}"
    )
    try:
        span(text)
    except DateError:
        return
    pattern = edtf_pattern(shipped.package.resource("sources").by_name["published"])
    assert re.fullmatch(pattern, text)


@pytest.mark.parametrize(
    "text", ["", "..", "/", "soon", "March 2024", "2024-3-7", "12", "2024/2/3"]
)
def test_the_pattern_allows_nothing_else(shipped: Store, text: str) -> None:
    pattern = edtf_pattern(shipped.package.resource("sources").by_name["published"])
    assert not re.fullmatch(pattern, text)


def test_frictionless_publishes_it_into_a_database(
    shipped: Store, root: Path, tmp_path: Path
) -> None:
    """It matches patterns against missing values, too, which ends in an error: none is optional."""
    pytest.importorskip("sqlalchemy", reason="frictionless publishes with sqlalchemy")
    file = tmp_path / "published.db"
    package: Any = frictionless.Package(str(root / "datapackage.json"))
    package.publish(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        for resource in shipped.package.descriptor.resources:
            names = ", ".join(f'"{name}"' for name in resource.header)
            rows = connection.execute(f'SELECT {names} FROM "{resource.name}"').fetchall()
            expected = [
                tuple(_stored(row[f.name], f.type) for f in resource.fields)
                for row in shipped.package.rows(resource.name)
            ]
            assert sorted(map(repr, rows)) == sorted(map(repr, expected))


def _stored(cell: str, kind: str) -> object:
    if not cell:
        return None
    if kind == "boolean":
        return int(cell == "true")
    return {"integer": int, "number": float}.get(kind, str)(cell)


def test_no_optional_field_has_a_pattern_as_a_constraint(shipped: Store) -> None:
    assert [
        f"{table}.{field.name}"
        for table, field in fields(shipped)
        if "pattern" in field.constraints and field.constraints.get("required") is not True
    ] == []
