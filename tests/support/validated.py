"""Validate every change set that a test writes as JSON against the published JSON Schema."""

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
    """Return whether a text is a change set as JSON or JSON Lines."""
    return _MARK in text[:100]


def validate(text: str) -> None:
    """Check that a change set as JSON or JSON Lines conforms to the schema."""
    assert is_change_set(text), "it says of itself what it is"
    if '"counts": {"rows": ' in text.partition("\n")[0]:  # JSON Lines
        lines = change_files.read(text, "lines")
        text = json.dumps(to_dict(lines, change_files.unnarrated(lines)))
    value = json.loads(text)
    problems = [f"{e.instance_path}: {e.message}" for e in _judge().iter_errors(value)]
    assert not problems, problems


def validating(write: Callable[..., str]) -> Callable[..., str]:
    """Wrap a function so that each result is validated against the schema."""

    @wraps(write)
    def written(*args: object, **options: object) -> str:
        text = write(*args, **options)
        validate(text)
        return text

    return written


def install() -> None:
    """Validate the output of the writers from now on, for all who look them up on their modules."""
    change_files.to_json = validating(change_files.to_json)
    change_files.to_lines = validating(change_files.to_lines)
