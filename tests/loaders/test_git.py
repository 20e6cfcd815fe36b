"""Packages at git revisions."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

import interopwatch
from commands import Cli
from interopwatch import opened_package
from interopwatch.compare.packages import diff
from interopwatch.errors import InteropwatchError, SnapshotError
from interopwatch.loaders import repository as git_repository
from interopwatch.loaders.resolve import opened_table
from packages import Made, package

if TYPE_CHECKING:
    from pathlib import Path

OLD: Final = package({"a": "id,x\n1,p\n2,q\n"})
NEW: Final = package({"a": "id,x\n1,p\n2,r\n3,s\n"})


@dataclass(frozen=True)
class Repository:
    """A git repository."""

    root: Path

    def git(self, *arguments: str) -> str:
        """Run git in it; return the output."""
        ran = subprocess.run(
            ["git", "-C", str(self.root), *arguments], capture_output=True, check=True
        )
        return ran.stdout.decode().strip()

    def commit(self, files: Made | dict[str, bytes], into: str = "") -> str:
        """Write files and commit everything; return the revision."""
        for name, content in (files.files if isinstance(files, Made) else files).items():
            file = self.root / into / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "an edition")
        return self.git("rev-parse", "HEAD")


def repository(root: Path) -> Repository:
    root.mkdir(parents=True)
    made = Repository(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    for name, value in (("user.name", "N"), ("user.email", "n@example.org"), ("gc.auto", "0")):
        made.git("config", name, value)
    return made


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    made = repository(tmp_path / "a repository")
    made.commit(OLD)
    made.git("tag", "v1.0")
    made.commit(NEW)
    monkeypatch.chdir(made.root)
    return made


def refused(name: str) -> InteropwatchError:
    """Return why a package at a revision is not opened, or one of its tables not read."""
    with pytest.raises(InteropwatchError) as caught:
        read_all(name)
    return caught.value


def read_all(name: str) -> None:
    """Read all tables of a package."""
    with opened_package(name) as found:
        for resource in found.descriptor.resources:
            found.table(resource.name)


def state_of(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return all files below a folder, with their modification times."""
    files = (p for p in root.rglob("*") if p.is_file())
    return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in files}


@pytest.mark.parametrize("name", ["git:HEAD~1", "git:v1.0", "git:v1.0^{commit}", "git:main~"])
def test_a_revision_compares_as_the_folder_it_was(
    repo: Repository, tmp_path: Path, name: str
) -> None:
    (repo.root / "tables" / "a.csv").write_text("not committed")
    before = state_of(repo.root)
    store = interopwatch.open(repo.root)
    old, new = OLD.write(tmp_path / "old"), NEW.write(tmp_path / "new")
    with store.opened(name) as one, store.opened("git:HEAD") as other:
        found, expected = diff(one, other), diff(old, new)
        assert found.rows
        assert (found.old.label, found.new.label) == (name, "git:HEAD")
        assert replace(found, old=expected.old, new=expected.new) == expected
        roots = (one.root, other.root)
    assert not any(root.exists() for root in roots)
    assert state_of(repo.root) == before


def test_a_revision_by_its_identity_or_a_date(repo: Repository) -> None:
    first = repo.git("rev-parse", "HEAD~1")
    for name in (first, first[:7], "main@{0}", "@", "HEAD@{2099-01-01 10:00:00}"):
        with opened_package(f"git:{name}") as found:
            assert found.rows("a")


