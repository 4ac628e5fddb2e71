"""What a version of a package said, and what the next one says otherwise.

A published version is kept as bytes for ever; :func:`said_of` keeps beside them, in a form that
programs compare, what it said of each zone and lot. Only what both versions told is compared: a
fact that a later program tells for the first time is not a change.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coverage.packages.content import Package, PackageChange, PackageKind, PackageLot, PackageZone

Said = Mapping[str, Any]
"""``mode``, ``criteria``, ``lots`` by number, ``zones`` by id: as JSON keeps them."""

Changed = tuple[str, str, str, str]
"""What it is of, the heading, what it said, what it says."""

NOTHING = "chưa có số liệu"
_THERE, _NOT_THERE = "có trong gói", "không có trong gói"
_WORDS: Mapping[str, Mapping[Any, str]] = {
    "signal": {"none": "trắng sóng", "patchy": "lõm sóng"},
    "grid_power": {True: "có điện lưới", False: "không có điện lưới"},
    "specially_difficult": {True: "đặc biệt khó khăn", False: "không đặc biệt khó khăn"},
    "mode": {"tender": "đấu thầu", "order": "đặt hàng", "assignment": "giao nhiệm vụ"},
}
_OF_ZONE: Mapping[str, str] = {
    "lot": "Lô",
    "village": "Thôn, bản",
    "commune": "Xã, phường",
    "declared_commune": "Xã do tỉnh kê khai",
    "point": "Tọa độ (vĩ độ, kinh độ WGS 84)",
    "households": "Số hộ",
    "population": "Số khẩu",
    "signal": "Hiện trạng sóng",
    "grid_power": "Điện lưới",
    "specially_difficult": "Địa bàn đặc biệt khó khăn",
    "evidence": "Doanh nghiệp có trạm trong tầm / đã đánh giá",
}
_OF_LOT: Mapping[str, str] = {
    "name": "Tên lô",
    "months": "Thời hạn phát sóng (tháng)",
    "cost_vnd": "Chi phí ước tính (đồng)",
    "sites": "Số trạm đề xuất",
}
_OF_PACKAGE: Mapping[str, str] = {"mode": "Hình thức lựa chọn", "criteria": "Bộ tiêu chí"}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version changed against the one before, in words and in ids."""

    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    came_ids: tuple[uuid.UUID, ...] = ()
    went_ids: tuple[uuid.UUID, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.came or self.went or self.changed)

    def as_json(self) -> dict[str, object]:
        """Return the form that the database keeps."""
        return {
            "came": list(self.came),
            "went": list(self.went),
            "changed": [list(one) for one in self.changed],
            "came_ids": [str(one) for one in self.came_ids],
            "went_ids": [str(one) for one in self.went_ids],
        }


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of zones that earlier versions gave: they stay, and are never given again.

    ``highest`` is the last number that was used in each lot.
    """

    of_zone: Mapping[uuid.UUID, str]
    highest: Mapping[int, int]


NO_LABELS = Labels({}, {})


def said_of(package: Package) -> dict[str, Any]:
    """Return what a package says, of itself, of each lot and of each zone."""
    return {
        "mode": package.mode.value,
        "criteria": sorted(used.name for used in package.criteria),
        "lots": {str(lot.number): _of_lot(lot) for lot in package.lots},
        "zones": {str(zone.id): _of_zone(lot, zone) for lot, zone in package.zones},
    }


def difference(before: Said, after: Said) -> Difference:
    """Return what ``after`` says otherwise than ``before``: zones by label, then lots, package."""
    old, new = before["zones"], after["zones"]
    came = sorted(set(new) - set(old), key=lambda key: _place(new[key]))
    went = sorted(set(old) - set(new), key=lambda key: _place(old[key]))
    return Difference(
        came=tuple(_named(new[key]) for key in came),
        went=tuple(_named(old[key]) for key in went),
        changed=(
            *_zones_changed(old, new), *_lots_changed(before["lots"], after["lots"]),
            *_facts_changed("Gói thầu", before, after, _OF_PACKAGE),
        ),
        came_ids=tuple(uuid.UUID(key) for key in came),
        went_ids=tuple(uuid.UUID(key) for key in went),
    )  # fmt: skip


def change_of(
    version: int, kind: PackageKind, dated: datetime, reason: str, told: Mapping[str, Any]
) -> PackageChange:
    """Return a version's change as its files tell it; ``told`` is a difference as it is kept."""
    return PackageChange(
        version, kind, dated, reason,
        came=tuple(told.get("came", ())),
        went=tuple(told.get("went", ())),
        changed=tuple(
            (str(what), str(heading), str(before), str(after))
            for what, heading, before, after in told.get("changed", ())
        ),
    )  # fmt: skip


def labels_given(versions: Iterable[Said]) -> Labels:
    """Return the labels that these versions gave, the oldest first; the newest of a zone counts."""
    of_zone: dict[uuid.UUID, str] = {}
    highest: dict[int, int] = {}
    for said in versions:
        for key, facts in said["zones"].items():
            of_zone[uuid.UUID(key)] = facts["label"]
            lot, place = _place(facts)
            highest[lot] = max(highest.get(lot, 0), place)
    return Labels(of_zone, highest)


def _of_zone(lot: PackageLot, zone: PackageZone) -> dict[str, Any]:
    return {
        "label": zone.label,
        "lot": lot.number,
        "village": zone.village,
        "commune": zone.commune,
        "declared_commune": zone.declared_commune,
        "point": f"{zone.latitude:.7f}, {zone.longitude:.7f}",
        "households": zone.households,
        "population": zone.population,
        "signal": zone.signal.value if zone.signal else None,
        "grid_power": zone.grid_power,
        "specially_difficult": zone.specially_difficult,
        "evidence": None
        if zone.operators_assessed is None
        else f"{zone.operators_within_reach}/{zone.operators_assessed}",
    }


def _of_lot(lot: PackageLot) -> dict[str, Any]:
    return {
        "id": str(lot.id),
        "name": lot.name,
        "months": lot.clock.months if lot.clock else None,
        "cost_vnd": lot.cost.total_vnd if lot.cost else None,
        "sites": len(lot.sites),
    }


def _zones_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    for key in sorted(set(old) & set(new), key=lambda key: _place(old[key])):
        yield from _facts_changed(_named(old[key]), old[key], new[key], _OF_ZONE)


def _lots_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Changed]:
    for number in sorted(set(old) | set(new), key=int):
        if number not in new:
            yield old[number]["name"], "Cả lô", _THERE, _NOT_THERE
        elif number not in old:
            yield new[number]["name"], "Cả lô", _NOT_THERE, _THERE
        else:
            yield from _facts_changed(old[number]["name"], old[number], new[number], _OF_LOT)


def _facts_changed(
    what: str, old: Mapping[str, Any], new: Mapping[str, Any], headings: Mapping[str, str]
) -> Iterator[Changed]:
    for key, heading in headings.items():
        if key in old and key in new and old[key] != new[key]:
            yield what, heading, _in_words(key, old[key]), _in_words(key, new[key])


def _in_words(key: str, value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(str, value))
    return _WORDS.get(key, {}).get(value, str(value))


def _named(facts: Mapping[str, Any]) -> str:
    """A zone as people look for it: its label, village and commune."""
    return f"{facts['label']} {facts['village']} ({facts['commune']})"


def _place(facts: Mapping[str, Any]) -> tuple[int, int]:
    """The numbers of a label: ``L2-07`` is the seventh of lot 2."""
    lot, _, place = str(facts["label"]).removeprefix("L").partition("-")
    return int(lot), int(place)
