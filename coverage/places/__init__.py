"""Administrative units: lists by vintage, their areas, and what a declared name or code means.

Pure. ``units`` holds the values, ``approximate`` makes areas from points, ``outlines`` provinces
from communes, ``checking`` tells whether a list can be true, ``succession`` what became of the
units of an earlier list.
"""
