"""The change set: everything that differs between two packages, as one frozen value.

Every output is rendered from a change set. It keeps row changes apart from schema changes and from
*reformatted* rows: rows whose text differs, but not its value under the schema's types (``1.0``
and ``1`` in a number field).

It is an algebra: ``~`` inverts a change set, ``+`` composes two consecutive ones
(:mod:`interopwatch.changeset.compose`), and :func:`interopwatch.changeset.apply.apply` makes the
newer package from the older one. For any packages ``a``, ``b`` and ``c``::

    diff(a, a) is empty                  ~diff(a, b) == diff(b, a)
    apply(a, diff(a, b)) == b            apply(a, diff(a, b) + diff(b, c)) == c
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changeset.changes import Changes
from interopwatch.text import key_label

if TYPE_CHECKING:
    import pandas as pd


class ChangeSet(Changes, frozen=True, dict=True):
    """Everything that differs between two packages, in the names of the newer one.

    Its fields are those of :class:`~interopwatch.changeset.changes.Changes`.
    """

    def __invert__(self) -> ChangeSet:
        names = self.renames
        return ChangeSet(
            old=self.new,
            new=self.old,
            schema=tuple(change.inverse(names) for change in self.schema),
            # Without renames, no row has to be copied cell by cell.
            rows=tuple(change.inverse(names) if names else ~change for change in self.rows),
            reformatted=tuple(change.inverse(names) for change in self.reformatted),
            form=tuple(names.resources.inverse(name) for name in self.form),
            descriptor=tuple(~change for change in self.descriptor),
            ignored=tuple(each.inverse(names) for each in self.ignored),
            keys={
                names.resources.inverse(name): tuple(map(names.of(name).inverse, key))
                for name, key in self.keys.items()
            },
            files=tuple(~change for change in self.files),
            missing=tuple(map(names.resources.inverse, self.missing)),
        )

    def __add__(self, other: ChangeSet) -> ChangeSet:
        from interopwatch.changeset.compose import compose

        return compose(self, other)

    def frame(self) -> pd.DataFrame:
        """Return the cells that differ as a pandas data frame of texts, in the order of the rows.

        Its columns are those of ``diff --format csv`` that a change set can provide: ``resource``;
        ``key``, the cells of the row's key, joined by slashes; ``kind`` (``added``, ``removed``
        or ``changed``); ``field``; ``before`` and ``after``, missing on the side that has no
        such row or field.
        """
        from interopwatch.package.pandas import text_frame

        rows = [
            (change.resource, key_label(change.key.values()), change.kind, name, before, after)
            for change in self.rows
            for name in change.fields
            for before, after in [((change.before or {}).get(name), (change.after or {}).get(name))]
            if before != after
        ]
        return text_frame(("resource", "key", "kind", "field", "before", "after"), rows)

    def _repr_html_(self) -> str:
        """Render the change set for a notebook."""
        # Imports difflib, which nothing else needs at start-up.
        from interopwatch.changeset.notebook import as_html

        return as_html(self)
