"""Errors that a user can act on.

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


class UnreadableError(InteropwatchError):
    """The system could not read a file that is there: nothing can be said of what it holds."""


class KeyProblemError(TableError):
    """Rows cannot be told apart: a primary key is absent, empty or stands twice."""


class MemoryLimitError(InteropwatchError):
    """Something takes more memory than the user allowed."""


class TemplateError(DescriptorError):
    """A wording template in a descriptor names a field or resource that is not there."""


class SnapshotError(InteropwatchError):
    """A snapshot does not exist, exists already, or is not what it was when frozen."""


class SubjectError(InteropwatchError):
    """No row of the package, or more than one, is called what the user asked for."""


class ChangeSetError(InteropwatchError):
    """A change set is malformed, or does not fit the package it is applied to."""


class OriginError(InteropwatchError):
    """An archive or a git revision cannot be read, lacks what is asked for, or is not safe."""


class NoPackageError(DescriptorError, OriginError):
    """Where a package is named there is none yet: in a revision without it, or before the first."""


class FetchError(InteropwatchError):
    """An address was not fetched: it may not be, nobody answers, or the answer is no use.

    Attributes:
        status: The status of the answer (RFC 9110, section 15); 0 if it is not about one.
        private: Whether it is refused because the address is not public.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int = 0, private: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.private = private


class EngineError(InteropwatchError):
    """An engine that was asked for is not installed, or cannot be started."""


class MissingExtraError(EngineError):
    """Something that was asked for needs a library that only an extra installs."""


class CaptureError(InteropwatchError):
    """A page cannot be read, or is no edition of a work that capture knows."""


class OutputError(InteropwatchError):
    """A result could not be written where the user asked for it."""


class UnfinishedUpdateError(OutputError):
    """An update of a package was interrupted, and is to be completed first."""


class UpdatedMeanwhileError(InteropwatchError):
    """A package was updated by another process while it was being read."""


class FormatError(InteropwatchError):
    """A change set cannot be said in a format without saying something else."""
