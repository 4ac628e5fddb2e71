"""Rows of a tower register (sổ trạm) → physical sites, each with its operators' equipment.

A register lists one row per operator and position; several operators often stand on one mast.
Rows become one physical site by these rules, in this order:

1. Rows that name the same shared position code are one site, as long as their points lie no
   more than ``code_span_m`` apart. A code that spans more is not believed, and told.
2. What is left, and the sites of rule 1, are joined by distance: the two nearest first, then
   the next two, as long as no site becomes wider than ``width_m`` (geodesic metres between any
   two of its points; a site of rule 1 counts as one point) and none holds two different codes.

A group that is no wider than ``width_m`` as a whole is therefore one site; a chain of masts that
merely hang together (in cities) is cut into sites of at most that width. Equal distances are
taken in the order of the points (latitude, longitude, code), never of the rows: the same rows
in another order give the same sites.

A site lies where one of its rows says: at the point nearest to all others. Each operator's
equipment keeps the point that its own row states, so that no distance to an operator is moved.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from coverage.distances import Floats, close_pairs, count_close_pairs, metres
from coverage.findings import Finding, finding

Position = tuple[float, float]  # latitude, longitude in WGS 84 degrees

_LISTED = 5  # rows named in a sentence
_MOST_POSITIONS = 50  # more positions than this within one site are no towers


class Technology(StrEnum):
    """Generations of mobile radio, as registers name them."""

    G2 = "2G"
    G3 = "3G"
    G4 = "4G"
    G5 = "5G"


@dataclass(frozen=True, slots=True)
class Listing:
    """One operator's equipment at one place, as one row of a register states it.

    Coordinates are WGS 84 degrees; technologies and bands are in order, each once; what the row
    does not state is None or empty. ``on_air`` is False for a station that is only planned, or switched off.
    """

    sheet: str
    row: int  # the number the user sees
    operator: str
    latitude: float
    longitude: float
    site_code: str = ""
    shared_code: str = ""
    technologies: tuple[Technology, ...] = ()
    bands_mhz: tuple[int, ...] = ()
    antenna_height_m: float | None = None
    on_air: bool | None = None
    shareable: bool | None = None

    @property
    def position(self) -> Position:
        """Where the row says it stands."""
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Equipment:
    """What one operator has on a site under one station code, and where its row puts it."""

    operator: str
    site_code: str
    latitude: float
    longitude: float
    technologies: tuple[Technology, ...]
    bands_mhz: tuple[int, ...]
    antenna_height_m: float | None
    on_air: bool | None
    shareable: bool | None


@dataclass(frozen=True, slots=True)
class Site:
    """A physical site; ``equipment`` is in the order of operators and station codes."""

    latitude: float
    longitude: float
    shared_code: str
    equipment: tuple[Equipment, ...]


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """How wide a site may be by distance, and how far a shared code may span; in metres."""

    width_m: float = 30.0
    code_span_m: float = 500.0


@dataclass(slots=True)
class _Spot:
    """Rows that are one point for the joining by distance."""

    position: Position
    code: str
    listings: list[Listing] = field(default_factory=list)

    @property
    def key(self) -> tuple[float, float, str]:
        return (*self.position, self.code)


def collapse(
    listings: Sequence[Listing], limits: SiteLimits
) -> tuple[tuple[Site, ...], tuple[Finding, ...]]:
    """Return the physical sites of a register's rows, from south to north, and what was doubted.

    Findings: tower.shared_code_far and tower.code_repeated are warnings; with the error
    tower.crowded there are no sites.
    """
    spots, doubts = _spots(listings, limits.code_span_m)
    if crowded := _crowded(spots, limits.width_m):
        return (), (*doubts, crowded)
    groups = [[spots[place] for place in group] for group in _joined(spots, limits.width_m)]
    rows = [[listing for spot in group for listing in spot.listings] for group in groups]
    codes = ["".join(spot.code for spot in group) for group in groups]  # none holds two
    centres = _centres([_positions(group) for group in rows])
    sites = [
        Site(*centre, code, _equipment(group, centre))
        for group, code, centre in zip(rows, codes, centres, strict=True)
    ]
    sites.sort(key=lambda site: (site.latitude, site.longitude, site.shared_code))
    return tuple(sites), (*doubts, *_repeated_codes(sites))


def _spots(listings: Sequence[Listing], code_span_m: float) -> tuple[list[_Spot], list[Finding]]:
    """The points to join, in their own order: one per believed code, one per other position."""
    coded: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        if listing.shared_code:
            coded[listing.shared_code].append(listing)
    believed: dict[str, list[Position]] = {}
    doubts: dict[str, Finding] = {}
    for code in sorted(coded):
        positions = _positions(coded[code])
        span_m = _span(positions)
        if span_m > code_span_m or len(positions) > _MOST_POSITIONS:
            rows = sorted(row.row for row in coded[code])
            doubts[code] = finding(
                "tower.shared_code_far", value=code, code=code, rows=listed(rows),
                span_m=f"{span_m:.0f}", limit_m=f"{code_span_m:g}",
            )  # fmt: skip
        else:
            believed[code] = positions
    spots: dict[tuple[float, float, str], _Spot] = {}
    for code, centre in zip(believed, _centres(list(believed.values())), strict=True):
        spots[*centre, code] = _Spot(centre, code, coded[code])
    for listing in listings:
        if listing.shared_code not in believed:
            key = (*listing.position, "")
            spots.setdefault(key, _Spot(listing.position, "")).listings.append(listing)
    return [spots[key] for key in sorted(spots)], list(doubts.values())


def _crowded(spots: Sequence[_Spot], width_m: float) -> Finding | None:
    """An error when so many rows lie within a site's width that they cannot be towers."""
    if not spots or count_close_pairs(*_columns(spots), width_m) <= _MOST_POSITIONS * len(spots):
        return None
    return finding("tower.crowded", count=len(spots), width_m=f"{width_m:g}")


