"""The published JSON Schemas describe the output, strictly and completely."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from book_package import of, redescribed, shelf
from interopwatch import build_report, diff, tell
from interopwatch.changeset.changeset import ChangeSet
from interopwatch.changeset.model import Sense
from interopwatch.changeset.serialise import to_dict
from interopwatch.package.descriptor import Frozen, Provenance, StatedCounts
from interopwatch.package.meaning import Case, Lifecycle, Meaning, Words
from interopwatch.package.policy import RULES
from interopwatch.report.formats import render_report
from interopwatch.report.report import Report
from interopwatch.validation.profiles import published, validator
from packages import package, spec
from rendered import render_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from interopwatch import Package, Store

NAMES = ("interopwatch", "changes", "report", "capture")


def problems(name: str, instance: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return what a schema does not allow: the places and the keywords.

    A compiled validator decides, some 700 times as fast; another one reports what and where.
    """
    if validator(published(name)).is_valid(instance):
        return []
    errors = Draft202012Validator(published(name)).iter_errors(instance)
    found = [f"{e.json_path} {e.validator}" for e in errors]
    assert found, "the two validators disagree"
    return found


def subschemas(schema: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every object in a schema, with its path."""
    if isinstance(schema, dict):
        yield path, schema
        for key, inner in schema.items():
            yield from subschemas(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for i, inner in enumerate(schema):
            yield from subschemas(inner, f"{path}/{i}")


def resolved(name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema, or the one that it refers to."""
    if "$ref" not in schema:
        return schema
    found: Any = published(name)
    for step in schema["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **schema}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema_of_2020_12(name: str) -> None:
    assert published(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(published(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_property_is_described(name: str) -> None:
    described = 0
    for path, schema in subschemas(published(name)):
        if "/oneOf/" in path and "/sides/" in path:
            continue  # only which sides exist; they are described above
        if path.endswith("/properties") and "/if/" not in path and "/dependentSchemas/" not in path:
            for key, inner in schema.items():
                if isinstance(inner, dict) and path != "/properties":
                    assert resolved(name, inner).get("description"), f"{path}/{key}"
                    described += 1
    assert described > 10


@pytest.mark.parametrize("name", NAMES)
def test_every_object_with_properties_allows_no_others(name: str) -> None:
    loose = [
        path
        for path, schema in subschemas(published(name))
        if schema.get("type") == "object"
        and "properties" in schema
        and schema.get("additionalProperties") is not False
    ]
    # The standard may give a descriptor further properties, so it stays open.
    of_the_standard = ["", "/properties/resources/items"]
    assert loose == (of_the_standard if name == "interopwatch" else [])


def test_the_schemas_are_part_of_the_library() -> None:
    there = {p.name for p in (files("interopwatch") / "schemas").iterdir()}
    assert there >= {f"{name}.schema.json" for name in NAMES}


# What the library knows and what the schema allows are the same.


def names_in(path: str) -> set[str]:
    found: Any = published("interopwatch")["$defs"]
    for step in path.split("/"):
        found = found[step]
    return set(found["properties"])


def names_of(kind: type[Any]) -> set[str]:
    return set(kind.__match_args__)


def test_our_properties_are_those_that_the_library_reads() -> None:
    assert names_in("lifecycle") == names_of(Lifecycle)
    assert names_in("package/properties/provenance") == names_of(Provenance)
    assert names_in("package/properties/counts") == names_of(StatedCounts)
    assert names_in("resource") == names_of(Meaning) - {"cases"}
    words = names_in("resource/properties/words")
    assert words == names_of(Words) | {"cases"}
    case = set(
        published("interopwatch")["$defs"]["resource"]["properties"]["words"]["properties"][
            "cases"
        ]["items"]["properties"]
    )
    assert case == names_of(Words) | names_of(Case) - {"words"}
    assert names_in("policy") == set(RULES)
    frozen = names_of(Frozen) - {"origin"} | {"from"}
    assert names_in("package") == frozen | {
        "provenance", "counts", "placeholder", "unresolved", "subject", "works", "pictures",
        "policy",
    }  # fmt: skip


def test_a_change_set_and_a_report_have_the_parts_that_the_schemas_name() -> None:
    written = {"reformatted": "respelled", "ignored": "aside"}  # the names in the contract
    parts = {written.get(name, name) for name in names_of(ChangeSet)}
    assert set(published("changes")["properties"]) == parts | {"format"}
    assert set(published("report")["properties"]) == names_of(Report) - {"comparison"} | {"format"}
    row = published("changes")["$defs"]["row_change"]["properties"]
    assert row["sense"]["enum"] == [sense.value for sense in Sense]


# What is shipped and what is written is as the schemas say.


def test_the_shipped_descriptors_are_as_the_schema_says(shipped: Store) -> None:
    for each in (shipped.package, *shipped.snapshots()):
        assert problems("interopwatch", each.descriptor.raw) == [], each.label


def pairs(store: Store) -> Iterator[tuple[Package, Package]]:
    """Return every pair of snapshots and tables, in both directions."""
    return permutations((*store.snapshots(), store.package), 2)


def test_every_change_set_of_the_shipped_snapshots_is_as_the_schema_says(shipped: Store) -> None:
    for old, new in pairs(shipped):
        changes = diff(old, new)
        written = json.loads(render_changes(changes, tell(changes, old, new), "json"))
        assert problems("changes", written) == [], (old.label, new.label)


def test_every_report_of_the_shipped_snapshots_is_as_the_schema_says(shipped: Store) -> None:
    for old, new in pairs(shipped):
        written = json.loads(render_report(build_report(old, new), "json"))
        assert problems("report", written) == [], (old.label, new.label)


def test_changes_of_schema_and_of_spelling_are_as_the_schema_says() -> None:
    kinds = {"n": "number"}
    old = package(
        {
            "a": spec("id,n,x,y\n1,1.0,p,q\n2,2,p,q\n", types=kinds),
            "gone": "id\n1\n",
            "left": "id,b\n5,1\n",
            "keyed": spec("id,b\n1,2\n", "id"),
        }
    )
    new = package(
        {
            "a": spec("id,n,y,x,z\n1,1,q,p,\n2,2,q,p,\n", types={"n": "number", "z": "integer"}),
            "came": "id\n1\n",
            "keyed": spec("id,b\n1,2\n", ["id", "b"]),
        }
    )
    before, after = old.memory("old"), new.memory("new")
    for left, right in ((before, after), (after, before)):
        changes = diff(left, right, ["a", "gone", "came", "left"])
        written = to_dict(changes, tell(changes, left, right))
        kinds_told = {c["kind"] for c in written["schema"]}
        assert kinds_told == {"added", "removed", "moved", "renamed"}
        assert written["respelled"]
        assert problems("changes", written) == []


# The schemas are strict.


@pytest.fixture(scope="module")
def written(shipped: Store) -> Mapping[str, Any]:
    """Return a change set and a report in their JSON form."""
    old, new = shipped.snapshot("2020-06"), shipped.snapshot("2023")
    changes = diff(old, new)
    return {
        "changes": to_dict(changes, tell(changes, old, new)),
        "report": build_report(old, new).to_dict(),
    }


def added(changes: Any) -> Any:  # noqa: ANN401 - JSON
    return next(row for row in changes["rows"] if row["kind"] == "added")


def changed(changes: Any) -> Any:  # noqa: ANN401 - JSON
    return next(row for row in changes["rows"] if row["kind"] == "changed")


SPOILS: list[tuple[str, Callable[[Any], object], str]] = [
    ("changes", lambda c: c.pop("form"), "$ required"),
    ("changes", lambda c: c.update(extra=1), "$ additionalProperties"),
    ("changes", lambda c: c.update(format="interopwatch-changes/1"), "$.format const"),
    ("changes", lambda c: c["old"].update(basis="guessed"), "$.old.basis enum"),
    ("changes", lambda c: c["old"].update(date="2014~"), "$.old.date pattern"),
    ("changes", lambda c: added(c).update(sense="news"), "sense enum"),
    ("changes", lambda c: added(c).update(before={}), "oneOf"),
    ("changes", lambda c: changed(c).update(after=None), "oneOf"),
    ("changes", lambda c: added(c).update(kind="moved"), "kind enum"),
    ("changes", lambda c: added(c).update(key={}), "key minProperties"),
    ("changes", lambda c: added(c)["after"].update(position=1), "anyOf"),
    ("report", lambda r: r.pop("headline"), "$ required"),
    ("report", lambda r: r.update(headline=[]), "$.headline minItems"),
    ("report", lambda r: r["sections"][0].update(lines=[]), "additionalProperties"),
    ("report", lambda r: r["sections"][0]["groups"][0]["lines"][0].pop("locator"), "required"),
]


@pytest.mark.parametrize(("name", "spoil", "expected"), SPOILS)
def test_what_is_written_otherwise_is_not_allowed(
    written: Mapping[str, Any], name: str, spoil: Callable[[Any], object], expected: str
) -> None:
    spoiled = deepcopy(written[name])
    assert problems(name, spoiled) == []
    spoil(spoiled)
    assert [p for p in problems(name, spoiled) if p.endswith(expected)]


FROZEN = {"date": "2020-06", "basis": "observed", "covers": ["list"], "why": "a test"}
REBUILT = {**FROZEN, "basis": "reconstructed", "from": "2021"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (FROZEN, []),
        (REBUILT, []),
        ({**FROZEN, "editions": {"list": "list-2020"}}, []),
        ({**FROZEN, "from": "2021"}, ["$.interopwatch.basis const"]),
        ({k: v for k, v in REBUILT.items() if k != "from"}, ["$.interopwatch required"]),
        ({k: v for k, v in FROZEN.items() if k != "why"}, ["$.interopwatch dependentRequired"]),
        ({"why": "a test"}, ["$.interopwatch dependentRequired"]),
        ({**FROZEN, "date": "2020~"}, ["$.interopwatch.date pattern"]),
        ({**FROZEN, "covers": "list"}, ["$.interopwatch.covers type"]),
    ],
)
def test_what_a_snapshot_says_of_itself_is_all_or_nothing(
    said: Mapping[str, Any], expected: list[str]
) -> None:
    raw = redescribed(shelf(), lambda raw: raw["interopwatch"].update(said)).descriptor
    assert problems("interopwatch", raw) == expected


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("began", True),
        ("removed", True),
        ("holds", True),
        ("status.changed", True),
        ("history.reached", True),
        ("bagan", False),
        ("changed", False),
        ("news", False),
    ],
)
def test_sentences_are_called_by_what_is_told(name: str, *, accepted: bool) -> None:
    def change(raw: dict[str, Any]) -> None:
        of(raw, "books")["interopwatch"]["words"]["sentences"][name] = "{title}"

    found = problems("interopwatch", redescribed(shelf(), change).descriptor)
    assert (found == []) == accepted


def test_a_schema_that_refers_elsewhere_is_not_fetched(root: Path) -> None:
    for file in (root / "src/interopwatch/schemas").glob("*.json"):
        for _, schema in subschemas(json.loads(file.read_text(encoding="utf-8"))):
            assert str(schema.get("$ref", "#")).startswith("#")
