"""Sections of archives arranged as sheets: nothing is lost, nothing lands under the wrong title."""

from customer_archive_tools.section import Section
from customer_archive_tools.section_sheets import ArchiveFile, sheets_of_many, sheets_of_one
from hypothesis import given
from hypothesis import strategies as st

LABELS = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


@st.composite
def files(draw):
    number = draw(st.integers(0, 5))
    result = []
    for index in range(number):
        facts = [(label, f"{index}{label}") for label in draw(LABELS)]
        columns = draw(LABELS)
        lines = [[f"{index}.{row}{column}" for column in columns] for row in range(draw(st.integers(0, 3)))]
        table = Section("table", "Table", columns=columns, lines=lines if columns else [])
        result.append(ArchiveFile([f"C{index}"], [Section("facts", "Facts", facts=facts), table]))
    return result


def cells(sheets):
    return {value for sheet in sheets for row in sheet.rows for value in row if value is not None}


def expected(archives):
    values = {value for file in archives for section in file.sections for __, value in section.facts}
    values |= {value for file in archives for s in file.sections for line in s.lines for value in line}
    return values | {file.identity[0] for file in archives}


@given(files())
def test_many_lose_nothing_and_mix_nothing(archives):
    sheets = sheets_of_many(archives, "All", ["Number"])
    assert cells(sheets) == expected(archives)
    for sheet in sheets:
        for row in sheet.rows:
            assert len(row) == len(sheet.header)
            for title, value in list(zip(sheet.header, row, strict=True))[1:]:
                assert value is None or (value.endswith(title) and value[0] == row[0][1:])


@given(files())
def test_one_loses_nothing(archives):
    for file in archives:
        sheets = sheets_of_one(file, "Archive", ["Number"], ["Part", "Fact", "Value"])
        assert expected([file]) <= cells(sheets)
        assert all(len(row) == 3 for row in sheets[0].rows)


def test_without_archives_there_is_a_sheet_with_titles():
    [sheet] = sheets_of_many([], "All", ["Number"])
    assert (sheet.header, sheet.rows) == (["Number"], [])


def test_sections_that_say_nothing():
    assert Section("x", "X", facts=[("a", None), ("b", " ")]).is_empty
    assert not Section("x", "X", facts=[("a", 0)]).is_empty
    assert not Section("x", "X", columns=["a"], lines=[[None]]).is_empty
