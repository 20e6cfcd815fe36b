"""Validate a package with frictionless, an independent validator.

Our own checks cover descriptors, rows and references; frictionless confirms them. Its errors are
not reported where our own checks already report something.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, NoReturn

from interopwatch.errors import TableError
from interopwatch.extras import extra, has_extra
from interopwatch.findings import Finding
from interopwatch.package.descriptor import FILE_NAMES
from interopwatch.package.formats import paths_of
from interopwatch.package.labels import joined
from interopwatch.package.table import csv_options
from interopwatch.validation.descriptor import unknown_fields
from interopwatch.validation.readable import relative

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from interopwatch.findings import Level
    from interopwatch.package.descriptor import Resource
    from interopwatch.validation.readable import ReadablePackage

# It names the place in the text of the error alone.
_PROPERTY: Final = re.compile(r"at property '([^']*)'")
_LACKING: Final = re.compile(r'Please install "([^"]+)"')
"""What it says of files that it reads with the help of a library only."""
_FORM: Final = "form-not-canonical"
_MOST_BYTES: Final = 8 << 20
"""Bytes of tables that frictionless is given without being asked: it takes 1.5 s for a MiB of
short cells, and 10 s where many of them are wrong; our own checks take a tenth of that."""
_SHOWN: Final = 5
"""Tables that a notice names."""
_OFFLINE: Final = "a package is checked without the network"
_PROFILES: Final = re.compile(r"(tabular-|fiscal-)?data-(package|resource)")
"""Profiles of Data Package 1.0 that are named, and not read from a file."""
_PATTERNS: Final = ("pattern", "jsonSchema")
_MISDESCRIBED: Final = ("descriptor-profile", "constraint-unusable", "reference-field-unknown")


def check_with_frictionless(
    package: ReadablePackage, found: Sequence[Finding], *, thorough: bool = False
) -> Iterator[Finding]:
    """Everything that frictionless finds and that has not been found yet.

    Args:
        package: The package.
        found: What our own checks have found in it.
        thorough: Whether to have it check large tables, too, and follow foreign keys. It reads
            the tables again for each of these, which takes two thirds of its time.

    Raises:
        MissingExtraError: frictionless is not installed, and a thorough check is asked for.
    """
    if not has_extra("frictionless"):
        yield from _not_installed(package, thorough=thorough)
        return
    large = () if thorough else _too_large(package)
    # It names no place in a descriptor that we could compare with, and stops at what it
    # finds there: what is wrong with the descriptor must be mended first.
    is_misdescribed = any(finding.code in _MISDESCRIBED for finding in found)
    # The canonical form is no concern of frictionless, which may find more on that line.
    places = {(f.file, f.line, f.field) for f in found if f.code != _FORM}
    try:
        reported = _reported(package, large, references=thorough)
    except Exception as error:  # noqa: BLE001 - whatever it trips over lies in the package
        if not is_misdescribed:
            why = relative(f"{type(error).__name__}: {error}", package.root)
            yield package.in_descriptor((), "judge-failed", why=why)
        return
    if large:
        yield package.in_descriptor((), "judge-skipped", tables=joined(large, _SHOWN))
    lines = cache(lambda name: _record_lines(package, package.resource(name)))
    for name, errors in reported:
        resource = package.descriptor.by_name.get(name)
        if resource is None:
            told = () if is_misdescribed else errors
            yield from (_in_descriptor(package, each, name) for each in told)
            continue
        for one in errors:
            if not _follows(package, resource, one):
                finding = _in_table(package, resource, one, lines)
                columns = (finding.field, "") if finding.line else (finding.field,)
                if not any((finding.file, finding.line, column) in places for column in columns):
                    yield finding


def _not_installed(package: ReadablePackage, *, thorough: bool) -> Iterator[Finding]:
    """Say that there is nobody to confirm what our own checks find.

    Raises:
        MissingExtraError: It was asked for.
    """
    if thorough:
        with extra("frictionless", "thorough checks"):
            import frictionless  # noqa: F401 - it says that it is missing
    yield package.in_descriptor((), "judge-skipped.missing")


def _too_large(package: ReadablePackage) -> tuple[str, ...]:
    """The largest tables, as far as all are more than frictionless reads in reasonable time."""
    sizes = {name: len(package.content(name)) for name in package.readable}
    total, found = sum(sizes.values()), []
    for name in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if total <= _MOST_BYTES:
            break
        total -= sizes[name]
        found.append(name)
    return tuple(name for name in sizes if name in found)


def _follows(package: ReadablePackage, resource: Resource, error: Any) -> bool:  # noqa: ANN401 - any error
    """Whether an error comes of a table or field that cannot be read, which is reported there."""
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


def _reported(
    package: ReadablePackage, left_out: Collection[str], *, references: bool
) -> Sequence[tuple[str, Sequence[Any]]]:
    """The errors that frictionless reports, by the name of their resource; first, of none."""
    import frictionless

    with _cautiously():
        try:
            checked = frictionless.Package.from_descriptor(
                _descriptor(package), basepath=str(package.root)
            )
            for name in left_out:
                checked.remove_resource(name)
            for resource in () if references else checked.resources:
                if resource.schema.foreign_keys:
                    resource.schema.foreign_keys = []
            report = checked.validate(limit_errors=0)
        except frictionless.FrictionlessException as error:
            return [("", error.to_errors())]
    return [("", report.errors), *((task.name, task.errors) for task in report.tasks)]


def _name(item: object) -> object:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else None


def _is_package(item: object) -> bool:
    """Whether a resource is the descriptor of a package."""
    paths = paths_of(item) if isinstance(item, dict) else ()
    return any(isinstance(each, str) and PurePath(each).name in FILE_NAMES for each in paths)


def _is_no_list(item: object) -> bool:
    """Whether a resource holds its data itself, and not as rows: of that it knows nothing."""
    return isinstance(item, dict) and not isinstance(item.get("data", []), list)


def _descriptor(package: ReadablePackage) -> dict[str, Any]:
    """What it is given: only what our own reader took, for it would wait for a pipe.

    Of a table that is called ``datapackage.json`` it would check the package that this
    describes, and so on without end. Nor is it given a pattern, which our own checks have
    judged: it has no limit of time.
    """
    raw = {k: v for k, v in package.descriptor.raw.items() if not _is_file(k, v)}
    names = {*package.readable, *(r.name for r in package.descriptor.files)}
    taken = {name for name in names if package.has_regular_files(name)}
    # The profile of a tabular resource asks for the schema, which is there, and was not read.
    gaps = {path[1] for path, _ in package.descriptor.gaps if path[-1] == "schema"}
    raw["resources"] = [
        _for_frictionless(item, taken, without=("profile",) if i in gaps else ())
        for i, item in enumerate(raw.get("resources", ()))
        if _name(item) in taken and not _is_package(item) and not _is_no_list(item)
    ]
    return raw


def _for_frictionless(
    item: Mapping[str, Any], taken: Collection[str], without: Collection[str]
) -> dict[str, Any]:
    if "data" in item and not item.get("path"):
        without = (*without, "format")  # which it takes for that of a file
    found = {k: v for k, v in item.items() if k not in without and not _is_file(k, v)}
    if isinstance(schema := item.get("schema"), dict):
        found["schema"] = _without_patterns(schema)
        matching = schema.get("fieldsMatch")
        if isinstance(matching, list) and len(matching) == 1:  # it wants a text, as others write
            found["schema"]["fieldsMatch"] = matching[0]
        keys = schema.get("foreignKeys")
        if isinstance(keys, list):
            found["schema"]["foreignKeys"] = [k for k in keys if _target(k) in {"", *taken}]
    return found


def _target(key: Any) -> str:  # noqa: ANN401 - any JSON
    reference = key.get("reference") if isinstance(key, dict) else None
    return str(reference.get("resource", "")) if isinstance(reference, dict) else ""


def _is_file(name: str, value: object) -> bool:
    """Whether a property has it read a file beside the tables."""
    is_named = isinstance(value, str) and ("://" in value or _PROFILES.fullmatch(value) is not None)
    return name in ("profile", "$schema", "profiles") and not is_named


def _without_patterns(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_without_patterns(each) for each in value]
    if isinstance(value, dict):
        return {k: _without_patterns(v) for k, v in value.items() if k not in _PATTERNS}
    return value


def _in_descriptor(package: ReadablePackage, error: Any, name: str) -> Finding:  # noqa: ANN401 - any of its errors
    """An error of the package, or of a resource that is no table to us."""
    message = _message(package, error)
    names = [_name(item) for item in package.descriptor.raw.get("resources", ())]
    if name in names:
        path: list[str | int] = ["resources", names.index(name)]
    else:  # only of a package does it name places from the root
        found = _PROPERTY.search(error.note) if error.type == "package-error" else None
        path = [*found[1].split("/")] if found else []
    if (lacking := _LACKING.search(message)) is not None:
        said = {"name": name, "library": lacking[1]}
        return package.in_descriptor(path, "judge-skipped.lacking", **said)
    level: Level = "warning" if _OFFLINE in message else "error"
    place = package.in_descriptor_at(path)
    return Finding(*place, f"frictionless-{error.type}", message, level=level)


def _in_table(
    package: ReadablePackage,
    resource: Resource,
    error: Any,  # noqa: ANN401 - any of its errors
    lines: Callable[[str], Sequence[int]],
) -> Finding:
    # It counts records, of which the header is the first.
    number = (getattr(error, "row_numbers", None) or [getattr(error, "row_number", 0)])[0]
    if number and number <= len(lines(resource.name)):
        number = lines(resource.name)[number - 1]
    columns = getattr(error, "field_names", None) or [getattr(error, "field_name", "")]
    column = columns[0] or getattr(error, "label", "")
    if error.type == "primary-key":
        column = resource.primary_key[0]
    code = f"frictionless-{error.type}"
    return Finding(resource.path, number, column, code, _message(package, error))


def _message(package: ReadablePackage, error: Any) -> str:  # noqa: ANN401 - any of its errors
    return relative(" ".join(error.message.split()), package.root)


def _record_lines(package: ReadablePackage, resource: Resource) -> Sequence[int]:
    """The line on which each record begins: a cell can go on over several lines."""
    begins = [1]
    try:
        text = package.content(resource.name).decode(resource.dialect.encoding)
        reader = csv.reader(io.StringIO(text, newline=""), **csv_options(resource.dialect))
        begins += [reader.line_num + 1 for _ in reader]
    except (TableError, UnicodeError, LookupError, csv.Error):
        pass  # reported with the rows
    return begins
