"""The list as a workbook: to read, to filter, and to print on A4 landscape.

Sheets: the totals by lot, the list, the notes; and what the package knows of proposed sites, of
costs, of readiness and clocks, of later versions. Totals are formulas over the lists, so that a
reader can see where a number comes from; the values are stored beside them for programs that do
not calculate. No text is ever taken for a formula or a link.
"""

from __future__ import annotations

import io
from datetime import UTC

import xlsxwriter

from coverage.dossier.workbook.costs import COSTS, write_costs
from coverage.dossier.workbook.looks import Looks, new_sheet
from coverage.dossier.workbook.remarks import write_remarks
from coverage.dossier.workbook.schedule import SCHEDULE, write_schedule
from coverage.dossier.workbook.sites import SITES, write_sites
from coverage.dossier.workbook.totals import write_totals
from coverage.dossier.workbook.versions import VERSIONS, write_versions
from coverage.dossier.workbook.zones import LIST, write_zones
from coverage.packages import Package

_PLAIN_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(package: Package) -> bytes:
    """Return the XLSX; its times are the package's own."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, **_PLAIN_TEXT})
    workbook.set_properties(
        {
            "title": f"Gói thầu {package.number}",
            "subject": "; ".join(package.marks),
            "author": package.authority,
            "created": package.dated.astimezone(UTC).replace(tzinfo=None),
        }
    )
    workbook.set_size(2400, 1400)
    looks = Looks(workbook)
    write_totals(new_sheet(workbook, package, "Tổng hợp"), package, looks)
    write_zones(new_sheet(workbook, package, LIST), package, looks)
    if any(lot.sites for lot in package.lots):
        write_sites(new_sheet(workbook, package, SITES), package, looks)
        write_costs(new_sheet(workbook, package, COSTS), package, looks)
    if any(lot.readiness or lot.clock for lot in package.lots):
        write_schedule(new_sheet(workbook, package, SCHEDULE), package, looks)
    if package.changes or package.answers:
        write_versions(new_sheet(workbook, package, VERSIONS), package, looks)
    write_remarks(new_sheet(workbook, package, "Ghi chú"), package, looks)
    workbook.close()
    return content.getvalue()
