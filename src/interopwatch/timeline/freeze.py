"""Makes snapshots: observed ones from the tables, reconstructed ones from later snapshots."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.compare.plain_files import as_file
from interopwatch.errors import FetchError, SnapshotError, TableError
from interopwatch.file_names import refuse_names
from interopwatch.files import flush_folder, place_folder
from interopwatch.package import descriptor as descriptors
from interopwatch.package import parse as reader
from interopwatch.package.adapted import adapted, declaring
from interopwatch.package.edtf import is_plain, last_day
from interopwatch.package.integrity import check_periods, check_rows
from interopwatch.package.keys import keyed
from interopwatch.package.package import Package
from interopwatch.package.table import canonical
from interopwatch.package.tidy import described
from interopwatch.package.unfinished import check_unfinished
from interopwatch.text import without_folder
from interopwatch.timeline import versions
from interopwatch.timeline.as_of import as_of
from interopwatch.timeline.snapshots import heads, locked_store
from interopwatch.timeline.sums import hash_of_sums, with_sums
from interopwatch.updates import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date as Date  # noqa: N812 - `date` is what a snapshot is named by
    from pathlib import Path

    from interopwatch.compare.options import Unread
    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Basis
    from interopwatch.timeline.snapshots import Store

_EARLIEST_ZONE: Final = timedelta(hours=14)
"""The time zone in which a day begins first (Line Islands, UTC+14)."""
_SHOWN: Final = 3
"""Problems that a refusal lists, as `interopwatch validate` lists them all."""
_OF_KEYS: Final = ("key-duplicate", "cell-required")
_OWN: Final = (
    "date", "basis", "from", "covers", "why", "editions", "lacks", "forced", "unresolved",
    "previous",
)  # fmt: skip
"""What a snapshot says about itself, in the ``interopwatch`` property of its descriptor."""


class SnapshotRequest(Struct, frozen=True):
    """What snapshot to make of a package; :func:`freeze` says what each of it means."""

    date: str
    why: str
    basis: Basis = "observed"
    origin: str = ""
    key: Sequence[str] = ()
    force: bool = False
    unread: Unread | None = None


def freeze(
    store: Store,
    date: str,
    why: str,
    basis: Basis = "observed",
    origin: str = "",
    *,
    key: Sequence[str] = (),
    force: bool = False,
    waiting: Callable[[], None] = silent,
    unread: Unread | None = None,
) -> Package:
    """Make a new snapshot, of the tables as they are on disk when nobody else writes to them.

    An observed one holds what ``tables/`` says. A reconstructed one holds what the
    snapshot ``origin`` (by default the last observed one), with the observed ones before
    it, lets us say was true at the end of ``date``.

    Args:
        store: Where to put it.
        date: Its name: a day, month or year (EDTF); it means the end of it.
        why: The reason for it, in words.
        basis: Whether to take the tables as they are, or to reconstruct.
        origin: For a reconstruction, the snapshot to compute it from.
        key: Fields that tell rows apart, as :func:`interopwatch.package.keys.keyed` takes them; an
            observed snapshot then declares them.
        force: Whether to freeze what is not finished; the snapshot then says what that is.
        waiting: Called once if another process is writing to the package.
        unread: Called with each table that cannot be read, and why. The snapshot then lacks its
            rows, and says so; it also says what breaks its schema. Without this, and for a
            package that says what its rows mean, either is an error.

    Raises:
        SnapshotError: The date is taken or unsuitable, or the tables are not fit to be
            frozen. Nothing has been written.
        DescriptorError: A field of the key is in no resource.
        OutputError: Another process did not end its writing in time; or the snapshot is there,
            and the disk did not confirm that it will stay.
        OSError: The folder cannot be written. Nothing is left behind.
    """
    wanted = SnapshotRequest(date, why, basis, origin, key, force, unread)
    with locked_store(store.package.file, waiting) as (locked, _):
        return place_snapshot(locked, wanted)


def place_snapshot(store: Store, wanted: SnapshotRequest) -> Package:
    """Make a new snapshot of a package whose lock is held, as :func:`freeze` describes it.

    Raises:
        SnapshotError: The date is taken or unsuitable, or the tables are not fit to be
            frozen. Nothing has been written.
        OSError: The folder cannot be written. Nothing is left behind.
    """
    if not is_plain(wanted.date):
        raise SnapshotError(
            f"{wanted.date!r} cannot name a snapshot",
            hint="Give a day, a month or a year: 2025-07-28, 2025-07 or 2025.",
        )
    _refuse_existing(store, wanted.date)
    files = contents(store, wanted)
    refuse_names(files)
    if not store.folder.is_dir():
        store.folder.mkdir()
        flush_folder(store.folder.parent)  # else the disk may lose it with all that is in it
    place_folder(store.folder, wanted.date, files)
    return store.snapshot(wanted.date)


def contents(store: Store, wanted: SnapshotRequest) -> dict[str, bytes]:
    """The files of a snapshot, by their path in it, without writing anything.

    Raises:
        SnapshotError: The tables are not fit to be frozen.
    """
    if wanted.basis == "observed":
        if wanted.origin:
            raise SnapshotError(
                "an observed snapshot is taken from the tables, not from another snapshot",
                hint="Leave out --from, or add --basis reconstructed.",
            )
        return _observed(store, wanted)
    if wanted.key:
        raise SnapshotError(
            "a reconstruction has the keys of the snapshot that it is computed from",
            hint="Leave out --key.",
        )
    return _reconstructed(store, wanted)


def _refuse_existing(store: Store, date: str) -> None:
    if (store.folder / date).exists():
        raise SnapshotError(
            f"snapshot {date!r} exists already, and snapshots are never overwritten",
            hint="Choose another date.",
        )


def _unfinished(package: Package, date: str) -> list[str]:
    """What is not finished in an observed snapshot of a date, each with its place."""
    found = [f"{each.place}: {each.message}" for each in check_unfinished(package)]
    # A day counts as over once it is so anywhere on Earth.
    if last_day(date) > (datetime.now(UTC) + _EARLIEST_ZONE).date():
        found.insert(0, f"{date}: it is not over yet, and a snapshot stands for the end of it")
    return found


def _observed(store: Store, wanted: SnapshotRequest) -> dict[str, bytes]:
    date, unread = wanted.date, wanted.unread
    package, states = _fit(store.package, wanted)
    rows = {r.name: package.rows(r.name) for r in package.descriptor.resources}
    editions = _editions(package, rows)
    meta: dict[str, Any] = {
        "date": date, "basis": "observed", "covers": sorted(editions), "why": wanted.why,
        "editions": editions,
    }  # fmt: skip
    meta |= {name: what for name, what in (*states.items(), ("previous", _heads(store))) if what}
    day = last_day(date)
    before = [p for p in store.observed() if p.as_of is not None and p.as_of < day]
    files = _files(package, rows, meta, version="")
    if not before:
        return _with_version(files, package.descriptor.version or versions.FIRST)
    # Compared as frozen: the version is to say what differs between the files on disk.
    frozen = _in_memory(package, files, date)
    changes = diff(
        before[-1], frozen, options=DiffOptions(unread=None if unread is None else _unheard)
    )
    last, own = before[-1].descriptor, package.descriptor.version
    if versions.is_later(own, last.version):  # the publisher counted on
        return _with_version(files, own)
    return _with_version(files, versions.following(last.version, versions.step(changes, last)))


def _fit(package: Package, wanted: SnapshotRequest) -> tuple[Package, dict[str, Any]]:
    """A package as it can be frozen, and what its snapshot has to say of that.

    Raises:
        SnapshotError: It is not fit to be frozen.
    """
    key, date, unread = wanted.key, wanted.date, wanted.unread
    is_foreign = unread is not None and not package.descriptor.has_meanings
    declared = {r.name: r.primary_key for r in package.descriptor.resources}
    package, lacks, breaks = _as_frozen(package, key, is_foreign=is_foreign)
    found = (*check_rows(package), *check_periods(package))
    problems = [p for p in found if not (p.code == "table-unreadable" and lacks)]
    # A key that the user names has to tell rows apart, whatever else people publish.
    named = {r.path for r in package.descriptor.resources if r.primary_key != declared[r.name]}
    refused = [p for p in problems if not is_foreign or (p.code in _OF_KEYS and p.file in named)]
    if refused:
        shown = "\n".join(f"  {p.place}: {p.message}" for p in refused[:_SHOWN])
        raise SnapshotError(
            f"the tables are not fit to be frozen: {len(refused)} problem(s)\n{shown}",
            hint="`interopwatch validate` lists them all.",
        )
    lacks = _without_order(package, problems) | lacks
    if unread is not None:
        for name, reason in lacks.items():
            unread(name, reason)
    files = {package.resource(name).path for name in lacks}
    breaks += _folded([p for p in problems if p.file not in files], package.root)
    for name in lacks:
        package = as_file(package, name)
    _refuse_later_sources(package, date)
    unfinished = _unfinished(package, date)
    if unfinished and not wanted.force:
        shown = "\n".join(f"  {each}" for each in unfinished[:_SHOWN])
        raise SnapshotError(
            f"the package is not finished: {len(unfinished)} problem(s)\n{shown}",
            hint="Mend them (`interopwatch validate` lists all but the date), or use --force: the "
            "snapshot then says what was not finished.",
        )
    return package, {"lacks": lacks, "forced": [*breaks, *unfinished]}


def _as_frozen(
    package: Package, key: Sequence[str], *, is_foreign: bool
) -> tuple[Package, dict[str, str], list[str]]:
    """A package as its snapshot is to describe it.

    Args:
        package: The package.
        key: Fields that tell rows apart.
        is_foreign: Whether strangers wrote it, so that it is frozen as it is.

    Returns:
        The package, the tables that its snapshot will lack, and the headers that differ from their
        schemas.
    """
    lacks, headers = {}, []
    if is_foreign:
        known = len(package.descriptor.notes)
        package = adapted(package)
        lacks = _unreadable(package)
        headers = [
            f"{package.resource(name).path}:1: {note}"
            for name, note in package.descriptor.notes[known:]
        ]
    if key:
        package = keyed(package, key)
        package = package.with_descriptor(declaring(package.descriptor))
    return package, lacks, headers


def _without_order(package: Package, problems: Iterable[Finding]) -> dict[str, str]:
    """The tables whose rows have no order, as cells of the key are not of their types."""
    found: dict[str, str] = {}
    keys = {r.path: (r.name, r.primary_key) for r in package.descriptor.resources}
    for each in problems:
        name, key = keys[each.file]
        if each.code == "cell-type" and each.field in key:
            found.setdefault(name, f"{each.place}: {each.message}")
    return found


def _folded(problems: Iterable[Finding], root: Path) -> list[str]:
    """Where each kind of problem stands first in each field of a table, and how often."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for each in problems:
        groups.setdefault((each.file, each.field, each.code), []).append(each)
    return [
        f"{first.place}: {first.message}".replace(f"{first.file}: {root}{os.sep}", "")
        + (f"; {len(more):,} more like this, to line {more[-1].line}" if more else "")
        for first, *more in groups.values()
    ]


