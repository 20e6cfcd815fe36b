"""Diff two packages: compare their descriptors, tables and files, and collect the changes."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager, nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.changeset import ChangeSet
from interopwatch.changeset.metadata import compare_descriptors, compare_schemas, merged
from interopwatch.changeset.model import Side
from interopwatch.compare.options import LOCAL, DiffOptions
from interopwatch.compare.pairs import PackagePair
from interopwatch.compare.plain_files import (
    UNREADABLE,
    BrokenTables,
    file_changes,
    other_files,
    readable_tables,
    without_files,
)
from interopwatch.compare.rekey import rekeyed
from interopwatch.compare.resources import diff_resource
from interopwatch.compare.rows import TableDiff, whole
from interopwatch.package.package import Package

Each = TypeVar("Each")

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import pandas as pd

    from interopwatch.changeset.model import FileChange
    from interopwatch.compare.counts import Counts
    from interopwatch.compare.resources import Comparer
    from interopwatch.compare.rows import Part
    from interopwatch.package.tolerance import Tolerance

    Tolerances = Mapping[str, Tolerance]
    Tell = Callable[[Iterator[Part]], Iterator[Each]]

_NONE: Final[Tolerances] = MappingProxyType({})


class DiffStream(Struct, frozen=True):
    """The differences of two packages, found lazily.

    Attributes:
        head: The change set without row changes, reformatted rows, tables that differ only in form,
            and ignored rows.
        sides: The two packages, with unreadable tables turned into files.
        pair: The same packages, prepared for comparison.
    """

    head: ChangeSet
    sides: tuple[Package, Package]
    pair: PackagePair
    _parts: Mapping[str, Generator[Part]]
    _broken: BrokenTables

    @property
    def late(self) -> Sequence[FileChange]:
        """Changed files of tables that proved unreadable; complete once all rows were consumed."""
        return self._broken.files

    @property
    def found(self) -> Iterator[tuple[str, TableDiff | None]]:
        """The differing rows with the name of their resource, by resource and then by key.

        The iterator can be consumed once. ``None`` retracts everything found in a resource so far,
        because its table proved unreadable.
        """
        return self.told(_compared)

    def told(self, tell: Tell[Each]) -> Iterator[tuple[str, Each | None]]:
        """Yield the same, each part converted by ``tell``.

        An error in a row may be raised only by the conversion, and is then handled here.
        """
        pair = self.pair
        held: dict[str, list[Part]] = {}
        every: dict[str, TableDiff] = {}
        for name, part in self._parts.items():
            try:
                held[name], found = _held(part, pair.options.held)
                if found is not None:
                    every[name] = found
            except UNREADABLE as error:
                held.pop(name, None)
                self._broken.add(name, error)
        sides = pair.old.descriptor, pair.new.descriptor
        done = rekeyed(every, *sides, pair.field_rules, pair.rows)
        del every
        for name in [name for name in pair.names if name in held]:
            # Parts are released once converted: no reference to them is kept here.
            first = held.pop(name)
            if name in done:
                some = done.pop(name)
                # Renamed columns change more than the form.
                form_only = some.form_only and not pair.renames.of(name)
                parted = _taken([replace(some, form_only=form_only)], iter(()))
                del some
            else:
                parted = _many(pair, name, first, self._parts[name])
            del first
            try:
                for each in tell(parted):
                    yield name, each
            except UNREADABLE as error:
                self._broken.add(name, error)
                yield name, None

    def counts(self) -> Mapping[str, Counts]:
        """Count the differences of each resource, matched by key only."""
        from interopwatch.compare.counts import counts_of

        counts = {}
        for name, parts in self._parts.items():
            try:
                counts[name] = counts_of(_compared(parts))
            except UNREADABLE as error:
                self._broken.add(name, error)
        return counts


def diff(
    old: Package | pd.DataFrame,
    new: Package | pd.DataFrame,
    resources: Collection[str] | None = None,
    *,
    key: str | Sequence[str] = (),
    trust_keys: bool = False,
    memory: int | None = None,
    tolerances: Tolerances = _NONE,
    engine: str = LOCAL,
    options: DiffOptions | None = None,
) -> ChangeSet:
    """Compare two data packages, or two pandas data frames, and return all their changes.

    Rows are matched by primary key, and values are compared by their types in the schema. Renamed
    fields and resources, and rows whose key changed, are recognised by their contents. The result
    depends on nothing but the two packages and the arguments.

    Args:
        old: The package before; or a data frame, which becomes a package with one ``table``, typed
            as :func:`interopwatch.package.frame_package.packages` describes.
        new: The package after; a data frame if the other is one.
        resources: The resources to compare; all of them if not given.
        key: Only for data frames, the columns that identify a row; by default the named levels of
            the index, or else an inferred key. A package declares its own keys.
        trust_keys: Whether you guarantee that keys are unique, so that the rows which large tables
            share need not be checked for duplicates. Frozen snapshots need no such guarantee.
        memory: How many bytes the engine that compares large tables may hold in memory
            before it spills to disk; a quarter of the machine's memory if not given.
        tolerances: By resource, the fields to ignore, or to compare within a tolerance, in addition
            to those that the descriptors declare.
        engine: Where to compare tables: ``local``, in this process; or ``duckdb`` or ``spark``,
            with one SQL query, which finds the same changes. In tables that only an engine can
            read, rows are matched by key only.
        options: Further options; ``trust_keys`` and ``memory`` take precedence if given.

    Raises:
        EngineError: The engine is not installed or cannot be started.
        DescriptorError: A requested resource is in neither package, a key field is to be ignored,
            or a field that is not numeric has a tolerance.
        KeyProblemError: A key is duplicated, empty, or missing from the older table.
        MemoryLimitError: Large tables take more memory than allowed.
        TableError: A table is missing, unreadable, or does not match its schema.
        TypeError: A package and a data frame cannot be compared, or a package was given a key.
    """
    old, new = _packages(old, new, [key] if isinstance(key, str) else key)
    every: dict[str, list[TableDiff]] = {}
    options = options or DiffOptions()
    options = replace(
        options, trust_keys=trust_keys or options.trust_keys, memory=memory or options.memory
    )
    with stream_diff(old, new, resources, options, tolerances=tolerances, engine=engine) as flow:
        for name, some in flow.found:
            if some is None:
                every.pop(name, None)
            else:
                every.setdefault(name, []).append(some)
    found = [(name, some) for name, parts in every.items() for some in parts]
    return replace(
        flow.head,
        rows=tuple(change for _, some in found for change in some.rows),
        reformatted=tuple(change for _, some in found for change in some.reformatted),
        form=tuple(name for name, some in found if some.form_only),
        files=(*flow.head.files, *flow.late),
        ignored=flow.pair.ignored_rows(
            {n: sum(f.ignored for f in parts) for n, parts in every.items()}
        ),
    )


def _packages(
    old: Package | pd.DataFrame, new: Package | pd.DataFrame, key: Sequence[str]
) -> tuple[Package, Package]:
    """Return both sides as packages, made from data frames if necessary."""
    if isinstance(old, Package) and isinstance(new, Package):
        if key:
            raise TypeError("key is for data frames: packages declare the keys of their tables")
        return old, new
    if isinstance(old, Package) or isinstance(new, Package):
        raise TypeError("a package and a data frame cannot be compared: give two of a kind")
    from interopwatch.package.frame_package import packages

    return packages(old, new, key)


@contextmanager
def stream_diff(
    old: Package,
    new: Package,
    resources: Collection[str] | None,
    options: DiffOptions,
    *,
    tolerances: Tolerances = _NONE,
    engine: str = LOCAL,
) -> Iterator[DiffStream]:
    """Provide the same changes as a stream, without holding all of them; see :func:`diff`.

    Errors in a table may be raised only when its rows are consumed.

    Raises:
        InteropwatchError: See :func:`diff`.
    """
    sides = readable_tables(old, new, resources, options)
    pair = PackagePair.of(*sides, resources, tolerances, options)
    head = _head(old, new, pair, resources)
    with ExitStack() as stack:
        elsewhere = stack.enter_context(_comparing(engine, options))
        parts = {}
        for name in pair.names:
            # Renamed tables are compared here, as an engine reads only the names in the file.
            find = elsewhere if _is_plain(pair, name) else diff_resource
            parts[name] = find(pair.old, pair.new, name, options, pair.tolerance(name))
            stack.enter_context(closing(parts[name]))
        broken = BrokenTables(pair, other_files(old, new, resources))
        yield DiffStream(head, sides, pair, parts, broken)


def _is_plain(pair: PackagePair, name: str) -> bool:
    """Whether an engine can read a resource of both packages directly from its file."""
    if pair.renames.of(name):
        return False
    sides = (pair.old, pair.new)
    return all(s.resource(name).source is None for s in sides if name in s.descriptor.by_name)


def _head(
    old: Package, new: Package, pair: PackagePair, resources: Collection[str] | None
) -> ChangeSet:
    """Return the differences of the descriptors, and of files that are not tables."""
    sides = (pair.old.descriptor, pair.new.descriptor)
    files = [n for side in sides for n in side.files_by_name if resources is None or n in resources]
    tables = merged(list(old.descriptor.by_name), list(new.descriptor.by_name))
    unread = [name for name in tables if name in files and name not in pair.names]
    one_sided = old.descriptor.by_name.keys() ^ new.descriptor.by_name.keys()
    return ChangeSet(
        old=side(old),
        new=side(new),
        keys=pair.keys,
        schema=(
            *compare_schemas(pair.old.descriptor, pair.new.descriptor, pair.names, pair.renames),
            *compare_schemas(old.descriptor, new.descriptor, unread),
        ),
        descriptor=compare_descriptors(
            old.descriptor,
            new.descriptor,
            dict.fromkeys((*pair.every_name, *files)),
            whole=resources is None,
        ),
        files=file_changes(pair.old, pair.new, resources),
        missing=without_files(pair.old, pair.new, [n for n in unread if n in one_sided]),
    )


def _compared(parts: Iterator[Part]) -> Iterator[TableDiff]:
    return (part.diff for part in parts)


def _many(pair: PackagePair, name: str, first: list[Part], more: Iterator[Part]) -> Iterator[Part]:
    """Yield the differences of a resource that has too many of them to hold."""
    was, now = pair.old.descriptor.by_name.get(name), pair.new.descriptor.by_name.get(name)
    alone, number = sum(part.alone for part in first), sum(part.least for part in first)
    found = _taken(first, more)
    # A reformatted key appears as a removed and an added row. If these are not the majority, keys
    # were not reformatted throughout.
    if was is None or now is None or alone / 2 < number - alone:
        yield from found
        return
    from interopwatch.compare.key_reformatting import reformatted

    with reformatted(_compared(found), was, now, pair.field_rules(name), pair.options) as done:
        yield from done


def _taken(first: list[Part], more: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts in a list, releasing each, and then those that follow."""
    first.reverse()
    while first:
        yield first.pop()
    yield from more


