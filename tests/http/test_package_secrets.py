"""What competitors and persons keep to themselves is in no file of a package, in no form.

Packages are built through the real acts, on registers, verdicts, disputes, promises and questions
whose every word and number is tagged; then each file is taken apart and searched. Beside it, two
worlds that differ in nothing but secrets must give the same package.
"""

import io
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from api.package_map import map_writers
from coverage.actions import amendments, disputes, package_questions
from coverage.actions.disputes import Claim, Proof
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lot_sites import choose_lot_sites
from coverage.actions.lots import propose_lots
from coverage.actions.overview import see_ground
from coverage.actions.package_sources import read_source
from coverage.actions.package_versions import Amendment
from coverage.actions.packages import build_package, download_package
from coverage.actions.people import act_for
from coverage.coordinates import grids_of_province, to_vn2000
from coverage.evidence import Verdict
from coverage.lot_sites import SitesAsked
from coverage.lots import LotStatus
from coverage.packages import SiteKind, assemble
from coverage.people import OrganisationKind, Role
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.storage import lots as stored_lots
from coverage.storage.people import ensure_organisation
from coverage.towers import Technology
from tests import databases
from tests.builders import a_zone, zone_id
from tests.consulted import open_now, promise
from tests.reported import as_owner, load_places, report
from tests.secrets import Opened, degree_forms, number_forms
from tests.signed import publish_package, signer_of

NEAR, EAST = 0.0147159, 0.057  # degrees: 1.6 km; a new site stands 6 km to the east of the mast


@dataclass(frozen=True)
class Secrets:
    """One world's secrets: the operators, their masts, and every word somebody wrote down."""

    operators: tuple[str, str, str] = ("Viễn zqbímật A", "Viễn zqbímật B", "Viễn zqbímật C")
    word: str = "zqbímật"  # stands in every name, code and text that is a secret
    mast: tuple[float, float] = (18.3 + NEAR, 105.6071828)
    others: tuple[tuple[float, float], ...] = (
        (18.3391827, 105.6618281), (18.2718281, 105.5577215), (18.4142135, 105.6732050),
    )  # fmt: skip
    distances: tuple[float, float, float] = (2718.2818, 5772.1566, 14142.1356)

    def tag(self, number):
        return f"{self.word}{number:02d}"

    def places(self):
        return [self.mast, *self.others]


@dataclass(frozen=True)
class World:
    database: object
    secrets: Secrets
    planner: object
    operators: tuple


def a_world(database, authority, secrets):
    """Zones in two communes with areas, three operators' registers, and everything said of them."""
    load_places(database, authority)
    officer = _person(database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, secrets.tag(0),
                      province_code="42")  # fmt: skip
    planner = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, secrets.tag(1))
    with as_owner(database, authority) as connection:
        for code, west in (("18073", 105.0), ("18100", 105.64)):
            connection.execute(
                text(
                    "UPDATE phusong.unit SET area = ST_Multi(ST_MakeEnvelope("
                    ":west, 18.0, :east, 18.6, 4326)) WHERE code = :code AND vintage = '2026-04-30'"
                ),
                {"code": code, "west": west, "east": west + 0.64},
            )
        connection.execute(
            text(
                "UPDATE phusong.unit SET area = ST_Multi(ST_MakeEnvelope(105.0, 18.0, 106.28, 18.6,"
                " 4326)) WHERE code = '42' AND vintage = '2026-04-30'"
            )
        )
    report(
        database, officer,
        a_zone(1, status_by=secrets.tag(2), longitude=105.6),
        a_zone(2, status_by=secrets.tag(2), longitude=105.605, latitude=18.302),
        a_zone(3, status_by=secrets.tag(3), longitude=105.6 + EAST, commune_code="18100"),
        a_zone(4, status_by=secrets.tag(3), longitude=105.9, latitude=18.5, commune_code="18100"),
    )  # fmt: skip
    people = tuple(
        _person(database, OrganisationKind.OPERATOR, Role.OPERATOR, secrets.tag(4 + place),
                organisation=name)
        for place, name in enumerate(secrets.operators)
    )  # fmt: skip
    world = World(database, secrets, planner, people)
    _registers(world, authority)
    _contradict(world, authority)
    number = open_now(database, authority, [zone_id(4)])
    promise(database, people[1], number, zone_id(4))
    return world


def _person(database, kind, role, name, *, province_code=None, organisation=None):
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
    with database.transaction(authority) as connection:
        told = organisation or "Sở KH&CN tỉnh 42"
        ensure_organisation(connection, kind, told, province_code)
    return act_for(
        database, kind, role, name, province_code=province_code, organisation=organisation
    )