def _unreadable(package: Package) -> dict[str, str]:
    """The tables that cannot be read, and why, without the folder that the package is in."""
    found = {}
    for resource in package.descriptor.resources:
        try:
            package.table(resource.name)
        except (TableError, FetchError) as error:
            found[resource.name] = without_folder(error.message, package.root)
    return found


def _unheard(resource: str, reason: str) -> None:
    """Report nothing: what cannot be read has been reported."""
    del resource, reason


def _heads(store: Store) -> dict[str, str]:
    """The snapshots that no other one names, each with the hash of its sums.

    Named by the next one, they make a chain, as commits of git do that name their parents: none
    of them can be taken away, changed or put elsewhere without breaking it. A reconstruction
    names none: it follows from what it is made from, and stays reproducible byte for byte.
    """
    try:
        return {p.label: hash_of_sums(p.root) for p in heads(store.snapshots())}
    except OSError as error:
        raise SnapshotError(
            f"{error.filename}: a snapshot without its sums: {error.strerror or error}",
            hint="Restore it from version control, then freeze again.",
        ) from None


def _refuse_later_sources(package: Package, date: str) -> None:
    day = last_day(date)
    for resource in package.descriptor.resources:
        for row in package.rows(resource.name):
            published = package.published(row)
            if published is not None and published > day:
                raise SnapshotError(
                    f"{resource.path}:{package.table(resource.name).line_of(row)}: this row is "
                    f"from a source published on {published}, after {date}",
                    hint="An observed snapshot holds only what was published by its date. "
                    "Choose a later date, or --basis reconstructed.",
                )


