"""The catalogue of findings: every code that a check can give, and what it means."""

from __future__ import annotations

from typing import Final

from interopwatch.findings import FindingType

CATALOGUE: Final = {
    # The descriptor.
    "descriptor-missing": FindingType(
        "No descriptor", "A snapshot's folder has no `datapackage.json`."
    ),
    "descriptor-unreadable": FindingType(
        "Descriptor not readable",
        "A part of a descriptor lacks something or is of the wrong type, and was left out; or a "
        "snapshot's descriptor is not JSON.",
    ),
    "descriptor-profile": FindingType(
        "Against the standard",
        "The descriptor has not the shape that the profile of Data Package asks for: that of "
        "version 2.0; or that of 1.0, where it names none.",
    ),
    "descriptor-interopwatch": FindingType(
        "Against our schema",
        "An `interopwatch` property has not the shape that `interopwatch.schema.json` asks for.",
    ),
    "path-unportable": FindingType(
        "Path that Windows refuses",
        "A file has a name that Windows does not allow: that of a device (`CON`, `NUL`, `COM1`), "
        "with a character such as `:` or `?`, or with a dot or space at its end. `tidy`, `freeze` "
        "and `apply` refuse to write it.",
        "warning",
    ),
    "path-collision": FindingType(
        "Paths that some systems take for one",
        "Two files have names that differ in case or in Unicode normal form alone, so that Windows "
        "and macOS hold one of them only; or one lies in the other as if that were a folder. "
        "`tidy`, `freeze` and `apply` refuse to write both.",
        "warning",
    ),
    "name-made-up": FindingType(
        "No name",
        "A resource has no name, which the standard asks for, and is called after its path or its "
        "number.",
        "warning",
    ),
    "schema-unread": FindingType(
        "Schema not read",
        "A schema is at an address, from which nothing is fetched to validate a package: cells are "
        "taken for text. An error where it should lie in the package.",
        "notice",
    ),
    "dialect-unread": FindingType(
        "Dialect not read",
        "A dialect is at an address, from which nothing is fetched to validate a package: the "
        "table is read as usual. An error where it should lie in the package.",
        "notice",
    ),
    "name-unknown": FindingType(
        "Unknown name",
        "An `interopwatch` property mentions a field or a resource that is not there.",
    ),
    "name-no-reference": FindingType(
        "Not a reference",
        "A field that must refer to rows, such as `belongs_to`, is no foreign key of one field "
        "or refers elsewhere.",
    ),
    "wording-syntax": FindingType(
        "Template not readable",
        "A template has a brace or bracket without its partner, or an empty reference.",
    ),
    "wording-reference": FindingType(
        "Template leads nowhere",
        "A template refers to a field or a resource that cannot be reached from the row.",
    ),
    "picture-unusable": FindingType(
        "Picture cannot be drawn",
        "A picture under `interopwatch.pictures` names a column that its series lacks, has a "
        "filter that cannot be read or the name of another, or its specification reads data, links "
        "or images of its own.",
    ),
    "constraint-unusable": FindingType(
        "Constraint cannot be checked",
        "A pattern is no regular expression, or a limit is not of the field's type.",
    ),
    "reference-field-unknown": FindingType(
        "Unknown field referred to",
        "A foreign key refers to a field that the other resource does not have.",
    ),
    # Rows.
    "encoding-doubtful": FindingType(
        "Probably in another encoding",
        "A table is declared in an encoding of single bytes, such as ISO 8859-1, and is UTF-8.",
        "warning",
    ),
    "table-unreadable": FindingType(
        "Table not readable",
        "A file is missing, not text in its encoding, not CSV, or has another header.",
    ),
    "header-differs": FindingType(
        "Header other than declared",
        "A table has columns that its schema lacks, or the other way round, and the schema does "
        "not allow that (`fieldsMatch`). The columns that are declared are checked all the same.",
    ),
    "cell-type": FindingType(
        "Wrong type", "A cell is not of the type of its field (Table Schema 2.0)."
    ),
    "cell-required": FindingType(
        "Value missing", "A cell of a required field or of the primary key is empty."
    ),
    "cell-constraint": FindingType(
        "Constraint broken",
        "A cell breaks a constraint of its field: enum, pattern, length or limit.",
    ),
    "pattern-slow": FindingType(
        "Pattern takes too long",
        "A pattern was not held against the cells of its field, since that takes more than 10 "
        "seconds: it repeats something that holds repetitions itself, as `(a+)+` does. With the "
        "extra `patterns` (RE2), most such patterns take no time.",
    ),
    "cell-unique": FindingType(
        "Value not unique", "A value stands twice in a field whose values must be unique."
    ),
    "date-syntax": FindingType(
        "Not an EDTF date",
        "A cell of a field that holds EDTF dates is none, or none of the supported kinds.",
    ),
    "key-duplicate": FindingType("Duplicate key", "Two rows have the same primary key."),
    "key-undeclared": FindingType(
        "No primary key",
        "A table declares no primary key. Its rows are matched by fields that tell them apart, or "
        "counted.",
        "notice",
    ),
    "reference-unknown": FindingType(
        "Unknown resource referred to",
        "A foreign key refers to a resource that the package does not have.",
    ),
    "reference-missing": FindingType(
        "Reference to nothing", "A cell refers to a row that is not there."
    ),
    "period-backwards": FindingType("Ends before it begins", "A row's end lies before its begin."),
    "provenance-missing": FindingType(
        "No provenance", "A row does not say which source states it, or where in the source."
    ),
    # What is not finished.
    "text-placeholder": FindingType(
        "Text to be written", "A cell holds the text that stands for one to be written."
    ),
    "date-after-source": FindingType(
        "Date after its source",
        "What a row says has happened lies after the day its source was published.",
    ),
    "rule-broken": FindingType(
        "Rule broken", "A row breaks one of the `rules` that the descriptor has for such rows."
    ),
    "capture-unresolved": FindingType(
        "Capture not resolved", "A capture was forced, and what it left open is not decided."
    ),
    # Form.
    "form-not-canonical": FindingType(
        "Not in canonical form",
        "A table of a package that was tidied or frozen is not written as `interopwatch tidy` "
        "writes it: UTF-8, LF, sorted by primary key, quoted only where needed. The line is the "
        "first that differs.",
    ),
    "hash-wrong": FindingType(
        "Wrong hash", "A file is not the one whose `hash` the descriptor gives."
    ),
    "hash-unknown": FindingType(
        "Unknown hash",
        "The descriptor gives a `hash` by an algorithm that is not known here.",
        "warning",
    ),
    "bytes-wrong": FindingType(
        "Wrong size", "A file has not the size that the descriptor gives in `bytes`."
    ),
    # Stated counts.
    "count-resource": FindingType(
        "Count of an unknown table", "A stated count names a resource that is not there."
    ),
    "count-filter": FindingType(
        "Count with a broken filter",
        "A filter is not `field=value` or `field!=value`, joined by `&`.",
    ),
    "count-field": FindingType(
        "Count by an unknown field", "A filter names a field that the resource does not have."
    ),
    "count-stated": FindingType(
        "Not a count", "The number that a source is said to state is no whole number."
    ),
    "count-wrong": FindingType(
        "Count disagrees", "There are more or fewer rows than the source says there should be."
    ),
    # Usage.
    "part-missing": FindingType(
        "Row without parts",
        "No row belongs to this one, though `must_have` asks for at least one. Not checked in "
        "reconstructed snapshots.",
    ),
    "row-unused": FindingType(
        "Row not used",
        "No row refers to this one, though `must_be_used` asks for it. A row that only gives "
        "it a name does not count.",
    ),
    # Snapshots.
    "snapshot-edited": FindingType(
        "Snapshot edited",
        "A file of a snapshot disagrees with `SHA256SUMS`, is missing, or is not listed there; the "
        "sums are not as `sha256sum --check` reads them; or there is a link, an empty folder or a "
        "special file.",
    ),
    "snapshot-undeclared": FindingType(
        "Not a snapshot", "A snapshot's descriptor does not say what it is a snapshot of."
    ),
    "snapshot-date": FindingType(
        "Misnamed snapshot", "A snapshot's folder is not called by its date."
    ),
    "snapshot-later-source": FindingType(
        "Source from the future",
        "An observed snapshot holds a source that was published after its date.",
    ),
    "snapshot-irreproducible": FindingType(
        "Reconstruction differs",
        "A reconstructed snapshot is not what a fresh reconstruction makes, byte for byte.",
    ),
    "snapshot-unchecked": FindingType(
        "Reconstruction not checked",
        "A reconstructed snapshot was not compared with a fresh reconstruction, since the "
        "snapshots that it would be made from are not in order.",
        "notice",
    ),
    "snapshot-changed": FindingType(
        "Snapshot changed since the last commit",
        "A file of a snapshot is not what the last commit to git has, or one of the two lacks it; "
        "or a whole snapshot was deleted.",
    ),
    "snapshot-new": FindingType(
        "Snapshot not committed",
        "The last commit to git has other snapshots, and not this one: somebody has just frozen "
        "it, or slipped it in.",
        "notice",
    ),
    "snapshot-rewritten": FindingType(
        "Snapshot rewritten in history",
        "A commit changed or deleted a file of a snapshot after it first appeared. Not checked "
        "outside a git repository.",
    ),
    "history-shallow": FindingType(
        "History not there to check",
        "The package lies in a shallow clone: whether a commit rewrote a snapshot was not checked.",
        "notice",
    ),
    "history-unchecked": FindingType(
        "History not checked",
        "There is a `.git`, and git is not installed or cannot read it: whether a commit rewrote a "
        "snapshot was not checked, nor whether they are those of the last commit.",
        "notice",
    ),
    "snapshot-ignored": FindingType(
        "Not a snapshot's name",
        "A folder among the snapshots is not called by a day, month or year, or a file is; or what "
        "is called `snapshots` is no folder. It is ignored.",
        "warning",
    ),
    "snapshot-leftover": FindingType(
        "Left over from a freeze", "A freeze was stopped before its snapshot was whole.", "notice"
    ),
    "chain-broken": FindingType(
        "Earlier snapshot missing or another",
        "A snapshot names one as frozen before it that is not there, or is not what it was then.",
    ),
    "chain-apart": FindingType(
        "Snapshot put there",
        "A snapshot names none as frozen before it, and none names it, though others do or git "
        "has others: it was not frozen here.",
    ),
    "chain-forked": FindingType(
        "Snapshots frozen beside each other",
        "Two snapshots do not know of each other, as when each was frozen on a branch of its own.",
        "notice",
    ),
    # What was left behind.
    "file-leftover": FindingType(
        "Left over from an update",
        "A command that writes was stopped before it had put everything in its place.",
        "notice",
    ),
    "journal-unknown": FindingType(
        "Journal of somebody else",
        "`.interopwatch-update` was not written by an update of this package on this machine. It "
        "is ignored by commands that read, and refused by those that write.",
        "warning",
    ),
    # The independent validator.
    "frictionless-*": FindingType(
        "Found by frictionless",
        "frictionless, an independent validator, finds an error where none of our own checks "
        "found anything. The code ends with the type that frictionless gives it. A "
        "warning where it would have needed the network, which it is not given.",
    ),
    "judge-skipped": FindingType(
        "Not checked by frictionless",
        "Of tables of more than 8 MiB together, frictionless, which takes ten times as long as our "
        "own checks, is given the largest with `--thorough` only. Where it is not installed (extra "
        "`frictionless`), our own checks read everything alone.",
        "notice",
    ),
    "judge-failed": FindingType(
        "frictionless gave up", "frictionless could not check the package."
    ),
    # What changed (interopwatch check).
    "removed-table": FindingType("Table removed", "The newer edition lacks a table."),
    "renamed-table": FindingType("Table renamed", "A table has another name."),
    "added-table": FindingType("Table added", "The older edition lacks a table."),
    "removed-file": FindingType("File removed", "The newer edition lacks a file that is no table."),
    "removed-column": FindingType("Column removed", "A table lacks a column that it had."),
    "renamed-column": FindingType("Column renamed", "A column has another name."),
    "added-column": FindingType("Column added", "A table has a column that it lacked."),
    "moved-column": FindingType("Column moved", "The columns of a table stand in another order."),
    "retyped-field": FindingType(
        "Field of another type", "A field has another type or another format."
    ),
    "changed-constraints": FindingType(
        "Other constraints", "A field has other constraints, such as `required` or `enum`."
    ),
    "changed-key": FindingType("Other key", "The primary key of a table is made of other fields."),
    "added-rows": FindingType("Rows added", "More rows were added to a table than is allowed."),
    "removed-rows": FindingType(
        "Rows removed", "More rows were removed from a table than is allowed."
    ),
    "changed-rows": FindingType(
        "Rows changed", "More rows of a table were changed than is allowed."
    ),
}
"""What each code stands for, in the order of the checks."""


def as_table() -> str:
    """The catalogue as a table in Markdown, for ``docs/findings.md``."""
    head = ["| code | level | finding | what it means |", "|---|---|---|---|"]
    rows = [
        f"| `{code}` | {entry.level} | {entry.title} | {entry.description} |"
        for code, entry in CATALOGUE.items()
    ]
    return "".join(f"{line}\n" for line in (*head, *rows))
