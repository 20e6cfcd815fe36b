"""``python -m attack``: run all attacks, print the results, exit with 1 if any try went wrong."""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import time
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from attack import flips, fuzz, hostile, interruptions, surface, writers
from attack.tally import Tally, merged, table

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS: Final[dict[str, Callable[[], list[Callable[[], Tally]]]]] = {
    "interruptions": interruptions.attacks,
    "writers": writers.attacks,
    "flips": flips.attacks,
    "fuzz": fuzz.attacks,
    "hostile": hostile.attacks,
    "surface": surface.attacks,
}


def main() -> None:
    """Run the attacks of the named kinds, or all."""
    parser = argparse.ArgumentParser(prog="attack", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    chosen = parser.parse_args().kinds or list(KINDS)
    begin = time.monotonic()
    attacks = [attack for kind in chosen for attack in KINDS[kind]()]
    tallies = merged(_at_once(attacks, os.cpu_count() or 1))
    for detail in (detail for tally in tallies for detail in tally.details):
        sys.stdout.write(f"{detail}\n")
    sys.stdout.write(table(tallies))
    sys.stdout.write(f"{time.monotonic() - begin:.0f} seconds\n")
    sys.exit(any(tally.bad.total() for tally in tallies))


def _at_once(attacks: list[Callable[[], Tally]], number: int) -> list[Tally]:
    """Run attacks in parallel, each in a process of its own; return their tallies in order."""
    waiting = list(enumerate(attacks))
    running: dict[int, tuple[int, IO[bytes]]] = {}
    found: dict[int, Tally] = {}
    while waiting or running:
        while waiting and len(running) < number:
            place, attack = waiting.pop(0)
            out: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed below
            running[_forked(attack, out)] = (place, out)
        child, status = os.wait()
        place, out = running.pop(child)
        with out:
            out.seek(0)
            found[place] = pickle.load(out) if status == 0 else _broken(place)
        tally = found[place]
        so_far = f"{len(found)} of {len(attacks)}: {tally.what}: {tally.tried} tried"
        sys.stderr.write(f"{so_far}, {tally.bad.total()} bad\n")
    return [found[place] for place in range(len(attacks))]


def _forked(attack: Callable[[], Tally], out: IO[bytes]) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            pickle.dump(attack(), out)
            out.flush()
            status = 0
        except BaseException:  # noqa: BLE001 - of a child, only its exit status is seen
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def _broken(place: int) -> Tally:
    tally = Tally(f"attack {place}", 1)
    tally.wrong("tracebacks", "the attack itself broke")
    return tally


if __name__ == "__main__":
    main()
