"""Coordinates: what an office typed, as a WGS 84 point with its explanation.

    stated = stated_crs(["Tọa độ (VN2000, Kinh tuyến trục 104⁰45’, múi chiếu 3⁰)", "X", "Y"])
    premises = Premises(stated=stated, grids=grids_of_province("40"))
    choice = resolve(2069869.18, 603311.08, premises, Declared(commune, province))
    choice.reading.latitude, choice.reading.longitude, choice.findings

A row is read in two stages. :func:`readings` turns one or two raw cells into every point that
they may mean, each with the repairs that it takes; it looks at no map. :func:`choose` lets the
declared commune, then the province, decide between them. :func:`resolve` is both. Nothing here
raises on any cell, guesses in silence, or does I/O; a place is only asked how far a point lies
from it (:class:`Place`), so the polygons stay with the caller.

Columns and files
    1. ``stated_crs(headings)`` reads the system out of title, heading and notes.
    2. ``usual_order(firsts, seconds, premises)`` gives the order that most rows use. Where the
       heading states one ("Vĩ độ | Kinh độ"), use that; X and Y state nothing.
    3. Metres only: ``grids_in_use((readings(a, b, premises), commune) for …)`` gives the grids
       that the file's rows prove. Put both into :class:`Premises`.
    4. ``read_column`` reads the clean rows at once (0.2 to 0.8 µs a row); the others, and rows of
       a metre grid that miss their commune, go through ``resolve`` (5 µs plain, 0.1 ms hard).
    5. The caller places the findings at column and raw cell (``Finding.at``) and raises what
       needs the polygons: ``outside_country``, ``outside_province``, ``outside_commune``,
       ``near_border``, ``shared``. The texts of these are in the rulebook too.

Ranges
    A value is a latitude between 7.0 and 23.5, a longitude between 102 and 118, a northing between
    770 and 2,620 km, an easting between 100 and 1,600 km (Trường Sa lies far east of its
    province's meridian). Latitude and longitude never overlap, and where northing and easting do,
    only one order falls inside the country: which half is which follows from magnitude, never from
    a heading. A heading is only compared with it (``coordinate.swapped``, "đổi trục").

Spellings
    Decimal degrees with point or comma; degrees-minutes-seconds and degrees-decimal minutes with
    any signs, letters or Vietnamese words, blanks, dots, dashes or colons; the superscript degree
    typed as a zero (107045’); full-width digits; thousands separators; B/N and Đ/E, labels, pairs
    in one cell in either order and with any separator; Google, Apple, Bing, OpenStreetMap and geo:
    links (the pin before the view). Plus Codes and short links hold no coordinate: an error that
    says what to do instead.

Repairs, each an *info* finding of its own name
    Certain by itself: ``swapped``, ``decimal_comma``, ``dms_zero``, ``time`` (Excel made a time of
    22:37:45), ``link``. Certain only inside the declared place (``needs_place``): ``mangled``
    (2262924 is 22.62924), ``packed`` (223745 is 22°37′45″), ``sign`` (-105.3; letters for south
    and west), ``meridian_inferred``. A date is never recovered: its digits are lost.
    ``few_decimals`` is a warning when the last digit covers more than 50 m (three decimals, whole
    minutes) and an error beyond 5 km (one decimal); whole seconds and four decimals pass. Workbook
    numbers lose closing zeros, so there the finer half tells.

Which system (design.md §6, domain.md §4.3)
    Degrees are WGS 84; below a heading that says VN-2000 without a grid they are EPSG:4756, below
    one that states a grid WGS 84, both with ``datum_assumed`` (220 m are at stake). Metres are on
    the stated grid as long as it lands in the commune, or at least in the province; if not, and
    exactly one other grid of the province lands in the commune, that one is taken with
    ``meridian_overridden`` naming both (inside the province only ``meridian_doubtful`` is said and
    the place check judges). With nothing stated: the grids that the file proves; the province's
    present or former grids; the other provincial grids and UTM 48/49 with a warning. Each step
    looks within the border band (300 m) first, then within the tolerance (1.5 km). Where two of
    the same step land the row is rejected with both shown (``ambiguous``). A grid that no other
    row of the file proves never beats the file's own.

    UTM 48N lies 300 to 700 m beside the 3° grid on 105°. One row cannot tell them and is read as
    the 3° grid (with ``utm_possible`` where 105° is not the province's own); a file can, when
    clearly more of its rows fall inside their communes as UTM (:func:`grids_in_use`).

Sources
    Grids: EPSG v11 (5896 to 5899, 9205 to 9218, 3405, 3406; 6956 to 6959 have false easting and
    northing exchanged, are deprecated, and are refused). Datum: EPSG:6960, the parameters of
    decision 05/2007/QĐ-BTNMT, written out as a PROJ pipeline because PROJ by itself takes EPSG:5194
    in the Mekong delta (0.8 m). Meridians: circular 24/2025/TT-BNNMT for the 34 present provinces,
    circular 973/2001/TT-TCĐC for the 63 former ones (:mod:`coverage.coordinates.meridians`).
"""

from __future__ import annotations

from coverage.coordinates.candidates import choose, describe, resolve
from coverage.coordinates.columns import (
    ColumnReadings,
    grids_in_use,
    read_column,
    usual_order,
)
from coverage.coordinates.meridians import (
    FORMER_PROVINCIAL,
    PROVINCIAL,
    ProvincialGrids,
    grids_of_province,
    meridian_of_province,
    meridian_text,
)
from coverage.coordinates.reading import (
    VIETNAM,
    Cell,
    Choice,
    Declared,
    Extent,
    Limits,
    Order,
    Place,
    Premises,
    Reading,
    Standing,
)
from coverage.coordinates.stated import StatedCRS, crs_of_epsg, stated_crs
from coverage.coordinates.typed import from_parts, readings
from coverage.coordinates.vn2000 import (
    GRIDS,
    Grid,
    geographic_to_wgs84,
    to_vn2000,
    to_wgs84,
    wgs84_to_geographic,
)

__all__ = [
    "FORMER_PROVINCIAL",
    "GRIDS",
    "PROVINCIAL",
    "VIETNAM",
    "Cell",
    "Choice",
    "ColumnReadings",
    "Declared",
    "Extent",
    "Grid",
    "Limits",
    "Order",
    "Place",
    "Premises",
    "ProvincialGrids",
    "Reading",
    "Standing",
    "StatedCRS",
    "choose",
    "crs_of_epsg",
    "describe",
    "from_parts",
    "geographic_to_wgs84",
    "grids_in_use",
    "grids_of_province",
    "meridian_of_province",
    "meridian_text",
    "read_column",
    "readings",
    "resolve",
    "stated_crs",
    "to_vn2000",
    "to_wgs84",
    "usual_order",
    "wgs84_to_geographic",
]
