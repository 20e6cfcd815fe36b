"""Write CITATION.cff and .zenodo.json at the top of the repository, from the descriptor."""

from __future__ import annotations

from pathlib import Path

import interopwatch as iw
from interopwatch.export.metadata import top_files

ROOT = Path(__file__).parent.parent

for name, text in top_files(iw.open(ROOT).package).items():
    (ROOT / name).write_text(text, encoding="utf-8")
