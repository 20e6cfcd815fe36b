"""An embedded relational engine: within a memory limit, spilling to disk, interruptible.

Nothing here knows tables or keys; a query is a text.
"""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import MemoryLimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from interopwatch.compare.options import Terms

_PATIENCE: Final = 0.1
"""Seconds between two looks at how far a query is, and whether somebody interrupts."""
_BATCH: Final = 4096
"""How many rows of a result to hold in memory at a time."""


class Refused(Exception):  # noqa: N818 - it says what is so, not that something failed
    """The engine cannot read a file. Never told to a user: whoever reads it in Python says why."""


class Engine:
    """An engine of its own, which leaves nothing behind."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, terms: Terms) -> None:
        self._connection = connection
        self._terms = terms

    def run(self, query: str, what: str = "comparing") -> None:
        """Run a query that makes something.

        Args:
            query: The query.
            what: What it does, for whoever watches.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            Refused: It cannot be run.
        """
        self._waited(lambda: self._connection.execute(query), what)

    def row(self, query: str, what: str = "counting") -> tuple[Any, ...] | None:
        """The first row of a query's result; ``None`` if it has none.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            Refused: It cannot be run.
        """
        found: tuple[Any, ...] | None = self._waited(
            lambda: self._connection.execute(query).fetchone(), what
        )
        return found

    def rows(self, query: str, what: str = "sorting") -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query's result, some at a time.

        Raises:
            MemoryLimitError: It takes more memory than it may.
            Refused: It cannot be run.
        """
        self.run(query, what)
        while some := self._waited(lambda: self._connection.fetchmany(_BATCH), what):
            yield some

    def _waited(self, work: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - what work gives
        """Do work in a thread of its own: the engine itself does not heed an interrupt."""
        import duckdb

        found: list[Any] = []
        failed: list[BaseException] = []
        done = threading.Event()

        def run() -> None:
            try:
                found.append(work())
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                failed.append(error)
            finally:
                done.set()

        threading.Thread(target=run, daemon=True).start()
        try:
            while not done.wait(_PATIENCE):
                progress = self._connection.query_progress()
                self._terms.watch(what, progress / 100 if progress > 0 else None)
        except BaseException:
            self._connection.interrupt()
            done.wait()
            raise
        if not failed:
            return found[0]
        try:
            raise failed[0]
        except duckdb.OutOfMemoryException:
            raise _too_little(self._terms) from None
        except duckdb.Error as error:
            raise Refused(str(error).partition("\n")[0]) from None


@contextmanager
def engine(terms: Terms) -> Iterator[Engine]:
    """An engine that keeps to the terms.

    Raises:
        MemoryLimitError: It cannot even start within so little memory.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="interopwatch-") as folder:
        config: dict[str, Any] = {
            "memory_limit": f"{terms.bytes}B",
            "temp_directory": folder,
            "preserve_insertion_order": False,
        }
        try:
            connection = duckdb.connect(config=config)
        except duckdb.Error:
            raise _too_little(terms) from None
        with connection:
            connection.execute("SET enable_progress_bar_print = false")  # whoever watches draws
            yield Engine(connection, terms)


def _too_little(terms: Terms) -> MemoryLimitError:
    return MemoryLimitError(
        f"comparing takes more than the {terms.bytes:,} bytes of memory allowed",
        hint="Allow more with --memory-limit, or free some room for temporary files.",
    )
