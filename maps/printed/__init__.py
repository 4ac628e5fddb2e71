"""Maps for paper: a lot on one sheet, the whole package on another, as SVG in millimetres.

A drawing is :data:`WIDTH_MM` wide and :data:`HEIGHT_MM` high and is printed at that size, so that
its stated scale is true. It is made from what the package holds and from the outlines of the
ground, by no clock and no chance: the same package gives the same drawing.
"""

from maps.printed.sheet import HEIGHT_MM, WIDTH_MM, PrintedMaps, draw

__all__ = ["HEIGHT_MM", "WIDTH_MM", "PrintedMaps", "draw"]
