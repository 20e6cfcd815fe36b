"""Golden files: outputs that a person has reviewed."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOW = "Read the difference, then run: pytest --rewrite-goldens"


def check(file: Path, text: str, *, rewrite: bool) -> None:
    """Compare a text with its golden file.

    Only ``rewrite`` writes: without it, a missing file is a failure.

    Raises:
        AssertionError: The file is missing or differs.
    """
    if rewrite:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return
    if not file.is_file():
        raise AssertionError(f"{file} is missing. {HOW}")
    golden = file.read_bytes().decode()
    if golden != text:
        shown = unified_diff(
            golden.splitlines(), text.splitlines(), "golden", "now", lineterm="", n=1
        )
        raise AssertionError(f"{file} differs. {HOW}\n" + "\n".join(shown))


def check_orphans(folder: Path, expected: Iterable[str], *, rewrite: bool) -> None:
    """Check that a folder contains exactly the expected golden files.

    Raises:
        AssertionError: A file belongs to no test.
    """
    wanted = set(expected)
    orphans = [f for f in sorted(folder.rglob("*")) if f.is_file() and f.name not in wanted]
    if rewrite:
        for file in orphans:
            file.unlink()
    elif orphans:
        raise AssertionError(f"no test uses {', '.join(map(str, orphans))}. {HOW}")
