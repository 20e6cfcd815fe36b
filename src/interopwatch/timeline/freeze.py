"""Freeze snapshots: observed ones from the tables, reconstructed ones from later snapshots."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import diff
from interopwatch.errors import SnapshotError, TableError
from interopwatch.file_names import refuse_names
from interopwatch.files import flush_folder, place_folder
from interopwatch.package import descriptor as descriptors
from interopwatch.package import parse as reader
from interopwatch.package.edtf import is_plain, last_day
from interopwatch.package.package import Package
from interopwatch.package.table import canonical
from interopwatch.package.tidy import described
from interopwatch.timeline import versions
from interopwatch.timeline.as_of import as_of
from interopwatch.timeline.fitness import fit
from interopwatch.timeline.snapshots import heads, locked_store
from interopwatch.timeline.sums import hash_of_sums, with_sums
from interopwatch.updates import do_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date as Date  # noqa: N812 - `date` is the name of a snapshot

    from interopwatch.compare.options import Unread
    from interopwatch.package.descriptor import Basis
    from interopwatch.timeline.snapshots import Store

_SNAPSHOT_PROPERTIES: Final = (
    "date", "basis", "from", "covers", "why", "editions", "lacks", "forced", "unresolved",
    "previous",
)  # fmt: skip
"""The properties of a snapshot, in the ``interopwatch`` property of its descriptor."""

_FOREIGN: Final = DiffOptions(
    note=lambda _text: None, unread=lambda _name, _why: None, may_read_nothing=True
)
"""Skips unreadable and unmatched tables silently: they were reported when found unfit."""


class SnapshotRequest(Struct, frozen=True):
    """A snapshot to make of a package; :func:`freeze` describes the attributes."""

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
    waiting: Callable[[], None] = do_nothing,
    unread: Unread | None = None,
) -> Package:
    """Make a new snapshot of a package, under its lock.

    An observed snapshot contains ``tables/``. A reconstructed one contains what was true at the end
    of ``date`` according to the snapshot ``origin`` (by default the last observed one) and the
    observed ones before it.

    Args:
        store: The package and its snapshots.
        date: Its name: a day, month or year (EDTF); it means the end of it.
        why: The reason for it, as text.
        basis: Whether to observe the tables or to reconstruct.
        origin: For a reconstruction, the snapshot to compute it from.
        key: The fields of the primary key, as for :func:`interopwatch.package.keys.keyed`; an
            observed snapshot then declares them.
        force: Whether to freeze unfinished content; the snapshot then states what is unfinished.
        waiting: Called once if another process is writing to the package.
        unread: Called with each unreadable table and the reason. The snapshot then lacks its rows,
            and states that; it also states violations of its schema. If not given, and for a
            package that declares what its rows mean, either is an error.

    Raises:
        SnapshotError: The date is taken or unsuitable, or the tables are not fit to be
            frozen. Nothing has been written.
        DescriptorError: A field of the key is in no resource.
        OutputError: Another process did not finish writing in time; or the snapshot was made,
            but the disk did not confirm that it will stay.
        OSError: The folder cannot be written. Nothing is left behind.
    """
    request = SnapshotRequest(date, why, basis, origin, key, force, unread)
    with locked_store(store.package.file, waiting) as (locked, _):
        return place_snapshot(locked, request)


def place_snapshot(store: Store, request: SnapshotRequest) -> Package:
    """Make a new snapshot of a package whose lock is held, as :func:`freeze` does.

    Raises:
        SnapshotError: The date is taken or unsuitable, or the tables are not fit to be
            frozen. Nothing has been written.
        OSError: The folder cannot be written. Nothing is left behind.
    """
    if not is_plain(request.date):
        raise SnapshotError(
            f"{request.date!r} cannot name a snapshot",
            hint="Give a day, a month or a year: 2025-07-28, 2025-07 or 2025.",
        )
    _refuse_existing(store, request.date)
    files = contents(store, request)
    refuse_names(files)
    if not store.folder.is_dir():
        store.folder.mkdir()
        flush_folder(store.folder.parent)  # otherwise the disk may lose it with all its content
    place_folder(store.folder, request.date, files)
    return store.snapshot(request.date)


def contents(store: Store, request: SnapshotRequest) -> dict[str, bytes]:
    """Return the files of a snapshot by path, without writing anything.

    Raises:
        SnapshotError: The tables are not fit to be frozen.
    """
    if request.basis == "observed":
        if request.origin:
            raise SnapshotError(
                "an observed snapshot is taken from the tables, not from another snapshot",
                hint="Leave out --from, or add --basis reconstructed.",
            )
        return _observed(store, request)
    if request.key:
        raise SnapshotError(
            "a reconstruction uses the keys of the snapshot that it is computed from",
            hint="Leave out --key.",
        )
    return _reconstructed(store, request)


def _refuse_existing(store: Store, date: str) -> None:
    if (store.folder / date).exists():
        raise SnapshotError(
            f"snapshot {date!r} exists already, and snapshots are never overwritten",
            hint="Choose another date.",
        )


def _observed(store: Store, request: SnapshotRequest) -> dict[str, bytes]:
    date, unread = request.date, request.unread
    package, states = fit(store.package, date, request.key, unread, force=request.force)
    rows = {r.name: package.rows(r.name) for r in package.descriptor.resources}
    editions = _editions(package, rows)
    meta: dict[str, Any] = {
        "date": date, "basis": "observed", "covers": sorted(editions), "why": request.why,
        "editions": editions,
    }  # fmt: skip
    meta |= {name: value for name, value in (*states.items(), ("previous", _heads(store))) if value}
    day = last_day(date)
    before = [p for p in store.observed() if p.as_of is not None and p.as_of < day]
    files = _files(package, rows, meta, version="")
    if not before:
        return _with_version(files, package.descriptor.version or versions.FIRST)
    # Compared as frozen: the version reflects differences between the files on disk.
    frozen = _in_memory(package, files, date)
    changes = diff(before[-1], frozen, options=DiffOptions() if unread is None else _FOREIGN)
    last, version = before[-1].descriptor, package.descriptor.version
    if versions.is_later(version, last.version):  # the publisher raised it
        return _with_version(files, version)
    return _with_version(files, versions.following(last.version, versions.step(changes, last)))


def _heads(store: Store) -> dict[str, str]:
    """Return the snapshots that no other one names, each with the hash of its sums.

    The next snapshot names them, as a git commit names its parents, so that none of them can be
    removed, changed or moved without breaking the chain. A reconstruction names none: it follows
    from the snapshots it is made from, and stays reproducible byte for byte.
    """
    try:
        return {p.label: hash_of_sums(p.root) for p in heads(store.snapshots())}
    except OSError as error:
        raise SnapshotError(
            f"{error.filename}: the sums of a snapshot cannot be read: {error.strerror or error}",
            hint="Restore it from version control, then freeze again.",
        ) from None


def _reconstructed(store: Store, request: SnapshotRequest) -> dict[str, bytes]:
    date = request.date
    names = [p.label for p in store.observed()]
    if not names:
        raise SnapshotError(
            "there is no observed snapshot to reconstruct from", hint="Freeze one first."
        )
    origin = request.origin or names[-1]
    source = store.snapshot(origin)
    if not source.is_observed:
        raise SnapshotError(
            f"{origin!r} is itself reconstructed", hint=f"Observed snapshots: {', '.join(names)}."
        )
    if last_day(date) >= _day_of(source):
        raise SnapshotError(
            f"{date!r} is not before {origin!r}",
            hint="A reconstruction looks back from a later snapshot.",
        )
    state = as_of(store.observed(until=origin), date)
    # Rows that had ended by then were known, and so were rows that held at the last report before
    # the date; unknown rows are left out.
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
        "why": request.why,
        "editions": {w: e for w, e in _editions(source, rows).items() if w in works},
    }
    version = versions.reconstructed(source.descriptor.version, date)
    return _files(source, rows, meta, version)


def _day_of(package: Package) -> Date:
    day = package.as_of
    assert day is not None, "every snapshot has a date"
    return day


def _works(package: Package, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> set[str]:
    """Return the works that at least one row is from, reference rows aside."""
    works = {
        package.work_of(resource, row)
        for resource in package.descriptor.resources
        if not resource.meaning.reference
        for row in rows[resource.name]
    }
    return works - {""}


def _editions(package: Package, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, str]:
    """Return, for each work, the id of its latest edition in the list of sources."""
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
    """Return a snapshot's tables, other files and descriptor as bytes, with sums.

    Files other than plain CSV are copied byte for byte.
    """
    tables = {
        resource.path: canonical(package.table(resource.name).resource, rows[resource.name])
        for resource in package.descriptor.resources
        if resource.source is None
    }
    others = {path: content for path, content in _copied_files(package) if path not in tables}
    raw = described(package.descriptor.raw, tables, others)
    properties = {
        k: v for k, v in raw.get("interopwatch", {}).items() if k not in _SNAPSHOT_PROPERTIES
    }
    raw["version"] = version
    raw["interopwatch"] = {**properties, **meta}
    files = {**tables, **others, descriptors.FILE_NAME: descriptors.dump(raw).encode()}
    return with_sums(files)


def _copied_files(package: Package) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are not plain tables, by path; missing ones are skipped."""
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
    """Return the package made of some files, before they are on disk."""
    descriptor = reader.parse(files[descriptors.FILE_NAME].decode(), label)
    return Package(package.root, descriptor, label, files)
