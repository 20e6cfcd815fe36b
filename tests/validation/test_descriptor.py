"""Errors in a descriptor are found, with their place, and gone after the repair."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_rs import ValidationError

from book_package import findings, line_of, of, places, redescribed, shelf, tidy
from interopwatch import Package
from interopwatch.validation import validate_package
from interopwatch.validation.json_position import lines
from interopwatch.validation.profiles import validator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Raw = dict[str, Any]


def test_nothing_is_wrong_with_the_package_that_the_tests_break(tmp_path: Path) -> None:
    assert findings(tmp_path, shelf()) == ()


def ours(raw: Raw, name: str) -> Any:  # noqa: ANN401 - JSON
    return of(raw, name)["interopwatch"]


def field(raw: Raw, name: str, column: str) -> Any:  # noqa: ANN401 - JSON
    return next(f for f in of(raw, name)["schema"]["fields"] if f["name"] == column)


def drop_author_key(raw: Raw) -> None:
    keys = of(raw, "books")["schema"]["foreignKeys"]
    del keys[0]


def pictured(raw: Raw) -> Any:  # noqa: ANN401 - JSON
    """Add a picture to the package; return the first one."""
    picture = {
        "name": "books",
        "title": "Books",
        "description": "One mark for each book.",
        "series": {"resource": "books", "columns": {"title": "{title}"}},
        "spec": {"mark": "point", "encoding": {"y": {"field": "title", "type": "nominal"}}},
    }
    raw["interopwatch"].setdefault("pictures", []).append(picture)
    return picture


SERIES = "/interopwatch/pictures/0/series"
BOOKS = "/resources/3"
WORDS = f"{BOOKS}/interopwatch/words"

BREAKS: list[tuple[str, Callable[[Raw], object], str]] = [
    # The standard's profile.
    (
        "descriptor-profile",
        lambda raw: field(raw, "books", "begun").update(type="string", example=5),
        f"{BOOKS}/schema/fields/3/example",
    ),
    (
        "descriptor-profile",
        lambda raw: field(raw, "chapters", "pages").update(type="strng"),
        "/resources/4/schema/fields/2/type",
    ),
    ("descriptor-profile", lambda raw: of(raw, "books").update(bytes="12"), f"{BOOKS}/bytes"),
    ("descriptor-profile", lambda raw: raw.update(keywords=[]), "/keywords"),
    # Our own schema.
    (
        "descriptor-interopwatch",
        lambda raw: ours(raw, "books").update(lable="{title}"),
        f"{BOOKS}/interopwatch",
    ),
    (
        "descriptor-interopwatch",
        lambda raw: ours(raw, "books")["words"]["headlines"].update(bagan=["a", "b"]),
        f"{WORDS}/headlines",
    ),
    (
        "descriptor-interopwatch",
        lambda raw: raw["interopwatch"].update(why="for a test"),
        "/interopwatch",
    ),
    # Dangling names.
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["provenance"].update(resource="works"),
        "/interopwatch/provenance/resource",
    ),
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["provenance"].update(work="opus"),
        "/interopwatch/provenance/work",
    ),
    (
        "name-unknown",
        lambda raw: of(raw, "sources").pop("schema"),
        "/interopwatch/provenance/published",
    ),
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["provenance"].update(title="heading"),
        "/interopwatch/provenance/title",
    ),
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["provenance"].update(locator="page"),
        "/interopwatch/provenance/locator",
    ),
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["counts"].update(resource="numbers"),
        "/interopwatch/counts/resource",
    ),
    (
        "name-unknown",
        lambda raw: raw["interopwatch"]["counts"].update(stated="number"),
        "/interopwatch/counts/stated",
    ),
    (
        "name-unknown",
        lambda raw: of(raw, "counts").pop("schema"),
        "/interopwatch/counts/filter",
    ),
    (
        "name-unknown",
        lambda raw: ours(raw, "books").update(must_have=["pages"]),
        f"{BOOKS}/interopwatch/must_have/0",
    ),
    (
        "name-unknown",
        lambda raw: ours(raw, "books")["words"]["cases"][0].update(when={"state": "draft"}),
        f"{WORDS}/cases/0/when/state",
    ),
    (
        "name-unknown",
        lambda raw: ours(raw, "books")["words"]["sentences"].update({"state.changed": "{title}"}),
        f"{WORDS}/sentences/state.changed",
    ),
    (
        "name-unknown",
        lambda raw: ours(raw, "books")["words"]["sentences"].update({"history.sold": "{title}"}),
        f"{WORDS}/sentences/history.sold",
    ),
    # Pictures.
    (
        "descriptor-interopwatch",
        lambda raw: pictured(raw).update(name="changes"),
        "/interopwatch/pictures/0/name",
    ),
    (
        "name-unknown",
        lambda raw: pictured(raw)["series"].update(resource="hats"),
        f"{SERIES}/resource",
    ),
    (
        "name-unknown",
        lambda raw: pictured(raw)["series"].update(dates={"day": "sold"}),
        f"{SERIES}/dates/day",
    ),
    (
        "name-unknown",
        lambda raw: pictured(raw)["series"].update(where="sold=1"),
        f"{SERIES}/where",
    ),
    (
        "picture-unusable",
        lambda raw: pictured(raw)["series"].update(where="sold"),
        f"{SERIES}/where",
    ),
    (
        "picture-unusable",
        lambda raw: pictured(raw)["series"].update(order=["title", "pages"]),
        f"{SERIES}/order/1",
    ),
    (
        "wording-reference",
        lambda raw: pictured(raw)["series"].update(columns={"title": "{heading}"}),
        f"{SERIES}/columns/title",
    ),
    (
        "picture-unusable",
        lambda raw: pictured(raw)["spec"].update(data={"url": "https://example.org/x.csv"}),
        "/interopwatch/pictures/0/spec/data",
    ),
    (
        "picture-unusable",
        lambda raw: [pictured(raw), pictured(raw)],
        "/interopwatch/pictures/1/name",
    ),
    # Names that should refer to another resource.
    (
        "name-no-reference",
        lambda raw: ours(raw, "books")["lifecycle"].update(attests="title"),
        f"{BOOKS}/interopwatch/lifecycle/attests",
    ),
    (
        "name-no-reference",
        lambda raw: ours(raw, "nicknames").update(names_of="nickname"),
        "/resources/2/interopwatch/names_of",
    ),
    (
        "name-no-reference",
        lambda raw: ours(raw, "books").update(must_have=["nicknames"]),
        f"{BOOKS}/interopwatch/must_have/0",
    ),
    (
        "name-no-reference",
        lambda raw: of(raw, "sources")["schema"].update(primaryKey=["source", "work"]),
        "/interopwatch/provenance/resource",
    ),
    # Templates.
    (
        "wording-syntax",
        lambda raw: ours(raw, "books").update(label="{title"),
        f"{BOOKS}/interopwatch/label",
    ),
    (
        "wording-syntax",
        lambda raw: ours(raw, "books")["words"].update(steady="No change ({count})]"),
        f"{WORDS}/steady",
    ),
    (
        "wording-reference",
        lambda raw: ours(raw, "books").update(short="{title|name}"),
        f"{BOOKS}/interopwatch/short",
    ),
    ("wording-reference", drop_author_key, f"{BOOKS}/interopwatch/label"),
    (
        "wording-reference",
        lambda raw: ours(raw, "books")["words"]["sentences"].update(began="{nicknames.count}"),
        f"{WORDS}/sentences/began",
    ),
    (
        "wording-reference",
        lambda raw: ours(raw, "books")["words"]["sentences"].update(began="{names}"),
        f"{WORDS}/sentences/began",
    ),
    (
        "wording-reference",
        lambda raw: ours(raw, "books")["words"]["headlines"].update(began=["{names}", "{nams}"]),
        f"{WORDS}/headlines/began/1",
    ),
    (
        "wording-reference",
        lambda raw: ours(raw, "books")["words"]["cases"][0].update(steady="{titel}"),
        f"{WORDS}/cases/0/steady",
    ),
    (
        "wording-reference",
        lambda raw: ours(raw, "books")["words"]["headlines"].update(began=["{title|names}", "x"]),
        f"{WORDS}/headlines/began/0",
    ),
    # Declarations.
    (
        "constraint-unusable",
        lambda raw: field(raw, "books", "title").update(constraints={"pattern": "("}),
        f"{BOOKS}/schema/fields/1/constraints/pattern",
    ),
    (
        "constraint-unusable",
        lambda raw: field(raw, "people", "born").update(constraints={"minimum": "long ago"}),
        "/resources/1/schema/fields/2/constraints/minimum",
    ),
    (
        "constraint-unusable",
        lambda raw: field(raw, "people", "born").update(
            type="number", constraints={"minimum": "NaN"}
        ),
        "/resources/1/schema/fields/2/constraints/minimum",
    ),
    (
        "constraint-unusable",
        lambda raw: field(raw, "books", "title").update(constraints={"maximum": 5}),
        f"{BOOKS}/schema/fields/1/constraints/maximum",
    ),
    (
        "constraint-unusable",
        lambda raw: field(raw, "chapters", "pages").update(constraints={"enum": ["ten"]}),
        "/resources/4/schema/fields/2/constraints/enum",
    ),
    (
        "constraint-unusable",
        lambda raw: field(raw, "chapters", "pages").update(constraints={"maxLength": -1}),
        "/resources/4/schema/fields/2/constraints/maxLength",
    ),
    (
        "reference-field-unknown",
        lambda raw: of(raw, "books")["schema"]["foreignKeys"][0]["reference"].update(
            fields=["surname"]
        ),
        f"{BOOKS}/schema/foreignKeys/0/reference/fields",
    ),
]


@pytest.mark.parametrize(
    ("code", "change", "at"), BREAKS, ids=[f"{code} {at}" for code, _, at in BREAKS]
)
def test_a_fault_is_found_at_its_place(
    tmp_path: Path, code: str, change: Callable[[Raw], object], at: str
) -> None:
    broken = redescribed(shelf(), change)
    found = [f for f in findings(tmp_path, broken) if f.field == at]
    assert [f.code for f in found] == [code]
    assert found[0].file == "datapackage.json"
    lines_there = lines(broken.files["datapackage.json"].decode())
    assert found[0].line == next(
        lines_there[place] for place in (at, at.rpartition("/")[0]) if place in lines_there
    )


def test_a_fault_that_was_mended_is_gone(tmp_path: Path) -> None:
    for _, change, _ in BREAKS[::12]:
        assert findings(tmp_path, redescribed(shelf(), change))
        assert findings(tmp_path, shelf()) == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: of(raw, "books").update(bytes="12"),
        lambda raw: field(raw, "books", "title").update(constraints={"maximum": 5}),
        lambda raw: of(raw, "books")["schema"]["foreignKeys"][1]["reference"].update(
            fields=["shelf"]
        ),
    ],
)
def test_what_follows_from_a_fault_is_not_reported_beside_it(
    tmp_path: Path, change: Callable[[Raw], object]
) -> None:
    assert len(findings(tmp_path, redescribed(shelf(), change))) == 1


def test_of_a_field_without_a_type_what_is_wrong_with_a_string_is_reported(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        of(raw, "books")["schema"]["fields"][1] = {"name": "title", "example": 5}

    at = f"{BOOKS}/schema/fields/1/example"
    assert [f.field for f in findings(tmp_path, redescribed(shelf(), change))] == [at]


def test_the_line_is_the_one_on_which_the_property_stands(tmp_path: Path) -> None:
    broken = redescribed(shelf(), lambda raw: ours(raw, "books").update(label="{titel}"))
    [found] = findings(tmp_path, broken)
    assert found.line == line_of(broken, '"label": "{titel}"')


def test_lines_are_found_whatever_the_layout_of_the_file() -> None:
    text = '\n{"a" :\n[ {"b":"x,\\"}]" } ,\n2\n], "c/d": {} }'
    assert lines(text) == {"/": 2, "/a": 2, "/a/0": 3, "/a/0/b": 3, "/a/1": 4, "/c~1d": 5}


def test_a_field_that_is_declared_wrongly_is_not_checked_by_its_declaration(tmp_path: Path) -> None:
    broken = redescribed(
        shelf(), lambda raw: field(raw, "people", "born").update(groupChar=5, constraints={})
    )
    assert places(findings(tmp_path, broken)) == [
        (
            "descriptor-profile",
            "datapackage.json",
            line_of(broken, '"groupChar"'),
            "/resources/1/schema/fields/2/groupChar",
        )
    ]


def test_the_type_list_is_allowed_though_the_profile_has_forgotten_it(tmp_path: Path) -> None:
    listed = redescribed(shelf(), lambda raw: field(raw, "books", "locator").update(type="list"))
    assert findings(tmp_path, listed) == ()


def test_nothing_is_fetched_from_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked for something")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    elsewhere = "https://example.org/profile.json"
    broken = redescribed(shelf(), lambda raw: raw.update({"$schema": elsewhere}))
    assert findings(tmp_path, broken) == ()
    broken = redescribed(shelf(), lambda raw: of(raw, "books").update(profile=elsewhere))
    [found] = findings(tmp_path, broken)
    assert (found.code, found.level) == ("frictionless-metadata-error", "warning")
    assert "without the network" in found.message


def test_a_schema_that_refers_to_the_network_is_not_followed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"
        with pytest.raises(ValidationError, match=address):
            validator({"$ref": address})
        with pytest.raises(BlockingIOError):
            server.accept()


def test_lines_are_those_of_the_descriptor_that_was_read_or_none(tmp_path: Path) -> None:
    broken = redescribed(shelf(), lambda raw: ours(raw, "books").update(label="{titel}"))
    shelf().write(tmp_path)
    package = Package(tmp_path, broken.memory().descriptor)
    [found] = validate_package(package)
    assert (found.field, found.line) == (f"{BOOKS}/interopwatch/label", 0)


def test_an_unusual_name_of_the_descriptor_costs_the_lines_only(tmp_path: Path) -> None:
    broken = redescribed(shelf(), lambda raw: ours(raw, "books").update(label="{titel}"))
    package = broken.write(tmp_path)
    (tmp_path / "datapackage.json").rename(tmp_path / "other.json")
    [found] = validate_package(package)
    assert (found.code, found.line) == ("wording-reference", 0)


def test_the_same_package_gives_the_same_findings_in_order(tmp_path: Path) -> None:
    broken = redescribed(shelf(), lambda raw: ours(raw, "books").update(label="{a} {b}", x=1))
    tidy(tmp_path, broken)
    found = findings(tmp_path, broken)
    assert len(found) > 2
    assert found == findings(tmp_path, broken) == tuple(sorted(found))


def test_a_descriptor_of_version_1_is_checked_by_the_profile_of_version_1(tmp_path: Path) -> None:
    def check(**said: object) -> list[str]:
        made = redescribed(shelf(), lambda raw: raw.update(said))
        return [f.field for f in findings(tmp_path, made) if f.code == "descriptor-profile"]

    second = "https://datapackage.org/profiles/2.0/datapackage.json"
    people = [{"title": "Ann", "roles": "author"}]  # a list, in version 2.0
    assert check(contributors=people) == []
    assert check(contributors=people, profile="data-package") == []
    assert check(contributors=people, **{"$schema": second}) == ["/contributors/0/roles"]
    assert check(keywords=[], profile="data-package") == ["/keywords"]
