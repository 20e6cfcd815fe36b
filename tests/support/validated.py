"""Holds every change set that a test writes as JSON against the published JSON Schema."""

from __future__ import annotations

import json
from functools import cache, wraps
from typing import TYPE_CHECKING

from interopwatch.changeset import serialise as change_files
from interopwatch.changeset.serialise import to_dict
from interopwatch.validation.profiles import published, validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema_rs import Validator

_MARK = '"format": "interopwatch-changes/'


@cache
def _judge() -> Validator:
    return validator(published("changes"))


def is_change_set(text: str) -> bool:
    """Whether a text is a change set as JSON or JSON Lines."""
    return _MARK in text[:100]


def validate(text: str) -> None:
    """See that a change set as JSON or JSON Lines is what the schema says."""
    assert is_change_set(text), "it says of itself what it is"
    if '"counts": {"rows": ' in text.partition("\n")[0]:  # JSON Lines
        lines = change_files.read(text, "lines")
        text = json.dumps(to_dict(lines, change_files.unnarrated(lines)))
    value = json.loads(text)
    problems = [f"{e.instance_path}: {e.message}" for e in _judge().iter_errors(value)]
    assert not problems, problems


def validating(write: Callable[..., str]) -> Callable[..., str]:
    """The same function, of which each result is held against the schema."""

    @wraps(write)
    def written(*args: object, **options: object) -> str:
        text = write(*args, **options)
        validate(text)
        return text

    return written


def install() -> None:
    """Hold against the schema what is written by all who look the writers up from now on."""
    change_files.to_json = validating(change_files.to_json)
    change_files.to_lines = validating(change_files.to_lines)