def _registers(world, authority):
    """A shareable mast of the first operator near the zones; others' masts; their verdicts."""
    secrets = world.secrets
    places = secrets.places()
    with as_owner(world.database, authority) as connection:
        for place, (latitude, longitude) in enumerate(places):
            owner = world.operators[place % 3]
            register = connection.execute(
                text(
                    "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs,"
                    " totals) VALUES (:me, :file, :sha, '', 'EPSG:4326', '{}') RETURNING id"
                ),
                {"me": authority.organisation_id, "file": f"{secrets.tag(7)}.csv",
                 "sha": f"{place:064d}"},
            ).scalar_one()  # fmt: skip
            point = {"latitude": latitude, "longitude": longitude}
            site = connection.execute(
                text(
                    "INSERT INTO phusong.site (register_id, shared_code, point) VALUES (:register,"
                    " :code, ST_SetSRID(ST_MakePoint(:longitude, :latitude), 4326)) RETURNING id"
                ),
                {"register": register, "code": secrets.tag(8), **point},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO phusong.site_operator (site_id, operator_id, site_code,"
                    " technologies, on_air, shareable, point) VALUES (:site, :operator, :code,"
                    " '{4G}', true, :shareable, ST_SetSRID(ST_MakePoint(:longitude, :latitude),"
                    " 4326))"
                ),
                {"site": site, "operator": owner.organisation_id, "code": secrets.tag(9 + place),
                 "shareable": place == 0, **point},
            )  # fmt: skip
            if place < 3:
                _verdict(connection, zone_id(1), owner, site, secrets.distances[place])


def _verdict(connection, zone, operator, site, distance_m):
    near = distance_m <= 3000
    connection.execute(
        text(
            "INSERT INTO phusong.verdict (zone_id, operator_id, technology, criteria_set_id,"
            " site_id, distance_m, verdict, reasons) VALUES (:zone, :operator, '4G', 1, :site,"
            " :distance, :verdict, CAST(:reasons AS text[]))"
        ),
        {
            "zone": zone, "operator": operator.organisation_id, "site": site,
            "distance": distance_m, "verdict": "unknown" if near else "none",
            "reasons": ["evidence.site_within_reach" if near else "evidence.site_beyond_reach"],
        },
    )  # fmt: skip


def _contradict(world, authority):
    """The third operator says in its own words that a zone is served, with a file."""
    secrets = world.secrets
    proof = Proof(f"Đo được {secrets.tag(13)}", f"{secrets.tag(14)}.csv", secrets.tag(15).encode())
    disputes.raise_dispute(
        world.database, world.operators[2], datetime.now(UTC).date(),
        Claim(zone_id(1), Technology.G4, Verdict.SERVED), proof,
    )  # fmt: skip


def published_twice(world):
    """A draft, its publication, and a clarification with an answer: the bytes of each."""
    database, planner, secrets = world.database, world.planner, world.secrets
    propose_lots(database, planner, "42")
    say_readiness(database, planner, "42", [zone_id(1)], {ReadinessKind.ROAD: ReadinessState.READY})
    choose_lot_sites(database, planner, "42", SitesAsked(), datetime.now(UTC).date())
    writers = map_writers(database, planner)
    draft = build_package(database, planner, "42", writers)
    number = draft.record.number
    first = publish_package(database, planner, number, writers)
    for asker, tag in zip(world.operators[:2], (16, 17), strict=True):
        download_package(database, asker, number)
        package_questions.ask_question(
            database, asker, number, f"Trạm {secrets.tag(tag)} có dùng được không?"
        )
    asked = package_questions.read_letters(database, planner, number).questions
    package_questions.answer_questions(
        database, planner, number, [one.id for one in asked], "Cục cung cấp thông tin.",
        question="Cột có sẵn có dùng chung được không?",
    )  # fmt: skip
    second = amendments.clarify_package(
        database, planner, number, Amendment("vì đã trả lời"), writers=writers,
        signer=signer_of(database),
    )  # fmt: skip
    assert first.record.version + 1 == second.record.version
    return {"dự thảo": draft.content, "bản 2": second.content}


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def numbers_of(secrets):
    """Every secret number with the forms that it could be written in."""
    grid = grids_of_province("42").present
    forms = {}
    for latitude, longitude in secrets.places():
        forms[f"vĩ độ {latitude}"] = degree_forms(latitude)
        forms[f"kinh độ {longitude}"] = degree_forms(longitude)
        (easting,), (northing,) = to_vn2000(grid, [longitude], [latitude])
        forms[f"X {northing}"] = number_forms(northing, range(3))
        forms[f"Y {easting}"] = number_forms(easting, range(3))
    for distance in secrets.distances:
        forms[f"{distance} m"] = number_forms(distance, range(3)) | number_forms(
            distance / 1000, range(3, 5)
        )
    return forms


