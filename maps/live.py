"""A map that lives in a page of ours: what the scripts are told, and its legend from counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from coverage.zones import Queue, Zone, ZoneStatus
from maps.content import Count, Live, MapContent, Month
from maps.legend import Entry, Section, signal_entry, stage_entries, symbol
from maps.symbols import (
    CIRCLE,
    FILLINGS,
    NOT_DRAWN,
    QUEUE_COLOURS,
    SITE_EDGE,
    STAGES,
    mark_of,
    stage_of,
)
from maps.texts import Words

_QUEUES = tuple(Queue)

Json = dict[str, object]


def live_table(content: MapContent, live: Live, zones: Sequence[Zone], words: Words) -> Json:
    """Return what the live scripts read; months are numbered as in ``live.months``."""
    return {
        "zones": live.zones_tiled,
        "sites": live.sites_tiled,
        "share": 0.5 if content.focus else 0.1,  # of the frame that is land where zones can lie
        "codes": {
            "queue": [queue.value for queue in _QUEUES],
            "status": [status.value for status in ZoneStatus],
            "signal": [signal.value for signal in FILLINGS if signal is not None],
            "stage": {
                status.value: place
                for place, stage in enumerate(STAGES)
                for status in sorted(stage.statuses)
            },
        },
        "stages": [words(f"stage.{stage.key}") for stage in STAGES],
        "operators": [
            {"operator": operator, "colour": mark_of(operator).colour, "path": mark_of(operator).path}
            for operator in sorted(live.sites)
        ],
        "counts": [
            [
                count.province_code, _QUEUES.index(count.queue),
                STAGES.index(stage_of(count.status)), count.zones, count.households,
            ]
            for count in live.counts
        ],
        "months": [[month.day.isoformat(), month.stages] for month in live.months],
        "days": [words.day(month.day) for month in live.months],
        "moves": [] if live.zones_tiled else [_moves(live, zone) for zone in zones],
        "words": words.family("live"),
    }  # fmt: skip


def months_of(
    changes: Iterable[tuple[dt.date, ZoneStatus, int, int]], until: dt.date
) -> tuple[Month, ...]:
    """Return the stages at the end of every month before ``until``, from the first change on.

    A change is the first day of its month, a status, and by how many zones and households that
    status grew then.
    """
    known = sorted(changes, key=lambda change: change[0])
    if not known:
        return ()
    zones: Counter[int] = Counter()
    households: Counter[int] = Counter()
    found: list[Month] = []
    month, place = known[0][0], 0
    while (last := _after(month) - dt.timedelta(days=1)) < until:
        while place < len(known) and known[place][0] <= month:
            _, status, more, homes = known[place]
            if status not in NOT_DRAWN:
                stage = STAGES.index(stage_of(status))
                zones[stage] += more
                households[stage] += homes
            place += 1
        found.append(
            Month(last, tuple((zones[stage], households[stage]) for stage in range(len(STAGES))))
        )
        month = _after(month)
    return tuple(found)


def live_sections(live: Live, words: Words) -> list[Section]:
    """Return the legend's sections of zones that come by tiles, from their counts."""
    queues = [
        Entry(
            symbol(CIRCLE, QUEUE_COLOURS[queue]), words(f"queue.{queue.value}"), "queue",
            str(place), _figures([one for one in live.counts if one.queue is queue], words),
        )
        for place, queue in enumerate(_QUEUES)
        if any(one.queue is queue for one in live.counts)
    ]  # fmt: skip
    present = {stage_of(one.status).key for one in live.counts}
    if live.months:
        present = {stage.key for stage in STAGES}  # some were there, or will be gone
    signals = tuple(
        signal_entry(signal, place, words) for place, signal in enumerate(FILLINGS)
    )  # fmt: skip
    return [
        Section(words("legend.queue"), "filter", tuple(queues)),
        Section(words("legend.signal"), "filter", signals if live.counts else ()),
        Section(words("legend.stage"), "filter", stage_entries(present, words)),
    ]


def live_sites(live: Live, words: Words, *, shown: bool) -> Section:
    """Return the legend's section of sites that come by tiles."""
    entries = [
        Entry(
            symbol(mark_of(operator).path, mark_of(operator).colour, edge=SITE_EDGE), operator,
            f"sites-{place}", "", words.number(live.sites[operator]), shown=shown,
        )
        for place, operator in enumerate(sorted(live.sites))
    ]  # fmt: skip
    return Section(words("legend.sites"), "layer", tuple(entries))


def live_totals(counts: Sequence[Count], words: Words) -> str:
    """Return the figures of all zones in one line."""
    zones = sum(count.zones for count in counts)
    if not zones:
        return words("page.empty")
    households = sum(count.households for count in counts)
    return words("page.totals", zones=words.number(zones), households=words.number(households))


def _figures(counts: Sequence[Count], words: Words) -> str:
    return words(
        "legend.count", zones=words.number(sum(count.zones for count in counts)),
        households=words.number(sum(count.households for count in counts)),
    )  # fmt: skip


def _after(month: dt.date) -> dt.date:
    """The first day of the next month."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _moves(live: Live, zone: Zone) -> list[int]:
    """At the end of which month a zone was at which stage first: pairs of both in one list.

    Stage -1 is one that no map draws. What changed after the last month is how it stands now.
    """
    flat: list[int] = []
    at = 0
    ends: Mapping[int, dt.date] = {place: month.day for place, month in enumerate(live.months)}
    for day, status in live.moves.get(zone.id, ()):
        while at in ends and ends[at] < day:
            at += 1
        if at not in ends:
            break
        stage = -1 if status in NOT_DRAWN else STAGES.index(stage_of(status))
        if flat and flat[-2] == at:
            flat[-1] = stage
        elif not flat or flat[-1] != stage:
            flat += [at, stage]
    return flat
