"""Fixtures: a real PostGIS that the tests start themselves, and databases cloned from templates.

Every test that asks for ``database`` gets its own clone, made by the migrations. The product's
variables are taken out of the environment first, so that no test meets a real database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from coverage.actions import people, places
from coverage.actions.people import act_for
from coverage.people import Actor, OrganisationKind, Role
from coverage.places.units import Level
from coverage.storage import migrations
from coverage.storage.cluster import Cluster, choose_folder
from coverage.storage.people import ensure_organisation
from coverage.storage.sessions import Database
from tests import databases
from tests.reported import load_places

PROJECT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT.parent / "shared" / "data"

for variable in [name for name in os.environ if name.startswith(("PHUSONG_", "DATABASE_"))]:
    del os.environ[variable]

# A busy machine is no fault: no test asserts a time, and Hypothesis would by itself.
settings.register_profile("phusong", deadline=None)
settings.load_profile("phusong")


# The product's hash of passwords is as dear as it is for guessers: two tenths of a second to make one,
# as long to look at one. The tests' people are hundreds; test_sign_in.py tries the real one.
THE_PRODUCTS_HASHER = people._HASHER
people._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
people._NOBODY = people._HASHER.hash("nobody's")


@pytest.fixture
def real_hasher(monkeypatch) -> PasswordHasher:
    """Passwords cost in this test what they cost in the product."""
    monkeypatch.setattr(people, "_HASHER", THE_PRODUCTS_HASHER)
    return THE_PRODUCTS_HASHER


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout's folder."""
    return PROJECT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real boundaries and surveys; tests that need it are skipped without it."""
    if not (SHARED_DATA / "surveys").is_dir():
        pytest.skip("../shared/data is not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run, shared by parallel workers; the last one stops it."""
    found = Cluster(choose_folder(PROJECT / "var" / "tests" / "cluster"), durable=False)
    with found.in_use():
        yield found


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of the migrated template database."""
    state = databases.state_of(PROJECT / "migrations")
    return databases.made_once(cluster, "migrated", state, _migrate)


def _migrate(database: Database) -> None:
    owner = database.owner()
    try:
        migrations.upgrade(owner)
    finally:
        owner.dispose()


# What the template with places is made from: it is made anew when one of these files changes.
PLACES = (
    "coverage/places/approximate.py", "coverage/places/archipelagos.toml",
    "coverage/places/outlines.py", "coverage/places/succession.py", "coverage/places/units.py",
    "coverage/actions/places.py", "coverage/storage/places.py", "coverage/intake/boundaries.py",
    "coverage/intake/national_list.py",
)  # fmt: skip
BOUNDARIES = {
    Level.PROVINCE: SHARED_DATA / "provinces_2026-04-30.geojson",
    Level.COMMUNE: SHARED_DATA / "communes_2026-04-30.gpkg",
}


@pytest.fixture(scope="session")
def country(cluster: Cluster, template: str) -> str:
    """The name of a template with the country's units in force.

    They are the real ones of 2026-04-30 where ../shared/data is, else the approximate ones of
    2025-07-01. Every province has its organisation.
    """
    real = [file for file in BOUNDARIES.values() if file.is_file()]
    state = databases.state_of(PROJECT / "migrations", *(PROJECT / path for path in PLACES), *real)
    return databases.made_once(cluster, "country", state, _load_country, base=template)


def _load_country(database: Database) -> None:
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
    places.load_national_list(database, authority, activate=True)
    for level, file in BOUNDARIES.items():
        if file.is_file():
            places.load_boundaries(
                database, authority, file, "2026-04-30", level, activate=level is Level.COMMUNE
            )


@pytest.fixture
def country_database(cluster: Cluster, country: str) -> Iterator[Database]:
    """A database of the test's own with the country's units in force.

    A module that wants ``authority``, ``province`` or ``operator`` in it overrides ``database``
    by a fixture that returns this one.
    """
    with databases.clone(cluster, country) as made:
        yield made


@pytest.fixture(scope="session")
def real_country(country: str) -> str:
    """As ``country``; tests that need the real boundaries are skipped without them."""
    if not all(file.is_file() for file in BOUNDARIES.values()):
        pytest.skip("../shared/data is not on this machine")
    return country


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A migrated database of the test's own, without places."""
    with databases.clone(cluster, template) as made:
        yield made


@pytest.fixture
def authority(database: Database) -> Actor:
    """The authority, acting as an administrator, in the test's database."""
    return act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")


@pytest.fixture
def province(database: Database, authority: Actor) -> Callable[[str], Actor]:
    """Makes the organisation of a province code and returns its officer."""

    def make(code: str) -> Actor:
        with database.transaction(authority) as connection:
            ensure_organisation(
                connection, OrganisationKind.PROVINCE, f"Sở KH&CN tỉnh {code}", code
            )
        return act_for(
            database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, f"cán bộ {code}",
            province_code=code,
        )  # fmt: skip

    return make


@pytest.fixture
def operator(database: Database, authority: Actor) -> Callable[[str], Actor]:
    """Makes an operator of this name and returns its person."""

    def make(name: str) -> Actor:
        with database.transaction(authority) as connection:
            ensure_organisation(connection, OrganisationKind.OPERATOR, name)
        return act_for(
            database, OrganisationKind.OPERATOR, Role.OPERATOR, f"nhân viên {name}",
            organisation=name,
        )  # fmt: skip

    return make


@pytest.fixture
def officer(province: Callable[[str], Actor]) -> Actor:
    """The officer of province 42; a module that wants places first asks for them by a mark."""
    return province("42")


@pytest.fixture
def viettel(operator: Callable[[str], Actor]) -> Actor:
    """The person of one operator."""
    return operator("Viettel")


@pytest.fixture
def small_places(database: Database, authority: Actor) -> None:
    """One list of units in force, of province 42 alone."""
    load_places(database, authority)
