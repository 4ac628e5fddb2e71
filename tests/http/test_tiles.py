"""Tiles through the web door: what each viewer is shown, never stale, never another's."""

from __future__ import annotations

import math
import re
import uuid

import httpx
import pytest
from sqlalchemy import text

from coverage.people import OrganisationKind, Role
from tests import vector_tiles
from tests.http.stored import a_zone
from tests.reported import as_owner

HERE = (105.7, 18.2)


def tile_at(z, longitude=HERE[0], latitude=HERE[1]):
    side = 1 << z
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return f"{z}/{int((longitude + 180) / 360 * side)}/{int(down * side)}"


def zones_in(client, z=10, at=HERE, **query):
    answer = client.get(f"/tiles/zones/{tile_at(z, *at)}", params=query)
    assert answer.status_code == 200, answer.text
    return vector_tiles.read(answer.content)


def test_a_zone_is_a_point_with_its_facts(program, authority, zone):
    (drawn,) = zones_in(program(authority), 14)
    assert drawn.layer == "zones"
    assert drawn.said == {
        "id": str(zone), "village": "Bản Rào Tre", "commune": "Xã Hương Khê", "queue": "fund",
        "status": "reported", "households": 42,
    }  # fmt: skip
