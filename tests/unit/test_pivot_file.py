"""Pivot tables in a workbook: no title becomes a formula, and the file says who made it."""

import io

import openpyxl
import xlsxwriter
from customer_archive_tools.pivot_file import finish_pivot, protect_titles
from customer_archive_tools.spreadsheet import About

ABOUT = About("About this file", "=Li Na", [("Exported by", "=Li Na"), ("Mark", "CA-7K2M-QX9D-4TWB")])
TITLES = ["=cmd|' /C calc'!A0", "{=1+1}", "East", "external:c:/x"]


def write(titles):
    """A file as the host makes one: with the plain writer."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Sales")
    bold = book.add_format({"bold": True})
    for row, title in enumerate(titles):
        sheet.write(row, 0, "     " + title if row == 2 else title, bold)
        sheet.write(row, 1, row * 1.5)
    book.close()
    return stream.getvalue()


def read(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_titles_that_begin_a_formula_stay_text():
    table = protect_titles({"title": "Sales", "rows": [{"title": title, "values": []} for title in TITLES]})
    assert table["title"] == "Sales"
    book = read(finish_pivot(write([row["title"] for row in table["rows"]]), None))
    cells = [book["Sales"].cell(row, 1) for row in range(1, 5)]
    assert [cell.value.strip() for cell in cells] == TITLES
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert cells[0].font.bold, "the host's styles stay"


def test_without_such_titles_the_file_stays_as_it_was():
    data = write(["East", "West"])
    assert finish_pivot(data, None) == data


def test_file_says_who_made_it():
    book = read(finish_pivot(write(["East"]), ABOUT))
    assert book.sheetnames == ["Sales", "About this file"]
    rows = [[cell.value for cell in row] for row in book["About this file"].iter_rows()]
    assert rows == [["Exported by", "=Li Na"], ["Mark", "CA-7K2M-QX9D-4TWB"]]
    assert book["About this file"]["B1"].data_type == "s"
    assert "CA-7K2M-QX9D-4TWB" in book.properties.description
    assert [book["Sales"].cell(1, column).value for column in (1, 2)] == ["East", 0]


def test_sheet_of_the_same_name_is_no_obstacle():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("About this file")
    book.close()
    assert read(finish_pivot(stream.getvalue(), ABOUT)).sheetnames == ["About this file", "About this file (2)"]
