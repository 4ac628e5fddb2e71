"""The walls of the first day: who sees and writes which rows, the log, the immutable package."""

import hashlib
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from coverage.actions import audit as audit_actions
from coverage.people import Role
from coverage.storage import audit, migrations
from coverage.storage.tables import METADATA


def add_zone(database, actor, province, village="Bản Thử"):
    with database.transaction(actor) as connection:
        return connection.execute(
            text(
                "INSERT INTO phusong.zone (organisation_id, province_code, commune_code, vintage,"
                " village, village_key, point, households)"
                " VALUES (:organisation, :province, '00001', 'thử', :village, 'x',"
                " ST_SetSRID(ST_MakePoint(105, 21), 4326), 10) RETURNING id"
            ),
            {"organisation": actor.organisation_id, "province": province, "village": village},
        ).scalar_one()


@pytest.fixture
def vintage(database, authority):
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.vintage (name, approximate, source) VALUES ('thử', true, 'thử')"
            )
        )


def seen(database, actor, table):
    with database.transaction(actor) as connection:
        return connection.execute(text(f"SELECT count(*) FROM phusong.{table}")).scalar_one()


def test_migrations_make_exactly_the_tables_in_code(database):
    owner = database.owner()
    try:
        with owner.connect() as connection:
            assert migrations.differences(connection) == []
            assert migrations.current_revision(connection) == migrations.newest_revision()
    finally:
        owner.dispose()


def test_every_table_has_row_level_security(database, authority):
    with database.transaction(authority) as connection:
        open_tables = (
            connection.execute(
                text(
                    "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                    " WHERE nspname = 'phusong' AND relkind = 'r' AND NOT relrowsecurity"
                )
            )
            .scalars()
            .all()
        )
    assert open_tables == ["alembic_version"]
    assert len(METADATA.tables) > 20


def test_application_role_owns_nothing_and_bypasses_nothing(database, authority):
    with database.transaction(authority) as connection:
        role = connection.execute(
            text(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles"
                " WHERE rolname = current_user"
            )
        ).one()
        assert connection.execute(text("SELECT current_user")).scalar() == "phusong_app"
        owned = connection.execute(
            text(
                "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = 'phusong_app')"
            )
        ).scalar()
    assert tuple(role) == (False, False, False, False)
    assert owned == 0


FOR_FUNCTIONS_ALONE = {"tile_change"}


def test_nobody_sees_anything_at_the_door(database, province, vintage):
    add_zone(database, province("42"), "42")
    with database.at_the_door() as connection:
        for table in METADATA.sorted_tables:
            may = text(f"SELECT has_table_privilege('{table.fullname}', 'SELECT')")
            if table.name in FOR_FUNCTIONS_ALONE:
                assert connection.execute(may).scalar() is False
                continue
            assert connection.execute(text(f"SELECT count(*) FROM {table.fullname}")).scalar() == 0


def test_a_province_sees_and_writes_only_its_own(database, authority, province, vintage):
    one, other = province("42"), province("40")
    add_zone(database, one, "42")
    assert seen(database, one, "zone") == 1
    assert seen(database, other, "zone") == 0
    assert seen(database, authority, "zone") == 1
    with pytest.raises(ProgrammingError, match="row-level security"):
        add_zone(database, one, "40")  # in another province's name
    with database.transaction(other) as connection:
        touched = connection.execute(text("UPDATE phusong.zone SET households = 1")).rowcount
    assert touched == 0


def test_an_operator_never_sees_a_competitors_sites(database, authority, operator):
    viettel, vnpt = operator("Viettel"), operator("VNPT")
    with database.transaction(authority) as connection:
        register = connection.execute(
            text(
                "INSERT INTO phusong.register (organisation_id, file_name, sha256, raw, crs, totals)"
                " VALUES (:o, 'x', 'y', '', 'EPSG:4326', '{}') RETURNING id"
            ),
            {"o": authority.organisation_id},
        ).scalar_one()
        for actor in (viettel, vnpt):
            site = connection.execute(
                text(
                    "INSERT INTO phusong.site (register_id, point) VALUES (:r,"
                    " ST_SetSRID(ST_MakePoint(105, 21), 4326)) RETURNING id"
                ),
                {"r": register},
            ).scalar_one()
            connection.execute(
                text(
                    "INSERT INTO phusong.site_operator (site_id, operator_id, technologies, point)"
                    " SELECT :s, :o, '{4G}', point FROM phusong.site WHERE id = :s"
                ),
                {"s": site, "o": actor.organisation_id},
            )
    assert seen(database, authority, "site_operator") == 2
    assert seen(database, viettel, "site_operator") == 1
    assert seen(database, viettel, "site") == 1
    with database.transaction(viettel) as connection:
        whose = connection.execute(
            text("SELECT operator_id FROM phusong.site_operator")
        ).scalar_one()
    assert whose == viettel.organisation_id


