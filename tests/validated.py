"""Holds every change set that a test writes as JSON against the published JSON Schema."""

from __future__ import annotations

import json
from functools import cache, wraps
from typing import TYPE_CHECKING

from interopwatch import change_files
from interopwatch.changes import to_dict
from interopwatch.report import changes as forms
from interopwatch.validation.profiles import published, validator

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema.protocols import Validator

_MARK = '"format": "interopwatch-changes/'


@cache
def _judge() -> Validator:
    return validator(published("changes"))


def validate(text: str) -> None:
    """See that a text is what the schema says, if it is a change set as JSON or JSON Lines."""
    if _MARK not in text[:100]:
        return
    if '"counts": {"rows": ' in text.partition("\n")[0]:  # JSON Lines
        lines = change_files.read(text, "lines")
        text = json.dumps(to_dict(lines, change_files.untold(lines)))
    value = json.loads(text)
    problems = [f"{e.json_path}: {e.message}" for e in _judge().iter_errors(value)]
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
    """Hold against the schema what is written from now on, by whoever asks for a writer."""
    change_files.to_json = validating(change_files.to_json)
    change_files.to_lines = validating(change_files.to_lines)
    forms.render = validating(forms.render)
