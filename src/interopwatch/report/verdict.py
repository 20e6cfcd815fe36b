"""The result of a check, as passed to the formats of findings."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the types of fields

from msgspec import Struct

from interopwatch.findings import Finding, FindingType


class Verdict(Struct, frozen=True):
    """What a check found.

    Attributes:
        command: The command that checked: ``validate`` or ``check``.
        findings: What it found.
        summary: All of it in one line.
        folder: The folder that the files of findings lie in, as a whole path with slashes; empty
            if it is none of the user's.
        here: The current folder, likewise.
        types: What the codes stand for; a code that ends with ``*`` stands for all that begin so.
    """

    command: str
    findings: tuple[Finding, ...]
    summary: str
    folder: str = ""
    here: str = ""
    types: Mapping[str, FindingType] = {}

    @property
    def is_valid(self) -> bool:
        """Whether nothing that was found is an error."""
        return not any(finding.level == "error" for finding in self.findings)

    def path(self, finding: Finding) -> str:
        """Return a finding's file, relative to the current folder; absolute if elsewhere."""
        whole = posixpath.normpath(posixpath.join(self.folder, finding.file))
        return whole.removeprefix(f"{self.here.rstrip('/')}/") if self.folder else whole

    def text(self, finding: Finding) -> str:
        """The field, the message and the hint of a finding in one line."""
        field = f"{finding.field}: " if finding.field else ""
        return field + in_one_line(finding)

    def type_of(self, code: str) -> FindingType:
        """What a code stands for."""
        # So `frictionless-*` stands for all types of errors that frictionless has.
        family = f"{code.partition('-')[0]}-*"
        return self.types.get(code) or self.types.get(family) or FindingType(code, code)


def in_one_line(finding: Finding) -> str:
    """The message and the hint of a finding as one line."""
    hint = f". {finding.hint}" if finding.hint else ""
    return " ".join(f"{finding.message.rstrip('.')}{hint}".split())
