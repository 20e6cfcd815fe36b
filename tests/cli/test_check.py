"""`interopwatch check`: which rules the changes between two editions break, and why."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from commands import Cli, Ran
from packages import Made, package, spec

TEN = "id,name,born\n" + "".join(f"{at},name {at},19{at:02}\n" for at in range(10))


def edition(text: str = TEN, **more: Any) -> Made:  # noqa: ANN401 - as spec has them
    """Return an edition of a package with one table."""
    return package({"people": spec(text, **more)})


def without(*ids: int) -> str:
    lines = TEN.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f"{at}," for at in ids)))


class Editions:
    """Two editions to check."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._cli = folder, Cli(capsys)

    def __call__(self, old: Made, new: Made, *options: str) -> Ran:
        for name, made in (("old", old), ("new", new)):
            made.write(self.folder / name)
        return self._cli("check", str(self.folder / "old"), str(self.folder / "new"), *options)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Editions:
    return Editions(tmp_path, capsys)


def broken(ran: Ran) -> list[str]:
    """Return the rules that a check in JSON reports as broken."""
    said = json.loads(ran.out)
    assert said["valid"] is (ran.code == 0)
    return [finding["code"] for finding in said["findings"]]


CHANGES = {
    "removed-column": edition("id,name\n1,a\n"),
    "renamed-column": edition(TEN.replace("name,born", "called,born")),
    "retyped-field": edition(types={"born": "year"}),
    "changed-key": edition(key="name"),
    "added-column": edition(TEN.replace("\n", ",x\n").replace("born,x", "born,more")),
    "moved-column": edition("".join(
        f"{','.join(line.split(',')[::-1])}\n" for line in TEN.splitlines()
    )),
    "changed-constraints": edition(types={"born": {"constraints": {"required": True}}}),
    "removed-table": package({"others": "code\nx\n"}),
    "added-table": package({"people": TEN, "others": "code\nx\n"}),
    "removed-rows": edition(without(1)),
    "changed-rows": edition(TEN.replace("name 4", "other")),
    "added-rows": edition(f"{TEN}99,x,2000\n"),
}  # fmt: skip


@pytest.mark.parametrize("rule", CHANGES)
def test_each_rule_is_broken_by_its_change(rule: str, check: Editions) -> None:
    ran = check(edition(), CHANGES[rule], "--fail-on", rule, "--format", "json")
    assert (ran.code, set(broken(ran))) == (1, {rule}), ran.out


@pytest.mark.parametrize("rule", CHANGES)
def test_nothing_is_broken_by_the_same_edition(rule: str, check: Editions) -> None:
    assert check(CHANGES[rule], CHANGES[rule], "--fail-on", rule).code == 0


def test_a_table_that_was_renamed(check: Editions) -> None:
    ran = check(edition(), package({"persons": TEN}), "--format", "json")
    assert broken(ran) == ["renamed-table"]


def test_without_rules_what_breaks_readers_is_not_allowed(check: Editions) -> None:
    for rule, made in CHANGES.items():
        ran = check(edition(), made)
        breaks = rule in ("removed-column", "renamed-column", "retyped-field", "changed-key",
                          "removed-table")  # fmt: skip
        assert (rule, ran.code) == (rule, 1 if breaks else 0)


def test_a_rule_that_is_broken_says_by_what_and_what_to_do(check: Editions) -> None:
    ran = check(edition(), edition("id,name\n1,a\n"))
    assert "datapackage.json:" in ran.out
    assert "people: the column born was removed" in ran.out
    assert "--allow removed-column" in ran.out
    assert "[removed-column]" in ran.out
    assert ran.out.splitlines()[-1].startswith("not allowed: ")


@pytest.mark.parametrize(
    ("limit", "code"), [("20%", 0), ("19.9%", 1), ("2", 0), ("1", 1), ("0", 1), ("100%", 0)]
)
def test_limits_of_rows(limit: str, code: int, check: Editions) -> None:
    ran = check(edition(), edition(without(3, 4)), "--fail-on", f"removed-rows={limit}")
    assert ran.code == code, ran.out
    if code:
        assert "2 of 10 rows were removed (20.0%), but " in ran.out
        assert "3 and 4" in ran.out


def test_a_row_whose_key_changed_was_not_removed(check: Editions) -> None:
    ran = check(edition(), edition(TEN.replace("\n4,", "\n44,")), "--fail-on", "removed-rows=0")
    assert ran.code == 0, ran.out


# The policy of a descriptor


def ruled(made: Made, policy: dict[str, Any], resource: dict[str, Any] | None = None) -> Made:
    def change(raw: dict[str, Any]) -> None:
        raw["interopwatch"] = {"policy": policy}
        if resource is not None:
            raw["resources"][0]["interopwatch"] = {"policy": resource}

    return made.edited(change)


def test_the_descriptor_has_the_policy(check: Editions) -> None:
    old = ruled(edition(), {"removed-rows": "10%", "added-column": True})
    assert check(old, ruled(edition(without(1)), {})).code == 0
    ran = check(old, ruled(edition(without(1, 2)), {}), "--format", "json")
    assert broken(ran) == ["removed-rows"]
    assert broken(check(old, CHANGES["added-column"], "--format", "json")) == ["added-column"]
    # Rules that it does not name are not enforced.
    fewer = "".join(f"{line.rpartition(',')[0]}\n" for line in TEN.splitlines())
    assert check(old, edition(fewer)).code == 0


def test_no_change_relaxes_the_rules_that_it_is_judged_by(check: Editions) -> None:
    strict = {"removed-rows": True}
    lax = ruled(edition(without(1)), {"removed-rows": False})
    assert check(ruled(edition(), strict), lax).code == 1
    assert check(edition(), ruled(edition(without(1)), strict)).code == 1