def _reconstructed(store: Store, wanted: SnapshotRequest) -> dict[str, bytes]:
    date = wanted.date
    names = [p.label for p in store.observed()]
    if not names:
        raise SnapshotError(
            "there is no observed snapshot to reconstruct from", hint="Freeze one first."
        )
    origin = wanted.origin or names[-1]
    source = store.snapshot(origin)
    if not source.is_observed:
        raise SnapshotError(
            f"{origin!r} is itself reconstructed", hint=f"Observed are: {', '.join(names)}."
        )
    if last_day(date) >= _day_of(source):
        raise SnapshotError(
            f"{date!r} does not lie before {origin!r}",
            hint="A reconstruction looks back from a later snapshot.",
        )
    state = as_of(store.observed(until=origin), date)
    # What had ended by then is part of what was known; what the sources cannot tell is not.
    # So is what held at a last report before the date: nothing later is known of it.
    rows = {
        name: (*held, *(each.row for each in state.reported[name]), *state.past[name])
        for name, held in state.held.items()
    }
    works = _works(source, rows)
    meta: dict[str, Any] = {
        "date": date,
        "basis": "reconstructed",
        "from": origin,
        "covers": sorted(works),
        "why": wanted.why,
        "editions": {w: e for w, e in _editions(source, rows).items() if w in works},
    }
    version = versions.reconstructed(source.descriptor.version, date)
    return _files(source, rows, meta, version)


