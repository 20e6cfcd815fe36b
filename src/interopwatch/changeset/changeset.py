"""The change set: everything that differs between two packages, as one frozen value.

A change set is the one object from which every output is rendered. Row changes and
schema changes stand apart, and so do *reformatted* rows: their text differs, but not
what it means under the schema's types (``1.0`` and ``1`` in a number field).

It is an algebra: ``~`` inverts a change set, ``+`` composes two that follow on each other
(:mod:`interopwatch.changeset.compose`), and :func:`interopwatch.changeset.apply.apply` makes the
newer package of the older one. For any packages ``a``, ``b`` and ``c``::

    diff(a, a) is empty                  ~diff(a, b) == diff(b, a)
    apply(a, diff(a, b)) == b            apply(a, diff(a, b) + diff(b, c)) == c
"""

from __future__ import annotations

from interopwatch.changeset.changes import Changes
from interopwatch.changeset.compose import compose


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
        )

    def __add__(self, other: ChangeSet) -> ChangeSet:
        return compose(self, other)

    def _repr_html_(self) -> str:
        """The change set in a notebook."""
        # Marking within cells needs difflib, which nothing else does at start-up.
        from interopwatch.changeset.notebook import as_html

        return as_html(self)
