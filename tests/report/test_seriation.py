"""Similar rows and columns are adjacent, in the same order everywhere."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from interopwatch.report.seriation import ranks

pairs = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), min_size=1)


def length(order: list[str], partners: dict[str, set[str]]) -> int:
    return sum(len(partners[one] ^ partners[other]) for one, other in pairwise(order))


def test_two_blocks_are_parted() -> None:
    blocks = [(row, column) for row in "ace" for column in "xz"]
    blocks += [(row, column) for row in "bdf" for column in "wy"]
    rows, columns = ranks(blocks)
    assert {"".join(sorted(sorted(rows, key=rows.__getitem__)[:3]))} <= {"ace", "bdf"}
    assert {"".join(sorted(sorted(columns, key=columns.__getitem__)[:2]))} <= {"xz", "wy"}


@given(pairs)
def test_each_name_has_a_place_of_its_own(found: list[tuple[str, str]]) -> None:
    rows, columns = ranks(found)
    assert sorted(rows.values()) == list(range(len({one for one, _ in found})))
    assert sorted(columns.values()) == list(range(len({other for _, other in found})))


@given(pairs.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_in_which_pairs_come_does_not_matter(
    both: tuple[list[tuple[str, str]], list[tuple[str, str]]],
) -> None:
    found, shuffled = both
    assert ranks(found) == ranks(shuffled)


def test_the_path_is_nearly_as_short_as_any() -> None:
    pattern = {"a": "uv", "b": "uvw", "c": "xyz", "d": "vwx", "e": "yz", "f": "wxy"}
    found = [(row, column) for row, columns in pattern.items() for column in columns]
    partners = {row: set(columns) for row, columns in pattern.items()}
    rows, _ = ranks(found)
    shortest = min(length(list(each), partners) for each in permutations(pattern))
    assert length(sorted(rows, key=rows.__getitem__), partners) <= shortest + 2
