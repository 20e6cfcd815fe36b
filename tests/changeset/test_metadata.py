"""Where two descriptors differ in words."""

from __future__ import annotations

from interopwatch import diff
from interopwatch.changeset.metadata import words_of
from packages import package


def test_properties_without_a_name_are_told_too() -> None:
    made = package({"a": "id\n1\n"})
    other = made.edited(lambda raw: raw["resources"][0].update({"": {"": "x"}}))
    changes = diff(made.memory("old"), other.memory("new"))
    assert [(word.was, word.now) for word in words_of(changes)] == [("nothing", '“{"": "x"}”')]
