"""Differences in the metadata of two descriptors."""

from __future__ import annotations

import pytest

from interopwatch import diff
from interopwatch.changeset.metadata import words_of
from packages import Made, package


def test_properties_without_a_name_are_told_too() -> None:
    made = package({"a": "id\n1\n"})
    other = made.edited(lambda raw: raw["resources"][0].update({"": {"": "x"}}))
    changes = diff(made.memory("old"), other.memory("new"))
    assert [(word.before, word.after) for word in words_of(changes)] == [("nothing", '“{"": "x"}”')]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (["a", "a"], ["a", "b"], [("r: words 1", "“a”", "“b”")]),
        (["a", "b", "c"], ["a", "c"], [("r: words 1", "“b”", "nothing")]),
        (["a", "a", {"x": "1"}], ["a", "a", {"x": "2"}], [("r: words 2 x", "“1”", "“2”")]),
        ([{}, "a"], [{}, "a", {}], [("r: words 2", "nothing", "“{}”")]),
        ({"x": {}}, {"x": []}, [("r: words x", "“{}”", "“[]”")]),
        ([1], [True], [("r: words 0", "“1”", "“true”")]),
    ],
)  # fmt: skip
def test_words_in_arrays_are_told_by_their_places(
    was: object, now: object, expected: list[tuple[str, str, str]]
) -> None:
    made = package({"r": "id\n1\n"})
    one = made.edited(lambda raw: raw["resources"][0].update(words=was)).memory("old")
    other = made.edited(lambda raw: raw["resources"][0].update(words=now)).memory("new")
    told = [(word.place, word.before, word.after) for word in words_of(diff(one, other))]
    assert told == expected


def test_a_resource_that_comes_without_its_file_is_told_all_the_same() -> None:
    made = package({"r": "id\n1\n"})
    doc = {"name": "doc", "path": "doc.txt"}
    one, other = made.memory("old"), made.edited(lambda raw: raw["resources"].append(doc)).memory()
    expected = ("doc: all", "nothing", '“{"name": "doc", "path": "doc.txt"}”')
    (word,) = words_of(diff(one, other))
    assert (word.place, word.before, word.after) == expected
    (word,) = words_of(diff(other, one))
    assert (word.place, word.before, word.after) == (expected[0], expected[2], expected[1])
    there = Made({**made.files, "doc.txt": b"hello"}).edited(
        lambda raw: raw["resources"].append(doc)
    )
    assert words_of(diff(one, there.memory())) == ()  # its file change covers it
