"""The names of a zone's commune and province, by the list that its codes come from."""

from __future__ import annotations

from sqlalchemy import FromClause, and_

from coverage.storage.tables.places import unit
from coverage.storage.tables.zones import zone

COMMUNE = unit.alias("commune")
PROVINCE = unit.alias("province")


def with_unit_names(rows: FromClause) -> FromClause:
    """Join ``rows``, which hold zones, with the units of each zone's own vintage, where known."""
    return rows.outerjoin(
        COMMUNE,
        and_(
            COMMUNE.c.vintage == zone.c.vintage,
            COMMUNE.c.level == "commune",
            COMMUNE.c.code == zone.c.commune_code,
        ),
    ).outerjoin(
        PROVINCE,
        and_(
            PROVINCE.c.vintage == zone.c.vintage,
            PROVINCE.c.level == "province",
            PROVINCE.c.code == zone.c.province_code,
        ),
    )
