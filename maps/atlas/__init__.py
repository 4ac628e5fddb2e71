"""Maps of the country, a province, a lot and a village for paper: A4 or A3, as SVG in millimetres.

A sheet is printed at full size, so that its stated scale is true. It shows what its content holds
and nothing else: what its reader may not see was never handed over. The same content and criteria
give the same sheet.
"""

from maps.atlas.paper import MARGIN_MM, Paper
from maps.atlas.sheet import Atlas, Index, draw

__all__ = ["MARGIN_MM", "Atlas", "Index", "Paper", "draw"]
