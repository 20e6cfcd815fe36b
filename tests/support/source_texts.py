"""The location of the source texts, which may not be published: beside the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).resolve().parents[3] / "shared" / "sources"
