"""Whether keys rise from record to record, whichever way the records come."""

from __future__ import annotations

from operator import lt
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.compare.keys import Keys
    from interopwatch.compare.records import Pair

_NO_PLACE: Final[Any] = object()


class NotRising(Exception):  # noqa: N818 - it says what is so, not that something failed
    """Keys do not rise from record to record. Never told to a user."""


class Rising:
    """Sees that keys rise from record to record; then none stands twice.

    Attributes:
        first: The lowest of what the records seen sort by.
        last: The highest.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.first: Any = _NO_PLACE
        self.last: Any = _NO_PLACE

    @property
    def edges(self) -> tuple[Any, Any] | None:
        """The lowest and the highest place; ``None`` if nothing was seen."""
        return None if self.first is _NO_PLACE else (self.first, self.last)

    def paired(self, records: Sequence[bytes]) -> None:
        """See that records which both streams have come after those before.

        Raises:
            NotRising: They do not.
            Unreadable: Of one of them nobody can tell.
        """
        if records:
            self.last = self._after(self.last, records)

    def alone(self, removed: Sequence[bytes], added: Sequence[bytes]) -> None:
        """See that records which only one stream has come after those before.

        Raises:
            NotRising: They do not.
            Unreadable: Of one of them nobody can tell.
        """
        before, place = self.last, self._keys.place
        if removed and added and not set(map(place, removed)).isdisjoint(map(place, added)):
            raise NotRising  # one key, spelled in two ways
        for records in filter(None, (removed, added)):
            self._end(self._after(before, records))

    def found(self, pairs: Sequence[Pair]) -> None:
        """See that pairs of records come after those before.

        Raises:
            NotRising: They do not.
            Unreadable: Of one of them nobody can tell.
        """
        self.paired([now if was is None else was for was, now in pairs])  # type: ignore[misc]

    def seen(self, old: Sequence[Any], new: Sequence[Any]) -> None:
        """See that places which rise in either stream come after those before.

        Raises:
            NotRising: They do not.
        """
        before = self.last
        for places in filter(None, (old, new)):
            self._begin(before, places[0])
            self._end(places[-1])

    def _after(self, before: Any, records: Sequence[bytes]) -> Any:  # noqa: ANN401 - whatever sorts
        begin = self._keys.place(records[0])
        self._begin(before, begin)
        if len(records) == 1:
            return begin
        places = self._keys.places(records)
        if not all(map(lt, places, places[1:])):
            raise NotRising
        return self._keys.place(records[-1])

    def _begin(self, before: Any, place: Any) -> None:  # noqa: ANN401 - whatever sorts
        if before is not _NO_PLACE and not before < place:
            raise NotRising
        if self.first is _NO_PLACE or place < self.first:
            self.first = place

    def _end(self, place: Any) -> None:  # noqa: ANN401 - whatever sorts
        self.last = place if self.last is _NO_PLACE else max(self.last, place)
