"""Frictionless is consulted independently, leaves no global state, and repeats no finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import frictionless
import pytest

from book_package import edited, findings, of, places, redescribed, shelf
from interopwatch import open_package
from interopwatch.validation import validate_package
from interopwatch.validation.frictionless_checks import check_with_frictionless
from interopwatch.validation.readable import ReadablePackage
from packages import Made, package, spec

if TYPE_CHECKING:
    from pathlib import Path


def settings() -> tuple[object, ...]:
    system = frictionless.system
    return system.trusted, system.onerror, system.standards, vars(system)["_System__http_session"]


def independent(folder: Path, made: Made, *, references: bool = True) -> list[Any]:
    """Return what frictionless alone finds in a package."""
    made.write(folder)
    package = ReadablePackage(open_package(folder))
    return list(check_with_frictionless(package, (), thorough=references))


def test_frictionless_finds_what_we_find_and_is_heard_only_if_we_do_not(tmp_path: Path) -> None:
    broken = edited(shelf(), "chapters", ",30,", ",many,")
    broken = edited(broken, "books", ",bob,", ",bib,")
    broken = edited(broken, "chapters", "dusk,1", "dawn,1")
    alone = independent(tmp_path, broken)
    assert set(places(tuple(alone))) == {
        ("frictionless-type-error", "tables/chapters.csv", 3, "pages"),
        ("frictionless-foreign-key", "tables/books.csv", 3, "author"),
        ("frictionless-primary-key", "tables/chapters.csv", 4, "book"),
    }
    assert set(places(tuple(independent(tmp_path, broken, references=False)))) == {
        place for place in places(tuple(alone)) if place[0] != "frictionless-foreign-key"
    }
    reported = findings(tmp_path, broken)
    assert {f.code for f in reported} >= {"cell-type", "reference-missing", "key-duplicate"}
    assert not [f for f in reported if f.code.startswith("frictionless")]


def test_what_only_frictionless_finds_is_reported(tmp_path: Path) -> None:
    made = edited(shelf(), "books", "dusk,Dusk", "\ndusk,Dusk")
    found = findings(tmp_path, made)
    assert ("frictionless-blank-row", "tables/books.csv", 3, "") in places(found)
    undated = redescribed(shelf(), lambda raw: raw.update(created="yesterday"))
    assert places(findings(tmp_path, undated)) == [
        ("frictionless-package-error", "datapackage.json", 1, "/")
    ]
    assert findings(tmp_path, shelf()) == ()


def test_lines_are_those_of_the_file_even_where_a_cell_has_several(tmp_path: Path) -> None:
    made = package(
        {"notes": spec('id,text,n\na,"x\ny",1\nb,"z\n\nz",2\nc,w,three\n', types={"n": "integer"})}
    )
    assert places(tuple(independent(tmp_path, made))) == [
        ("frictionless-type-error", "tables/notes.csv", 7, "n")
    ]


def test_a_hash_that_is_wrong_is_reported_once(tmp_path: Path) -> None:
    broken = redescribed(shelf(), lambda raw: of(raw, "books").update(hash="0" * 32, bytes=1))
    assert {f.code for f in independent(tmp_path, broken)} == {
        "frictionless-hash-count",
        "frictionless-byte-count",
    }
    assert {f.code for f in findings(tmp_path, broken)} == {"hash-wrong", "bytes-wrong"}


def test_the_settings_of_frictionless_are_left_as_they_were(tmp_path: Path) -> None:
    before = settings()
    independent(tmp_path, shelf())
    assert settings() == before


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_the_settings_of_frictionless_are_left_as_they_were_even_if_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    within: list[object] = []

    def fail(*_: object, **__: object) -> None:
        within.append(frictionless.system.trusted)
        raise error

    before = settings()
    monkeypatch.setattr(frictionless.Package, "validate", fail)
    monkeypatch.setattr(frictionless.system, "trusted", True)
    if issubclass(error, Exception):
        [found] = independent(tmp_path, shelf())
        assert (found.code, found.file) == ("judge-failed", "datapackage.json")
        assert "ZeroDivisionError" in found.message
    else:
        with pytest.raises(error):
            independent(tmp_path, shelf())
    assert within == [False]
    assert settings() == (True, *before[1:])


def test_that_frictionless_fails_on_a_reported_fault_is_not_reported(tmp_path: Path) -> None:
    def change(raw: dict[str, Any]) -> None:
        of(raw, "people")["schema"]["fields"][2]["constraints"] = {"minimum": "long ago"}

    broken = redescribed(shelf(), change)
    assert [f.code for f in independent(tmp_path, broken)] == ["judge-failed"]
    assert [f.code for f in findings(tmp_path, broken)] == ["constraint-unusable"]


def test_a_descriptor_of_version_1_is_checked_by_frictionless_too(tmp_path: Path) -> None:
    made = package({"things": "id,name\na,A\n"}, profile="tabular-data-package")
    made.write(tmp_path)
    assert [f.code for f in validate_package(open_package(tmp_path))] == [
        "frictionless-package-error"
    ]


def test_references_to_a_table_that_cannot_be_read_are_not_said_to_lead_nowhere(
    tmp_path: Path,
) -> None:
    broken = Made({**shelf().files, "tables/books.csv": b""})
    assert [f.code for f in findings(tmp_path, broken)] == ["table-unreadable"]


def test_large_tables_are_given_to_frictionless_only_if_that_is_asked_for(tmp_path: Path) -> None:
    large = "id,text\n" + "".join(f"{i},{'x' * 100_000}\n" for i in range(90))
    made = package({"large": spec(large), "small": spec("id\n1\n")})
    (notice,) = independent(tmp_path, made, references=False)
    assert (notice.code, notice.level) == ("judge-skipped", "notice")
    assert notice.message.endswith("large: large")
    assert not independent(tmp_path, made, references=True)


def test_a_table_that_is_the_descriptor_is_not_checked_without_end(tmp_path: Path) -> None:
    made = package({"a": "id\n1\n", "b": "id\n1\n"})
    looped = made.edited(lambda raw: raw["resources"][1].update(path="datapackage.json"))
    assert {f.file for f in findings(tmp_path, looped)} <= {"datapackage.json"}


def test_another_file_that_is_the_descriptor_is_not_checked_without_end(tmp_path: Path) -> None:
    loop = {"name": "b", "path": ["datapackage.json"], "format": "json"}
    made = package({"a": "id\n1\n"}).edited(lambda raw: raw["resources"].append(loop))
    assert all(f.file == "datapackage.json" for f in findings(tmp_path, made))


@pytest.mark.parametrize(
    "held",
    [
        {"format": "json", "data": [{"id": 1}, {"id": 2}]},
        {"format": "csv", "data": "id\n1\n2\n"},
        {"mediatype": "text/csv", "data": "id\n1\n2\n"},
        {"format": "json", "data": {"id": 1}},
    ],
)
def test_what_stands_in_the_descriptor_is_sound(tmp_path: Path, held: dict[str, Any]) -> None:
    made = package({"a": "id\n1\n"}).edited(
        lambda raw: raw["resources"].append({"name": "b", **held})
    )
    assert [f for f in findings(tmp_path, made) if f.level == "error"] == []


def test_a_wrong_cell_in_the_descriptor_has_its_place_there(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "id", "type": "integer"}], "primaryKey": "id"}
    held = {"name": "b", "data": [{"id": 1}, {"id": "no"}], "schema": schema}
    made = package({"a": "id\n1\n"}).edited(lambda raw: raw["resources"].append(held))
    (found,) = (f for f in findings(tmp_path, made) if f.code == "cell-type")
    assert (found.file, found.field) == ("datapackage.json", "/resources/1/data")
    assert found.message == "row 2, id: 'no' is no integer"


def test_what_frictionless_lacks_a_library_for_is_no_error(tmp_path: Path) -> None:
    lines = {"name": "b", "path": "b.ndjson", "format": "ndjson"}
    made = package({"a": "id\n1\n"}).edited(lambda raw: raw["resources"].append(lines))
    (found,) = findings(tmp_path, Made({**made.files, "b.ndjson": b'{"id": 1}\n'}))
    assert (found.code, found.level) == ("judge-skipped", "notice")
    assert found.field == "/resources/1"
    assert found.message.startswith("b: not checked by frictionless")


def test_what_frictionless_finds_in_another_file_names_its_resource(tmp_path: Path) -> None:
    sheet = {"name": "b", "path": "b.xlsx"}
    made = package({"a": "id\n1\n"}).edited(lambda raw: raw["resources"].append(sheet))
    (found,) = findings(tmp_path, Made({**made.files, "b.xlsx": b"no sheet"}))
    assert (found.file, found.field, found.level) == ("datapackage.json", "/resources/1", "error")
