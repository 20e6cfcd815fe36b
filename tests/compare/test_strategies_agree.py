"""Every strategy finds what matching all rows in memory finds, or also refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch import diff
from interopwatch.compare.options import DiffOptions
from interopwatch.compare.packages import count
from interopwatch.compare.strategy import Strategy
from interopwatch.errors import InteropwatchError
from packages import Made, Spec, package

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from interopwatch import Package

    Row = Mapping[str, str]

KEYS: Final = {
    "integer": ("", "1", "01", "2", "3", "9", "10", "-1", "+3", " 4", "007", "x", "1.0", "9" * 45),
    "string": ("", "a", "b", "10", "9", "é", "日", "B", "aa", " ", "\x01k", "n\0", '"', "c,d"),
}
CELLS: Final = (
    "", "1", "01", "1.0", "a", " ", "é", "\0", "\x01", '"', 'a"b', "l\nm", "r\rs", "r\r\ns", "c,d",
    "\ufeff",
)  # fmt: skip
SMALL: Final = DiffOptions(in_memory=1 << 40)
GIVEN_UP: Final[tuple[set[Strategy], ...]] = (
    set(),
    {Strategy.SCAN},
    {Strategy.SCAN, Strategy.JOIN_LINES},
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Made, Made]:
    """Draw two editions of a table, both written in any way."""
    keys = {"k": draw(st.sampled_from(list(KEYS))), "l": draw(st.sampled_from([*KEYS, ""]))}
    types = {name: kind for name, kind in keys.items() if kind}
    fields = draw(st.permutations([*types, *draw(st.sampled_from(["", "x", "xy"]))]))
    plain = draw(st.booleans())  # like most files
    cells = st.sampled_from(CELLS[:7] if plain else CELLS)

    def row() -> dict[str, str]:
        some = {n: st.sampled_from(KEYS[kind][: 9 if plain else None]) for n, kind in types.items()}
        return {name: draw(some.get(name, cells)) for name in fields}

    old = [row() for _ in range(draw(st.integers(0, 6)))]
    if draw(st.integers(0, 4)):  # like most tables, without duplicate keys
        old = list({tuple(each[name] for name in types): each for each in old}.values())
    new = [{**each, **(row() if draw(st.integers(0, 3)) == 0 else {})} for each in old]
    new = list(draw(st.permutations(new))) if draw(st.booleans()) else new
    if draw(st.booleans()):
        old, new = (
            sorted(rows, key=lambda each: [each[name] for name in types]) for rows in (old, new)
        )
    other = draw(st.sampled_from([fields, fields, [*fields, "z"], fields[::-1]]))
    ends = "\n" if plain else draw(st.sampled_from(["\n", "\n", "\r\n"]))

    def made(header: list[str], rows: Sequence[Row]) -> Made:
        lines = [header, *([each.get(name, "") for name in header] for each in rows)]
        texts = [",".join(map(_quoted, line)) for line in lines]
        if not plain and draw(st.integers(0, 5)) == 0:
            texts.insert(
                draw(st.integers(1, len(texts))), draw(st.sampled_from(["", "1", "a,b,c"]))
            )
        start = "" if plain else draw(st.sampled_from(["", "", "\ufeff"]))
        described = [{"name": name, "type": types.get(name, "string")} for name in header]
        schema = {"fields": described, "primaryKey": list(types)}
        content = start + ends.join(texts) + draw(st.sampled_from([ends, ends, ""]))
        return package({"r": Spec(content.encode(), {"schema": schema})})

    return made(fields, old), made(other, list(new))


def _quoted(cell: str) -> str:
    special = any(each in cell for each in ',"\r\n')
    return '"' + cell.replace('"', '""') + '"' if special else cell


def found(old: Package, new: Package, options: DiffOptions) -> tuple[object, object] | str:
    """Return the changes and their counts, or the error that prevents them."""
    try:
        return diff(old, new, options=options), count(old, new, options=options)
    except InteropwatchError as error:
        return f"{type(error).__name__}: {error.message.partition('tables/')[2]}"


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=pairs(), given_up=st.sampled_from(GIVEN_UP), trust_keys=st.booleans())
def test_every_strategy_agrees_with_the_match(
    made: tuple[Made, Made], given_up: set[Strategy], tmp_path: Path, *, trust_keys: bool
) -> None:
    old, new = (each.write(tmp_path / side, side) for each, side in zip(made, "ab", strict=True))
    if old.content("r") == new.content("r"):
        return  # nothing is examined in memory then
    expected = found(old, new, SMALL)
    strategies = frozenset(set(Strategy) - given_up)
    here = found(old, new, DiffOptions(trust_keys, in_memory=-1, strategies=strategies))
    if not isinstance(expected, str):
        assert here == expected
    elif "is already used" in expected and not trust_keys:
        assert isinstance(here, str)
    # Invalid cells in rows that both share need not be found; see `diff_files`.
    elif isinstance(here, str):
        assert here.partition(":")[0] in ("TableError", "KeyProblemError")
