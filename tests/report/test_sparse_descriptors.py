"""Packages with minimal descriptors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from interopwatch import as_of, freeze, open_package
from interopwatch.package.descriptor import Field
from interopwatch.package.tidy import tidied
from interopwatch.package.types import parse
from packages import Spec, package, spec

if TYPE_CHECKING:
    from pathlib import Path

BARE = b"id,x\nb,2\na,1\n"


def test_a_table_without_a_schema_is_not_emptied_by_tidying(tmp_path: Path) -> None:
    store = package({"r": Spec(BARE, {})}).store(tmp_path)
    assert {f.name for f in tidied(store.package)} <= {"datapackage.json"}


def test_a_table_without_a_schema_is_frozen_as_it_is(tmp_path: Path) -> None:
    store = package({"r": Spec(BARE, {})}).store(tmp_path)
    assert freeze(store, "2020", "x").content("r") == BARE


def test_a_descriptor_of_another_name_is_tidied_in_its_place(tmp_path: Path) -> None:
    store = package({"r": "id,x\nb,2\na,1\n"}).store(tmp_path)
    raw = store.package.file.read_bytes()
    store.package.file.unlink()
    (tmp_path / "other.json").write_bytes(raw)
    changed = tidied(open_package(tmp_path / "other.json"))
    assert {f.name for f in changed} == {"r.csv", "other.json"}
    described = json.loads(changed[tmp_path / "other.json"])
    assert described["resources"][0]["bytes"] == len("id,x\na,1\nb,2\n")


def test_a_reference_table_that_belongs_to_no_table_is_no_crash() -> None:
    ours = {"reference": True, "belongs_to": "whole"}
    made = package({"r": spec("id,whole\na,b\n", ours=ours)}).memory()
    assert as_of([made], "2020").held["r"] == ()


def test_a_field_says_itself_what_is_missing() -> None:
    field = Field("x", "integer", options={"missingValues": ["-", {"value": "n/a"}]})
    assert [parse(cell, field) for cell in ("-", "n/a", "5")] == [None, None, 5]
