"""What is stored, one module per noun. Names of constraints matter: errors are known by them."""

from coverage.storage.tables import (
    audit,
    consultation,
    deliveries,
    disputes,
    evidence,
    layers,
    lots,
    packages,
    people,
    places,
    priority,
    service_areas,
    standings,
    surveys,
    towers,
    zones,
)
from coverage.storage.tables.base import METADATA, SCHEMA, WGS84

__all__ = [
    "METADATA",
    "SCHEMA",
    "WGS84",
    "audit",
    "consultation",
    "deliveries",
    "disputes",
    "evidence",
    "layers",
    "lots",
    "packages",
    "people",
    "places",
    "priority",
    "service_areas",
    "standings",
    "surveys",
    "towers",
    "zones",
]
