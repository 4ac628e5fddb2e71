"""Every table of the first chain, from the survey file to the package.

Revision: 20261123_01, the first
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "20261123_01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("audit_entry_pkey")),
        sa.UniqueConstraint("hash", name=op.f("audit_entry_hash_key")),
        schema="phusong",
    )
    op.create_table(
        "criteria_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("thresholds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("criteria_set_pkey")),
        schema="phusong",
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(kind = 'province') = (province_code IS NOT NULL)",
            name=op.f("organisation_province_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('province', 'authority', 'operator', 'auditor')",
            name=op.f("organisation_kind_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_pkey")),
        sa.UniqueConstraint("name", name=op.f("organisation_name_key")),
        schema="phusong",
    )
    op.create_index(
        "organisation_province_code_key",
        "organisation",
        ["province_code"],
        unique=True,
        schema="phusong",
    )
    op.create_table(
        "queue_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grid_power", sa.Boolean(), nullable=True),
        sa.Column("specially_difficult", sa.Boolean(), nullable=True),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "queue IN ('fund', 'operator', 'power', 'covered', 'undecided')",
            name=op.f("queue_rule_queue_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("queue_rule_pkey")),
        schema="phusong",
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("setting_pkey")),
        schema="phusong",
    )
    op.create_table(
        "vintage",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="loaded", nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "loaded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("activated_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('loaded', 'checked', 'active', 'retired')",
            name=op.f("vintage_status_check"),
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("vintage_pkey")),
        schema="phusong",
    )
    op.create_index(
        "vintage_one_active_key",
        "vintage",
        ["status"],
        unique=True,
        schema="phusong",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('province_officer', 'province_approver', 'reviewer', 'planner', 'lead', 'operator', 'auditor', 'administrator')",
            name=op.f("api_token_role_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("api_token_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("api_token_pkey")),
        sa.UniqueConstraint("token_sha256", name=op.f("api_token_token_sha256_key")),
        schema="phusong",
    )
    op.create_index(
        op.f("api_token_organisation_id_idx"),
        "api_token",
        ["organisation_id"],
        unique=False,
        schema="phusong",
    )
    op.create_table(
        "column_mapping",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("header_sha256", sa.Text(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("column_mapping_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "header_sha256", name=op.f("column_mapping_pkey")
        ),
        schema="phusong",
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'in_package', 'dissolved')", name=op.f("lot_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["vintage"], ["phusong.vintage.name"], name=op.f("lot_vintage_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lot_pkey")),
        schema="phusong",
    )
    op.create_index(
        "lot_number_key",
        "lot",
        ["province_code", "number"],
        unique=True,
        schema="phusong",
        postgresql_where=sa.text("status <> 'dissolved'"),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("built_by", sa.Text(), nullable=False),
        sa.Column(
            "built_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'draft') = (published_at IS NULL)", name=op.f("package_published_check")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'published', 'superseded')", name=op.f("package_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["vintage"], ["phusong.vintage.name"], name=op.f("package_vintage_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("package_pkey")),
        schema="phusong",
    )
    op.create_index(
        "package_number_version_key",
        "package",
        ["number", "version"],
        unique=True,
        schema="phusong",
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("disabled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("login = lower(login) AND login <> ''", name=op.f("person_login_check")),
        sa.CheckConstraint(
            "role IN ('province_officer', 'province_approver', 'reviewer', 'planner', 'lead', 'operator', 'auditor', 'administrator')",
            name=op.f("person_role_check"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("person_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
        sa.UniqueConstraint("login", name=op.f("person_login_key")),
        schema="phusong",
    )
    op.create_index(
        op.f("person_organisation_id_idx"),
        "person",
        ["organisation_id"],
        unique=False,
        schema="phusong",
    )
    op.create_table(
        "register",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "loaded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("register_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("register_pkey")),
        sa.UniqueConstraint("sha256", name=op.f("register_sha256_key")),
        schema="phusong",
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("form", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("totals", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default="submitted", nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column(
            "submitted_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("submission_sha256_check")),
        sa.CheckConstraint(
            "status IN ('submitted', 'replaced', 'withdrawn')", name=op.f("submission_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("submission_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["phusong.submission.id"], name=op.f("submission_replaces_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["vintage"], ["phusong.vintage.name"], name=op.f("submission_vintage_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("submission_pkey")),
        sa.UniqueConstraint("number", name=op.f("submission_number_key")),
        schema="phusong",
    )
    op.create_index(
        "submission_same_file_key",
        "submission",
        ["organisation_id", "sha256"],
        unique=True,
        schema="phusong",
        postgresql_where=sa.text("status = 'submitted'"),
    )
    op.create_geospatial_table(
        "unit",
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("area_km2", sa.Float(), nullable=True),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column(
            "area",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')", name=op.f("unit_level_check")
        ),
        sa.ForeignKeyConstraint(
            ["vintage"],
            ["phusong.vintage.name"],
            name=op.f("unit_vintage_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("vintage", "level", "code", name=op.f("unit_pkey")),
        schema="phusong",
    )
    op.create_geospatial_index(
        "unit_area_idx",
        "unit",
        ["area"],
        unique=False,
        schema="phusong",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "unit_province_code_idx",
        "unit",
        ["vintage", "level", "province_code"],
        unique=False,
        schema="phusong",
    )
    op.create_geospatial_table(
        "zone",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("declared_commune_code", sa.Text(), nullable=True),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("village_key", sa.Text(), nullable=False),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("signal", sa.Text(), nullable=True),
        sa.Column("grid_power", sa.Boolean(), nullable=True),
        sa.Column("specially_difficult", sa.Boolean(), nullable=True),
        sa.Column("status", sa.Text(), server_default="reported", nullable=False),
        sa.Column("queue", sa.Text(), server_default="undecided", nullable=False),
        sa.Column("queue_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "queue IN ('fund', 'operator', 'power', 'covered', 'undecided')",
            name=op.f("zone_queue_check"),
        ),
        sa.CheckConstraint(
            "signal IS NULL OR signal IN ('none', 'patchy')", name=op.f("zone_signal_check")
        ),
        sa.CheckConstraint(
            "status IN ('reported', 'under_review', 'approved', 'returned', 'rejected', 'merged', 'in_package', 'awarded', 'on_air', 'confirmed', 'withdrawn')",
            name=op.f("zone_status_check"),
        ),
        sa.CheckConstraint("households > 0", name=op.f("zone_households_check")),
        sa.CheckConstraint(
            "population IS NULL OR population > 0", name=op.f("zone_population_check")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["phusong.organisation.id"], name=op.f("zone_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["vintage"], ["phusong.vintage.name"], name=op.f("zone_vintage_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("zone_pkey")),
        schema="phusong",
    )
    op.create_index(
        "zone_geography_idx",
        "zone",
        [sa.literal_column("(point::geography)")],
        unique=False,
        schema="phusong",
        postgresql_using="gist",
    )
    op.create_index(
        "zone_organisation_id_idx", "zone", ["organisation_id"], unique=False, schema="phusong"
    )
    op.create_geospatial_index(
        "zone_point_idx",
        "zone",
        ["point"],
        unique=False,
        schema="phusong",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        "zone_province_code_idx", "zone", ["province_code", "id"], unique=False, schema="phusong"
    )
    op.create_table(
        "download",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("download_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["phusong.package.id"], name=op.f("download_package_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("download_pkey")),
        schema="phusong",
    )
    op.create_index(
        op.f("download_package_id_idx"), "download", ["package_id"], unique=False, schema="phusong"
    )
    op.create_table(
        "lot_zone",
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["phusong.lot.id"], name=op.f("lot_zone_lot_id_fkey")),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["phusong.zone.id"], name=op.f("lot_zone_zone_id_fkey")
        ),
        sa.PrimaryKeyConstraint("lot_id", "zone_id", name=op.f("lot_zone_pkey")),
        schema="phusong",
    )
    op.create_index(
        "lot_zone_one_active_key",
        "lot_zone",
        ["zone_id"],
        unique=True,
        schema="phusong",
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "package_lot",
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["phusong.lot.id"], name=op.f("package_lot_lot_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["phusong.package.id"], name=op.f("package_lot_package_id_fkey")
        ),
        sa.PrimaryKeyConstraint("package_id", "lot_id", name=op.f("package_lot_pkey")),
        schema="phusong",
    )
    op.create_geospatial_table(
        "site",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("register_id", sa.Uuid(), nullable=False),
        sa.Column("shared_code", sa.Text(), nullable=True),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["register_id"],
            ["phusong.register.id"],
            name=op.f("site_register_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("site_pkey")),
        schema="phusong",
    )
    op.create_geospatial_index(
        "site_point_idx",
        "site",
        ["point"],
        unique=False,
        schema="phusong",
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(
        op.f("site_register_id_idx"), "site", ["register_id"], unique=False, schema="phusong"
    )
    op.create_table(
        "survey_row",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reading", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('accepted', 'warned', 'rejected')", name=op.f("survey_row_status_check")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["phusong.submission.id"], name=op.f("survey_row_submission_id_fkey")
        ),
        sa.PrimaryKeyConstraint("submission_id", "sheet", "row", name=op.f("survey_row_pkey")),
        schema="phusong",
    )
    op.create_index(
        op.f("survey_row_zone_id_idx"), "survey_row", ["zone_id"], unique=False, schema="phusong"
    )
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_vintage", sa.Text(), nullable=False),
        sa.Column("old_code", sa.Text(), nullable=False),
        sa.Column("new_vintage", sa.Text(), nullable=False),
        sa.Column("new_code", sa.Text(), nullable=False),
        sa.Column("part", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="commune", nullable=False),
        sa.ForeignKeyConstraint(
            ["new_vintage"],
            ["phusong.vintage.name"],
            name=op.f("unit_change_new_vintage_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["old_vintage", "level", "old_code"],
            ["phusong.unit.vintage", "phusong.unit.level", "phusong.unit.code"],
            name="unit_change_old_fkey",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["old_vintage"],
            ["phusong.vintage.name"],
            name=op.f("unit_change_old_vintage_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_change_pkey")),
        schema="phusong",
    )
    op.create_index(
        "unit_change_new_idx",
        "unit_change",
        ["new_vintage", "new_code"],
        unique=False,
        schema="phusong",
    )
    op.create_index(
        "unit_change_old_idx",
        "unit_change",
        ["old_vintage", "old_code", "new_vintage", "new_code"],
        unique=True,
        schema="phusong",
    )
    op.create_table(
        "web_session",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["phusong.person.id"], name=op.f("web_session_person_id_fkey")
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("web_session_pkey")),
        schema="phusong",
    )
    op.create_index(
        op.f("web_session_person_id_idx"),
        "web_session",
        ["person_id"],
        unique=False,
        schema="phusong",
    )
    op.create_geospatial_table(
        "site_operator",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("site_code", sa.Text(), server_default="", nullable=False),
        sa.Column("technologies", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "bands_mhz",
            postgresql.ARRAY(sa.Integer()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("antenna_height_m", sa.Float(), nullable=True),
        sa.Column("on_air", sa.Boolean(), nullable=True),
        sa.Column("shareable", sa.Boolean(), nullable=True),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"],
            ["phusong.organisation.id"],
            name=op.f("site_operator_operator_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["phusong.site.id"],
            name=op.f("site_operator_site_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "site_id", "operator_id", "site_code", name=op.f("site_operator_pkey")
        ),
        schema="phusong",
    )
    op.create_index(
        "site_operator_nearest_idx",
        "site_operator",
        ["operator_id", sa.literal_column("(point::geography)")],
        unique=False,
        schema="phusong",
        postgresql_using="gist",
    )
    op.create_table(
        "verdict",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("criteria_set_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column(
            "reasons", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "assessed_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "verdict IN ('no_site_within_reach', 'site_within_reach')",
            name=op.f("verdict_verdict_check"),
        ),
        sa.ForeignKeyConstraint(
            ["criteria_set_id"],
            ["phusong.criteria_set.id"],
            name=op.f("verdict_criteria_set_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["phusong.organisation.id"], name=op.f("verdict_operator_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["phusong.site.id"], name=op.f("verdict_site_id_fkey"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["phusong.zone.id"], name=op.f("verdict_zone_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("zone_id", "operator_id", name=op.f("verdict_pkey")),
        schema="phusong",
    )


def downgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public")
    op.drop_table("verdict", schema="phusong")
    op.drop_index(
        "site_operator_nearest_idx",
        table_name="site_operator",
        schema="phusong",
        postgresql_using="gist",
    )
    op.drop_geospatial_table("site_operator", schema="phusong")
    op.drop_index(op.f("web_session_person_id_idx"), table_name="web_session", schema="phusong")
    op.drop_table("web_session", schema="phusong")
    op.drop_index("unit_change_old_idx", table_name="unit_change", schema="phusong")
    op.drop_index("unit_change_new_idx", table_name="unit_change", schema="phusong")
    op.drop_table("unit_change", schema="phusong")
    op.drop_index(op.f("survey_row_zone_id_idx"), table_name="survey_row", schema="phusong")
    op.drop_table("survey_row", schema="phusong")
    op.drop_index(op.f("site_register_id_idx"), table_name="site", schema="phusong")
    op.drop_geospatial_index(
        "site_point_idx",
        table_name="site",
        schema="phusong",
        postgresql_using="gist",
        column_name="point",
    )
    op.drop_geospatial_table("site", schema="phusong")
    op.drop_table("package_lot", schema="phusong")
    op.drop_index(
        "lot_zone_one_active_key",
        table_name="lot_zone",
        schema="phusong",
        postgresql_where=sa.text("active"),
    )
    op.drop_table("lot_zone", schema="phusong")
    op.drop_index(op.f("download_package_id_idx"), table_name="download", schema="phusong")
    op.drop_table("download", schema="phusong")
    op.drop_index("zone_province_code_idx", table_name="zone", schema="phusong")
    op.drop_geospatial_index(
        "zone_point_idx",
        table_name="zone",
        schema="phusong",
        postgresql_using="gist",
        column_name="point",
    )
    op.drop_index("zone_organisation_id_idx", table_name="zone", schema="phusong")
    op.drop_index(
        "zone_geography_idx", table_name="zone", schema="phusong", postgresql_using="gist"
    )
    op.drop_geospatial_table("zone", schema="phusong")
    op.drop_index("unit_province_code_idx", table_name="unit", schema="phusong")
    op.drop_geospatial_index(
        "unit_area_idx",
        table_name="unit",
        schema="phusong",
        postgresql_using="gist",
        column_name="area",
    )
    op.drop_geospatial_table("unit", schema="phusong")
    op.drop_index(
        "submission_same_file_key",
        table_name="submission",
        schema="phusong",
        postgresql_where=sa.text("status = 'submitted'"),
    )
    op.drop_table("submission", schema="phusong")
    op.drop_table("register", schema="phusong")
    op.drop_index(op.f("person_organisation_id_idx"), table_name="person", schema="phusong")
    op.drop_table("person", schema="phusong")
    op.drop_index("package_number_version_key", table_name="package", schema="phusong")
    op.drop_table("package", schema="phusong")
    op.drop_index(
        "lot_number_key",
        table_name="lot",
        schema="phusong",
        postgresql_where=sa.text("status <> 'dissolved'"),
    )
    op.drop_table("lot", schema="phusong")
    op.drop_table("column_mapping", schema="phusong")
    op.drop_index(op.f("api_token_organisation_id_idx"), table_name="api_token", schema="phusong")
    op.drop_table("api_token", schema="phusong")
    op.drop_index(
        "vintage_one_active_key",
        table_name="vintage",
        schema="phusong",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_table("vintage", schema="phusong")
    op.drop_table("setting", schema="phusong")
    op.drop_table("queue_rule", schema="phusong")
    op.drop_index("organisation_province_code_key", table_name="organisation", schema="phusong")
    op.drop_table("organisation", schema="phusong")
    op.drop_table("criteria_set", schema="phusong")
    op.drop_table("audit_entry", schema="phusong")
