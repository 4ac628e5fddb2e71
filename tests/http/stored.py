"""Zones and packages put straight into a test's database: valid by default, one argument per difference."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import func, insert, text

from coverage.storage.tables.packages import package
from coverage.storage.tables.zones import zone
from coverage.vietnamese import name_key
from tests.reported import as_owner

VINTAGE = "thử"


def a_vintage(database, authority):
    """A list of units in force, with one province and one commune."""
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.vintage (name, status, approximate, source, activated_at)"
                " VALUES (:vintage, 'active', true, 'thử', now())"
            ),
            {"vintage": VINTAGE},
        )
        connection.execute(
            text(
                "INSERT INTO phusong.unit (vintage, level, code, name, full_name, province_code)"
                " VALUES (:vintage, 'province', '42', 'Hà Tĩnh', 'Tỉnh Hà Tĩnh', '42'),"
                " (:vintage, 'commune', '18073', 'Hương Khê', 'Xã Hương Khê', '42')"
            ),
            {"vintage": VINTAGE},
        )


def a_zone(database, actor, **differences) -> uuid.UUID:
    """A zone of the actor's province; return its id."""
    village = differences.pop("village", "Bản Rào Tre")
    longitude, latitude = differences.pop("at", (105.7, 18.2))
    values = {
        "organisation_id": actor.organisation_id, "province_code": actor.province_code,
        "commune_code": "18073", "vintage": VINTAGE, "village": village,
        "village_key": name_key(village), "point": f"SRID=4326;POINT({longitude} {latitude})",
        "households": 42, **_decided(differences.get("status", "reported")), **differences,
    }  # fmt: skip
    with as_owner(database, actor) as connection:
        made = connection.execute(insert(zone).values(**values).returning(zone.c.id))
        return made.scalar_one()


def _decided(status):
    """What the table demands beside a status: who decided, why, who has the zone in hand."""
    if status in {"reported", "withdrawn"}:
        return {}
    if status == "under_review":
        return {"reviewer": "kiểm thử", "status_by": "kiểm thử"}
    return {"status_by": "kiểm thử", "status_reason": "Lý do thử."}


def a_package(database, authority, number="GT-2026-42-001", *, content=b"PK" * 500, published=True,
              vintage=VINTAGE):  # fmt: skip
    """A package of province 42 with any content; return its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    with database.transaction(authority) as connection:
        connection.execute(
            insert(package).values(
                id=uuid.uuid4(), number=number, province_code="42", vintage=vintage,
                approximate=True, totals={"lots": 2, "zones": 17, "households": 812},
                manifest={}, file_name=f"{number} Hà Tĩnh.zip", sha256=sha256, content=content,
                built_by="kiểm thử", status="published" if published else "draft",
                published_at=func.now() if published else None,
            )
        )  # fmt: skip
    return sha256
