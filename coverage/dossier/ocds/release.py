"""One version of a package as an OCDS release.

An identifier is the same in every version: a lot is its number, an item its zone. What the
standard's merging would keep although it is gone is therefore taken back by name: an item of a
zone that left has no household any more, a lot that left is cancelled.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from coverage.costs import CostEstimate
from coverage.dossier.columns import QUEUE_WORDS, SIGNAL_WORDS, yes_no
from coverage.dossier.file_names import about, document_type, media_type
from coverage.dossier.notes import grouped
from coverage.packages import (
    Package,
    PackageChange,
    PackageKind,
    PackageLot,
    PackageZone,
    ProcurementMode,
    utc_text,
)
from coverage.zones import Queue

Json = dict[str, Any]

_AUTHORITY, _FUND = "authority", "fund"
_METHODS = {
    ProcurementMode.TENDER: ("open", "Đấu thầu"),
    ProcurementMode.ORDER: ("direct", "Đặt hàng"),
    ProcurementMode.ASSIGNMENT: ("direct", "Giao nhiệm vụ"),
}
_TAGS = {
    PackageKind.FIRST: "tender",
    PackageKind.AMENDMENT: "tenderAmendment",
    PackageKind.CLARIFICATION: "tenderUpdate",
}
# Common Procurement Vocabulary, in the words of its English version.
_CLASSIFICATION = {"scheme": "CPV", "id": "64212000", "description": "Mobile-telephone services"}


def release_id(package: Package, version: int | None = None) -> str:
    """Return the id of a version's release, by default this one's: ``GT-2026-42-001-v2``."""
    draft = "-draft" if package.draft and version is None else ""
    return f"{package.number}-v{version or package.version}{draft}"


def release_of(package: Package, files: Mapping[str, bytes], before: Json | None) -> Json:
    """Return the release. ``before`` is what earlier versions said together, None for the first."""
    authority = {"id": _AUTHORITY, "name": package.authority}
    return {
        "ocid": f"{package.ocds_prefix}-{package.number}",
        "id": release_id(package),
        "date": utc_text(package.dated),
        "tag": ["planning" if package.draft else _TAGS[package.kind]],
        "initiationType": "tender",
        "language": "vi",
        "parties": [
            authority | {"roles": ["buyer", "procuringEntity"]},
            {"id": _FUND, "name": QUEUE_WORDS[Queue.FUND.value], "roles": ["funder"]},
        ],
        "buyer": authority,
        "tender": _tender(package, files, authority, (before or {}).get("tender", {})),
    }


def _tender(package: Package, files: Mapping[str, bytes], authority: Json, before: Json) -> Json:
    method, details = _METHODS[package.mode]
    totals = package.totals()
    marks = "".join(f"[{mark}] " for mark in package.marks)
    costs = [lot.cost for lot in package.lots]
    total = None if None in costs else sum(cost.total_vnd for cost in costs if cost is not None)
    milestones = [_milestone(lot) for lot in package.lots if lot.clock is not None]
    tender: Json = {
        "id": package.number,
        "title": f"{marks}Gói thầu {package.number}: phủ sóng di động {package.province}",
        "description": f"{totals['lots']} lô, {totals['zones']} vùng lõm sóng, "
        f"{grouped(totals['households'])} hộ. Phiên bản {package.version}.",
        "status": "planned" if package.draft else "active",
        "procuringEntity": authority,
        **_value(total, "value" in before),
        "procurementMethod": method,
        "procurementMethodDetails": details,
        "procurementMethodRationale": "; ".join(package.legal_bases) or None,
        "mainProcurementCategory": "services",
        "hasEnquiries": bool(package.answers),
        "lots": [
            *(_lot(package, lot, "value" in _known(before, "lots", str(lot.number)))
              for lot in package.lots),
            *_left(before, "lots", {str(lot.number) for lot in package.lots},
                   {"status": "cancelled"}),
        ],
        "items": [
            *(_item(package, lot, zone) for lot, zone in package.zones),
            *_left(before, "items", {str(zone.id) for _, zone in package.zones},
                   {"quantity": 0, "relatedLot": None}),
        ],
        "documents": [_document(package, name, files[name]) for name in sorted(files)],
    }  # fmt: skip
    gone = _left(before, "milestones", {one["id"] for one in milestones}, {"status": None})
    if milestones or gone:
        tender["milestones"] = [*milestones, *gone]
    if package.changes:
        tender["amendments"] = [
            _amendment(package, change)
            for change in package.changes
            if change.kind is PackageKind.AMENDMENT
        ]
    if package.answers:
        tender["enquiries"] = [
            {
                "id": str(answer.number),
                "date": utc_text(answer.asked),
                "title": f"Làm rõ {answer.number}",
                "description": answer.question,
                "answer": answer.answer,
                "dateAnswered": utc_text(answer.answered),
            }
            for answer in package.answers
        ]
    return {name: value for name, value in tender.items() if value not in (None, [])}


def _known(before: Json, of: str, key: str) -> Json:
    """What was said before of the object of this id; nothing: empty."""
    return next((one for one in before.get(of, []) if one["id"] == key), {})


def _left(before: Json, of: str, standing: set[str], now: Json) -> list[Json]:
    """What earlier versions had and this one has not, each with what is true of it ``now``."""
    return [{"id": one["id"]} | now for one in before.get(of, []) if one["id"] not in standing]


def _value(amount_vnd: int | None, stood_before: bool) -> Json:
    if amount_vnd is not None:
        return {"value": {"amount": amount_vnd, "currency": "VND"}}
    return {"value": {"amount": None, "currency": "VND"}} if stood_before else {}


def _lot(package: Package, lot: PackageLot, had_value: bool) -> Json:
    return {
        "id": str(lot.number),
        "title": lot.name,
        "description": f"{len(lot.zones)} vùng, {grouped(lot.households)} hộ.{_told(lot.cost)}",
        "status": "planned" if package.draft else "active",
        **_value(lot.cost.total_vnd if lot.cost else None, had_value),
    }


def _told(cost: CostEstimate | None) -> str:
    """What the reader must know of the estimate besides its amount."""
    if cost is None or not cost.absent:
        return ""
    return " Ước tính còn thiếu phần chưa có số liệu, nên thấp hơn thực tế."


def _item(package: Package, lot: PackageLot, zone: PackageZone) -> Json:
    people = "chưa có số khẩu" if zone.population is None else f"{zone.population} khẩu"
    signal = SIGNAL_WORDS[zone.signal.value if zone.signal else None]
    return {
        "id": str(zone.id),
        "description": f"{zone.label}: {zone.village}, {zone.commune}; {zone.households} hộ, "
        f"{people}; {signal.lower()}; điện lưới: {yes_no(zone.grid_power).lower()}",
        "classification": _CLASSIFICATION,
        "quantity": zone.households,
        "unit": {"name": "hộ"},
        "relatedLot": str(lot.number),
        "deliveryLocations": [
            {
                "description": f"{zone.village}, {zone.commune} (mã {zone.commune_code}, danh mục "
                f"{package.vintage.name})",
                "geometry": {"type": "Point", "coordinates": [zone.longitude, zone.latitude]},
                "gazetteer": {"identifiers": [zone.commune_code]},
            }
        ],
        "deliveryAddresses": [
            {
                "streetAddress": zone.village,
                "locality": zone.commune,
                "region": package.province,
                "countryName": "Việt Nam",
            }
        ],
    }


def _document(package: Package, name: str, content: bytes) -> Json:
    """A file of the package; its address is its hash, as RFC 6920 writes it."""
    digest = hashlib.sha256(content)
    named = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    published = {} if package.draft else {"datePublished": utc_text(package.dated)}
    return {
        "id": name,
        "documentType": document_type(name),
        "title": about(name),
        "description": f"Tệp {name} trong {package.file_name}; SHA-256: {digest.hexdigest()}",
        "url": f"ni:///sha-256;{named}",
        **published,
        "format": media_type(name),
        "language": "vi",
    }


def _milestone(lot: PackageLot) -> Json:
    if lot.clock is None:
        raise AssertionError("only lots with a clock have a milestone")
    return {
        "id": f"on-air-{lot.number}",
        "title": f"Phát sóng trong {lot.clock.months} tháng kể từ ngày trao thầu",
        "type": "delivery",
        "description": f"{lot.clock.reason} ({lot.clock.citation})",
        "code": f"P{lot.clock.months}M",
        "status": "scheduled",
        "relatedLots": [str(lot.number)],
    }


def _amendment(package: Package, change: PackageChange) -> Json:
    own = None if change.version == package.version else change.version
    parts = (
        [f"thêm {', '.join(change.came)}"] if change.came else [],
        [f"bớt {', '.join(change.went)}"] if change.went else [],
        [f"{zone}: {heading} {was} → {now}" for zone, heading, was, now in change.changed],
    )
    return {
        "id": f"amendment-v{change.version}",
        "date": utc_text(change.dated),
        "rationale": change.reason,
        "description": "; ".join(told for part in parts for told in part),
        "amendsReleaseID": release_id(package, change.version - 1),
        "releaseID": release_id(package, own),
    }
