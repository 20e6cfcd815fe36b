"""How one resource differs between two packages: small tables in memory, large ones by rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from interopwatch.diff.route import SMALL
from interopwatch.diff.rows import NONE, Found, match
from interopwatch.tables import Table

if TYPE_CHECKING:
    from interopwatch.diff.counting import Counts
    from interopwatch.diff.files import File
    from interopwatch.leeway import Leeway
    from interopwatch.package import Package


def compare(
    old: Package, new: Package, name: str, leeway: Leeway = NONE, *, trust_keys: bool = False
) -> Found:
    """Compare one resource of two packages. See :func:`interopwatch.diff`."""
    before, after = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
    if before is None:
        return match(Table(new.resource(name), ()), new.table(name))
    if after is None:
        return match(old.table(name), Table(old.resource(name), ()))
    if old.size(name) + new.size(name) > SMALL:
        return _large(old, new, name, leeway, trust_keys=trust_keys)
    same_bytes = old.content(name) == new.content(name)
    if before == after and same_bytes:
        return Found()
    found = match(old.table(name), new.table(name), leeway)
    # Where fields came, went or changed, the bytes differ for a reason that is told.
    unexplained = before.by_name == after.by_name and not same_bytes
    return replace(found, form_only=unexplained and not found.tells)


def count_one(
    old: Package, new: Package, name: str, leeway: Leeway = NONE, *, trust_keys: bool = False
) -> Counts:
    """Count what differs in one resource. See :func:`interopwatch.diff.count`."""
    from interopwatch.diff.counting import count, counts_of

    both = name in old.descriptor.by_name and name in new.descriptor.by_name
    if both and not leeway and old.size(name) + new.size(name) > SMALL:
        one, other, vouched = _files(old, new, name)
        counts = count(one, other, trust_keys=trust_keys or vouched)
        if counts is not None:
            return counts
    return counts_of(compare(old, new, name, leeway, trust_keys=trust_keys))


def _files(old: Package, new: Package, name: str) -> tuple[File, File, bool]:
    """The two files of a resource, and whether something vouches for their keys.

    A frozen snapshot whose hash holds does: freezing checked them.
    """
    from interopwatch.diff.files import File

    one = File(old.path(name), old.resource(name), old.place(name))
    other = File(new.path(name), new.resource(name), new.place(name))
    return one, other, old.vouches_for(name) and new.vouches_for(name)


def _large(old: Package, new: Package, name: str, leeway: Leeway, *, trust_keys: bool) -> Found:
    """Compare files that are better not held in memory."""
    from interopwatch.diff.rest import rest

    one, other, vouched = _files(old, new, name)
    left = rest(one, other, trust_keys=trust_keys or vouched)
    if left is None:
        return match(old.table(name), new.table(name), leeway)
    found = match(left.old, left.new, leeway)
    return replace(found, form_only=not found.tells and not one.has_bytes_of(other))
