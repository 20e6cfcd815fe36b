"""Apply a change set: make the newer package from the older one.

Whatever the change set replaces, in a table or in the descriptor, must match its old side;
everything else is copied unchanged.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from posixpath import normpath
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec.structs import replace

from interopwatch.changeset.equality import agree, differing, first_difference
from interopwatch.changeset.metadata import package_properties, resource_properties
from interopwatch.errors import ChangeSetError, DescriptorError, FetchError, TableError
from interopwatch.file_names import is_inside
from interopwatch.package import parse
from interopwatch.package.descriptor import FILE_NAME, dump
from interopwatch.package.renamed import renamed
from interopwatch.package.table import Table, canonical
from interopwatch.package.tidy import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.changeset.changes import Changes
    from interopwatch.changeset.model import DescriptorChange, FileChange, RowChange
    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

_HINT_KEY: Final = (
    " All fields are the key, so the change set may have been applied already. If the table may "
    "have the row twice, declare fewer fields as its key, or none."
)


def apply(package: Package, changes: Changes) -> dict[str, bytes]:
    """Apply a change set to a package, and return the resulting files.

    For any packages ``a`` and ``b``, ``apply(a, diff(a, b))`` returns the tables and the descriptor
    of ``b`` in canonical form, and its other files byte for byte. (A diff restricted to some
    resources changes only those, and rows that differ only in ignored fields are unchanged.)

    Args:
        package: The older package.
        changes: The differences to the newer package.

    Returns:
        The newer package's files by path: tables and descriptor, but not the sums of a snapshot.
        Nothing is written.

    Raises:
        ChangeSetError: The change set does not fit the package, or is inconsistent. The message
            names the first mismatch, with the actual and the expected value.
        KeyProblemError: Two rows of the result have the same key.
        TableError: A table of the package cannot be read.
    """
    return _Application(package, changes).files()


def parsed(raw: Mapping[str, Any]) -> Descriptor:
    """Parse a descriptor made by a change set.

    Raises:
        ChangeSetError: It is invalid.
    """
    try:
        # From text, so that there is only one way to parse a descriptor.
        return parse.parse(json.dumps(raw), "the descriptor that the change set makes")
    except DescriptorError as error:
        raise ChangeSetError(error.message) from None


class _Application:
    """A change set being applied to a package."""

    def __init__(self, package: Package, changes: Changes) -> None:
        self._changes = changes
        self._raw = self._described(package.descriptor)
        self._descriptor = parsed(self._raw)
        # Row changes use the newer names, so the older rows must use them as well.
        self._package = renamed(package, changes.renames, self._descriptor)
        self._touched: dict[str, list[RowChange]] = {}
        for change in (*changes.rows, *changes.reformatted):
            self._touched.setdefault(change.resource, []).append(change)

    def files(self) -> dict[str, bytes]:
        """Return the files of the newer package."""
        names = {*self._package.descriptor.by_name, *self._descriptor.by_name}
        for name in self._touched:
            if name not in names:
                self._refuse(name, "the package has no such resource")
        tables: dict[str, bytes] = {}
        written: dict[str, Table] = {}
        copied = self._copied_files()
        for resource in self._descriptor.resources:
            if resource.name in copied or self._is_missing(resource.name):
                continue
            some = self._touched.get(resource.name, ())
            rows = self._rows(resource, some)
            table = Table(resource, rows, where=resource.path)
            # Normalised, as `./a.csv` and `a.csv` are one file.
            place = normpath(resource.path)
            other = written.get(place)
            if place == FILE_NAME or (other is not None and not _are_same_rows(other, table)):
                self._refuse_place(resource.name, resource.path)
            # If rows were duplicated before, or are compared as wholes, duplicates are allowed.
            key = resource.primary_key
            whole = any(_is_whole(each, key) for each in some) or _added_twice(some)
            if key and not (whole or self._had_shared_keys(resource)):
                _ = table.by_key  # two rows with one key have no canonical order
            if other is None:  # several resources may share a file, under different keys
                written[place] = table
                tables[resource.path] = canonical(resource, rows)
        self._check_removed()
        files = {path: content for each in copied.values() for path, content in each.items()}
        self._check_places(copied, tables)
        return {**tables, **files, FILE_NAME: dump(described(self._raw, tables, files)).encode()}

    def _refuse(self, name: str, problem: str, hint: str = "") -> NoReturn:
        """Raise an error for a mismatch between change set and package."""
        origin = self._changes.old.label
        raise ChangeSetError(
            f"the change set does not apply: {name}: {problem}",
            hint=f"Apply it to the package that it was made from, {origin!r}.{hint}",
        )

    def _refuse_place(self, name: str, path: str) -> NoReturn:
        self._refuse(name, f"its path {path} belongs to another resource")

    def _refuse_row(self, change: RowChange, row: Row, problem: str, hint: str = "") -> NoReturn:
        key = ", ".join(f"{name}={row.get(name, '')!r}" for name in change.key)
        self._refuse(f"{change.resource} {key}", problem, hint)

    def _check_removed(self) -> None:
        """Refuse to remove a table that still has rows."""
        as_files = {change.resource for change in self._changes.files}
        for name in self._package.descriptor.by_name:
            # A table removed as a file is compared by its bytes, not by its rows.
            if name in self._descriptor.by_name or name in as_files:
                continue
            if name not in self._touched and self._is_broken(name):
                continue  # it was not compared, and its rows are unknown
            remaining = self._changed(self._package.rows(name), self._touched.get(name, ()))
            if remaining:
                self._refuse(
                    name, f"it is to be removed, but still has the row {dict(remaining[0])}"
                )

    def _check_places(
        self, copied: Mapping[str, Mapping[str, bytes]], tables: Mapping[str, bytes]
    ) -> None:
        """Refuse to write two files to the same path, among those carried and those declared."""
        found = {name: set(files) for name, files in copied.items()}
        for resource in self._descriptor.files:
            found.setdefault(resource.name, set()).update(
                resource.source.paths if resource.source else ()
            )
        used = {*map(normpath, tables), FILE_NAME}
        for name, each in found.items():
            for path in each:
                if normpath(path) in used:
                    self._refuse_place(name, path)

    def _copied_files(self) -> dict[str, dict[str, bytes]]:
        """Return the files that are copied byte for byte, by resource and path.

        These are files that are not tables, resources that the change set has as files, and
        unchanged tables that cannot be read.
        """
        by_resource: dict[str, list[FileChange]] = {}
        for change in self._changes.files:
            by_resource.setdefault(change.resource, []).append(change)
        described = self._descriptor
        found: dict[str, dict[str, bytes]] = {}
        for name in (*described.files_by_name, *described.by_name, *by_resource):
            is_file = name in by_resource or name in described.files_by_name
            is_file = is_file or (name not in self._touched and self._is_broken(name))
            if name not in found and is_file:
                found[name] = self._file_contents(name, by_resource.get(name, ()))
        return found

    def _is_missing(self, name: str) -> bool:
        """Return whether a new table's file is missing, so that its rows are unknown."""
        is_new = name not in self._package.descriptor.by_name
        return is_new and name in self._changes.missing and name not in self._touched

    def _is_broken(self, name: str) -> bool:
        if name not in self._package.descriptor.by_name:
            return False
        try:
            self._package.table(name)
        except (TableError, FetchError):
            return True
        return False

    def _file_contents(self, name: str, changes: Sequence[FileChange]) -> dict[str, bytes]:
        """Return the files of a resource after file changes; a missing one remains missing."""
        descriptor = self._package.descriptor
        found: dict[str, bytes] = {}
        if name in descriptor.by_name or name in descriptor.files_by_name:
            for path in self._package.paths_of(name):
                with suppress(TableError):
                    found[path] = self._package.file_content(path)
        for change in changes:
            before, after = change.before, change.after
            if before is not None and found.pop(before.path, None) != before.content:
                self._refuse(name, f"the file {before.path} is not the expected one")
            if before is None and after is not None and after.path in found:
                self._refuse(name, f"the file {after.path} is to be added, but already exists")
            if after is not None:
                if not is_inside(after.path):
                    raise ChangeSetError(f"{after.path!r} leads outside the package")
                found[after.path] = after.content
        return found

    def _described(self, old: Descriptor) -> dict[str, Any]:
        """Return the new descriptor as JSON, without properties derived from files."""
        root, properties = package_properties(old), resource_properties(old)
        for change in self._changes.descriptor:
            self._expect(change, properties.get(change.resource) if change.resource else root)
            if not change.resource:
                root = dict(change.after or {})
            elif change.after is None:
                del properties[change.resource]
            else:
                properties[change.resource] = dict(change.after)
        listed = root.get("resources", [])
        # A diff restricted to some resources does not include the order of all resources.
        lists_all = any(not change.resource for change in self._changes.descriptor)
        if lists_all and not (
            isinstance(listed, list) and sorted(map(str, listed)) == sorted(properties)
        ):
            self._refuse(
                "descriptor", f"it lists the resources {listed}; there would be {list(properties)}"
            )
        order = map(str, listed) if lists_all else list(properties)
        return {**root, "resources": [properties[name] for name in order]}

    def _expect(self, change: DescriptorChange, actual: Mapping[str, Any] | None) -> None:
        name = change.resource or "descriptor"
        if actual is None and change.before is not None:
            self._refuse(name, "the package has no such resource")
        if actual is not None and change.before is None:
            self._refuse(name, "it is to be added, but already exists")
        if not agree(actual, change.before):
            at, found, expected = first_difference(actual, change.before)
            self._refuse(name, f"the descriptor has {found} at {at}; expected {expected}")

    def _rows(self, resource: Resource, changes: Sequence[RowChange]) -> tuple[Row, ...]:
        name, header = resource.name, resource.header
        for change in changes:
            if change.after is not None and set(change.after) != set(header):
                named = sorted(set(change.after) ^ set(header))
                self._refuse_row(
                    change,
                    change.after,
                    f"field {named[0]!r} is in the row or in the schema, but not in both",
                )
        old_rows = self._package.rows(name)
        if old_rows and not header:
            self._refuse(name, "the descriptor declares no fields, which a change set needs")
        new_rows = self._changed(old_rows, changes, resource.primary_key)
        old = self._package.descriptor.by_name.get(name)
        if old is not None and old.header != header:
            removed = [field for field in old.header if field not in header]
            new_rows = [self._projected(name, row, header, removed) for row in new_rows]
        return tuple(new_rows)

    def _projected(self, name: str, row: Row, header: Sequence[str], removed: Sequence[str]) -> Row:
        """Return a row with the fields of the new schema; those it lacks are empty."""
        if len(row) == len(header) and not any(field not in row for field in header):
            return row
        for field in removed:
            if row.get(field):
                self._refuse(
                    name, f"field {field!r} is to be removed, but is not empty in {dict(row)}"
                )
        return {field: row.get(field, "") for field in header}

    def _had_shared_keys(self, resource: Resource) -> bool:
        """Return whether older rows have duplicate or empty keys, by the older or the newer key."""
        old = self._package.descriptor.by_name.get(resource.name)
        if old is None:
            return False
        keyed = [replace(old, primary_key=key) for key in (old.primary_key, resource.primary_key)]
        fit = [each for each in keyed if old.by_name.keys() >= set(each.primary_key)]
        rows = self._package.rows(resource.name)
        return any(Table(each, rows).shared_keys for each in fit if each.primary_key)

    def _changed(
        self, old_rows: Sequence[Row], changes: Sequence[RowChange], key: Sequence[str] = ()
    ) -> list[Row]:
        """Return rows after row changes: remaining rows in their order, then added ones."""
        rows = self._remaining(
            old_rows, [change for change in changes if change.before is not None]
        )
        added = [change for change in changes if change.before is None]
        if added:
            self._check_added(added, old_rows, rows, key)
        return [*rows, *(change.row for change in added)]

    def _remaining(self, old_rows: Sequence[Row], changes: Sequence[RowChange]) -> list[Row]:
        """Return the remaining rows after changes and removals."""
        indexes: dict[tuple[str, ...], dict[tuple[str | None, ...], list[int]]] = {}
        changed: dict[int, Row | None] = {}
        for change in changes:
            before, names = change.before or {}, tuple(change.key)
            if names not in indexes:
                index = indexes[names] = {}
                for i, row in enumerate(old_rows):
                    index.setdefault(_key(row, names), []).append(i)
            free = [i for i in indexes[names].get(_key(before, names), []) if i not in changed]
            if not free:
                self._refuse_row(change, before, "there is no such row")
            # Of rows with the same key, the one that equals the change's row in every field.
            place = next((i for i in free if differing(old_rows[i], before) is None), free[0])
            field = differing(old_rows[place], before)
            if field is not None:
                text = f"field {field!r} has {old_rows[place].get(field)!r}"
                self._refuse_row(change, before, f"{text}; expected {before.get(field)!r}")
            changed[place] = change.after
        return [
            remaining
            for i, each in enumerate(old_rows)
            if (remaining := changed.get(i, each)) is not None
        ]

    def _check_added(
        self,
        added: Sequence[RowChange],
        old_rows: Sequence[Row],
        remaining: Sequence[Row],
        key: Sequence[str],
    ) -> None:
        """Refuse to add a row that exists already, unless it is one of several equal rows."""
        names = tuple(added[0].key)
        present = {_key(row, names) for row in remaining}
        # A row whose fields are all key is known to be one of several only if it has duplicates.
        whole = old_rows if set(added[0].row) <= {*names} else ()
        before = Counter(_key(row, names) for row in whole)
        twice = _added_twice(added) | {row for row, number in before.items() if number > 1}
        for change in added:
            cells = _key(change.row, names)
            if cells in present and not (_is_whole(change, key) or cells in twice):
                hint = _HINT_KEY if set(key) == set(change.row) else ""
                self._refuse_row(change, change.row, "it is to be added, but already exists", hint)
            present.add(cells)


def _are_same_rows(one: Table, other: Table) -> bool:
    """Return whether two tables contain the same rows, in any order."""
    bags = (Counter(frozenset(row.items()) for row in table.rows) for table in (one, other))
    return next(bags) == next(bags)


def _is_whole(change: RowChange, key: Sequence[str]) -> bool:
    """Return whether a row is its own key, so that duplicates are allowed."""
    return set(change.row) <= set(change.key) and set(change.key) != set(key)


def _added_twice(changes: Iterable[RowChange]) -> set[tuple[str | None, ...]]:
    """Return the rows, with no fields besides the key, that the change set adds repeatedly."""
    added = (c for c in changes if c.before is None and set(c.row) <= set(c.key))
    counts = Counter(_key(change.row, tuple(change.key)) for change in added)
    return {row for row, number in counts.items() if number > 1}


def _key(row: Row, names: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(row.get(name) for name in names)
