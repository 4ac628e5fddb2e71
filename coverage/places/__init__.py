"""Administrative units: lists by vintage, their areas, and what a declared name or code means.

Pure. ``units`` holds the values; ``approximate`` makes areas from points and ``outlines``
provinces from communes; ``checking`` tells whether a list can be true; ``succession`` what
became of the units of an earlier list. ``gazetteer`` answers for one vintage: ``names`` are its
indexes, ``stated``, ``meaning`` and ``misspelling`` understand what a row declares, ``areas``
know where things lie, ``placing`` holds the point against the declared commune.
"""

from coverage.places.gazetteer import Gazetteer
from coverage.places.meaning import PlaceMatch
from coverage.places.placing import Placing, place_point
from coverage.places.units import Change, Level, Unit, UnitList

__all__ = [
    "Change",
    "Gazetteer",
    "Level",
    "PlaceMatch",
    "Placing",
    "Unit",
    "UnitList",
    "place_point",
]