def packed_of(secrets):
    return {
        f"{name} {value}": value
        for latitude, longitude in secrets.places()
        for name, value in (("vĩ độ", latitude), ("kinh độ", longitude))
    }


@pytest.fixture
def other_database(cluster, template):
    with databases.clone(cluster, template) as made:
        yield made


@pytest.fixture
def world(database, authority):
    return a_world(database, authority, Secrets())


def test_no_file_of_a_package_tells_a_secret(world):
    secrets = world.secrets
    numbers, stored = numbers_of(secrets), packed_of(secrets)
    for version, content in published_twice(world).items():
        files = opened(content)
        assert {"phu-luc-ky-thuat.pdf", "phu-luc-ky-thuat.docx", "ban-do-in.pdf", "ban-do.html",
                "diem.gpkg", "ocds-record.json"} <= files.keys()  # fmt: skip
        assert b"T1-" in files["danh-sach.csv"]  # sites were chosen, the shared one among them
        assert "Dùng chung hạ tầng có sẵn" in files["diem.kml"].decode()
        for name, file in files.items():
            taken_apart = Opened(file)
            assert not taken_apart.has_word(secrets.word), (version, name)
            assert not taken_apart.numbers_of(numbers), (version, name)
            assert not taken_apart.packed_of(stored), (version, name)


VILLAGE = "Zqbản Thử Ẩn"


def test_the_search_finds_what_is_there(database, authority, province):
    """The same search, for a village that every file shows: it must be found in each of them."""
    load_places(database, authority)
    report(database, province("42"), a_zone(1, village=VILLAGE, latitude=18.3141592))
    propose_lots(database, authority, "42")
    writers = map_writers(database, authority)
    files = opened(build_package(database, authority, "42", writers).content)
    shown = files.keys() - {"SHA256SUMS", "manifest.json", "index.html", "DOC-TRUOC.txt",
                            "ban-do-in.pdf"}  # fmt: skip
    place = {"vĩ độ": degree_forms(18.3141592)}
    for name in shown:
        taken_apart = Opened(files[name])
        assert taken_apart.has_word(VILLAGE), name
        assert taken_apart.has_word(VILLAGE.upper()), name
        assert not taken_apart.has_word("Zqbản khác"), name
        if name != "diem.gpkg":  # which keeps numbers as doubles only
            assert taken_apart.numbers_of(place) == {"vĩ độ"}, name
    assert Opened(files["diem.gpkg"]).packed_of({"vĩ độ": 18.3141592})


OTHER = Secrets(
    operators=("Khác Một", "Khác Hai", "Khác Ba"),
    word="chữkhác",
    mast=(18.3 - NEAR, 105.6059265),  # to the south of the new site, not to the north
    others=((18.3448162, 105.6653589), (18.2793238, 105.5576153), (18.4138561, 105.6795028)),
    distances=(2611.5, 5999.25, 15151.75),
)


def test_two_worlds_that_differ_in_secrets_give_one_package(database, other_database):
    """Whatever could be computed from a secret would differ, also where no search would find it."""
    packages, grounds = [], []
    for own, secrets in ((database, Secrets()), (other_database, OTHER)):
        person = act_for(own, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
        world = a_world(own, person, secrets)
        propose_lots(own, world.planner, "42")
        choose_lot_sites(own, world.planner, "42", SitesAsked(), datetime.now(UTC).date())
        packages.append(read_package(own, world.planner))
        grounds.append(see_ground(own, world.planner, "42", "2026-04-30"))
    one, two = packages
    kinds = [site.kind for lot in one.lots for site in lot.sites]
    assert set(kinds) == {SiteKind.SHARED, SiteKind.NEW}
    assert one == replace(two, dated=one.dated)
    moments = re.compile(r"datetime\.datetime\([^()]*")  # when each list was put in force
    assert moments.sub("", repr(grounds[0])) == moments.sub("", repr(grounds[1]))


def read_package(database, actor):
    with database.transaction(actor) as connection:
        lots = [
            lot for lot in stored_lots.lots_of(connection, "42")
            if lot.status is LotStatus.PROPOSED
        ]  # fmt: skip
        source = read_source(connection, actor, "42", "Tỉnh Hà Tĩnh", lots)
    return assemble(source.frame("GT-2026-42-001", draft=True), source.lots, source.evidence)
