"""Ground layers (roads, power lines, schools, health posts) and the sites chosen for lots.

Revision: 20261123_22, after 20261123_21
"""

from alembic import op

revision = "20261123_22"
down_revision = "20261123_21"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

LAYERS = f"""
CREATE TABLE phusong.layer (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL,
    file_name text NOT NULL,
    layer_name text NOT NULL,
    sha256 text NOT NULL,
    raw bytea NOT NULL,
    reading jsonb NOT NULL,
    crs text NOT NULL,
    source text NOT NULL,
    features integer NOT NULL,
    length_km double precision,
    findings jsonb NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    replaced_at timestamptz,
    CONSTRAINT layer_pkey PRIMARY KEY (id),
    CONSTRAINT layer_kind_check CHECK (kind IN ('road', 'power_line', 'school', 'health_post')));
CREATE UNIQUE INDEX layer_one_standing_key ON phusong.layer (kind) WHERE replaced_at IS NULL;
CREATE TABLE phusong.layer_feature (
    id bigint GENERATED ALWAYS AS IDENTITY,
    layer_id uuid NOT NULL,
    geometry geometry(Geometry, 4326) NOT NULL,
    CONSTRAINT layer_feature_pkey PRIMARY KEY (id),
    CONSTRAINT layer_feature_layer_id_fkey FOREIGN KEY (layer_id) REFERENCES phusong.layer (id));
CREATE INDEX layer_feature_geometry_idx ON phusong.layer_feature USING gist (geometry);
CREATE INDEX layer_feature_layer_id_idx ON phusong.layer_feature (layer_id);
ALTER TABLE phusong.layer ENABLE ROW LEVEL SECURITY;
ALTER TABLE phusong.layer_feature ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.layer FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_loads ON phusong.layer FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
CREATE POLICY oversight_reads ON phusong.layer_feature FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_loads ON phusong.layer_feature FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.layer TO phusong_app;
GRANT UPDATE (replaced_at) ON phusong.layer TO phusong_app;
GRANT SELECT, INSERT, DELETE ON phusong.layer_feature TO phusong_app;
"""

# Positions of masts that stand already are in here: nobody but the authority reads them.
SITES = f"""
CREATE TABLE phusong.lot_siting (
    lot_id uuid NOT NULL,
    inputs_sha256 text NOT NULL,
    asked jsonb NOT NULL,
    inputs jsonb NOT NULL DEFAULT '{{}}',
    households_covered integer NOT NULL,
    households_total integer NOT NULL,
    cost_vnd bigint NOT NULL,
    bound double precision NOT NULL,
    gap double precision NOT NULL,
    chosen_by text NOT NULL,
    chosen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lot_siting_pkey PRIMARY KEY (lot_id),
    CONSTRAINT lot_siting_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES phusong.lot (id));
CREATE TABLE phusong.lot_site (
    lot_id uuid NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL,
    site_id bigint,
    point geometry(Point, 4326) NOT NULL,
    commune_code text NOT NULL,
    zone_ids uuid[] NOT NULL,
    households integer NOT NULL,
    cost jsonb NOT NULL,
    CONSTRAINT lot_site_pkey PRIMARY KEY (lot_id, place),
    CONSTRAINT lot_site_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES phusong.lot_siting (lot_id) ON DELETE CASCADE,
    CONSTRAINT lot_site_kind_check CHECK (kind IN ('shared', 'new')));
ALTER TABLE phusong.lot_siting ENABLE ROW LEVEL SECURITY;
ALTER TABLE phusong.lot_site ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.lot_siting FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_plans ON phusong.lot_siting FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
CREATE POLICY oversight_reads ON phusong.lot_site FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_plans ON phusong.lot_site FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.lot_siting, phusong.lot_site TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('candidate_grid_m', '2021-12-31', '1000', 'Mặc định của chương trình: ô lưới vị trí trạm dự kiến trong lô');
"""


def upgrade() -> None:
    for statement in (LAYERS, SITES, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was loaded is kept; restore a back-up instead")