def test_without_a_path_the_package_is_meant_wherever_one_stands(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(OLD, "deep/a package")
    repo.commit({"deep/a package/tables/a.csv": b"id,x\n9,z\n"})
    store = interopwatch.open(repo.root / "deep" / "a package")
    monkeypatch.chdir(tmp_path)
    with store.opened("git:HEAD~1") as found:
        assert [row["id"] for row in found.rows("a")] == ["1", "2"]
        assert found.place("a") == "git:HEAD~1:deep/a package/tables/a.csv"


@pytest.mark.parametrize(
    ("here", "path"),
    [("", "deep/one"), ("deep", "deep/one/"), ("deep", "./one"), ("deep/one", "."),
     ("deep/two", "../one"), ("deep", "deep/one/datapackage.json"), ("deep", "deep/two/../one")],
)  # fmt: skip
def test_a_path_begins_at_the_top_or_here(
    repo: Repository, monkeypatch: pytest.MonkeyPatch, here: str, path: str
) -> None:
    repo.commit(OLD, "deep/one")
    repo.commit(NEW, "deep/two")
    monkeypatch.chdir(repo.root / here)
    with opened_package(f"git:HEAD:{path}") as found:
        assert len(found.rows("a")) == 2


def test_the_top_has_a_path_too(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.root / "tables")
    for path in ("", "/", "..", "tables/.."):
        if path != "/":
            with opened_package(f"git:HEAD:{path}") as found:
                assert len(found.rows("a")) == 3


def test_names_in_any_script(repo: Repository) -> None:
    made = package({"Türkiye ü": "id\n1\n", "日本\n": "id\n2\n", "-x": "id\n3\n"})
    repo.commit(made, "ein Ordner: ü")
    with opened_package("git:HEAD:ein Ordner: ü") as found:
        assert [len(found.rows(r.name)) for r in found.descriptor.resources] == [1, 1, 1]


def test_attributes_do_not_change_what_is_read(repo: Repository) -> None:
    made = Made(
        {
            **OLD.files,
            "tables/a.csv": b"id,x\n1,$Format:%H$\n",
            ".gitattributes": b"*.csv export-subst\ntables/* export-ignore\n",
        }
    )
    repo.commit(made)
    with opened_package("git:HEAD") as found:
        assert found.content("a") == b"id,x\n1,$Format:%H$\n"


def test_a_large_table_and_an_empty_one(repo: Repository) -> None:
    content = b"id\n" + b"".join(b"%d\n" % n for n in range(400_000))
    repo.commit(Made({**package({"a": "id\n", "b": "id\n"}).files, "tables/a.csv": content}))
    with opened_package("git:HEAD") as found:
        assert found.content("a") == content
        assert found.content("b") == b"id\n"
    repo.commit({"tables/a.csv": b""})
    assert "git:HEAD:tables/a.csv:1: the header row is missing" in refused("git:HEAD").message


def test_a_snapshot_is_held_against_its_hashes(repo: Repository, two_snapshots: Path) -> None:
    folder = interopwatch.open(two_snapshots).snapshots()[0].root
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    repo.commit(files, "one")
    with opened_package("git:HEAD:one") as found:
        assert found.table("clubs").rows
    repo.commit({"one/tables/clubs.csv": files["tables/clubs.csv"] + b"\n"})
    error = refused("git:HEAD:one")
    assert isinstance(error, SnapshotError)
    assert "git:HEAD:one/tables/clubs.csv: changed since snapshot" in error.message


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "git:",
        "git::tables",
        "git:-x",
        "git:--all",
        "git:--output=evil",
        "git:-x:a",
        "git:\n",
        "git:a\0b",
    ],
)
def test_what_no_revision_can_be(repo: Repository, name: str) -> None:
    assert "is not a valid revision" in refused(name).message
    assert not (repo.root / "evil").exists()


