"""What a package tells of its zones and sites: the truth that files are read back against."""

from __future__ import annotations


def truth_of_zones(package):
    return {
        str(zone.id): (
            zone.label, lot.number, zone.village, zone.commune, zone.commune_code,
            zone.households, zone.population, zone.latitude, zone.longitude, zone.northing_m,
            zone.easting_m, zone.operators_assessed, zone.operators_within_reach,
        )
        for lot, zone in package.zones
    }  # fmt: skip


KEYS = (
    "label", "lot", "village", "commune", "commune_code", "households", "population", "latitude",
    "longitude", "northing_m", "easting_m", "operators_assessed", "operators_within_reach",
)  # fmt: skip
TEXTS = {"label", "village", "commune", "commune_code"}


def typed(key, text):
    """A value as a program reads it out of a text."""
    if text in ("", None):
        return None
    if key in TEXTS:
        return text
    return float(text) if "." in text else int(text)


def truth_of_sites(package):
    return {
        site.label: (
            lot.number, site.latitude, site.longitude, site.households,
            {part.kind: part.amount_vnd for part in site.cost.parts}, site.cost.total_vnd,
        )
        for lot in package.lots
        for site in lot.sites
    }  # fmt: skip
