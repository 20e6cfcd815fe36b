"""Measure the start of the tool, and small commands on the package that ships with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from timing import machine, table, timed

ROOT: Final = Path(__file__).parent.parent
BIN: Final = Path(sys.executable).parent
CSV_DIFF: Final = "csv-diff, one table"
FRICTIONLESS: Final = "frictionless validate"


def measured() -> str:
    """Return a table of timings: the least of 7 runs, or of fewer for slow commands."""
    tool = str(BIN / "interopwatch")
    old, new = "snapshots/2025-03-03/tables/projects.csv", "tables/projects.csv"
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import interopwatch": [sys.executable, "-c", "import interopwatch"],
        "interopwatch --version": [tool, "--version"],
        CSV_DIFF: [str(BIN / "csv-diff"), old, new, "--key=project"],
        "interopwatch diff, 17 tables": [tool, "diff", "2025-03-03", "2025-07-28"],
        "interopwatch diff, 666 changes": [tool, "diff", "2024-03-07", "2025-03-03"],
        "interopwatch report": [tool, "report", "2024-03-07", "2025-03-03"],
        "interopwatch as-of": [tool, "as-of", "2021-01-01"],
        "interopwatch history": [tool, "history", "FIN"],
        FRICTIONLESS: [str(BIN / "frictionless"), "validate", "datapackage.json"],
        "interopwatch validate, one package": [tool, "validate", "snapshots/2025-07-28"],
        "interopwatch validate, with 6 snapshots": [tool, "validate"],
    }
    timings = {name: timed(args, cwd=ROOT) or "" for name, args in commands.items()}
    return table(timings, [CSV_DIFF, FRICTIONLESS])


def main() -> None:
    """Print the timings."""
    sys.stdout.write(f"{machine()}; the fastest of 7 runs of the complete process.\n\n{measured()}")


if __name__ == "__main__":
    main()
