"""A small country for tests of the rules: zones with sites, service areas and promises near them."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import text

from coverage.actions.evidence import assess
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from coverage.rule_changes import RuleKind
from coverage.storage.people import ensure_organisation

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=7))).date()
TOMORROW = TODAY + dt.timedelta(days=1)
METRES_PER_DEGREE = 110_574  # of latitude, near enough to lie on the wanted side of a reach


def setting(value=45, name="dispute_days", **more):
    return {"name": name, "value": value, "citation": "Quyết định thử",
            "valid_from": TODAY.isoformat(), **more}  # fmt: skip


def queue_rule(queue="operator", position=20, **more):
    return {"position": position, "queue": queue, "citation": "Nghị định thử", "grid_power": True,
            "specially_difficult": True, "served": None, "promised": None,
            "valid_from": TODAY.isoformat(), **more}  # fmt: skip


def criteria_set(reach_m=1500, **more):
    return {"name": "Bộ thử", "document": "Công văn 1/BKHCN-CVT", "official": True,
            "reach_m": reach_m, "broadband": ["3G", "4G", "5G"],
            "valid_from": TODAY.isoformat(), **more}  # fmt: skip


VALID = {
    RuleKind.SETTING: setting(),
    RuleKind.QUEUE_RULE: queue_rule(replaces=2),
    RuleKind.CRITERIA_SET: criteria_set(),
    RuleKind.LEGAL_BASIS: {"document": "Nghị định 1/2027/NĐ-CP", "title": "Thử",
                           "source": "Công báo", "valid_from": TODAY.isoformat()},
}  # fmt: skip


class Ruled:
    """Zones along one meridian, so far apart that no site is near two of them."""

    def __init__(self, database, operators=("Viettel", "VNPT")):
        self.database = database
        self.authority = act_for(
            database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử"
        )
        with database.transaction(self.authority) as connection:
            self.province = ensure_organisation(
                connection, OrganisationKind.PROVINCE, "Sở KH&CN tỉnh 42", "42"
            )
            self.operators = [
                ensure_organisation(connection, OrganisationKind.OPERATOR, name)
                for name in operators
            ]
        self.zones = []
        self._owner = database.owner()
        self.run("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, '')")
        self.register = self.run(
            "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
            " VALUES (:o, 'x', 'y', '', 'EPSG:4326', '{}') RETURNING id",
            o=self.authority.organisation_id,
        )

    def close(self):
        self._owner.dispose()

    def run(self, sql, **facts):
        with self._owner.begin() as connection:
            done = connection.execute(text(sql), facts)
            return done.scalar() if done.returns_rows else done.rowcount

    def run_unguarded(self, sql, **facts):
        """Put in a row as it would stand at the end of a story that is told elsewhere."""
        with self._owner.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(sql), facts)

    def rows(self, sql, **facts):
        with self._owner.connect() as connection:
            return connection.execute(text(sql), facts).all()

    def zone(self, **facts):
        """A zone at the next place; return its id."""
        latitude = 9 + len(self.zones) * 0.3
        columns = {
            "households": 10, "grid_power": True, "specially_difficult": True, "signal": "none",
            "province_code": "42", **facts,
        }  # fmt: skip
        made = self.run(
            "INSERT INTO phusong.zone (organisation_id, commune_code, vintage, village,"
            f" village_key, point, {', '.join(columns)}) VALUES (:organisation, '1', 'thử',"
            f" :village, 'x', ST_SetSRID(ST_MakePoint(105, :latitude), 4326),"
            f" {', '.join(f':{name}' for name in columns)}) RETURNING id",
            organisation=self.province, village=f"Bản {len(self.zones) + 1}", latitude=latitude,
            **columns,
        )  # fmt: skip
        self.zones.append((made, latitude))
        return made

    def site(self, place, operator=0, distance_m=1000.0, technologies=("4G",)):
        latitude = self.zones[place][1] + distance_m / METRES_PER_DEGREE
        self.run(
            "WITH new AS (INSERT INTO phusong.site (register_id, point) VALUES"
            " (:r, ST_SetSRID(ST_MakePoint(105, :lat), 4326)) RETURNING id, point)"
            " INSERT INTO phusong.site_operator (site_id, operator_id, technologies, on_air, point)"
            " SELECT id, :o, :t, true, point FROM new",
            r=self.register, o=self.operators[operator], lat=latitude, t=list(technologies),
        )  # fmt: skip

    def service(self, places, operator=0, technology="4G", *, weak=()):
        """The operator's own service area: boxes around these zones, weak around some."""
        file = self.run(
            "INSERT INTO phusong.service_area_file (organisation_id, operator_id, technology,"
            " file_name, sha256, raw, crs, reading, findings, totals, loaded_by)"
            " VALUES (:o, :o, :t, 'x', 'y', '', 'EPSG:4326', '{}', '[]', '{}', 'thử') RETURNING id",
            o=self.operators[operator], t=technology,
        )  # fmt: skip
        for place in places:
            latitude = self.zones[place][1]
            self.run(
                "INSERT INTO phusong.service_area (file_id, operator_id, technology, weak, area)"
                " VALUES (:f, :o, :t, :weak, ST_MakeEnvelope(104.9, :s, 105.1, :n, 4326))",
                f=file, o=self.operators[operator], t=technology, weak=place in weak,
                s=latitude - 0.05, n=latitude + 0.05,
            )  # fmt: skip

    def promise(self, place, operator=0, days=100):
        self.run(
            "INSERT INTO phusong.promise (zone_id, operator_id, on_air_by, document, promised_by,"
            " promised_at) VALUES (:z, :o, :day, 'CV thử', 'thử', CAST(:day AS date) - 90)",
            z=self.zones[place][0], o=self.operators[operator],
            day=TODAY + dt.timedelta(days=days),
        )  # fmt: skip

    def assess(self, day=TODAY):
        return assess(self.database, self.authority, day)

    def queues(self):
        """Where every zone stands: (queue, rule) by id."""
        rows = self.rows("SELECT id, queue, queue_rule_id FROM phusong.zone")
        return {row.id: (row.queue, row.queue_rule_id) for row in rows}

    def verdicts(self):
        rows = self.rows("SELECT zone_id, operator_id, technology, verdict FROM phusong.verdict")
        return {tuple(row[:3]): row.verdict for row in rows}

    def person(self, name, role=Role.PLANNER):
        """Somebody of the authority."""
        acting = act_for(self.database, OrganisationKind.AUTHORITY, role, name)
        assert isinstance(acting.organisation_id, uuid.UUID)
        return acting
