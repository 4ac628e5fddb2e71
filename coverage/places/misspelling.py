"""Which known names a name that is not known may have been meant as."""

from __future__ import annotations

from collections.abc import Iterable

from coverage.vietnamese import without_accents

_SHORT = 5  # letters up to which only one may differ
_MOST_SUGGESTIONS = 5


def suggestions(key: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known keys nearest to ``key``, the most likely first; at most five.

    Without its accents a name is only a suggestion, for ten pairs of communes in one province
    differ by nothing else. Otherwise one letter may differ, two in a name of six or more.
    """
    bare = without_accents(key)
    most = 1 if len(bare.replace(" ", "")) <= _SHORT else 2
    found = []
    for candidate in known:
        other = without_accents(candidate)
        if abs(len(other) - len(bare)) > most:
            continue
        letters = edits(bare, other, most)
        accents = edits(key, candidate, most + 2)
        if letters <= most:
            found.append((letters, accents, candidate))
    found.sort()
    best = [entry for entry in found if entry[0] == found[0][0]]
    return tuple(candidate for _, _, candidate in best[:_MOST_SUGGESTIONS])


def edits(first: str, second: str, most: int) -> int:
    """Return how many letters must be changed, added, left out or exchanged with a neighbour.

    Counting stops at ``most`` + 1.
    """
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second, start=1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != other))
            exchanged = (
                row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other
            )
            if exchanged:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)
