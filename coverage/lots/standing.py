"""Carrying a standing division on: what is new joins, what fell apart is mended, the rest stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from coverage.lots.atoms import Atom, Ground, Measures
from coverage.lots.division import grown, within_bounds
from coverage.lots.proximity import Links, connected_parts
from coverage.lots.recombination import Parts, improved


def carry_on(ground: Ground, members: Collection[int], standing: Parts) -> Parts:
    """Return connected ``members`` in connected parts within bounds, as near to ``standing`` as may be.

    Of a standing part that no longer hangs together the largest piece stands; the others, and
    members that were in none, join a neighbouring part that has room, or are parts of their own.
    No two held atoms share a part. A division that no step makes better comes back as it is.
    """
    atoms, links = ground.atoms, ground.links
    everyone = frozenset(members)
    parts = [
        _largest_piece(atoms, links, part & everyone)
        for part in sorted(standing, key=min)
        if part & everyone
    ]
    loose = everyone.difference(*parts)
    measured = ground.measures(everyone, max(1, len(parts)))
    parts = _joined(measured, links, parts, loose)
    apart = [
        piece
        for part in parts
        for piece in _apart(ground.measures(part, _held(atoms, part)), links, part)
    ]
    kept = within_bounds(measured, links, tuple(apart))
    return improved(ground.measures(everyone, len(kept)), links, kept)


def _largest_piece(atoms: Sequence[Atom], links: Links, part: frozenset[int]) -> frozenset[int]:
    """What stands of a part that may have fallen apart: the piece with what is held, the largest."""
    pieces = connected_parts(part, links)
    largest: list[int] = max(pieces, key=lambda piece: _rank(atoms, piece))
    return frozenset(largest)


def _rank(atoms: Sequence[Atom], piece: Sequence[int]) -> tuple[int, int, int]:
    return _held(atoms, piece), len(piece), -piece[0]


def _joined(
    measured: Measures, links: Links, parts: Sequence[frozenset[int]], loose: Collection[int]
) -> list[frozenset[int]]:
    """The parts with every loose member in one: in a neighbour with room, else in a new one."""
    now = list(parts)
    left = set(loose)
    while left:
        found = [
            (not _has_room(measured, part, member), measured.judge(part | {member}), member, place)
            for place, part in enumerate(now)
            for member in sorted(left)
            if links[member] & part
        ]
        if found and not min(found)[0]:
            _, _, member, place = min(found)
            now[place] |= {member}
            left.remove(member)
        else:
            alone = min(left)
            now.append(frozenset({alone}))
            left.remove(alone)
    return now


def _has_room(measured: Measures, part: frozenset[int], member: int) -> bool:
    if measured.atoms[member].held and _held(measured.atoms, part):
        return False
    return measured.judge(part | {member})[0] == 0


def _apart(measured: Measures, links: Links, part: frozenset[int]) -> Parts:
    """A part cut between the held atoms that share it."""
    return (part,) if measured.parts <= 1 else grown(measured, sorted(part), links)


def _held(atoms: Sequence[Atom], part: Collection[int]) -> int:
    return sum(atoms[member].held for member in part)
