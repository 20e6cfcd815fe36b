"""How quickly small questions are answered: a whole package against csv-diff on one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from timing import machine, table, timed

ROOT: Final = Path(__file__).parent.parent
BIN: Final = Path(sys.executable).parent


def measured() -> str:
    """The timings as a table: the least of 7 runs of the whole process."""
    tool = str(BIN / "interopwatch")
    old, new = "snapshots/2025-03-03/tables/projects.csv", "tables/projects.csv"
    commands = {
        "csv-diff, one table": [str(BIN / "csv-diff"), old, new, "--key=project"],
        "python -c pass": [sys.executable, "-c", "pass"],
        "interopwatch diff, 17 tables": [tool, "diff", "2025-03-03", "2025-07-28"],
        "interopwatch diff, 666 changes": [tool, "diff", "2024-03-07", "2025-03-03"],
        "interopwatch report": [tool, "report", "2024-03-07", "2025-03-03"],
        "interopwatch as-of": [tool, "as-of", "2021-01-01"],
        "interopwatch history": [tool, "history", "FIN"],
    }
    timings = {name: timed(command, cwd=ROOT) or "" for name, command in commands.items()}
    return table(timings, ["csv-diff, one table"])


def main() -> None:
    """Print the timings."""
    sys.stdout.write(f"{machine()}; the least of 7 runs of the whole process.\n\n{measured()}")


if __name__ == "__main__":
    main()
