"""Whether a descriptor has the shape that the standard and this project give it.

The standard's profile (Data Package 2.0, https://datapackage.org/standard/data-package/)
ships with ``dplib-py``, ours with this library. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from interopwatch.findings import Finding
    from interopwatch.validation.lenient import Lenient

_LONGEST: Final = 200
"""Messages quote what they are about, which can be a whole descriptor."""
_FORGOTTEN: Final = ("list",)
"""Types that Table Schema 2.0 has ("Field Types") and its profile lacks."""


def check_profiles(package: Lenient) -> Iterator[Finding]:
    """Every part of a descriptor that the profile or our own schema does not allow."""
    judges = (
        ("descriptor-profile", standard(), "See https://datapackage.org/standard/data-package/."),
        ("descriptor-interopwatch", published("interopwatch"), "See interopwatch.schema.json."),
    )
    for code, schema, hint in judges:
        for error in validator(schema).iter_errors(package.descriptor.raw):
            for path, message in _explained(error, ()):
                yield package.described(path, code, message, hint)


def validator(schema: Mapping[str, Any]) -> Validator:
    """A validator that cannot fetch anything: it knows the schema and nothing else."""
    from jsonschema.validators import validator_for
    from referencing import Registry

    return validator_for(schema)(schema, registry=Registry())


@cache
def standard() -> Mapping[str, Any]:
    """The profile of Data Package 2.0, as a JSON Schema."""
    profile = files("dplib") / "profiles" / "2.0" / "datapackage.json"
    found: dict[str, Any] = json.loads(profile.read_text(encoding="utf-8"))
    return found


@cache
def published(name: str) -> Mapping[str, Any]:
    """A JSON Schema that this library publishes: ``interopwatch``, ``changes``, ``report``."""
    file = files("interopwatch") / "schemas" / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _explained(
    error: ValidationError, around: Sequence[str | int]
) -> Iterator[tuple[Sequence[str | int], str]]:
    """What an error comes down to: of alternatives, what is wrong under the one meant."""
    path = (*around, *error.relative_path)
    branches = _branches(error)
    if not branches:
        yield path, _shortened(error.message)
        return
    # The alternatives for a field differ by their type, and only one can be meant.
    meant = [branch for branch in branches if not any(_is_other_type(e) for e in branch)]
    if meant:
        for inner in min(meant, key=len):
            yield from _explained(inner, path)
    elif not (isinstance(error.instance, dict) and error.instance.get("type") in _FORGOTTEN):
        types = [value for branch in branches for e in branch for value in _types(e)]
        yield (*path, "type"), f"not one of the types {', '.join(map(str, types))}"


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    """The errors under each of the alternatives of ``anyOf`` or ``oneOf``."""
    found: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        found.setdefault(inner.schema_path[0], []).append(inner)
    return list(found.values())


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "enum" and list(error.relative_path) == ["type"]


def _types(error: ValidationError) -> Sequence[object]:
    values: Any = error.validator_value
    return values if _is_other_type(error) else ()


def _shortened(message: str) -> str:
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
