"""What row changes mean: each with its sense and its sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from interopwatch.package.renamed import renamed
from interopwatch.report.narrate import Teller
from interopwatch.timeline.classify import is_before, judge

if TYPE_CHECKING:
    from interopwatch.changeset.model import ChangeSet, Classified, Narrated
    from interopwatch.package.package import Package


def tell(changes: ChangeSet, old: Package, new: Package) -> tuple[Narrated, ...]:
    """Every row change with its sense and its sentence, in the order of the change set."""
    if is_before(new, old):  # sentences are told in order of time
        forwards = tell(~changes, new, old)
        pairs = zip(forwards, changes.rows, strict=True)
        return tuple(replace(item, change=change) for item, change in pairs)
    old = renamed(old, changes.renames, new.descriptor)
    teller = Teller(old, new)
    return tuple(teller.tell(item) for item in classified(changes, old, new))


def classified(changes: ChangeSet, old: Package, new: Package) -> tuple[Classified, ...]:
    """Every row change with its sense, and what sentences are made of."""
    sense, teller = judge(old, new), Teller(old, new)
    return tuple(teller.classified(change, sense(change)) for change in changes.rows)
