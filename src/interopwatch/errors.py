"""Errors that a user can act on.

Every error that a user can cause derives from :class:`InteropwatchError`. The
command line catches that one class and prints its message and hint; anything
else is a bug and keeps its traceback.
"""

from __future__ import annotations

from typing import ClassVar


class InteropwatchError(Exception):
    """A failure with a cause that the user can act on.

    Attributes:
        message: The problem and its location: file, line and field if known.
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
    """A ``datapackage.json`` is missing, unreadable or invalid."""


class TableError(InteropwatchError):
    """A table is missing, unreadable, or does not match its schema."""


class UnreadableError(InteropwatchError):
    """The system failed to read an existing file, so nothing is known about its content."""


class KeyProblemError(TableError):
    """Rows cannot be distinguished: a primary key is undeclared, empty or duplicated."""


class MemoryLimitError(InteropwatchError):
    """An operation needs more memory than the user allowed."""


class TemplateError(DescriptorError):
    """A template in a descriptor cannot be parsed, or refers to a missing field or resource."""


class SnapshotError(InteropwatchError):
    """A snapshot is missing, exists already, cannot be made, or was edited after freezing."""


class SubjectError(InteropwatchError):
    """No row of the package has the name that the user gave, or more than one has."""


class ChangeSetError(InteropwatchError):
    """A change set is malformed, or does not fit the package it is applied to."""


class OriginError(InteropwatchError):
    """An archive or a git revision is unreadable or unsafe, or lacks the requested package."""


class NoPackageError(DescriptorError, OriginError):
    """There is no package at a location yet, such as in a git revision before its first."""


class FetchError(InteropwatchError):
    """An address was not fetched: it is forbidden, does not respond, or its response is unusable.

    Attributes:
        status: The HTTP status of the response (RFC 9110, section 15); 0 if none applies.
        private: Whether it was refused because the address is not public.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int = 0, private: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.private = private


class EngineError(InteropwatchError):
    """A requested engine is not installed, or cannot be started."""


class MissingExtraError(EngineError):
    """A requested feature needs a library that only an extra installs."""


class CaptureError(InteropwatchError):
    """A page cannot be read, or is not an edition of a work that capture knows."""


class OutputError(InteropwatchError):
    """A result could not be written where the user asked for it."""


class UnfinishedUpdateError(OutputError):
    """An update of a package was interrupted, and must be completed first."""


class UpdatedMeanwhileError(InteropwatchError):
    """A package was updated by another process while it was being read."""


class FormatError(InteropwatchError):
    """A format cannot represent a change set without changing its meaning."""
