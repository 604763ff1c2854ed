"""What unit tests share: the synthetic legacy workbook and the truth about it."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

DATA = Path(__file__).parents[2] / "customer_archive" / "tests" / "data"


@pytest.fixture(scope="session")
def legacy():
    """Return the workbook's rows by sheet row number, and the truth.

    ``customers`` and ``contacts`` map row number (header is 1) to
    {column title: value}; ``path`` is the file; ``truth`` the JSON.
    """
    path = DATA / "legacy_customers.xlsx"
    book = load_workbook(path, read_only=True)
    truth = json.loads((DATA / "legacy_customers_truth.json").read_text("utf-8"))
    return SimpleNamespace(
        path=path,
        truth=truth,
        customers=_by_number(book["客户"]),
        contacts=_by_number(book["联系人"]),
    )


def _by_number(sheet):
    rows = sheet.iter_rows(values_only=True)
    titles = next(rows)
    return {
        number: dict(zip(titles, row, strict=True))
        for number, row in enumerate(rows, 2)
    }
