"""The result of a check, as passed to the formats of findings."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping  # noqa: TC003 - msgspec reads the types of fields

from msgspec import Struct

from interopwatch.findings import Finding, FindingType


class Verdict(Struct, frozen=True):
    """The result of a check.

    Attributes:
        command: The command that ran: ``validate`` or ``check``.
        findings: Its findings.
        summary: A summary in one line.
        folder: The absolute path of the folder of the findings' files, with slashes; empty if it is
            not one of the user's.
        current_folder: The current folder, likewise.
        types: The finding types, by code; a code that ends with ``*`` covers all with that prefix.
    """

    command: str
    findings: tuple[Finding, ...]
    summary: str
    folder: str = ""
    current_folder: str = ""
    types: Mapping[str, FindingType] = {}

    @property
    def is_valid(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level == "error" for finding in self.findings)

    def path(self, finding: Finding) -> str:
        """Return a finding's file, relative to the current folder; absolute if elsewhere."""
        whole = posixpath.normpath(posixpath.join(self.folder, finding.file))
        return whole.removeprefix(f"{self.current_folder.rstrip('/')}/") if self.folder else whole

    def text(self, finding: Finding) -> str:
        """Return the field, the message and the hint of a finding in one line."""
        field = f"{finding.field}: " if finding.field else ""
        return field + in_one_line(finding)

    def type_of(self, code: str) -> FindingType:
        """Return the type of a code."""
        # `frictionless-*` covers all error types of frictionless.
        family = f"{code.partition('-')[0]}-*"
        return self.types.get(code) or self.types.get(family) or FindingType(code, code)


def in_one_line(finding: Finding) -> str:
    """Return the message and the hint of a finding in one line."""
    hint = f". {finding.hint}" if finding.hint else ""
    return " ".join(f"{finding.message.rstrip('.')}{hint}".split())
