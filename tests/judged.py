"""A test's own country of operators, sites, service areas and zones, put in by its owner."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from coverage.actions.evidence import assess
from coverage.towers import Technology

TODAY = date(2026, 11, 23)
POINT = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"


class Field:
    """Zones of province 42 and what is known of three operators around them."""

    def __init__(self, database, authority, province, operator):
        self.database, self.authority = database, authority
        self.officer = province("42")
        self.operators = {
            name: operator(name).organisation_id for name in ("MobiFone", "VNPT", "Viettel")
        }
        self.owner = database.owner()
        self.run("INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, '')")
        self.register = self.run(
            "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
            " VALUES (:o, 'x', 'y', '', 'EPSG:4326', '{}') RETURNING id",
            o=authority.organisation_id,
        )

    def run(self, sql, **facts):
        with self.owner.begin() as connection:
            done = connection.execute(text(sql), facts)
            return done.scalar() if done.returns_rows else done.rowcount

    def rows(self, sql):
        with self.owner.connect() as connection:
            return connection.execute(text(sql)).all()

    def site(self, lat, lon, operator="Viettel", *, on_air=True, technologies=("4G",), height=None):
        return self.run(
            f"WITH new AS (INSERT INTO phusong.site (register_id, point) VALUES (:r, {POINT})"
            " RETURNING id, point) INSERT INTO phusong.site_operator"
            " (site_id, operator_id, technologies, antenna_height_m, on_air, point)"
            " SELECT id, :o, :technologies, :height, :on_air, point FROM new RETURNING site_id",
            r=self.register, o=self.operators[operator], lat=lat, lon=lon, on_air=on_air,
            technologies=list(technologies), height=height,
        )  # fmt: skip

    def zone(self, lat, lon, village="Bản Thử", **facts):
        columns = {"households": 10, "grid_power": True, "specially_difficult": True, **facts}
        return self.run(
            "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
            f" village, village_key, point, {', '.join(columns)}) VALUES (:organisation, '42',"
            f" '1', 'thử', :village, 'x', {POINT}, {', '.join(f':{name}' for name in columns)})"
            " RETURNING id",
            organisation=self.officer.organisation_id, village=village, lat=lat, lon=lon, **columns,
        )  # fmt: skip

    def service(self, *boxes, operator="Viettel", technology="4G"):
        """Publish boxes of (west, south, east, north, weak); the file before them is replaced."""
        facts = {"o": self.operators[operator], "t": technology}
        self.run(
            "UPDATE phusong.service_area_file SET replaced_at = now()"
            " WHERE operator_id = :o AND technology = :t",
            **facts,
        )
        file = self.run(
            "INSERT INTO phusong.service_area_file (organisation_id, operator_id, technology,"
            " file_name, sha256, raw, crs, reading, findings, totals, loaded_by) VALUES"
            " (:o, :o, :t, 'x', 'y', '', 'EPSG:4326', '{}', '[]', '{}', 'thử') RETURNING id",
            **facts,
        )
        for west, south, east, north, weak in boxes:
            self.run(
                "INSERT INTO phusong.service_area (file_id, operator_id, technology, weak, area)"
                " VALUES (:f, :o, :t, :weak, ST_MakeEnvelope(:w, :s, :e, :n, 4326))",
                f=file, weak=weak, w=west, s=south, e=east, n=north, **facts,
            )  # fmt: skip
        return file

    def upheld(self, zone, claimed, operator="Viettel", technology="4G"):
        facts = {"o": self.operators[operator]}
        self.run(
            "INSERT INTO phusong.dispute_file (operator_id, sha256, media_type, raw)"
            " VALUES (:o, 'x', 'text/csv', '') ON CONFLICT DO NOTHING",
            **facts,
        )
        dispute = self.run(  # only a verdict that stands can be disputed
            "INSERT INTO phusong.dispute (zone_id, operator_id, technology, disputed, disputed_at,"
            " claimed, reason, file_name, sha256, raised_by, answer_by) SELECT zone_id, operator_id,"
            " technology, verdict, assessed_at, :claimed, 'x', 'x', 'x', 'thử', '2027-01-01'"
            " FROM phusong.verdict WHERE zone_id = :z AND operator_id = :o AND technology = :t"
            " RETURNING id",
            z=zone, t=technology, claimed=claimed, **facts,
        )  # fmt: skip
        self.run(
            "UPDATE phusong.dispute SET status = 'upheld', answer = 'x', answered_by = 'thử',"
            " answered_at = clock_timestamp() WHERE id = :id",
            id=dispute,
        )
        return dispute

    def promise(self, zone, on_air_by, operator="Viettel"):
        self.run(
            "INSERT INTO phusong.promise (zone_id, operator_id, on_air_by, document, promised_by,"
            " promised_at) VALUES (:z, :o, :day, 'CV thử', 'thử', CAST(:day AS date) - 90)",
            z=zone, o=self.operators[operator], day=on_air_by,
        )  # fmt: skip

    def assess(self, day=TODAY, *, only=None, **facts):
        chosen = None if only is None else [self.operators[name] for name in only]
        return assess(self.database, self.authority, day, operators=chosen, **facts)

    def judged(self, done, zone, operator="Viettel", technology="4G"):
        """What an assessment says of one zone."""
        [assessed] = [each for each in done.zones if each.listed.zone.id == zone]
        [judgement] = [
            each
            for each in assessed.judgements
            if (each.operator_id, each.technology)
            == (self.operators[operator], Technology(technology))
        ]
        return judgement

    def queue(self, zone):
        [row] = self.rows(
            f"SELECT queue, queue_reason, queue_rule_id, version FROM phusong.zone WHERE id = '{zone}'"
        )
        return row
