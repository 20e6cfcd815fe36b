"""Fixtures and settings for all tests."""

from __future__ import annotations

import gc
import os
import signal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import examples
import interopwatch
import validated

if TYPE_CHECKING:
    from collections.abc import Generator

    from interopwatch import Store

# Before any test module imports the functions that write change sets.
validated.install()

# Before any test module asks how many examples to try.
examples.register()

# Background processes of a shell ignore interrupts, and so would all processes of the tests.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW: Final = (
    "browser",
    "capture",
    "changeset/test_apply.py",
    "changeset/test_published_schemas.py",
    "ci",
    "cli/test_environment.py",
    "cli/test_hostile_text.py",
    "cli/test_read_only.py",
    "cli/test_screen.py",
    "cli/test_site.py",
    "cli/test_validate.py",
    "compare",
    "export/test_xlsx.py",
    "loaders",
    "package/test_patterns.py",
    "report/test_pictures.py",
    "report/test_tabular.py",
    "report/test_vega.py",
    "site",
    "test_attack.py",
    "test_clone.py",
    "test_documents.py",
    "test_extras.py",
    "test_files.py",
    "test_updates.py",
    "timeline/test_freeze.py",
    "validation",
)
"""Folders and files of tests that ``make quick`` skips: each takes more than 1.5 seconds of
processor time, or imports what does. When you change what one of them tests, run it, too."""


@cache
def is_slow(path: Path) -> bool:
    """Return whether all tests of a folder or file are slow."""
    folder = Path(__file__).parent
    return any(path.is_relative_to(folder / name) for name in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import slow files, which took eight of the fifty seconds of `quick`."""
    return True if config.option.markexpr == "not slow" and is_slow(collection_path) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Let one worker import the tests first: in a fresh clone it compiles what the others import.

    That takes thirteen seconds, which each of them would need if they started together. Nothing
    imported is freed before the end, so the garbage collector need not examine it.
    """
    gc.disable()
    if os.name != "posix" or not hasattr(session.config, "workerinput"):
        return (yield)
    import fcntl

    with Path(__file__).open("rb") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(turn, fcntl.LOCK_SH)
        return (yield)


def pytest_collection_finish() -> None:
    """Let the garbage collector examine only what the tests create."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of slow files, and skip those that download what they install."""
    for item in items:
        if is_slow(item.path):
            item.add_marker(pytest.mark.slow)
        if "install" in item.keywords and "install" not in config.option.markexpr:
            item.add_marker(pytest.mark.skip(reason="`make test-install` runs these"))


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """One more worker than cores: some wait for a disk, a browser or a timeout."""
    return (os.cpu_count() or 1) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-goldens",
        action="store_true",
        help="Rewrite the files in tests/data/golden from what is rendered now.",
    )


@pytest.fixture
def rewrite_goldens(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are rewritten instead of compared."""
    return bool(request.config.getoption("--rewrite-goldens"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shipped() -> Store:
    """The data that ships with the library."""
    return interopwatch.open()


@pytest.fixture(scope="session")
def _store_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import club_package

    return club_package.store(tmp_path_factory.mktemp("clubs") / "home").package.root


@pytest.fixture
def two_snapshots(_store_to_copy: Path, tmp_path: Path) -> Path:
    """The folder of a package of clubs with two observed snapshots."""
    from shutil import copytree

    return Path(copytree(_store_to_copy, tmp_path / "home"))
