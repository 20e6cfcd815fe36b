"""The command line as a program: where it finds its package, and what it depends on."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from commands import Cli
from packages import package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HEAVY: Final = (
    "pandas", "numpy", "frictionless", "deepdiff", "jsonschema", "jsonschema_rs", "rich", "dplib",
    "duckdb", "ibis", "pyspark", "jinja2",
)  # fmt: skip
PATIENCE: Final = 60
SHIPPED: Final = "note: no data package here; showing the one that ships with interopwatch\n"


def interopwatch(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "interopwatch", *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Return the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Cli(capsys)


# Where the package is found


def test_the_package_is_found_from_the_current_folder_upwards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    package({"outer": "id\na\n"}).write(tmp_path)
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    cli = Cli(capsys)
    assert "outer" in cli.good("show", "tables")
    package({"inner": "id\na\n"}).write(tmp_path / "one")
    assert "inner" in cli.good("show", "tables")
    package({"other": "id\na\n"}).write(tmp_path / "elsewhere")
    for place in (tmp_path / "elsewhere", tmp_path / "elsewhere" / "datapackage.json"):
        assert "other" in cli.at(place).good("show", "tables")


def test_from_an_empty_folder_the_shipped_data_is_used(tmp_path: Path) -> None:
    ran = interopwatch("report", "2024-03-07", "2025-03-03", cwd=tmp_path)
    assert (ran.returncode, ran.stderr.decode()) == (0, SHIPPED)
    assert b"Seven High Visibility Projects" in ran.stdout
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_the_shipped_data_by_reading_it(root: Path, here: Cli) -> None:
    before = {p: p.stat().st_mtime_ns for p in (root / "snapshots").rglob("*")}
    for arguments in (["log"], ["status"], ["as-of", "2021"], ["history", "FIN"]):
        assert here(*arguments).code == 0
    assert {p: p.stat().st_mtime_ns for p in (root / "snapshots").rglob("*")} == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("log",), ("status",), ("as-of", "2021"), ("history", "FIN"), ("show", "2014"),
        ("diff", "2014", "2020-06"), ("diff", "2014", "tables", "--format", "stat"),
    ],
)  # fmt: skip
def test_that_the_data_is_not_the_users_is_said_once(arguments: tuple[str, ...], here: Cli) -> None:
    ran = here(*arguments)
    assert (ran.code, ran.err) == (0, SHIPPED)
    assert ran.out


def test_packages_that_are_named_need_no_other(here: Cli, tmp_path: Path) -> None:
    for name, cell in (("one", "1"), ("two", "2")):
        package({"r": f"id,x\na,{cell}\n"}).write(tmp_path / name)
    for command in ("diff", "report"):
        here.good(command, "one", "two")


@pytest.mark.parametrize(
    "arguments",
    [("tidy",), ("tidy", "--check"), ("freeze", "2031", "-m", "x"), ("capture", "x.html")],
)
def test_nothing_is_written_but_into_a_package_of_the_user(
    arguments: tuple[str, ...], here: Cli
) -> None:
    ran = here(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no data package here" in ran.err
    assert "--package" in ran.err


@pytest.mark.parametrize("name", ["nothing", "./there", "git:HEAD"])
def test_messages_outside_a_package_do_not_speak_of_the_shipped_data(
    name: str, here: Cli, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a.txt").touch()
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    subprocess.run(["git", *author, "commit", "-qm", "x"], cwd=tmp_path, check=True)
    ran = here("diff", name, name)
    assert ran.code == 2
    assert "2014" not in ran.err
    assert "interopwatch/" not in ran.err


# How it ends


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("diff", "2014", "2014", "--exit-code"), 0),
        (("diff", "2014", "2020-06", "--exit-code"), 1),
        (("diff", "2014", "1914", "--exit-code"), 2),
        (("nonsense",), 2),
    ],
)
def test_the_exit_code_is_the_one_of_the_process(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    ran = interopwatch(*arguments, cwd=tmp_path)
    assert ran.returncode == code
    assert (b"rror: " in ran.stderr) == (code == 2)
    assert b"Traceback" not in ran.stderr


def test_a_bug_ends_with_its_traceback(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "class Broken:\n"
        "    def __getattr__(self, name): raise RuntimeError('a bug')\n"
        "sys.stdin = Broken()\n"
        "from interopwatch.cli import run\n"
        "run(['invert', '-'])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert b"Traceback" in ran.stderr
    assert b"RuntimeError: a bug" in ran.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise on Windows")
@pytest.mark.parametrize(
    "arguments",
    [("log",), ("diff", "2014", "2025-07-28", "--format", "json"), ("show", "tables", "sources")],
)
def test_a_reader_that_has_seen_enough_is_no_error(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "interopwatch", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=PATIENCE) == 0
    assert complaint.decode() in ("", SHIPPED)


# What it depends on

SESSION: Final = """
import sys
from interopwatch.cli import run

