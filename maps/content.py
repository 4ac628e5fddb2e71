"""What a map is handed: plain values, already chosen for the person who will see them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

from coverage.findings import Language
from coverage.surveys import RowStatus
from coverage.zones import Queue, Zone, ZoneStatus


@dataclass(frozen=True, slots=True)
class Area:
    """A province or a commune. ``geometry`` is (Multi)Polygon in WGS 84 degrees, x longitude.

    ``former`` names the units that were merged into it; ``meridian`` is a province's VN-2000
    central meridian in degrees.
    """

    code: str
    name: str
    full_name: str
    geometry: BaseGeometry
    former: tuple[str, ...] = ()
    meridian: float | None = None


@dataclass(frozen=True, slots=True)
class Commune:
    """The words for a commune in a popup, where no outline is needed."""

    full_name: str
    province_name: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot: its number inside the province, its name, and the ids of its zones."""

    number: int
    name: str
    zones: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One operator's equipment on a site, in WGS 84 degrees."""

    longitude: float
    latitude: float
    operator: str
    technologies: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class SurveyPoint:
    """A row of a survey file that has a readable point, WGS 84 degrees.

    ``place`` is its position among the file's rows, ``row`` what the user calls it; ``notes``
    are what was said of it.
    """

    place: int
    row: str
    village: str
    households: int | None
    status: RowStatus
    longitude: float
    latitude: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey file's points. ``unplaced`` counts the rows without one.

    ``address`` is that of a row in the table of rows, with {page} and {place}, of ``per_page``
    rows each; the map opens on the row that its own address names after #row-.
    """

    points: Sequence[SurveyPoint]
    unplaced: int
    address: str
    per_page: int


@dataclass(frozen=True, slots=True)
class Spot:
    """The village that a map is about, WGS 84 degrees: it is ringed, whatever stands there."""

    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Service:
    """A part of an operator's service area: its name in the legend, its outline in WGS 84 degrees."""

    label: str
    weak: bool
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Count:
    """How many zones and households one province has in one queue and status."""

    province_code: str
    queue: Queue
    status: ZoneStatus
    zones: int
    households: int


@dataclass(frozen=True, slots=True)
class Month:
    """The zones and households of each stage, in the order of symbols.STAGES, at a day's end."""

    day: date
    stages: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Live:
    """What a map inside a page of ours has beyond what is embedded in it.

    ``zones_tiled`` and ``sites_tiled`` say what it asks the page around it for, tile by tile;
    ``counts`` are of all zones, ``sites`` how many of each operator there are. ``months`` are
    the ends of months that the reader may go back to, the oldest first, empty where none may be
    read; ``moves`` says from which day on an embedded zone was what.
    """

    zones_tiled: bool
    sites_tiled: bool
    counts: Sequence[Count]
    sites: Mapping[str, int]
    months: Sequence[Month] = ()
    moves: Mapping[uuid.UUID, Sequence[tuple[date, ZoneStatus]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MapContent:
    """Everything on one map. ``day`` is the day the figures are of, not the day of drawing.

    ``focus`` is the code of the province that the map is of, None for the whole country; the
    communes are that province's. ``frame`` is what the map opens on (west, south, east, north,
    degrees), the focus or the country when it is None. ``references``: popups show permanent
    ids; ``labels`` are the zones' numbers in a package's list. ``survey`` is a file whose
    points are drawn, instead of zones. ``spot`` is the one village that the map is about.
    ``services`` are service areas to look at before they are loaded; ``disputed`` the zones of
    which an operator disputes a verdict now.
    ``live``: the map asks the page around it for what it does not hold, or goes back in time.
    ``by_lot``: zones have the colour of their lot instead of who pays; ``ticks``: the page around
    the map is told which zone was pressed.
    ``payers_told`` is False where the reader may not know who pays for a zone yet: what has no
    queue is then untold, not undecided. ``restricted`` marks a map that shows what not everybody may see.
    """

    title: str
    subtitle: str
    day: date
    source: str
    provinces: Sequence[Area]
    approximate: bool = False
    communes: Sequence[Area] = ()
    commune_words: Mapping[str, Commune] = field(default_factory=dict)
    zones: Sequence[Zone] = ()
    lots: Sequence[Lot] = ()
    sites: Sequence[Site] = ()
    focus: str | None = None
    frame: tuple[float, float, float, float] | None = None
    references: bool = True
    labels: Mapping[uuid.UUID, str] = field(default_factory=dict)
    survey: Survey | None = None
    spot: Spot | None = None
    services: Sequence[Service] = ()
    disputed: Collection[uuid.UUID] = frozenset()
    payers_told: bool = True
    draft: bool = False
    restricted: bool = False
    by_lot: bool = False
    ticks: bool = False
    live: Live | None = None
    language: Language = Language.VI