def _day_of(package: Package) -> Date:
    day = package.as_of
    assert day is not None, "every snapshot has a date"
    return day


def _works(package: Package, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> set[str]:
    """The works that at least one row speaks for, without reference rows."""
    works = {
        package.work_of(resource, row)
        for resource in package.descriptor.resources
        if not resource.meaning.reference
        for row in rows[resource.name]
    }
    return works - {""}


def _editions(package: Package, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, str]:
    """For each work, the id of its latest edition among the rows of the source list."""
    provenance = package.descriptor.provenance
    if provenance is None:
        return {}
    listed = rows[provenance.resource]
    key = package.resource(provenance.resource).primary_key[0]
    in_order = sorted(listed, key=lambda row: (row[provenance.published], row[key]))
    latest = {row[provenance.work]: row[key] for row in in_order}
    return dict(sorted(latest.items()))


def _files(
    package: Package,
    rows: Mapping[str, Sequence[Mapping[str, str]]],
    meta: Mapping[str, Any],
    version: str,
) -> dict[str, bytes]:
    """A snapshot's tables, other files and descriptor as bytes, without its sums.

    What is no plain CSV file is taken as it is, byte for byte.
    """
    tables = {
        resource.path: canonical(package.table(resource.name).resource, rows[resource.name])
        for resource in package.descriptor.resources
        if resource.source is None
    }
    others = {path: content for path, content in _carried(package) if path not in tables}
    raw = described(package.descriptor.raw, tables, others)
    kept = {k: v for k, v in raw.get("interopwatch", {}).items() if k not in _OWN}
    raw["version"] = version
    raw["interopwatch"] = {**kept, **meta}
    files = {**tables, **others, descriptors.FILE_NAME: descriptors.dump(raw).encode()}
    return with_sums(files)


def _carried(package: Package) -> Iterator[tuple[str, bytes]]:
    """The files that are no plain tables, by their paths; one that is missing stays missing."""
    for resource in (*package.descriptor.files, *package.descriptor.resources):
        for path in package.paths_of(resource.name):
            if resource.source is not None or resource.format == "file":
                with suppress(TableError):
                    yield path, package.file_content(path)


def _with_version(files: Mapping[str, bytes], version: str) -> dict[str, bytes]:
    raw = json.loads(files[descriptors.FILE_NAME])
    raw["version"] = version
    return with_sums({**files, descriptors.FILE_NAME: descriptors.dump(raw).encode()})


def _in_memory(package: Package, files: Mapping[str, bytes], label: str) -> Package:
    """The package that some files make, before they are on disk."""
    descriptor = reader.parse(files[descriptors.FILE_NAME].decode(), label)
    return Package(package.root, descriptor, label, files)