for line in [
    "report 2024-03-07 2025-03-03",
    "report 2023 2024-03-07 --format markdown",
    "report 2014 2025-07-28 --format json",
    "diff 2020-06 2025-03-03 --format json",
    "diff 2025-03-03 2024-03-07 --format csv",
    "diff 2014 2020-06",
    "as-of 2021-01-01",
    "as-of 2021 --format json",
    "history TÜRKIYE",
    "log",
    "show 2014 memberships",
]:
    try:
        run(line.split())
    except SystemExit as ended:
        assert not ended.code, line
"""


def session(cwd: Path, env: Mapping[str, str]) -> bytes:
    plain = {
        k: v
        for k, v in os.environ.items()
        # PYTHONPATH is kept, or another installed copy would run.
        if k == "PYTHONPATH" or not k.startswith(("LC_", "LANG", "PYTHON"))
    }
    script = cwd / "session.py"
    script.write_text(SESSION, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(script)],
        cwd=cwd,
        env={**plain, **env},
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    said = set(ran.stderr.decode(errors="replace").splitlines())
    assert (ran.returncode, said) == (0, {SHIPPED.rstrip("\n")})
    return ran.stdout


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return session(tmp_path_factory.mktemp("usual"), {"PYTHONHASHSEED": "1", "PYTHONUTF8": "1"})


def test_what_is_said_is_what_was_asked_for(usual: bytes) -> None:
    said = usual.decode()
    assert said.startswith("NATO partnerships and projects: 7 March 2024 → 3 March 2025\n")
    assert "Türkiye" in said
    assert "2025-07-28  " in said


def _has_locale(name: str) -> bool:
    script = "import locale, sys; locale.setlocale(locale.LC_ALL, sys.argv[1])"
    ran = subprocess.run([sys.executable, "-c", script, name], capture_output=True, check=False)
    return ran.returncode == 0


@pytest.mark.parametrize(
    "env",
    [
        {
            "PYTHONHASHSEED": "2", "LC_ALL": "C", "COLUMNS": "40", "TERM": "dumb",
            "TZ": "Pacific/Kiritimati",
        },
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8"},
    ],
    ids=["seed, locale, width and time zone", "ascii", "turkish"],
)  # fmt: skip
def test_the_environment_does_not_change_a_byte(
    usual: bytes, tmp_path: Path, env: Mapping[str, str]
) -> None:
    if env.get("LC_ALL", "C") != "C" and not _has_locale(env["LC_ALL"]):
        pytest.skip(f"the locale {env['LC_ALL']} is not installed")
    assert session(tmp_path, env) == usual


@pytest.mark.parametrize(
    "line",
    [
        "report 2024-03-07 2025-03-03",
        "report 2024-03-07 2025-03-03 --format markdown",
        "diff 2024-03-07 2025-03-03",
        "diff 2024-03-07 2025-03-03 --format json",
    ],
)
def test_nothing_heavy_is_loaded_for_a_diff_or_a_report(tmp_path: Path, line: str) -> None:
    script = (
        "import sys\n"
        "from interopwatch.cli import run\n"
        "try:\n"
        f"    run({line.split()!r})\n"
        "except SystemExit as ended:\n"
        "    assert ended.code == 0\n"
        f"print(*[n for n in {HEAVY!r} if n in sys.modules], file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert (ran.returncode, ran.stderr.decode().strip()) == (0, SHIPPED.strip())
    assert ran.stdout
