"""Whether snapshots are the ones that later snapshots name as frozen before them.

Every observed snapshot names those that no other one named when it was made, with the hash of
their sums, as a commit of git names its parents. So none of them can be taken away, changed or
added in between unnoticed, even where there is no git. That the newest one was taken away, or one
put behind it before there was a chain, only git can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.timeline.snapshots import FOLDER, heads
from interopwatch.timeline.sums import hash_of_sums

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from interopwatch.package.package import Package

_RESTORE: Final = "Snapshots are never edited: restore it from version control."


def check_chain(snapshots: Mapping[str, Package], new: Collection[str] = ()) -> Iterator[Finding]:
    """Every snapshot that does not fit those that others name.

    Args:
        snapshots: The snapshots that can be opened, by date.
        new: Those that are not committed to git, where others are.
    """
    frozen = {n: p.descriptor.frozen for n, p in snapshots.items() if p.descriptor.frozen}
    broken = False
    for name, own in frozen.items():
        file = f"{FOLDER}/{name}/{FILE_NAME}"
        for earlier, digest in own.previous.items():
            if earlier not in snapshots:
                message = f"it names {earlier} as frozen before it, which is not there"
            elif _hash(snapshots[earlier]) != digest:
                message = f"it names {earlier} as frozen before it, which is not what it was then"
            else:
                continue
            at = f"/interopwatch/previous/{earlier}"
            broken = True
            yield Finding(file, 0, at, "chain-broken", message, _RESTORE)
    last = [p.label for p in heads(snapshots.values()) if p.is_observed]
    known = [name for name in last if frozen[name].previous]
    is_chain = any(own.previous for own in frozen.values())
    # What is missing leaves others without a place, and is told already.
    told = last if is_chain and len(last) > 1 and not broken else []
    for name in last:
        file = f"{FOLDER}/{name}/{FILE_NAME}"
        if name in new and name not in known:
            # A freeze beside committed snapshots names some of them, be there a chain or not.
            message = "it is not committed, and names none as frozen before it: it was put there"
            hint = "Remove it; commit it if an earlier version of interopwatch froze it."
            yield Finding(file, 0, "/interopwatch", "chain-apart", message, hint)
        elif name not in told:
            continue
        elif name not in known:
            message = "it names none as frozen before it, and none names it: it was put there"
            yield Finding(file, 0, "/interopwatch", "chain-apart", message, "Remove it.")
        elif len(known) > 1:
            others = ", ".join(other for other in known if other != name)
            message = f"it and {others} were frozen beside each other, as on two branches"
            hint = "The next snapshot names both."
            at = "/interopwatch/previous"
            yield Finding(file, 0, at, "chain-forked", message, hint, "notice")


def _hash(package: Package) -> str:
    try:
        return hash_of_sums(package.root)
    except OSError:
        return ""  # the check of the sums tells of it