def _held(part: Generator[Part], most: int) -> tuple[list[Part], TableDiff | None]:
    """Return all parts as one diff; if more than ``most`` rows differ, the first parts instead."""
    held: list[Part] = []
    least = 0
    for some in part:
        held.append(some)
        least += some.least
        if least > most:
            return held, None
    found = whole(held)
    return ([], found) if found.least <= most else ([found], None)


def count(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    options: DiffOptions | None = None,
    tolerances: Tolerances = _NONE,
    engine: str = LOCAL,
) -> Mapping[str, Counts]:
    """Count the rows and cells that differ, by resource, matching rows by key only.

    The differences of large tables are not held in memory. A row whose key changed counts as one
    removed and one added.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        options: Options of the comparison.
        tolerances: By resource, fields to ignore, or with a tolerance; see :func:`diff`.
        engine: Where to compare tables; see :func:`diff`.

    Raises:
        InteropwatchError: See :func:`diff`.
    """
    return stat(old, new, resources, options=options, tolerances=tolerances, engine=engine)[1]


def stat(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    options: DiffOptions | None = None,
    tolerances: Tolerances = _NONE,
    engine: str = LOCAL,
) -> tuple[ChangeSet, Mapping[str, Counts]]:
    """Return the same counts, and before them a change set without rows; see :func:`count`.

    Raises:
        InteropwatchError: See :func:`diff`.
    """
    options = options or DiffOptions()
    with stream_diff(old, new, resources, options, tolerances=tolerances, engine=engine) as flow:
        counts = flow.counts()
        return replace(flow.head, files=(*flow.head.files, *flow.late)), counts


def _comparing(engine: str, options: DiffOptions) -> AbstractContextManager[Comparer]:
    """Provide the function that compares one resource, and run its engine if it needs one."""
    if engine == LOCAL:
        return nullcontext(diff_resource)
    from interopwatch.compare.engines import comparing

    return comparing(engine, options)


def side(package: Package) -> Side:
    """Return the description of a package in a change set."""
    frozen = package.descriptor.frozen
    return Side(
        label=package.label,
        date=frozen.date if frozen else "",
        version=package.descriptor.version,
        basis=frozen.basis if frozen else "",
        covers=frozen.covers if frozen else None,
    )
