"""How one resource differs between two packages: small tables are held, large ones are not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from interopwatch.compare.route import SMALL
from interopwatch.compare.rows import NONE, Found, match
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Generator

    from interopwatch.compare.counting import Counts
    from interopwatch.compare.csvfile import File
    from interopwatch.compare.options import Terms
    from interopwatch.package.package import Package
    from interopwatch.package.tolerance import Tolerance


def compare(
    old: Package, new: Package, name: str, terms: Terms, leeway: Tolerance = NONE
) -> Generator[Found]:
    """What differs in one resource of two packages, in order, some at a time.

    See :func:`interopwatch.diff`. Close it if you do not exhaust it.
    """
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        yield match(Table(new.resource(name), ()), new.table(name))
        return
    if after is None:
        yield match(old.table(name), Table(old.resource(name), ()))
        return
    if _is_large(old, new, name):
        same_bytes, found = yield from _large(old, new, name, terms, leeway)
    else:
        same_bytes, found = old.content(name) == new.content(name), False
        if not (before == after and same_bytes):
            every = match(old.table(name), new.table(name), leeway)
            found = every.tells
            yield every
        elif after.primary_key and not (terms.trust_keys or _were_keys_checked(old, new, name)):
            _ = new.table(name).by_key  # says which key stands twice
    # Where fields came, went or changed, the bytes differ for a reason that is told.
    if before.by_name == after.by_name and not same_bytes and not found:
        yield Found(form_only=True)


def count_one(
    old: Package, new: Package, name: str, terms: Terms, leeway: Tolerance = NONE
) -> Counts:
    """Count what differs in one resource. See :func:`interopwatch.diff.count`."""
    from interopwatch.compare.counting import count, counts_of

    both = name in old.descriptor.by_name and name in new.descriptor.by_name
    if both and not leeway and _is_large(old, new, name):
        one, other, vouched = _files(old, new, name)
        counts = count(one, other, replace(terms, trust_keys=terms.trust_keys or vouched))
        if counts is not None:
            return counts
    with closing(compare(old, new, name, terms, leeway)) as found:
        return counts_of(found)


def _were_keys_checked(old: Package, new: Package, name: str) -> bool:
    """Whether freezing has seen to the keys of two equal files that have been read."""
    return any(package.is_on_disk and package.has_hash(name) for package in (old, new))


def _is_large(old: Package, new: Package, name: str) -> bool:
    on_disk = old.is_on_disk and new.is_on_disk
    return on_disk and old.size(name) + new.size(name) > SMALL


def _files(old: Package, new: Package, name: str) -> tuple[File, File, bool]:
    """The two files of a resource, and whether something vouches for their keys.

    A frozen snapshot whose hash holds does: freezing checked them.
    """
    from concurrent.futures import ThreadPoolExecutor

    from interopwatch.compare.csvfile import File

    mine, yours = old.resource(name), new.resource(name)
    with ThreadPoolExecutor(2) as pool:  # each checks its hash, if it was frozen
        vouched = list(pool.map(lambda package: package.vouches_for(name), (old, new)))
    same_key = mine.primary_key == yours.primary_key
    if not same_key and all(field in mine.by_name for field in yours.primary_key):
        mine = structs.replace(
            mine, primary_key=yours.primary_key
        )  # rows are matched by the newer key
    one, other = (
        File(old.path(name), mine, old.place(name), old.names(name)),
        File(new.path(name), yours, new.place(name)),
    )
    return one, other, same_key and all(vouched)


def _large(
    old: Package, new: Package, name: str, terms: Terms, leeway: Tolerance
) -> Generator[Found, None, tuple[bool, bool]]:
    """Compare files that are better not held in memory.

    Returns:
        Whether their bytes are the same, and whether anything differs.
    """
    from interopwatch.compare.strategy import differing

    one, other, vouched = _files(old, new, name)
    any_found = False
    terms = replace(terms, trust_keys=terms.trust_keys or vouched)
    with differing(one, other, terms, leeway) as found:
        for some in (match(old.table(name), new.table(name), leeway),) if found is None else found:
            any_found |= some.tells
            yield some
    return not any_found and one.has_bytes_of(other), any_found