def test_a_resource_says_otherwise_for_itself(check: Editions) -> None:
    old = ruled(edition(), {"removed-rows": True}, {"removed-rows": 2})
    assert check(old, edition(without(1, 2))).code == 0
    assert check(old, edition(without(1, 2, 3))).code == 1


def test_options_go_before_the_descriptor(check: Editions) -> None:
    old = ruled(edition(), {"removed-rows": True})
    new = edition(without(1))
    assert check(old, new, "--allow", "removed-rows").code == 0
    assert check(old, new, "--fail-on", "removed-rows=1").code == 0
    assert check(old, new, "--fail-on", "added-column").code == 1


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"removed-everything": True}, "there is no rule 'removed-everything'"),
        ({"removed-rows": "some"}, "'some' is not a limit"),
        ({"removed-rows": -1}, "-1 is not a limit"),
        ({"removed-column": "5%"}, "removed-column has no limit"),
        ({"removed-rows": None}, "None is not a limit"),
    ],
)
def test_a_policy_that_is_none(
    policy: dict[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ruled(edition(), policy)
    for name, content in made.files.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    ran = Cli(capsys)("check", str(tmp_path), str(tmp_path))
    assert ran.code == 2
    assert said in ran.err
    assert "/interopwatch/policy/" in ran.err


@pytest.mark.parametrize("rule", ["nothing", "removed-rows=x", "added-column=5", "removed-rows=-1"])
def test_an_option_that_is_no_rule(rule: str, check: Editions) -> None:
    ran = check(edition(), edition(), "--fail-on", rule)
    assert ran.code == 2
    assert "Traceback" not in ran.err


# Formats and editions


@pytest.mark.parametrize("form", ["github", "junit", "sarif"])
def test_each_format_names_rule_and_place(form: str, check: Editions) -> None:
    ran = check(edition(), edition("id,name\n1,a\n"), "--format", form)
    assert ran.code == 1
    assert "removed-column" in ran.out
    assert "the column born was removed" in ran.out
    assert "new/datapackage.json" in ran.out


def test_without_names_the_working_edition_is_held_against_the_last_snapshot(
    two_snapshots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Cli(capsys, two_snapshots)("check")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("allowed: ")


def test_without_a_snapshot_there_is_nothing_to_hold_it_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edition().write(tmp_path)
    ran = Cli(capsys, tmp_path)("check")
    assert ran.code == 2
    assert "git:HEAD" in ran.err


def test_a_revision_of_git_is_what_a_pull_request_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition().write(tmp_path)
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "First")):
        subprocess.run(("git", *author, *arguments), cwd=tmp_path, check=True)
    edition("id,name\n1,a\n").write(tmp_path)
    monkeypatch.chdir(tmp_path)
    ran = Cli(capsys)("check", "git:HEAD", "--format", "github")
    assert ran.code == 1
    assert ran.out.startswith("::error file=datapackage.json,line=")


def test_bare_files_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text(TEN)
    (tmp_path / "b.csv").write_text("id,name\n1,name 1\n")
    ran = Cli(capsys)("check", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--key", "id")
    assert ran.code == 1
    assert "removed-column" in ran.out


@pytest.mark.parametrize(
    ("was", "now", "code"), [("1,2", "1,3", 0), ("1,2", "1", 0), ("1", "1,2", 2)]
)
def test_a_table_that_cannot_be_read_keeps_no_other_from_being_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], was: str, now: str, code: int
) -> None:
    sides = [str(tmp_path / side) for side in ("old", "new")]
    for side, row in zip(sides, (was, now), strict=True):
        package({"fine": "id,name\n1,a\n", "odd": f"id\n{row}\n"}).write(Path(side))
    ran = Cli(capsys)("check", *sides)
    assert (ran.code, "not compared: odd" in ran.err) == (code, True)
    package({"fine": "id,name\n", "odd": f"id\n{now}\n"}).write(Path(sides[1]))
    assert Cli(capsys)("check", *sides, "--fail-on", "removed-rows").code == 1


def test_examples_of_rows_are_told_apart(check: Editions) -> None:
    text = "a,b,c\n" + "".join(f"{at},x,{at}\n" for at in range(6))
    old = package({"pairs": spec(text, key=["a", "b"])})
    new = package({"pairs": spec("a,b,c\n0,x,0\n", key=["a", "b"])})
    ran = check(old, new, "--fail-on", "removed-rows")
    assert "pairs: 5 of 6 rows were removed (83.3%), but none may be: " in ran.out
    assert "(1, x), (2, x), (3, x) and 2 more" in ran.out


def test_a_package_that_is_new_has_nothing_to_be_held_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edition().write(tmp_path)
    monkeypatch.chdir(tmp_path)
    author = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "First")):
        subprocess.run(("git", *author, *arguments), cwd=tmp_path, check=True)
        assert Cli(capsys)("check", "git:HEAD").code == 2
        ran = Cli(capsys)("check", "git:HEAD", "--ignore-missing")
        assert (ran.code, ran.out) == (0, "")
        assert "nothing to compare with" in ran.err
    # A missing revision was mistyped, or not fetched.
    assert Cli(capsys)("check", "git:v1", "--ignore-missing").code == 2


@pytest.mark.parametrize("older", [0, 1])
def test_a_file_that_is_fetched_in_no_edition_is_no_reason_to_fail(
    check: Editions, older: int
) -> None:
    def picture(raw: dict[str, Any]) -> None:
        raw["resources"].append({"name": "map", "path": "https://maps.example/map.png"})

    both = edition(), edition().edited(picture)
    ran = check(both[older], both[1])
    assert (ran.code, "not compared: map" in ran.err) == (0, True)
