"""Flip each byte of a snapshot; remove, truncate and duplicate each of its files.

``validate`` must notice every damage.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from attack.tally import Tally
from interopwatch.errors import InteropwatchError
from interopwatch.timeline.freeze import freeze
from interopwatch.timeline.snapshots import open_store
from interopwatch.validation import validate
from packages import package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from interopwatch.findings import Finding

_DATE: Final = "2024"
_BITS: Final = (0x01, 0x20, 0x80)
"""A digit becomes another, a letter changes case, and text becomes invalid."""


def flipped(part: int = 0, parts: int = 1, every: int = 1) -> Tally:
    """Damage a snapshot in each place.

    Args:
        part: Which part of the places to try, from 0.
        parts: The number of parts, the others of which other calls try.
        every: Try one place in this many.
    """
    tally = Tally("bytes of a snapshot flipped, files cut and removed")
    with TemporaryDirectory(prefix="attack-") as name:
        root = Path(name) / "home"
        store = package({"a": "id,n\nx,1\ny,2\n"}).store(root)
        freeze(store, _DATE, "x")
        folder = root / "snapshots" / _DATE
        kept = Path(name) / "kept"
        shutil.copytree(folder, kept)
        before = _found(root)
        for number, (what, damage) in enumerate(_damages(kept)):
            if number % (parts * every) != part:
                continue
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)
            damage(folder)
            tally.tried += 1
            _judge(root, before, what, tally)
    return tally


def _damages(kept: Path) -> Iterator[tuple[str, Callable[[Path], object]]]:
    for file in sorted(p for p in kept.rglob("*") if p.is_file()):
        path, content = file.relative_to(kept), file.read_bytes()
        for place in range(len(content)):
            bit = _BITS[place % len(_BITS)]
            changed = bytearray(content)
            changed[place] ^= bit
            yield f"{path}: byte {place} ^ {bit:#x}", _writing(path, bytes(changed))
        for place in (0, 1, len(content) // 2, len(content) - 1):
            yield f"{path}: cut to {place} bytes", _writing(path, content[:place])
        yield f"{path}: doubled", _writing(path, content * 2)
        yield f"{path}: a line more", _writing(path, content + b"\n")
        yield f"{path}: removed", partial(_remove, path)


def _writing(path: Path, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_bytes(content)


def _remove(path: Path, folder: Path) -> None:
    (folder / path).unlink()


def _found(root: Path) -> frozenset[Finding]:
    return frozenset(validate(open_store(root)))


def _judge(root: Path, before: frozenset[Finding], what: str, tally: Tally) -> None:
    try:
        found = _found(root)
    except InteropwatchError:
        return
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        tally.wrong("tracebacks", f"{what}: {type(error).__name__}: {error}")
        return
    if not any(finding.level == "error" for finding in found - before):
        tally.wrong("unnoticed", what)


def attacks(parts: int = 4) -> list[Callable[[], Tally]]:
    """Return all places, in parts."""
    return [partial(flipped, part, parts) for part in range(parts)]
