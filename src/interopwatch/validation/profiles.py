"""Check a descriptor against the profiles of the standard and of this project.

The standard's profiles (Data Package 1.0 and 2.0, https://datapackage.org/standard/data-package/)
and ours ship with this library (``schemas``). Nothing is fetched.
"""

from __future__ import annotations

import json
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from interopwatch.package.parse import is_address
from interopwatch.validation.readable import relative

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jsonschema_rs import ValidationError, Validator

    from interopwatch.findings import Finding
    from interopwatch.validation.readable import ReadablePackage

    _Error = tuple[Sequence[str | int], str]
    """The path of a problem, and its message."""

_FIRST: Final = "standard/datapackage-1.0.json"
_SECOND: Final = "standard/datapackage-2.0.json"
"""The profiles of Data Package."""
_LONGEST: Final = 200
"""Maximum characters of a message, which may quote a complete descriptor."""
_GAPS: Final = {"name": "name-made-up", "schema": "schema-unread", "dialect": "dialect-unread"}
"""The finding code for each kind of gap in a descriptor."""
_FORGOTTEN: Final = ("list",)
"""Types of Table Schema 2.0 ("Field Types") that its profile lacks."""


def check_profiles(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every part of a descriptor that the profile or our own schema does not allow."""
    checks = (
        ("descriptor-profile", _standard_errors),
        ("descriptor-interopwatch", partial(_errors, "interopwatch.schema.json")),
    )
    for code, errors_of in checks:
        try:
            for path, message in errors_of(package.descriptor.raw):
                yield package.in_descriptor(path, code, what=message)
        except ValueError as error:  # nested too deeply
            yield package.in_descriptor((), code, what=f"cannot be checked: {error}")


def check_faults(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every part of a descriptor that was unusable and dropped."""
    for path, problem in package.descriptor.faults:
        yield package.in_descriptor(path, "descriptor-unreadable", what=problem)


def check_gaps(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every invented name, and every schema and dialect that was not read."""
    for path, problem in package.descriptor.gaps:
        _, i, part = path
        place = package.descriptor.as_read["resources"][i].get(part)
        message = "" if part == "name" or is_address(place) else ".lacking"
        code = f"{_GAPS[str(part)]}{message}"
        yield package.in_descriptor(path, code, what=relative(problem, package.root))


def _standard_errors(raw: Mapping[str, Any]) -> Iterator[_Error]:
    """Return the violations of the standard's profile.

    A descriptor of version 2.0 names its profile in ``$schema``; one without ``$schema`` has
    version 1.0 (Data Package 2.0, "$schema"). Since many omit it by mistake, such a descriptor may
    conform to either; but fields are declared alike in both, and the profile of 1.0 hardly
    constrains them.
    """
    found = tuple(_errors(_SECOND, raw))
    named = str(raw.get("$schema", "/1.0/"))
    if not found or "/1.0/" not in named:
        return iter(found)
    first = tuple(_errors(_FIRST, raw))
    if first and not _names_first(raw):
        return iter(found)
    return iter((*first, *(error for error in found if "fields" in error[0])))


def _names_first(raw: Mapping[str, Any]) -> bool:
    """Return whether a descriptor has a ``profile``, which only version 1.0 defines."""
    resources = (item for item in raw.get("resources", ()) if isinstance(item, dict))
    return any("profile" in item for item in (raw, *resources))


def _errors(path: str, raw: Mapping[str, Any]) -> Iterator[_Error]:
    """Yield the violations of a schema that ships with this library."""
    for error in _compiled(path).iter_errors(raw):
        yield from _explained(error)


@cache
def _compiled(path: str) -> Validator:
    return validator(_schema(path))


def validator(schema: Mapping[str, Any]) -> Validator:
    """Return a validator that fetches nothing: it knows only this schema.

    Raises:
        jsonschema_rs.ValidationError: The schema refers to another one.
    """
    from jsonschema_rs import validator_for

    # Formats are annotations in the profile; they are checked when a field is parsed.
    return validator_for(dict(schema), offline=True, validate_formats=False)


def published(name: str) -> Mapping[str, Any]:
    """Return a published JSON Schema: ``interopwatch``, ``changes`` or ``report``."""
    return _schema(f"{name}.schema.json")


@cache
def _schema(path: str) -> Mapping[str, Any]:
    file = files("interopwatch").joinpath("schemas", *path.split("/"))
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _explained(error: ValidationError) -> Iterator[_Error]:
    """Yield the causes of an error: among alternatives, the errors of the one that was meant."""
    path = error.instance_path
    # For `anyOf` and `oneOf`, the errors of each alternative.
    branches: Sequence[Sequence[ValidationError]] = getattr(error.kind, "context", ())
    if not branches:
        yield path, _shortened(error.message)
        return
    # The alternatives for a field differ in type, so only one can be meant.
    types = [_type(inner, path) for branch in branches for inner in branch]
    meant = [b for b in branches if not any(_type(inner, path) for inner in b)]
    if meant:
        # Probably the one with the fewest errors was meant.
        for inner in min(meant, key=len):
            yield from _explained(inner)
    elif not (isinstance(error.instance, dict) and error.instance.get("type") in _FORGOTTEN):
        yield (*path, "type"), f"not one of the types {', '.join(t for t in types if t)}"


def _type(error: ValidationError, path: Sequence[str | int]) -> str:
    """Return the type that an alternative requires of a field; empty if it does not exclude it."""
    if error.instance_path != [*path, "type"] or error.kind.name != "enum":
        return ""
    return ", ".join(map(str, error.kind.value))


def _shortened(message: str) -> str:
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
