"""Change tracking for data packages.

Open a package, compare two editions of it, and ask what was true when:

>>> import interopwatch as iw
>>> store = iw.open()  # the nearest package, or the data that ships with this library
>>> old, new = store.resolve("2020-06"), store.resolve("2024-03-07")
>>> iw.build_report(old, new).headline[0]
'Finland and Sweden left the Enhanced Opportunities Partners (joined NATO).'
>>> changes = iw.diff(old, new)  # the exact change set
>>> changes.count("removed") == (~changes).count("added")
True
>>> state = iw.as_of(store.editions(), "2021-01-01")
>>> len(state.held["memberships"]), len(state.unknown["memberships"])
(6, 21)
>>> iw.history(store.editions(), "Finland").entries[0].date
'2014~'

``new.frame("projects")`` is a pandas data frame. Names are loaded when first used, so that
importing this package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # not imported from typing, which takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any, Final

    from interopwatch.changeset.apply import apply
    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.compose import compose
    from interopwatch.changeset.model import Narrated, RowChange, SchemaChange, Sense
    from interopwatch.changeset.model import Narrated as Told
    from interopwatch.compare.packages import diff
    from interopwatch.errors import InteropwatchError
    from interopwatch.findings import Finding
    from interopwatch.loaders.resolve import opened_package
    from interopwatch.package.package import Package, open_package
    from interopwatch.report.build import build as build_report
    from interopwatch.report.history import History, history
    from interopwatch.report.model import Entry
    from interopwatch.report.narrate import narrate as tell
    from interopwatch.report.report import Report
    from interopwatch.timeline.as_of import State, as_of
    from interopwatch.timeline.freeze import freeze
    from interopwatch.timeline.snapshots import Store
    from interopwatch.timeline.snapshots import open_store as open  # noqa: A004 - read as `iw.open`
    from interopwatch.validation import validate

__version__ = "0.1.0"

_HOMES: Final = {
    "ChangeSet": ("changeset.changeset", "ChangeSet"),
    "Entry": ("report.model", "Entry"),
    "Finding": ("findings", "Finding"),
    "History": ("report.history", "History"),
    "InteropwatchError": ("errors", "InteropwatchError"),
    "Narrated": ("changeset.model", "Narrated"),
    "Package": ("package.package", "Package"),
    "Report": ("report.report", "Report"),
    "RowChange": ("changeset.model", "RowChange"),
    "SchemaChange": ("changeset.model", "SchemaChange"),
    "Sense": ("changeset.model", "Sense"),
    "State": ("timeline.as_of", "State"),
    "Store": ("timeline.snapshots", "Store"),
    "Told": ("changeset.model", "Narrated"),
    "apply": ("changeset.apply", "apply"),
    "as_of": ("timeline.as_of", "as_of"),
    "build_report": ("report.build", "build"),
    "compose": ("changeset.compose", "compose"),
    "diff": ("compare.packages", "diff"),
    "freeze": ("timeline.freeze", "freeze"),
    "history": ("report.history", "history"),
    "open": ("timeline.snapshots", "open_store"),
    "open_package": ("package.package", "open_package"),
    "opened_package": ("loaders.resolve", "opened_package"),
    "tell": ("report.narrate", "narrate"),
    "validate": ("validation", "validate"),
}

__all__ = [
    "ChangeSet",
    "Entry",
    "Finding",
    "History",
    "InteropwatchError",
    "Narrated",
    "Package",
    "Report",
    "RowChange",
    "SchemaChange",
    "Sense",
    "State",
    "Store",
    "Told",
    "apply",
    "as_of",
    "build_report",
    "compose",
    "diff",
    "freeze",
    "history",
    "open",
    "open_package",
    "opened_package",
    "tell",
    "validate",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    """Load a public name from its home (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'interopwatch' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(f"interopwatch.{module}"), attribute)


def __dir__() -> list[str]:
    """Return all public names, including those not loaded yet (PEP 562)."""
    return sorted({*globals(), *__all__})
