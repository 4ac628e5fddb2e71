"""Lots: one active lot for a zone by exclusion, what stays together by hand, bounds, readiness, rates.

Revision: 20261123_21, after 20261123_20
"""

from alembic import op

revision = "20261123_21"
down_revision = "20261123_20"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

# Two active lots never share a zone, whoever writes at the same moment.
LOTS = """
DROP INDEX phusong.lot_zone_one_active_key;
ALTER TABLE phusong.lot_zone
    ADD CONSTRAINT lot_zone_one_active_excl EXCLUDE USING btree (zone_id WITH =) WHERE (active);
ALTER TABLE phusong.lot ADD COLUMN island boolean NOT NULL DEFAULT false;
"""

# What the planner decided by hand: zones of one group stay in one lot, whatever is proposed.
PINS = f"""
CREATE TABLE phusong.lot_pin (
    zone_id uuid NOT NULL,
    province_code text NOT NULL,
    lot_group uuid NOT NULL,
    pinned_by text NOT NULL,
    pinned_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lot_pin_pkey PRIMARY KEY (zone_id),
    CONSTRAINT lot_pin_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id));
CREATE INDEX lot_pin_province_code_lot_group_idx ON phusong.lot_pin (province_code, lot_group);
ALTER TABLE phusong.lot_pin ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.lot_pin FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_plans ON phusong.lot_pin FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.lot_pin TO phusong_app;
"""

# The bounds that the planner gave a province's proposal; NULL asks what the settings ask.
BOUNDS = f"""
CREATE TABLE phusong.lot_bounds (
    province_code text NOT NULL,
    lots integer,
    max_zones integer,
    max_households integer,
    max_cost_vnd bigint,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lot_bounds_pkey PRIMARY KEY (province_code),
    CONSTRAINT lot_bounds_above_zero_check CHECK (
        lots > 0 AND max_zones > 0 AND max_households > 0 AND max_cost_vnd > 0));
ALTER TABLE phusong.lot_bounds ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.lot_bounds FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_plans ON phusong.lot_bounds FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.lot_bounds TO phusong_app;
"""

READINESS = f"""
CREATE TABLE phusong.zone_readiness (
    zone_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    note text NOT NULL DEFAULT '',
    said_by text NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT zone_readiness_pkey PRIMARY KEY (zone_id, kind),
    CONSTRAINT zone_readiness_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id),
    CONSTRAINT zone_readiness_kind_check CHECK (kind IN ('power', 'road', 'land', 'permits')),
    CONSTRAINT zone_readiness_state_check CHECK (state IN ('ready', 'not_ready', 'unknown')));
ALTER TABLE phusong.zone_readiness ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.zone_readiness FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_says ON phusong.zone_readiness FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT, UPDATE ON phusong.zone_readiness TO phusong_app;
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('lot_max_households', '2021-12-31', '0', 'Mặc định của chương trình: không giới hạn'),
    ('lot_max_cost_vnd', '2021-12-31', '0', 'Mặc định của chương trình: không giới hạn'),
    ('readiness_gate', '2021-12-31', '["power", "road", "land", "permits"]', 'Mặc định của chương trình'),
    ('readiness_unknown_gates', '2021-12-31', 'false', 'Mặc định của chương trình'),
    ('cost_tower_vnd', '2021-12-31', '1500000000', 'Số giả định của chương trình, chưa chính thức: một trạm mới cùng thiết bị'),
    ('cost_shared_vnd', '2021-12-31', '600000000', 'Số giả định của chương trình, chưa chính thức: thiết bị trên cột có sẵn'),
    ('cost_road_vnd_per_km', '2021-12-31', '300000000', 'Số giả định của chương trình, chưa chính thức: đường thi công'),
    ('cost_power_vnd_per_km', '2021-12-31', '450000000', 'Số giả định của chương trình, chưa chính thức: kéo điện'),
    ('cost_hop_vnd', '2021-12-31', '250000000', 'Số giả định của chương trình, chưa chính thức: một chặng truyền dẫn vô tuyến'),
    ('cost_hop_km', '2021-12-31', '20', 'Số giả định của chương trình, chưa chính thức: tầm của một chặng truyền dẫn'),
    ('cost_household_vnd', '2021-12-31', '1000000', 'Số giả định của chương trình, chưa chính thức: thiết bị tăng theo số hộ');
"""


def upgrade() -> None:
    for statement in (LOTS, PINS, BOUNDS, READINESS, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what planners decided is kept; restore a back-up instead")
