"""Which version a new edition of a package gets.

Follows the Data Package Version recipe (datapackage.org/recipes/data-package-version): what
breaks a consumer is major (fields added, removed, moved or retyped; rows removed that others
refer to), more data is minor, a correction is a patch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from interopwatch.changeset.model import ChangeSet, RowChange
    from interopwatch.package.descriptor import Descriptor

FIRST: Final = "1.0.0"
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:[-+].*)?", re.ASCII)

Step = Literal["major", "minor", "patch", "none"]


def step(changes: ChangeSet, old: Descriptor) -> Step:
    """How large a step a change set is."""
    # A field that came breaks whoever counts columns; only a new resource disturbs nobody.
    if any(c.field or c.kind != "added" for c in changes.schema):
        return "major"
    referred = {key.resource for resource in old.resources for key in resource.foreign_keys}
    if any(_breaks(change, referred) for change in changes.rows):
        return "major"
    if changes.schema or any(c.kind != "changed" for c in changes.rows):
        return "minor"
    return "patch" if changes.rows or changes.reformatted else "none"


def _breaks(change: RowChange, referred: set[str]) -> bool:
    went = change.kind == "removed" or change.has_new_key
    return went and change.resource in referred


def following(version: str, by: Step) -> str:
    """The version after another one.

    >>> following("1.2.3", "minor"), following("", "patch")
    ('1.3.0', '1.0.0')
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        return FIRST
    major, minor, patch = map(int, match.groups())
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
        "none": version,
    }[by]


def reconstructed(version: str, date: str) -> str:
    """The version of a reconstruction: the one it comes from, and the date it is for.

    What follows the plus sign is build metadata (Semantic Versioning 2.0.0, item 10).

    >>> reconstructed("1.2.0", "2020-06")
    '1.2.0+as-of.2020-06'
    """
    return f"{version.partition('+')[0]}+as-of.{date}"
