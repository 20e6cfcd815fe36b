"""What can go wrong for a user, and what they can do about it.

Every error that a user can cause derives from :class:`InteropwatchError`. The
command line catches that one class and prints its message and hint; anything
else is a bug and keeps its traceback.
"""

from __future__ import annotations

from typing import ClassVar


class InteropwatchError(Exception):
    """Something could not be done, for a reason the user can act on.

    Attributes:
        message: What is wrong and where: the file, line and field if known.
        hint: What to do next; empty when the message says it all.
        exit_code: The status of a command that ends with this error
            (2, as in diff(1): the comparison could not be made).
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class DateError(InteropwatchError):
    """A text is not a date in the supported part of EDTF (ISO 8601-2:2019)."""


class DescriptorError(InteropwatchError):
    """A ``datapackage.json`` is missing, unreadable, or says something unusable."""


class TableError(InteropwatchError):
    """A CSV file is missing, unreadable, or disagrees with its schema."""


class KeyProblemError(TableError):
    """Rows cannot be told apart: a primary key is absent, empty or stands twice."""


class TemplateError(DescriptorError):
    """A wording template in a descriptor names a field or resource that is not there."""


class SnapshotError(InteropwatchError):
    """A snapshot does not exist, exists already, or is not what it was when frozen."""


class SubjectError(InteropwatchError):
    """No row of the package, or more than one, is called what the user asked for."""


class ChangeSetError(InteropwatchError):
    """A change set is malformed, or does not fit the package it is applied to."""


class CaptureError(InteropwatchError):
    """A page cannot be read: it is no page, too large, or none of the works that are known."""


class OutputError(InteropwatchError):
    """A result could not be written where the user asked for it."""
