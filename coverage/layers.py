"""Ground layers (lớp nền): roads, power lines, schools and health posts that others measure from.

Each is optional. What is measured from a layer that is not loaded is absent, never zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from coverage.vietnamese import header_key, without_accents


class LayerKind(StrEnum):
    """What a ground layer shows; at most one of each kind is in force."""

    ROAD = "road"  # đường giao thông
    POWER_LINE = "power_line"  # đường dây điện
    SCHOOL = "school"  # trường học
    HEALTH_POST = "health_post"  # trạm y tế

    @property
    def of_lines(self) -> bool:
        """Whether its features are lines; the others are points."""
        return self in {LayerKind.ROAD, LayerKind.POWER_LINE}


_NAMED = {
    LayerKind.ROAD: re.compile(
        r"\b(?:roads?|highways?|streets?|giao thong|duong bo|quoc lo|tinh lo|gtdb)\b"
        r"|\bduong\b(?! day| dien| dien luc)"
    ),
    LayerKind.POWER_LINE: re.compile(
        r"\b(?:power|electric(?:ity)?|transmission|duong day|luoi dien|duong dien|dien luc"
        r"|trung the|ha the|cao the|\d+ ?kv)\b"
    ),
    LayerKind.SCHOOL: re.compile(r"\b(?:schools?|education|truong|truong hoc|giao duc)\b"),
    LayerKind.HEALTH_POST: re.compile(
        r"\b(?:health|clinics?|hospitals?|medical|y te|tram xa|benh vien|tyt)\b"
    ),
}  # fmt: skip


def kinds_named(name: str) -> frozenset[LayerKind]:
    """Return the kinds that the name of a file or of a layer in it speaks of."""
    plain = header_key(without_accents(re.sub(r"[_\-.]+", " ", name)))
    return frozenset(kind for kind, words in _NAMED.items() if words.search(plain))


@dataclass(frozen=True, slots=True)
class LayerReach:
    """How far the zones of today lie from a layer; metres, None where there is no zone."""

    zones: int
    median_m: float | None
    farthest_m: float | None


def reach(distances_m: Sequence[float]) -> LayerReach:
    """Return what the distances of all zones say together."""
    if not distances_m:
        return LayerReach(0, None, None)
    return LayerReach(len(distances_m), median(distances_m), max(distances_m))
