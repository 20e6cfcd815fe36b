"""Reading a git repository starts no other program, whatever its settings say."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from book_package import shelf, tidy
from commands import Cli
from interopwatch import freeze
from interopwatch import open as open_store
from interopwatch.errors import OriginError
from interopwatch.loaders.repository import Repository
from interopwatch.validation import validate

if TYPE_CHECKING:
    from interopwatch import Finding

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or os.name != "posix", reason="there is no git or no shell here"
)

PROGRAMS: Final = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass",
    "core.gitProxy", "core.alternateRefsCommand", "gpg.program", "gpg.ssh.program",
    "gpg.x509.program", "diff.external", "diff.d.command", "diff.d.textconv", "merge.d.driver",
    "filter.f.clean", "filter.f.smudge", "filter.f.process", "interactive.diffFilter",
    "credential.helper", "uploadpack.packObjectsHook", "remote.origin.uploadpack",
)  # fmt: skip
"""Settings that name a program (git-config(1))."""
PAGED: Final = ("log", "rev-list", "rev-parse", "diff-tree", "ls-tree", "cat-file", "status")
HOOKS: Final = (
    "post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout",
    "fsmonitor-watchman",
)  # fmt: skip
OTHERS: Final = (
    ("log.showSignature", "true"), ("diff.orderFile", "order"), ("diff.renames", "copies"),
    ("diff.relative", "true"), ("diff.noprefix", "true"), ("color.ui", "always"),
    ("core.quotePath", "true"), ("core.abbrev", "40"), ("log.follow", "true"),
    ("diff.ignoreSubmodules", "all"), ("core.ignoreCase", "true"), ("log.diffMerges", "off"),
    ("filter.f.required", "true"), ("extensions.partialClone", "origin"),
    ("remote.origin.promisor", "true"), ("remote.origin.url", "ext::sh -c ~/run"),
    ("protocol.ext.allow", "always"), ("submodule.recurse", "true"),
)  # fmt: skip
"""Settings that change what git prints, or make it start the programs of the others."""


def git(folder: Path, *arguments: str, given: str = "") -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=N", "-c", "user.email=n@example.org", *arguments],
        cwd=folder, check=True, capture_output=True, text=True, input=given,
    )  # fmt: skip
    return ran.stdout.strip()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a package with a snapshot that a commit rewrote and with one edited since."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "settings"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "package"
    tidy(folder, shelf())
    freeze(open_store(folder), "2021", "first")
    freeze(open_store(folder), "2000", "back then", "reconstructed")
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitattributes").write_text("* filter=f diff=d merge=d\n")
    commit(folder)
    with (folder / "snapshots/2000/tables/books.csv").open("a") as table:
        table.write("\n")
    commit(folder)
    sign(folder)
    # The sums are still well-formed, so that only the last commit reveals the change to their file.
    sums = folder / "snapshots/2021/SHA256SUMS"
    sums.write_text("".join(sums.read_text().splitlines(keepends=True)[1:]))
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "an edition")


def sign(folder: Path) -> None:
    """Make the last commit claim to be signed."""
    text = git(folder, "cat-file", "commit", "HEAD")
    head, _, message = text.partition("\n\n")
    mark = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    signed = git(
        folder, "hash-object", "-t", "commit", "-w", "--stdin",
        given=f"{head}\n{mark}\n\n{message}\n",
    )  # fmt: skip
    git(folder, "update-ref", "HEAD", signed)


def plant(folder: Path, settings: Path, started: Path) -> None:
    """Put a program that records its start in all settings and hooks."""
    program = started.with_name("run")
    program.write_text(f'#!/bin/sh\necho "$0 $@" >>"{started}"\nexit 1\n')
    program.chmod(0o755)
    hooks = folder / ".git/hooks"
    for name in HOOKS:
        shutil.copy(program, hooks / name)
    (folder / "order").write_text("*SUMS\n")
    said = [(name, str(program)) for name in PROGRAMS]
    said += [(f"pager.{name}", str(program)) for name in PAGED]
    said += [("core.hooksPath", str(hooks)), *OTHERS]
    for name, value in said:
        git(folder, "config", "--file", str(settings), name, value.replace("~/run", str(program)))


COMMANDS: Final = (
    ("validate",), ("log",), ("status",), ("report", "2000", "2021"), ("report", "git:HEAD"),
    ("diff", "git:HEAD", "tables"), ("diff", "git:HEAD~1", "git:HEAD"),
    ("show", "git:HEAD", "books"),
)  # fmt: skip


def told(package: Path) -> tuple[Finding, ...]:
    return validate(open_store(package))


@pytest.mark.parametrize("whose", ["the repository's", "the user's"])
def test_settings_start_no_program_and_change_nothing(
    package: Path,
    tmp_path: Path,
    whose: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(package)
    cli, started = Cli(capsys), tmp_path / "started"
    before = told(package), [cli(*words) for words in COMMANDS]
    codes = {finding.code for finding in before[0]}
    assert {"snapshot-rewritten", "snapshot-edited", "snapshot-changed"} <= codes
    settings = package / ".git/config" if whose == "the repository's" else tmp_path / "settings"
    plant(package, settings, started)
    assert (told(package), [cli(*words) for words in COMMANDS]) == before
    assert not started.exists(), started.read_text()
    # Other git commands start the programs, which shows that they are planted correctly.
    for words in (("status",), ("log", "-1"), ("diff",)):
        subprocess.run(["git", *words], cwd=package, capture_output=True, check=False)
        assert started.exists(), words
        started.unlink()


def test_an_object_that_is_missing_is_not_fetched(package: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    plant(package, package / ".git/config", started)
    blob = git(package, "rev-parse", "HEAD:tables/books.csv")
    (package / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with (
        Repository(package, "a test").blobs() as blobs,
        pytest.raises(OriginError, match="its content is missing from the repository"),
    ):
        list(blobs.read(blob, "a table"))
    assert not started.exists(), started.read_text()


@pytest.mark.parametrize("what", ["replace", "graft", "graph"])
def test_no_object_stands_for_another(package: Path, what: str) -> None:
    """A repository that claims that nothing was ever rewritten is not trusted."""
    before = told(package)
    head = git(package, "rev-parse", "HEAD")
    alone = git(package, "commit-tree", "HEAD^{tree}", "-m", "as if it had been so ever since")
    if what == "replace":
        git(package, "replace", head, alone)
    elif what == "graft":
        (package / ".git/info").mkdir(exist_ok=True)
        (package / ".git/info/grafts").write_text(f"{head}\n")
    else:
        git(package, "replace", head, alone)
        git(package, "commit-graph", "write", "--reachable")
    assert told(package) == before


def test_a_git_that_lies_in_the_checkout_is_not_run(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (package / "git").write_text("#!/bin/sh\ntouch started\n")
    (package / "git").chmod(0o755)
    monkeypatch.chdir(package)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(OriginError, match="no program called git"):
        Repository(Path(), "a test").prefix()
    assert not (package / "started").exists()


def test_a_work_tree_that_is_said_to_be_elsewhere_is_refused(package: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    git(package, "config", "core.worktree", str(tmp_path / "elsewhere"))
    with pytest.raises(OriginError, match="has its work tree in"):
        Repository(package, "a test").prefix()
