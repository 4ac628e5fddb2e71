"""The writers of a package's files, its seal, and the check of a sealed package.

Each writer takes a :class:`coverage.packages.Package` and returns bytes: ``listing`` the CSV,
``workbook`` the XLSX, ``points`` the GeoJSON, ``geopackage`` the GeoPackage, ``kml`` the KML,
``readme`` the text to read first and ``index`` the page; ``ocds`` makes the open data of the
tender, with the hash of every other file. All take their columns from ``columns`` and their words
from ``notes``, so that no two files differ. ``seal`` puts them into one ZIP with manifest and
checksums; what only a door can draw (maps and the annex) is handed in as more writers. No writer
looks at a clock.
"""
