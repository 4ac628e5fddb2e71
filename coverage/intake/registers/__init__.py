"""Tower registers (sổ trạm): what a file of stations says, row by row.

    document = files.read(content, "tram.csv")
    register = read_register(document, RegisterReading(extent=extent, crs="EPSG:2154"))
    register.listings, register.findings, register.rejected

Registers come as one row per operator and site, or one row per site with a column per operator
or several operators in a cell; technologies in one cell (``2G;4G``) or in columns of their own;
Vietnamese, English or French headings; any reference system. ``columns`` knows the headings,
``cells`` what a cell says, ``operators`` the operators' many names, ``positions`` where a row
lies, ``rows`` reads one row after the other, ``reading`` the whole.
"""

from coverage.intake.registers.reading import Register, read_register
from coverage.intake.registers.rows import RegisterReading

__all__ = ["Register", "RegisterReading", "read_register"]
