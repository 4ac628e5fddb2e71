"""Plain tables as files: whole before they are handed out."""

import io

import openpyxl
import pytest

from coverage.dossier.listing import BYTE_ORDER_MARK
from coverage.dossier.tables import csv_lines, workbook

ROWS = 5000


def rows(left):
    """Rows as they come out of a transaction, which ends with the last one."""
    for number in range(ROWS):
        yield (f"Bản {number} xa đường, chưa có sóng", number)
    left.append("transaction")


@pytest.mark.parametrize("write", [csv_lines, lambda *told: workbook("Vùng", *told)])
def test_who_reads_slowly_holds_no_transaction(write):
    left = []
    pieces = iter(write(("Thôn", "Số hộ"), rows(left)))
    first = next(pieces)
    assert left == ["transaction"]
    rest = list(pieces)
    assert len(rest) > 0
    content = b"".join((first, *rest))
    if content.startswith(BYTE_ORDER_MARK.encode()):
        lines = content.decode("utf-8-sig").split("\r\n")
        assert (lines[0], len(lines), lines[-1]) == ("Thôn,Số hộ", ROWS + 2, "")
        assert lines[-2] == f'"Bản {ROWS - 1} xa đường, chưa có sóng",{ROWS - 1}'
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
        assert sum(1 for _ in sheet.iter_rows()) == ROWS + 1