def _joined(spots: Sequence[_Spot], width_m: float) -> Iterator[list[int]]:
    """Groups of places in ``spots``: the nearest pair first, none wider than ``width_m``."""
    if not spots:
        return
    first, second = close_pairs(*_columns(spots), width_m)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    groups = {place: [place] for place in range(len(spots))}
    head = list(range(len(spots)))
    coded = [bool(spot.code) for spot in spots]
    for one, other in pairs:
        into, gone = sorted((head[one], head[other]))
        if into == gone or (coded[into] and coded[gone]):
            continue
        if not all(near[member].issuperset(groups[into]) for member in groups[gone]):
            continue  # the site would become too wide
        coded[into] = coded[into] or coded[gone]
        for member in groups[gone]:
            head[member] = into
        groups[into] += groups.pop(gone)
    yield from groups.values()


def _centres(groups: Sequence[Sequence[Position]]) -> list[Position]:
    """Of each group of different positions, the one nearest to all the others; first of equals.

    The groups' positions are in order.
    """
    if not groups:
        return []
    sizes = np.array([len(group) for group in groups])
    every = np.array([position for group in groups for position in group])
    starts = np.cumsum(sizes) - sizes
    pairs = np.array(
        [
            (start + one, start + other)
            for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)
            if size > 1
            for one, other in itertools.combinations(range(size), 2)
        ],
        dtype=np.intp,
    ).reshape(-1, 2)
    one, other = every[pairs[:, 0]], every[pairs[:, 1]]
    distances = metres(one[:, 0], one[:, 1], other[:, 0], other[:, 1])
    sums = np.zeros(len(every))
    np.add.at(sums, pairs[:, 0], distances)
    np.add.at(sums, pairs[:, 1], distances)
    sums = sums.round(3)  # what differs by less than a millimetre is equal
    return [
        group[int(sums[start : start + len(group)].argmin())]
        for group, start in zip(groups, starts.tolist(), strict=True)
    ]


def _span(positions: Sequence[Position]) -> float:
    """The greatest distance between two positions, in metres; of very many, their box's."""
    if len(positions) > _MOST_POSITIONS:
        latitudes, longitudes = zip(*positions, strict=True)
        positions = [(min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))]
    if len(positions) == 1:
        return 0.0
    pairs = np.array(list(itertools.combinations(positions, 2)))
    return float(metres(pairs[:, 0, 0], pairs[:, 0, 1], pairs[:, 1, 0], pairs[:, 1, 1]).max())


def _columns(spots: Sequence[_Spot]) -> tuple[Floats, Floats]:
    """The spots' latitudes and longitudes."""
    columns = np.array([spot.position for spot in spots])
    return columns[:, 0], columns[:, 1]


def _positions(listings: Iterable[Listing]) -> list[Position]:
    return sorted({listing.position for listing in listings})


def _equipment(listings: Iterable[Listing], centre: Position) -> tuple[Equipment, ...]:
    """The rows of one site, merged where operator and station code are the same."""
    same: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for listing in listings:
        same[listing.operator, listing.site_code].append(listing)
    return tuple(_merged(*key, same[key], centre) for key in sorted(same))


def _merged(operator: str, code: str, rows: Sequence[Listing], centre: Position) -> Equipment:
    """One operator's rows of one code on one site, as one; it stands nearest to the centre."""
    if len(rows) == 1:  # as nearly all are
        row = rows[0]
        return Equipment(
            operator, code, row.latitude, row.longitude, row.technologies, row.bands_mhz,
            row.antenna_height_m, row.on_air, row.shareable,
        )  # fmt: skip
    positions = _positions(rows)
    ends = np.array(positions)
    start = np.full_like(ends, centre)
    distances = metres(start[:, 0], start[:, 1], ends[:, 0], ends[:, 1])
    position = positions[int(distances.argmin())]
    heights = [row.antenna_height_m for row in rows if row.antenna_height_m is not None]
    return Equipment(
        operator,
        code,
        *position,
        technologies=tuple(sorted({each for row in rows for each in row.technologies})),
        bands_mhz=tuple(sorted({each for row in rows for each in row.bands_mhz})),
        antenna_height_m=max(heights, default=None),
        on_air=_any(row.on_air for row in rows),
        shareable=_any(row.shareable for row in rows),
    )


def _any(facts: Iterable[bool | None]) -> bool | None:
    """True when one is true, False when one says no and none yes, None when none says."""
    said = {fact for fact in facts if fact is not None}
    return True in said if said else None


def _repeated_codes(sites: Sequence[Site]) -> list[Finding]:
    """A station code that one operator uses on several sites: perhaps a doubled station."""
    places: dict[tuple[str, str], int] = defaultdict(int)
    for site in sites:
        for entry in site.equipment:
            if entry.site_code:
                places[entry.operator, entry.site_code] += 1
    return [
        finding("tower.code_repeated", value=code, operator=operator, code=code, count=count)
        for (operator, code), count in sorted(places.items())
        if count > 1
    ]


def listed(rows: Sequence[int]) -> str:
    """Return the first few row numbers for a sentence: ``3, 8, 12…``."""
    text = ", ".join(map(str, rows[:_LISTED]))
    return text + "…" if len(rows) > _LISTED else text
