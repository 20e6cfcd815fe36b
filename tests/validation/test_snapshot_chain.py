"""Snapshots name those frozen before them, so that none can be removed unnoticed."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from book_package import reseal, shelf, tidy
from interopwatch import diff, freeze, open_package
from interopwatch import open as open_store
from interopwatch.validation import validate

if TYPE_CHECKING:
    from pathlib import Path


def frozen_in(folder: Path, *dates: str) -> Path:
    tidy(folder, shelf())
    for date in dates:
        freeze(open_store(folder), date, "x")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return frozen_in(tmp_path / "shelf", "2021", "2022", "2023")


def codes(folder: Path) -> list[tuple[str, str]]:
    found = validate(open_store(folder))
    return [(f.code, f.file) for f in found if f.code.startswith("chain")]


def previous(folder: Path, date: str) -> dict[str, str]:
    frozen = open_package(folder / "snapshots" / date).descriptor.frozen
    assert frozen is not None
    return dict(frozen.previous)


def test_each_snapshot_names_the_one_before_it_by_its_sums(folder: Path) -> None:
    assert previous(folder, "2021") == {}
    for earlier, later in (("2021", "2022"), ("2022", "2023")):
        sums = (folder / "snapshots" / earlier / "SHA256SUMS").read_bytes()
        digest = f"sha256:{hashlib.sha256(sums).hexdigest()}"
        assert previous(folder, later) == {earlier: digest}
    assert codes(folder) == []


def test_a_reconstruction_names_none_and_is_named(folder: Path) -> None:
    freeze(open_store(folder), "2000", "back then", "reconstructed")
    assert previous(folder, "2000") == {}
    assert codes(folder) == []
    freeze(open_store(folder), "2024", "x")
    assert sorted(previous(folder, "2024")) == ["2000", "2023"]
    shutil.rmtree(folder / "snapshots/2000")
    assert codes(folder) == [("chain-broken", "snapshots/2024/datapackage.json")]


def test_which_was_frozen_before_is_no_change_between_snapshots(folder: Path) -> None:
    store = open_store(folder)
    assert not diff(store.snapshot("2022"), store.snapshot("2023"))


def test_a_snapshot_that_was_taken_away_is_missed(folder: Path) -> None:
    shutil.rmtree(folder / "snapshots/2022")
    assert codes(folder) == [("chain-broken", "snapshots/2023/datapackage.json")]


def test_a_snapshot_that_was_edited_and_sealed_again_is_found(folder: Path) -> None:
    table = folder / "snapshots/2022/tables/books.csv"
    table.write_text(table.read_text().replace("bob", "cid"))
    reseal(folder / "snapshots/2022")
    assert codes(folder) == [("chain-broken", "snapshots/2023/datapackage.json")]


def test_snapshots_that_changed_places_are_found(folder: Path) -> None:
    snapshots = folder / "snapshots"
    (snapshots / "2021").rename(snapshots / "2020")
    assert ("chain-broken", "snapshots/2022/datapackage.json") in codes(folder)


def test_a_snapshot_that_was_put_there_is_found(folder: Path, tmp_path: Path) -> None:
    other = frozen_in(tmp_path / "other", "2020")
    shutil.copytree(other / "snapshots/2020", folder / "snapshots/2020")
    assert codes(folder) == [("chain-apart", "snapshots/2020/datapackage.json")]


def test_snapshots_of_two_branches_are_a_notice_until_the_next(
    folder: Path, tmp_path: Path
) -> None:
    branch = shutil.copytree(folder, tmp_path / "branch")
    freeze(open_store(folder), "2024", "x")
    freeze(open_store(branch), "2025", "x")
    shutil.copytree(branch / "snapshots/2025", folder / "snapshots/2025")
    assert {code for code, _ in codes(folder)} == {"chain-forked"}
    freeze(open_store(folder), "2025-12", "x", "observed")
    assert codes(folder) == []


def test_snapshots_from_before_there_was_a_chain_are_named_by_the_first(folder: Path) -> None:
    for date in ("2022", "2023"):
        file = folder / "snapshots" / date / "datapackage.json"
        import json

        said = json.loads(file.read_text())
        del said["interopwatch"]["previous"]
        file.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
        reseal(folder / "snapshots" / date)
    assert codes(folder) == []
    freeze(open_store(folder), "2024", "x")
    assert sorted(previous(folder, "2024")) == ["2021", "2022", "2023"]
    assert codes(folder) == []
