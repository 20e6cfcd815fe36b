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
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jsonschema_rs import ValidationError, Validator

    from interopwatch.findings import Finding
    from interopwatch.validation.readable import ReadablePackage

_LONGEST: Final = 200
"""Messages quote what they are about, which can be a whole descriptor."""
_FORGOTTEN: Final = ("list",)
"""Types that Table Schema 2.0 has ("Field Types") and its profile lacks."""


def check_profiles(package: ReadablePackage) -> Iterator[Finding]:
    """Every part of a descriptor that the profile or our own schema does not allow."""
    schemas = (
        ("descriptor-profile", standard, "See https://datapackage.org/standard/data-package/."),
        ("descriptor-interopwatch", _ours, "See interopwatch.schema.json."),
    )
    for code, schema, hint in schemas:
        try:
            for error in _compiled(schema).iter_errors(package.descriptor.raw):
                for path, message in _explained(error):
                    yield package.in_descriptor(path, code, message, hint)
        except ValueError as error:  # nested deeper than it goes
            yield package.in_descriptor((), code, f"cannot be checked: {error}", hint)


def validator(schema: Mapping[str, Any]) -> Validator:
    """A validator that cannot fetch anything: it knows the schema and nothing else.

    Raises:
        jsonschema_rs.ValidationError: The schema refers to another one.
    """
    from jsonschema_rs import validator_for

    # Formats are annotations in the profile: what they ask for is told where a field is read.
    return validator_for(dict(schema), offline=True, validate_formats=False)


@cache
def _compiled(schema: Callable[[], Mapping[str, Any]]) -> Validator:
    return validator(schema())


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


def _ours() -> Mapping[str, Any]:
    return published("interopwatch")


def _explained(error: ValidationError) -> Iterator[tuple[Sequence[str | int], str]]:
    """What an error comes down to: of alternatives, what is wrong under the one meant."""
    path = error.instance_path
    branches: Sequence[Sequence[ValidationError]] = getattr(error.kind, "context", ())
    if not branches:
        yield path, _shortened(error.message)
        return
    # The alternatives for a field differ by their type, and only one can be meant.
    types = [_type(inner, path) for branch in branches for inner in branch]
    meant = [b for b in branches if not any(_type(inner, path) for inner in b)]
    if meant:
        for inner in min(meant, key=len):
            yield from _explained(inner)
    elif not (isinstance(error.instance, dict) and error.instance.get("type") in _FORGOTTEN):
        yield (*path, "type"), f"not one of the types {', '.join(t for t in types if t)}"


def _type(error: ValidationError, path: Sequence[str | int]) -> str:
    """The type that a field would have to be of for an alternative; empty if it can be."""
    if error.instance_path != [*path, "type"] or error.kind.name != "enum":
        return ""
    return ", ".join(map(str, error.kind.value))


def _shortened(message: str) -> str:
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
