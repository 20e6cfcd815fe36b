"""What an independent judge, frictionless, says of a package."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from interopwatch.errors import TableError
from interopwatch.findings import Finding
from interopwatch.validation.declarations import unknown_fields
from interopwatch.validation.lenient import relative

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from interopwatch.findings import Level
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.lenient import Lenient

_PROPERTY = re.compile(r"at property '([^']*)'")
_FORM: Final = "form-not-canonical"
_OFFLINE: Final = "a package is checked without the network"
_MISDESCRIBED: Final = ("descriptor-profile", "constraint-unusable", "reference-field-unknown")


def check_independently(package: Lenient, told: Sequence[Finding]) -> Iterator[Finding]:
    """Everything that frictionless finds and that has not been told yet.

    Args:
        package: The package.
        told: What our own checks have found in it.
    """
    # It names no place in a descriptor that we could compare with, and stops at what it
    # finds there: what we have told of the descriptor must be mended first.
    is_misdescribed = any(finding.code in _MISDESCRIBED for finding in told)
    # The canonical form is no concern of frictionless, which may find more on that line.
    places = {(f.file, f.line, f.field) for f in told if f.code != _FORM}
    try:
        reported = _reported(package)
    except Exception as error:  # noqa: BLE001 - whatever it trips over lies in the package
        if not is_misdescribed:
            message = relative(f"{type(error).__name__}: {error}", package.root)
            yield package.described((), "judge-failed", f"frictionless gave up: {message}")
        return
    for name, errors in reported:
        resource = package.descriptor.by_name.get(name)
        for one in errors:
            if resource is not None:
                finding = _in_table(package, resource, one)
                if not (_is_told(finding, places) or _follows(package, resource, one)):
                    yield finding
            elif not is_misdescribed:
                yield _in_descriptor(package, one)


def _is_told(finding: Finding, places: Collection[tuple[str, int, str]]) -> bool:
    """Whether something has been told of the same cell, or of the whole line."""
    columns = (finding.field, "") if finding.line else (finding.field,)
    return any((finding.file, finding.line, column) in places for column in columns)


def _follows(package: Lenient, resource: Resource, error: Any) -> bool:  # noqa: ANN401 - any error
    """Whether an error comes of a table or field that cannot be read, which is told there."""
    if hasattr(error, "row_number") and error.type != "foreign-key":
        return False
    names = [resource.name, *(key.resource for key in resource.foreign_keys)]
    is_whole = all(name in package.readable for name in names)
    return not is_whole or any(unknown_fields(package, key) for key in resource.foreign_keys)


class _NoNetwork:
    """Stands where a connection would be, and refuses."""

    def __getattr__(self, name: str) -> NoReturn:
        raise ConnectionError(_OFFLINE)


@contextmanager
def _cautiously() -> Iterator[None]:
    """Let frictionless trust nothing and fetch nothing, and restore what it did before.

    Its own context stays set for good if an exception passes through it.
    """
    from frictionless import system

    context = system.use_context(
        trusted=False, onerror="ignore", standards="v2", http_session=_NoNetwork()
    )
    context.__enter__()
    try:
        yield
    finally:
        context.__exit__(None, None, None)


def _reported(package: Lenient) -> Sequence[tuple[str, Sequence[Any]]]:
    """The errors that frictionless reports, by the name of their resource; first, of none."""
    import frictionless

    with _cautiously():
        try:
            judged = frictionless.Package.from_descriptor(
                dict(package.descriptor.raw), basepath=str(package.root)
            )
            report = judged.validate(limit_errors=0)
        except frictionless.FrictionlessException as error:
            return [("", error.to_errors())]
    return [("", report.errors), *((task.name, task.errors) for task in report.tasks)]


def _in_descriptor(package: Lenient, error: Any) -> Finding:  # noqa: ANN401 - any of its errors
    # Only of a package does it name places from the root.
    found = _PROPERTY.search(error.note) if error.type == "package-error" else None
    at = found[1].split("/") if found else []
    message = _message(package, error)
    level: Level = "warning" if _OFFLINE in message else "error"
    return package.described(at, f"frictionless-{error.type}", message, level=level)


def _in_table(
    package: Lenient,
    resource: Resource,
    error: Any,  # noqa: ANN401 - any of its errors
) -> Finding:
    numbers = getattr(error, "row_numbers", None) or [getattr(error, "row_number", 0)]
    columns = getattr(error, "field_names", None) or [getattr(error, "field_name", "")]
    column = columns[0] or getattr(error, "label", "")
    if error.type == "primary-key":
        column = resource.primary_key[0]
    line = _line(package, resource, numbers[0])
    return Finding(
        resource.path, line, column, f"frictionless-{error.type}", _message(package, error)
    )


def _message(package: Lenient, error: Any) -> str:  # noqa: ANN401 - any of its errors
    return relative(" ".join(error.message.split()), package.root)


def _line(package: Lenient, resource: Resource, number: int) -> int:
    """The line on which a record begins; frictionless counts records, and the header is one.

    A cell can go on over several lines.
    """
    try:
        text = package.content(resource.name).decode(resource.dialect.encoding)
    except (TableError, UnicodeError, LookupError):
        return number
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=resource.dialect.delimiter,
        quotechar=resource.dialect.quote,
        doublequote=resource.dialect.double_quote,
        escapechar=resource.dialect.escape,
    )
    begins = 1
    try:
        for record, _ in enumerate(reader, start=1):
            if record == number:
                return begins
            begins = reader.line_num + 1
    except csv.Error:
        pass
    return number
