"""Print the address of the latest edition of each work that has one, one per line."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
    editions = sorted(csv.DictReader(file), key=lambda row: row["published"])
latest = {row["work"]: row["url"] for row in editions}
sys.stdout.writelines(f"{url}\n" for _, url in sorted(latest.items()) if url)
