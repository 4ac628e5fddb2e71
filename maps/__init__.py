"""What may appear on a map of Việt Nam, and how it is drawn.

Both archipelagos, always. Hoàng Sa and Trường Sa are Việt Nam's, and papers have been recalled
because a map left them out; so they are not an input that a caller could forget: ``basemap``
draws and labels them on every document from our own file, the national map opens with both in
view, and a province's or a lot's map carries a small map of the whole country with both.

Own boundaries only. Provinces and communes come from the vintage that is loaded; no foreign
tile is asked for, whose borders and labels may be unlawful here. Areas that were made from
centroids are drawn with a note that says so.

Nothing that the viewer may not see. The modules draw what they are handed (``content``): no
session, no query. Which towers appear is decided by the database's row-level security before.

One meaning, one look. Colours and shapes are in ``symbols``, safe for colour-blind readers;
the legend is made from the same table as the map.

One file. ``document`` makes a Folium map whose Leaflet, styles, scripts and data are inside, or
points to the same files under a URL of ours; the same content gives the same bytes.
"""
