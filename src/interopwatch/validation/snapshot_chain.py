"""Whether snapshots are the ones that later snapshots name as frozen before them.

Every observed snapshot names those that no other one named when it was made, with the hash of
their sums, as a commit of git names its parents. So none of them can be taken away, changed or
added in between unnoticed, even where there is no git. That the newest one was taken away, or one
put behind it before there was a chain, only git can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.findings import found
from interopwatch.package.descriptor import FILE_NAME
from interopwatch.timeline.snapshots import FOLDER, heads
from interopwatch.timeline.sums import hash_of_sums

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from interopwatch.findings import Finding
    from interopwatch.package.package import Package


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
                code = "chain-broken.missing"
            elif _hash(snapshots[earlier]) != digest:
                code = "chain-broken"
            else:
                continue
            broken = True
            yield found(code, file, 0, f"/interopwatch/previous/{earlier}", earlier=earlier)
    last = [p.label for p in heads(snapshots.values()) if p.is_observed]
    known = [name for name in last if frozen[name].previous]
    is_chain = any(own.previous for own in frozen.values())
    # What is missing leaves others without a place, and is told already.
    told = last if is_chain and len(last) > 1 and not broken else []
    for name in last:
        file = f"{FOLDER}/{name}/{FILE_NAME}"
        if name in new and name not in known:
            # A freeze beside committed snapshots names some of them, be there a chain or not.
            yield found("chain-apart.new", file, 0, "/interopwatch")
        elif name not in told:
            continue
        elif name not in known:
            yield found("chain-apart", file, 0, "/interopwatch")
        elif len(known) > 1:
            others = ", ".join(other for other in known if other != name)
            yield found("chain-forked", file, 0, "/interopwatch/previous", others=others)


def _hash(package: Package) -> str:
    try:
        return hash_of_sums(package.root)
    except OSError:
        return ""  # the check of the sums tells of it
