"""The works that capture can read: each is declared in a data file beside this module."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.capture.works.engine import PageReader
from interopwatch.capture.works.mcc.page import ProjectsReader
from interopwatch.capture.works.work import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Document, Extract, Vocabulary


_FILES: Final = sorted(
    file.name for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")
)
WORKS: Final[Mapping[str, Work]] = {
    work.id: work for work in (Work.declared(Phrasebook.of(f"works/{name}")) for name in _FILES)
}
"""The works by their ids."""
_READERS: Final[Mapping[str, type[PageReader]]] = {"mcc": ProjectsReader}
"""By the id of a work, the reader of what rules cannot express."""


def extract(work: Work, document: Document, known: Vocabulary, source: str) -> Extract:
    """Read an edition of a work; ``source`` is its id, such as ``pii-2024-03-07``."""
    return _READERS.get(work.id, PageReader)(work, document, known, source).read()
