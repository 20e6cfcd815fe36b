"""No commit changes a snapshot after it first appeared."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from book_package import edited, reseal, shelf, tidy
from interopwatch import freeze
from interopwatch import open as open_store
from interopwatch.validation import validate
from interopwatch.validation.git_history import GitHistory, read_history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interopwatch import Finding

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

CORE = "[core]\n\trepositoryformatversion = 0\n\t"
OLD, NEW = "snapshots/2020/table.csv", "snapshots/2021/table.csv"


class Repository:
    """A git repository, with a package in it or in one of its folders."""

    def __init__(self, top: Path, folder: Path) -> None:
        self.top, self.folder = top, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
        done = subprocess.run(
            ["git", *identity, "-c", "commit.gpgsign=false", *arguments],
            cwd=self.top, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, **contents: str | None) -> str:
        """Write files (`a__b` for `a/b`) or delete them, and commit."""
        for name, content in contents.items():
            file = self.folder / PATHS[name]
            file.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                file.unlink()
            else:
                file.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "--short=12", "HEAD")

    def found(self) -> list[Finding]:
        return list(read_history(self.folder).rewritten)


PATHS = {"old": OLD, "new": NEW, "elsewhere": "tables/table.csv", "odd": "snapshots/2020/é x.csv"}


@pytest.fixture(params=["", "data/package"])
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    folder: str = request.param
    return Repository(tmp_path, tmp_path / folder)


def test_a_history_that_only_adds_snapshots_is_in_order(repository: Repository) -> None:
    repository.commit(old="a\n", elsewhere="a\n")
    repository.commit(elsewhere="b\n")
    repository.commit(new="a\nb\n", elsewhere="a\nb\n")
    repository.commit(elsewhere=None)
    assert repository.found() == []


def test_a_commit_that_changed_a_file_is_named(repository: Repository) -> None:
    repository.commit(old="a\n")
    guilty = repository.commit(old="b\n")
    repository.commit(new="a\n")
    [there] = repository.found()
    assert (there.code, there.file, there.line) == ("snapshot-rewritten", OLD, 0)
    assert there.message == f"changed by commit {guilty}, after it was frozen"


def test_changing_it_back_does_not_unmake_the_change(repository: Repository) -> None:
    repository.commit(old="a\n")
    repository.commit(old="b\n")
    repository.commit(old="a\n")
    assert [f.file for f in repository.found()] == [OLD, OLD]


def test_a_commit_that_deleted_or_moved_a_file_is_named(repository: Repository) -> None:
    repository.commit(old="a\n", odd="x\n")
    repository.commit(old=None, new="a\n")
    repository.commit(odd=None)
    assert {(f.file, f.message.split()[0]) for f in repository.found()} == {
        (OLD, "deleted"),
        (PATHS["odd"], "deleted"),
    }


def test_a_side_branch_that_was_merged_counts_and_the_merge_itself(repository: Repository) -> None:
    repository.commit(old="a\n")
    repository.git("switch", "--quiet", "--create", "side")
    repository.commit(new="a\n")
    repository.git("switch", "--quiet", "main")
    repository.commit(elsewhere="a\n")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    assert repository.found() == []
    repository.git("switch", "--quiet", "--create", "other")
    repository.commit(elsewhere="b\n")
    repository.git("switch", "--quiet", "main")
    repository.commit(odd="a\n")
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "other")
    guilty = repository.commit(old="b\n")
    assert [(f.file, f.message) for f in repository.found()] == [
        (OLD, f"changed by commit {guilty}, after it was frozen")
    ]


def test_what_a_side_branch_did_and_undid_counts_too(repository: Repository) -> None:
    repository.commit(old="a\n")
    repository.git("switch", "--quiet", "--create", "side")
    guilty = [repository.commit(old="b\n"), repository.commit(old="a\n")]
    repository.git("switch", "--quiet", "main")
    repository.commit(elsewhere="a\n")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    assert sorted(f.message.split()[3].rstrip(",") for f in repository.found()) == sorted(guilty)


def test_what_is_not_committed_is_held_against_the_last_commit(repository: Repository) -> None:
    repository.commit(old="a\n", odd="x\n", new="a\n")
    file, odd, new = (repository.folder / name for name in (OLD, PATHS["odd"], NEW))
    assert differences(repository) == []
    file.write_text("b\n")
    assert repository.found() == []
    assert differences(repository) == [("snapshot-changed", OLD)]
    file.unlink()
    assert differences(repository) == [("snapshot-changed", OLD)]
    file.symlink_to("é x.csv")
    assert differences(repository) == [("snapshot-changed", OLD)]
    file.unlink()
    file.write_text("a\n")
    more = file.with_name("more.csv")
    more.touch()
    odd.unlink()
    assert differences(repository) == [
        ("snapshot-changed", PATHS["odd"]),
        ("snapshot-changed", "snapshots/2020/more.csv"),
    ]
    more.unlink()
    odd.write_text("x\n")
    shutil.rmtree(new.parent)
    assert differences(repository) == [("snapshot-changed", "snapshots/2021")]
    shutil.rmtree(repository.folder / "snapshots")
    assert [file for _, file in differences(repository)] == ["snapshots/2020", "snapshots/2021"]


def test_a_snapshot_that_is_not_committed_is_a_notice(repository: Repository) -> None:
    repository.commit(elsewhere="a\n")
    (repository.folder / NEW).parent.mkdir(parents=True)
    (repository.folder / NEW).write_text("a\n")
    assert differences(repository) == []  # nor any other file
    repository.commit()
    (repository.folder / OLD).parent.mkdir()
    assert differences(repository) == [("snapshot-new", "snapshots/2020")]


@pytest.mark.parametrize("name", ["sha1", "sha256"])
def test_either_hash_of_git_is_known(tmp_path: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q", f"--object-format={name}", tmp_path], check=True)
    repository = Repository(tmp_path, tmp_path)
    repository.commit(old="a\n", odd="")
    assert differences(repository) == []
    (tmp_path / OLD).write_text("b\n")
    assert differences(repository) == [("snapshot-changed", OLD)]


def differences(repository: Repository) -> list[tuple[str, str]]:
    found = read_history(repository.folder).differences(repository.folder)
    return [(f.code, f.file) for f in found]


def test_without_a_commit_or_a_repository_nothing_is_said(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert repository.found() == []
    assert read_history(tmp_path_factory.mktemp("elsewhere")) == GitHistory()


def test_without_git_a_notice_says_what_was_not_checked(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit(old="a\n")
    repository.commit(old="b\n")
    assert repository.found()
    monkeypatch.setenv("PATH", "")
    assert repository.found() == []
    [notice] = read_history(repository.folder).unchecked
    assert (notice.code, notice.level) == ("history-unchecked", "notice")
    assert "no program called git" in notice.message


@pytest.mark.parametrize(
    "breaking",
    [
        lambda git: (git / "HEAD").unlink(),
        lambda git: shutil.rmtree(git / "objects"),
        lambda git: (git / "config").write_text("[core\n"),
        lambda git: (git / "config").write_text(CORE + "worktree = /\n"),
        lambda git: (git / "config").write_text(CORE + "bare = true\n"),
    ],
    ids=["no head", "no objects", "broken settings", "a work tree elsewhere", "bare"],
)
def test_a_repository_that_cannot_be_read_is_a_notice(
    repository: Repository, breaking: Callable[[Path], object]
) -> None:
    repository.commit(old="a\n")
    breaking(repository.top / ".git")
    [notice] = read_history(repository.folder).unchecked
    assert (notice.code, notice.level) == ("history-unchecked", "notice")
    assert notice.message


def test_a_package_that_looks_like_a_bare_repository_is_a_notice(repository: Repository) -> None:
    repository.commit(old="a\n")
    folder = repository.top / "inner"
    repository.git("clone", "--quiet", "--bare", str(repository.top), str(folder))
    (folder / "snapshots/2020").mkdir(parents=True)
    [notice] = read_history(folder).unchecked
    assert (notice.code, notice.file) == ("history-unchecked", "snapshots")


def test_a_shallow_clone_has_no_history_to_go_by(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit(old="a\n")
    repository.commit(old="b\n")
    repository.commit(old="c\n")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    repository.git("clone", "--quiet", "--depth=2", repository.top.as_uri(), str(clone))
    place = clone / repository.folder.relative_to(repository.top)
    history = read_history(place)
    assert history.rewritten == ()
    [notice] = history.unchecked
    assert (notice.code, notice.level, notice.file) == ("history-shallow", "notice", "snapshots")
    assert "--unshallow" in notice.hint
    assert list(history.differences(place)) == []
    (place / OLD).write_text("d\n")
    assert [(f.code, f.file) for f in history.differences(place)] == [("snapshot-changed", OLD)]


def test_a_hook_does_not_lead_to_another_repository(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    repository.commit(old="a\n")
    repository.commit(old="b\n")
    other = Repository(*[tmp_path_factory.mktemp("other")] * 2)
    other.commit(old="a\n")
    monkeypatch.setenv("GIT_DIR", str(other.top / ".git"))
    assert [f.file for f in repository.found()] == [OLD]


def test_validate_looks_at_the_history(tmp_path: Path) -> None:
    repository = Repository(tmp_path, tmp_path)
    tidy(tmp_path, shelf())
    repository.commit(old="a\n")
    repository.commit(old="b\n")
    assert "snapshot-rewritten" in {f.code for f in validate(open_store(tmp_path))}


# What git vouches for is not checked again.

COUNTS = "snapshots/2021/tables/counts.csv"
DESCRIPTOR, SUMS = "snapshots/2021/datapackage.json", "snapshots/2021/SHA256SUMS"
WRONG = ("count-wrong", COUNTS)


def changed(*files: str) -> set[tuple[str, str]]:
    """Return the findings for files that differ from the last commit."""
    return {("snapshot-changed", file) for file in files}


@pytest.fixture
def frozen(repository: Repository) -> Repository:
    """Return a package with an observed and a reconstructed snapshot, not committed yet."""
    tidy(repository.folder, shelf())
    freeze(open_store(repository.folder), "2021", "first")
    freeze(open_store(repository.folder), "2000", "back then", "reconstructed")
    return repository


def miscount(repository: Repository, stated: int = 5) -> None:
    """Forge a snapshot with care: its descriptor and sums agree with the error in it."""
    file = repository.folder / COUNTS
    file.write_text(re.sub(r"books,books,,\d", f"books,books,,{stated}", file.read_text()))
    reseal(repository.folder / "snapshots/2021")


def reported(repository: Repository, *, thorough: bool = False) -> set[tuple[str, str]]:
    found = validate(open_store(repository.folder), thorough=thorough)
    return {(f.code, f.file) for f in found if f.level == "error"}


def test_a_committed_snapshot_is_checked_again_only_if_asked_for(frozen: Repository) -> None:
    assert reported(frozen) == set()
    miscount(frozen)
    assert reported(frozen) == {WRONG}
    frozen.commit()
    assert reported(frozen) == set()
    assert reported(frozen, thorough=True) == {WRONG}


def test_a_snapshot_changed_since_its_commit_is_checked_whatever_its_sums(
    frozen: Repository,
) -> None:
    frozen.commit()
    assert reported(frozen) == reported(frozen, thorough=True) == set()
    miscount(frozen)
    assert reported(frozen) == {WRONG, *changed(COUNTS, DESCRIPTOR, SUMS)}
    frozen.commit()
    assert WRONG in reported(frozen)
    assert ("snapshot-rewritten", COUNTS) in reported(frozen)


def test_a_snapshot_hidden_from_git_is_checked(frozen: Repository) -> None:
    frozen.commit()
    every = frozen.git("ls-files").splitlines()
    frozen.git("update-index", "--assume-unchanged", *every)
    miscount(frozen)
    assert frozen.git("status", "--porcelain") == ""
    assert reported(frozen) == {WRONG, *changed(COUNTS, DESCRIPTOR, SUMS)}


def test_a_file_that_disagrees_with_the_committed_sums_is_found(frozen: Repository) -> None:
    frozen.commit()
    file = frozen.folder / COUNTS
    file.write_text(file.read_text().replace("books,books,,2", "books,books,,5"))
    assert {("snapshot-edited", COUNTS), WRONG} <= reported(frozen)
    assert ("snapshot-changed", COUNTS) not in reported(frozen)  # reported already


def test_a_reconstruction_is_made_again_if_what_it_is_made_from_is_new(frozen: Repository) -> None:
    frozen.commit()
    more = edited(shelf(), "books", "dusk,", "duel,Duel,ann,1991,1993,out,list-2020,Books\ndusk,")
    more = edited(more, "chapters", "dusk,", "duel,1,5,list-2020,Books > Duel\ndusk,")
    tidy(frozen.folder, edited(more, "counts", "books,books,,2", "books,books,,3"))
    freeze(open_store(frozen.folder), "2020-12", "late", "observed")
    for thorough in (False, True):
        found = reported(frozen, thorough=thorough)
        assert "snapshot-irreproducible" in {code for code, file in found if "/2000/" in file}


def test_a_shallow_clone_vouches_for_nothing(
    frozen: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    miscount(frozen)
    frozen.commit()
    frozen.commit(elsewhere="a\n")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    frozen.git("clone", "--quiet", "--depth=1", frozen.top.as_uri(), str(clone))
    place = clone / frozen.folder.relative_to(frozen.top)
    assert WRONG in {(f.code, f.file) for f in validate(open_store(place))}


def test_a_snapshot_that_was_put_beside_committed_ones_is_an_error(tmp_path: Path) -> None:
    folder, other = tmp_path / "shelf", tmp_path / "other"
    for root, date in ((folder, "2020"), (other, "2021")):
        tidy(root, shelf())
        freeze(open_store(root), date, "x")
    Repository(folder, folder).commit()
    shutil.copytree(other / "snapshots/2021", folder / "snapshots/2021")
    found = validate(open_store(folder))
    assert [(f.code, f.file, f.level) for f in found] == [
        ("snapshot-new", "snapshots/2021", "notice"),
        ("chain-apart", "snapshots/2021/datapackage.json", "error"),
    ]
    shutil.rmtree(folder / "snapshots/2021")
    freeze(open_store(folder), "2021", "x")
    assert [f.code for f in validate(open_store(folder))] == ["snapshot-new"]