def test_options_end_before_the_words_of_the_user(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a name that begins with a dash could not be an option if it reached git."""
    log, own = tmp_path / "log", tmp_path / "own"
    own.mkdir()
    real = shutil.which("git")
    wrapper = own / "git"
    wrapper.write_text(f'#!/bin/sh\nprintf "%s " "$@" >>{log}\necho >>{log}\nexec {real} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{own}{os.pathsep}{os.environ['PATH']}")
    read_all("git:main:tables/..")
    words = [line for line in log.read_text().splitlines() if "main" in line]
    assert words
    assert all(line.endswith(" --end-of-options main^{tree} ") for line in words)
    assert git_repository.Repository(repo.root, "a test").object("--all") == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("git:nope", "no revision 'nope'"),
        ("git:HEAD~9", "no revision 'HEAD~9'"),
        ("git:HEAD:nope", "nothing at 'nope'"),
        ("git:HEAD:../x", "is outside the repository"),
        ("git:HEAD:/etc", "is outside the repository"),
        ("git:HEAD:a\0b", "not a valid path"),
        ("git:HEAD:tables", "git:HEAD:tables/datapackage.json: there is no data package"),
        ("git:HEAD:tables/a.csv", "git:HEAD:tables/a.csv:1:1: not JSON"),
    ],
)
def test_what_is_not_there(repo: Repository, name: str, said: str) -> None:
    assert repo
    assert said in refused(name).message


def test_links_and_submodules_are_not_followed(repo: Repository) -> None:
    (repo.root / "tables" / "a.csv").rename(repo.root / "tables" / "b.csv")
    (repo.root / "tables" / "a.csv").symlink_to("b.csv")
    repo.commit({})
    assert "git:HEAD:tables/a.csv: it is a symbolic link" in refused("git:HEAD").message
    (repo.root / "tables").rename(repo.root / "others")
    (repo.root / "tables").symlink_to("others")
    repo.commit({})
    assert "git:HEAD:tables: it is a symbolic link" in refused("git:HEAD").message
    assert "there is nothing at 'tables/x'" in refused("git:HEAD:tables/x").message
    (repo.root / "tables").unlink()
    repo.git("rm", "--quiet", "--cached", "tables")
    commit = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},tables")
    repo.git("commit", "--quiet", "-m", "a submodule")
    assert "git:HEAD:tables: it is a submodule" in refused("git:HEAD").message
    assert "there is a submodule" in refused("git:HEAD:tables").message


def test_a_pointer_to_a_file_kept_elsewhere_is_no_table(repo: Repository) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    repo.commit({"tables/a.csv": pointer})
    error = refused("git:HEAD")
    assert "git:HEAD:tables/a.csv: it is in Git LFS" in error.message
    assert "worktree" in error.hint


def test_a_shallow_clone_says_what_it_lacks(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = Repository(tmp_path / "clone")
    source = f"file://{repo.root}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", source, clone.root], check=True)
    monkeypatch.chdir(clone.root)
    assert "--unshallow" in refused("git:HEAD~1").hint
    with opened_package("git:HEAD") as found:
        assert len(found.rows("a")) == 3


def test_nothing_is_fetched_for_a_partial_clone(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    options = ["--filter=blob:none", "--no-checkout", f"file://{repo.root}", str(clone)]
    subprocess.run(["git", "clone", "-q", *options], check=True)
    monkeypatch.chdir(clone)
    before = state_of(clone)
    assert "its content is missing from the repository" in refused("git:HEAD").message
    assert state_of(clone) == before


def test_outside_of_a_repository(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert repo
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "outside").mkdir()
    monkeypatch.chdir(tmp_path / "outside")
    assert "is not in a git repository" in refused("git:HEAD").message


def test_without_git(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo
    monkeypatch.setenv("PATH", str(tmp_path))
    error = refused("git:HEAD")
    assert "no program called git" in error.message
    assert "Install git" in error.hint


def test_the_variables_of_a_hook_do_not_lead_elsewhere(
    repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    other.commit(package({"z": "id\n1\n"}))
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.root / ".git" / "objects"))
    with opened_package("git:HEAD") as found:
        assert list(found.descriptor.by_name) == ["a"]
    assert repo


# On the command line


def test_commands_take_revisions(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(capsys)
    assert cli("diff", "git:HEAD", "tables", "--exit-code").code == 0
    ran = cli("diff", "git:HEAD~1", "tables", "--exit-code", "--format", "stat")
    assert (ran.code, ran.out) == (1, "a: 1 added, 1 changed\n  x  1 cell\n")
    assert "What changed from git:HEAD~1 to git:HEAD" in cli.good(
        "report", "git:HEAD~1", "git:HEAD"
    )
    assert "3    s" in cli.good("show", "git:HEAD", "a")
    assert cli("diff", "git:--all", "tables").code == 2
    assert repo


def test_a_bare_table_at_a_revision(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(capsys)
    key = ("--key", "id", "--format", "stat")
    out = cli.good("diff", "git:HEAD~1:tables/a.csv", "tables/a.csv", *key)
    assert out == "table: 1 added, 1 changed\n  x  1 cell\n"
    ran = cli(
        "diff", "git:HEAD~1:tables/a.csv", "tables/a.csv", "--no-header", *key[2:], "--key", "1"
    )
    assert ran.out == "table: 1 added, 1 changed\n  field2  1 cell\n"
    assert (
        "git:HEAD:./x.csv: there is nothing" in cli("diff", "git:HEAD:./x.csv", "a.csv", *key).err
    )
    repo.commit({"tables/a.csv": b"id,x\n1\n", "d.csv/x": b""})
    ran = cli("diff", "git:HEAD:tables/a.csv", "git:HEAD~1:tables/a.csv", *key)
    assert ran.err.startswith("error: git:HEAD:tables/a.csv:2: 1 cell")
    assert "this is a folder" in cli("diff", "git:HEAD:d.csv", "tables/a.csv", *key).err
    with opened_table("git:HEAD~1:tables/a.csv", ["id"]) as found:
        assert found.label == "git:HEAD~1:tables/a.csv"
