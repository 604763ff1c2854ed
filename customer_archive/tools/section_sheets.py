"""Arrange the sections of archives as sheets of a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .section import Section, Value
from .spreadsheet import SheetData


@dataclass(frozen=True)
class ArchiveFile:
    """One archive: what tells it from others, such as number and name, and its sections."""

    identity: Sequence[Value]
    sections: Sequence[Section]


def sheets_of_one(
    file: ArchiveFile,
    name: str,
    identity_header: Sequence[str],
    fact_header: Sequence[str],
) -> list[SheetData]:
    """Return a sheet with all facts below each other, and one sheet per table.

    fact_header: titles of the columns for section, fact and value

    >>> size = Section("size", "Size", facts=[("Staff", 12)])
    >>> people = Section("people", "People", columns=["Name"], lines=[["Li"]])
    >>> file = ArchiveFile(["C1"], [size, people])
    >>> first, second = sheets_of_one(file, "Archive", ["Number"], ["Part", "Fact", "Value"])
    >>> first.rows
    [('Archive', 'Number', 'C1'), ('Size', 'Staff', 12)]
    >>> second.name, second.rows
    ('People', [['Li']])
    """
    facts = [
        (name, label, value)
        for label, value in zip(identity_header, file.identity, strict=True)
    ]
    for section in file.sections:
        facts += [(section.title, label, value) for label, value in section.facts]
    tables = [section for section in file.sections if section.lines]
    return [
        SheetData(name, fact_header, facts),
        *(SheetData(table.title, table.columns, table.lines) for table in tables),
    ]


def sheets_of_many(
    files: Sequence[ArchiveFile], name: str, identity_header: Sequence[str]
) -> list[SheetData]:
    """Return a sheet with one row per archive, and one sheet per kind of table.

    Each row begins with the archive's identity. Archives may have different facts and tables:
    columns are joined by their titles, in the order in which they first appear.

    >>> def archive(number, **facts):
    ...     return ArchiveFile([number], [Section("x", "X", facts=list(facts.items()))])
    >>> [sheet] = sheets_of_many([archive("C1", a=1), archive("C2", b=2, a=3)], "All", ["Number"])
    >>> sheet.header, sheet.rows
    (['Number', 'a', 'b'], [['C1', 1, None], ['C2', 3, 2]])
    """
    rows = [
        (file.identity, {(s.key, label): value for s in file.sections for label, value in s.facts})
        for file in files
    ]
    sheets = [_join(name, identity_header, rows, lambda column: column[1])]
    tables = {s.key: s.title for file in files for s in file.sections if s.lines}
    for key, title in tables.items():
        lines = [
            (file.identity, dict(zip(section.columns, line, strict=True)))
            for file in files
            for section in file.sections
            if section.key == key
            for line in section.lines
        ]
        sheets.append(_join(title, identity_header, lines, str))
    return sheets


def _join(name, identity_header, rows, get_title) -> SheetData:
    columns = _unique(column for __, values in rows for column in values)
    header = [*identity_header, *map(get_title, columns)]
    return SheetData(
        name,
        header,
        [[*identity, *map(values.get, columns)] for identity, values in rows],
    )


def _unique(columns: Iterable) -> list:
    return list(dict.fromkeys(columns))