def test_the_organisation_does_not_leak_into_the_next_transaction(database, province, vintage):
    one, other = province("42"), province("40")
    add_zone(database, one, "42")
    for _ in range(10):  # the pool hands the same connections around
        assert seen(database, one, "zone") == 1
        assert seen(database, other, "zone") == 0


def test_other_provinces_answer_only_province_and_distance(database, province, vintage):
    add_zone(database, province("42"), "42")
    with database.transaction(province("40")) as connection:
        near = (
            connection.execute(
                text("SELECT * FROM phusong.zones_of_others_near(ARRAY[105.001], ARRAY[21.0], 500)")
            )
            .mappings()
            .all()
        )
    assert [set(row) for row in near] == [{"place", "province_code", "distance_m"}]
    assert near[0]["province_code"] == "42"
    assert near[0]["distance_m"] == pytest.approx(103.9, abs=0.2)


def test_the_log_chains_what_the_pure_rule_computes(database, authority, province):
    officer = province("42")
    for number in range(3):
        with database.transaction(officer) as connection:
            audit.append(connection, "thử", f"việc {number}", {"số": number, "tên": "Đắk Lắk’"})
    with database.transaction(authority) as connection:
        entries = list(audit.entries(connection))
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert audit_actions.verify(database, authority) == (3, None)
    assert entries[0].actor == "cán bộ 42"


def test_the_log_is_append_only_even_for_its_owner(database, authority):
    with database.transaction(authority) as connection:
        audit.append(connection, "thử", "việc")
    owner = database.owner()
    for change in ("UPDATE phusong.audit_entry SET act = 'khác'", "DELETE FROM phusong.audit_entry",
                   "TRUNCATE phusong.audit_entry"):  # fmt: skip
        with pytest.raises(DBAPIError, match="append-only"), owner.begin() as connection:
            connection.execute(text(change))
    owner.dispose()
    with (
        pytest.raises(ProgrammingError, match="denied"),
        database.transaction(authority) as connection,
    ):
        connection.execute(text("UPDATE phusong.audit_entry SET act = 'khác'"))


def test_a_forged_entry_breaks_the_chain(database, authority):
    for number in range(4):
        with database.transaction(authority) as connection:
            audit.append(connection, "thử", f"việc {number}")
    owner = database.owner()
    with owner.begin() as connection:  # as somebody with the disk in their hands would
        connection.execute(text("ALTER TABLE phusong.audit_entry DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE phusong.audit_entry SET subject = 'khác' WHERE sequence = 2")
        )
    owner.dispose()
    assert audit_actions.verify(database, authority) == (4, 2)


def test_an_act_that_fails_leaves_no_line(database, authority):
    with pytest.raises(RuntimeError), database.transaction(authority) as connection:
        audit.append(connection, "thử", "việc")
        raise RuntimeError
    assert audit_actions.verify(database, authority) == (0, None)


def test_a_built_package_cannot_be_changed(database, authority, vintage):
    content = b"zip"
    with database.transaction(authority) as connection:
        connection.execute(
            text(
                "INSERT INTO phusong.package (id, number, province_code, vintage, approximate, totals,"
                " manifest, file_name, sha256, content, built_by) VALUES (:id, 'GT-1', '42', 'thử',"
                " true, '{}', '{}', 'x.zip', :sha, :content, 'ai')"
            ),
            {"id": uuid.uuid4(), "sha": hashlib.sha256(content).hexdigest(), "content": content},
        )
    with database.transaction(authority) as connection:
        connection.execute(
            text("UPDATE phusong.package SET status = 'published', published_at = now()")
        )
    with (
        pytest.raises(DBAPIError, match="stands as built"),
        database.transaction(authority) as connection,
    ):
        connection.execute(text("UPDATE phusong.package SET content = 'khác'"))


def test_a_province_may_not_append_in_anothers_name(database, province):
    officer = province("42")
    with database.transaction(officer) as connection:
        audit.append(connection, "thử", "việc")
    with database.transaction(officer) as connection:
        assert [e.organisation for e in audit.entries(connection)] == ["Sở KH&CN tỉnh 42"]
    assert officer.role is Role.PROVINCE_OFFICER
