"""The child process that reads a workbook's cells, within limits of memory and time.

Runs by itself, with nothing of the program imported, so that it starts fast: the workbook's
bytes come on standard input, and pickled frames leave on standard output, each after its length:

    ("sheet", name, "visible" | "hidden" | "chart", merged)   merged: ((r, c), (r, c)) from 0
    ("rows", numbers, rows)                                    blank rows left out
    ("error", "password" | "memory" | "damaged" | "rows", text)
    ("end",)

The parser is in Rust: a cell at XFD1048576 makes it ask for 500 GB and abort the process, which
is why it does not run inside the program.
"""

from __future__ import annotations

import io
import pickle  # the parent loads these frames with every class but dates refused
import resource
import struct
import sys
from collections.abc import Iterable
from typing import Any, BinaryIO

ROWS_PER_FRAME = 4000
_WIDE = 100  # cells; blank ones at the end of a longer row are not sent
_FEW = 3  # filled cells in a row, at most, for a look whether all are spaces


def main() -> None:
    """Read standard input within the limits given as arguments: bytes, seconds, rows, cells."""
    memory_bytes, seconds, most_rows, most_cells = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout.buffer
    try:
        read(sys.stdin.buffer.read(), out, Budget(most_rows, most_cells))
        send(out, ("end",))
    except Spent as spent:
        send(out, ("error", spent.args[0], ""))
    except MemoryError:
        send(out, ("error", "memory", ""))
    except BaseException as fault:  # noqa: BLE001 - a panic of the parser is a BaseException
        kind = "password" if type(fault).__name__ == "PasswordError" else "damaged"
        send(out, ("error", kind, f"{type(fault).__name__}: {fault}"[:500]))
    out.flush()


class Spent(Exception):
    """The file holds more rows, or cells, than it may."""


class Budget:
    """How many rows and cells the sheets of a file may still have."""

    def __init__(self, rows: int, cells: int) -> None:
        self.rows, self.cells = rows, cells

    def spend(self, cells: int) -> None:
        """Take one row of so many cells."""
        self.rows -= 1
        self.cells -= cells
        if self.rows < 0 or self.cells < 0:
            raise Spent("rows" if self.rows < 0 else "memory")


def read(data: bytes, out: BinaryIO, budget: Budget) -> None:
    """Send every sheet of the workbook in ``data``; hidden ones and charts by name only."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - after the limits are set

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for index, about in enumerate(workbook.sheets_metadata):
        kind = str(about.typ).rsplit(".", 1)[-1]
        if kind not in {"WorkSheet", "DialogSheet"}:
            send(out, ("sheet", about.name, "chart", []))
            continue
        if str(about.visible).rsplit(".", 1)[-1] != "Visible":
            send(out, ("sheet", about.name, "hidden", []))
            continue
        sheet = workbook.get_sheet_by_index(index)
        send(out, ("sheet", about.name, "visible", sheet.merged_cell_ranges or []))
        if sheet.start is not None:
            _send_rows(out, sheet.iter_rows(), sheet.start[1], budget)


def _send_rows(
    out: BinaryIO, found: Iterable[list[Any]], first_column: int, budget: Budget
) -> None:
    """Send the rows that are not blank; ``found`` begins at row 1 and at ``first_column``."""
    margin = [""] * first_column
    numbers: list[int] = []
    rows: list[list[Any]] = []
    for number, row in enumerate(found, start=1):
        filled = len(row) - row.count("")
        if not filled or (filled <= _FEW and _all_spaces(row)):
            continue
        if len(row) > _WIDE:
            while row[-1] == "":
                row.pop()
        budget.spend(first_column + len(row))
        numbers.append(number)
        rows.append(margin + row if margin else row)
        if len(rows) == ROWS_PER_FRAME:
            send(out, ("rows", numbers, rows))
            numbers, rows = [], []
    send(out, ("rows", numbers, rows))


def _all_spaces(row: list[Any]) -> bool:
    return all(type(cell) is str and not cell.strip() for cell in row)


def send(out: BinaryIO, frame: tuple[Any, ...]) -> None:
    """Write one frame after its length."""
    held = io.BytesIO()
    pickler = pickle.Pickler(held, protocol=5)
    pickler.fast = True  # without the memory of objects seen, which no cell needs
    pickler.dump(frame)
    out.write(struct.pack(">I", held.tell()))
    out.write(held.getbuffer())


if __name__ == "__main__":
    main()
