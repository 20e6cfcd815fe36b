"""Check the chain of snapshots: each names the snapshots frozen before it.

Every observed snapshot names the heads that it was frozen on, those that no other snapshot named,
with the hash of their sums, as a git commit names its parents. So no snapshot can be removed,
changed or inserted unnoticed, even without git. Only git can tell that the newest one was removed,
or that one was inserted before the chain began.
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
    """Yield every snapshot that does not fit the chain.

    Args:
        snapshots: The snapshots that can be opened, by date.
        new: The snapshots that are not committed to git, if others are.
    """
    frozen = {n: p.descriptor.frozen for n, p in snapshots.items() if p.descriptor.frozen}
    broken = False
    for name, declared in frozen.items():
        file = f"{FOLDER}/{name}/{FILE_NAME}"
        for earlier, digest in declared.previous.items():
            if earlier not in snapshots:
                code = "chain-broken.missing"
            elif _hash(snapshots[earlier]) != digest:
                code = "chain-broken"
            else:
                continue
            broken = True
            yield found(code, file, 0, f"/interopwatch/previous/{earlier}", earlier=earlier)
    last = [p.label for p in heads(snapshots.values()) if p.is_observed]
    chained = [name for name in last if frozen[name].previous]
    is_chain = any(declared.previous for declared in frozen.values())
    # A missing snapshot, already reported, would make others seem apart from the chain.
    reported = last if is_chain and len(last) > 1 and not broken else []
    for name in last:
        file = f"{FOLDER}/{name}/{FILE_NAME}"
        if name in new and name not in chained:
            # Freezing names committed snapshots, whether or not there is a chain yet.
            yield found("chain-apart.new", file, 0, "/interopwatch")
        elif name not in reported:
            continue
        elif name not in chained:
            yield found("chain-apart", file, 0, "/interopwatch")
        elif len(chained) > 1:
            others = ", ".join(other for other in chained if other != name)
            yield found("chain-forked", file, 0, "/interopwatch/previous", others=others)


def _hash(package: Package) -> str:
    try:
        return hash_of_sums(package.root)
    except OSError:
        return ""  # reported by the check of the sums
