"""Match cells against the patterns of a descriptor, which may be hostile.

Python's engine backtracks: ``(a+)+$`` takes it years for 40 letters. So only patterns known to
take few steps are matched in this process; the others are matched in one that can be killed
(:mod:`interopwatch.package.pattern_worker`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import warnings
from typing import TYPE_CHECKING, Final

from interopwatch.package import pattern_worker

if TYPE_CHECKING:
    from collections.abc import Collection

SECONDS: Final = 10.0
"""Time limit for the patterns of a package, in addition to the usual time."""
_STARTING: Final = 0.5
"""Seconds to start and end a process: 0.25 on two busy cores. They are not counted, so that many
fast patterns never add up to a slow one."""
_PER_CELL: Final = 20e-6
"""Usual seconds per cell: four times what RE2 takes to match an address of 36 letters."""
_FEW_STEPS: Final = 30_000_000
"""Maximum steps for the cells of a field in this process: 0.03 s for the slowest pattern tried."""
_MOST_STEPS: Final = 30 * _FEW_STEPS
"""Maximum steps for all fields of a package in this process: by the same measure, 0.9 s."""
_LONGEST: Final = 10_000
"""Maximum characters of a pattern: compiling more, or nested groups, takes time and stack."""
_SET: Final = r"\\(?:[dDwWsS]|[^\w\s])|\[\^?\]?[^\]\\]*(?:\\.[^\]\\]*)*\]"
_ATOM: Final = re.compile(rf"{_SET}|[^\\()\[\]{{}}|*+?^$]")
_SEPARATED: Final = re.compile(
    rf"\((?:\?:)?(\\[^\w\s]|[^\\()\[\]{{}}|*+?^$.])(?:(?:{_ATOM.pattern})+[*+]?)?\)[*+]"
)
"""A repeated group that begins with a literal character and has no alternatives except a variable
length at its end, such as the ``(-[a-z]+)*`` of most identifiers."""
_BOUNDED: Final = re.compile(r"(\([^()]*\))\{(\d)(?:,(\d))?\}")
"""A group without nested groups that is repeated a few times, such as the ``(-[0-9]{2}){0,2}`` of
dates."""
_BESIDE: Final = re.compile(r"\(\?(?!:)")
"""The start of a lookaround, reference or comment; in a comment, brackets need not be balanced."""
_PLAIN: Final = re.compile(r"(?:[^\\()\[\]]|\((?!\?)|\(\?:|\)(?![*+{]))*")
"""A pattern without its atoms in which no group is repeated."""


class UnusablePatternError(ValueError):
    """A pattern is not a valid regular expression."""


class SlowPatternError(Exception):
    """A pattern could not be matched against cells within the time limit."""


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern as Python understands it.

    Raises:
        UnusablePatternError: It is not a regular expression, or is too long or too deeply nested.
    """
    if len(pattern) > _LONGEST:
        raise UnusablePatternError(f"more than {_LONGEST:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nested sets, which may get a meaning in future
            return re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise UnusablePatternError(str(error)) from None
    except RecursionError:
        raise UnusablePatternError("groups are nested too deeply") from None


class PatternMatcher:
    """Matches the cells of a package against the patterns of its fields, in limited time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._steps: float = _MOST_STEPS

    def mismatches(self, pattern: str, cells: Collection[str]) -> frozenset[str]:
        """Return the cells that a pattern does not match completely (:func:`re.fullmatch`).

        Raises:
            UnusablePatternError: It is not a regular expression.
            SlowPatternError: It took too long, or no process could be started for it.
        """
        matches = compiled(pattern).fullmatch
        steps = _most_steps(pattern, cells)
        if steps <= min(_FEW_STEPS, self._steps):
            self._steps -= steps
            return frozenset(cell for cell in cells if matches(cell) is None)
        return self._by_worker(pattern, list(cells))

    def _by_worker(self, pattern: str, cells: list[str]) -> frozenset[str]:
        if not sys.executable or getattr(sys, "frozen", False):
            raise SlowPatternError("no process with a time limit can be started for it")
        if self._seconds <= 0:
            raise SlowPatternError("other patterns used up the time limit")
        usual = _STARTING + _PER_CELL * len(cells)
        limit = usual + self._seconds
        began = time.monotonic()
        try:
            ran = subprocess.run(  # noqa: S603 - this very Python, and a module of ours
                # `-I`: neither the working folder nor the environment affects which modules it
                # imports.
                (sys.executable, "-I", pattern_worker.__file__),
                input=json.dumps({"pattern": pattern, "texts": cells}).encode(),
                capture_output=True,
                check=True,
                timeout=limit,
            )
        except subprocess.TimeoutExpired:
            raise SlowPatternError(f"it takes more than {limit:,.0f} seconds") from None
        except (OSError, subprocess.CalledProcessError) as error:
            raise SlowPatternError(f"the process that matched it ended early: {error}") from None
        finally:
            # Only time beyond the usual is charged, so that many fast patterns never add up to a
            # slow one.
            self._seconds -= max(0.0, time.monotonic() - began - usual)
        return frozenset(cells[number] for number in json.loads(ran.stdout))


def _most_steps(pattern: str, cells: Collection[str]) -> float:
    """Return an upper bound on Python's steps to match cells to a pattern; infinite if unknown.

    Where no group is repeated, the number of ways to match is the product of the lengths of each
    repetition, times two for each alternative and each optional part. A group that is repeated
    after a separator, which nothing else in the pattern matches, can end in one place only; one
    that is repeated a few times counts as that many groups.
    """
    if _BESIDE.search(pattern) is not None:
        return float("inf")
    separated = list(_SEPARATED.finditer(pattern))
    if not all(_is_only_separator(pattern, found) for found in separated):
        return float("inf")
    skeleton = re.sub(_SET, "x", _SEPARATED.sub("x*", pattern))
    skeleton = _BOUNDED.sub(_unrolled, skeleton.replace("(?:", "("))
    if _PLAIN.fullmatch(skeleton) is None:
        return float("inf")
    skeleton = re.sub(r"\{\d+\}", "", skeleton)
    repetitions = sum(map(skeleton.count, "*+{"))
    choices = sum(map(skeleton.count, "|?"))
    try:
        ways = sum(float(len(cell) + 1) ** repetitions for cell in cells) * 2.0**choices
    except OverflowError:
        return float("inf")
    return ways * max(len(pattern), len(skeleton))


def _unrolled(found: re.Match[str]) -> str:
    """Unroll a repeated group: the required copies, then the optional ones."""
    group, least = found[1], int(found[2])
    return group * least + f"{group}?" * (int(found[3] or least) - least)


def _is_only_separator(pattern: str, found: re.Match[str]) -> bool:
    """Return whether nothing else in a pattern matches the first character of a group."""
    character = found[1][-1]
    rest = f"{pattern[: found.start(1)]}^{pattern[found.end(1) :]}"
    return all(re.fullmatch(atom, character) is None for atom in _ATOM.findall(rest))
