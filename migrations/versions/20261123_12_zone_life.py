"""The life of a zone: who decided what and why, a history nobody can leave out, four eyes.

Revision: 20261123_12, after 20261123_11
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261123_12"
down_revision = "20261123_11"
branch_labels = None
depends_on = None

# The pairs of coverage/zone_life.py by the kind of organisation that may make them.
MOVES = """
CREATE TABLE phusong.zone_move (
    kind text NOT NULL, source text NOT NULL, target text NOT NULL,
    CONSTRAINT zone_move_pkey PRIMARY KEY (kind, source, target));
INSERT INTO phusong.zone_move VALUES
    ('province', 'returned', 'reported'), ('province', 'withdrawn', 'reported'),
    ('province', 'reported', 'withdrawn'), ('province', 'returned', 'withdrawn'),
    ('authority', 'reported', 'under_review'), ('authority', 'under_review', 'reported'),
    ('authority', 'under_review', 'approved'), ('authority', 'under_review', 'returned'),
    ('authority', 'under_review', 'rejected'),
    ('authority', 'reported', 'merged'), ('authority', 'under_review', 'merged'),
    ('authority', 'approved', 'merged'), ('authority', 'returned', 'merged'),
    ('authority', 'approved', 'under_review'), ('authority', 'rejected', 'under_review'),
    ('authority', 'merged', 'under_review'), ('authority', 'withdrawn', 'under_review'),
    ('authority', 'confirmed', 'under_review'),
    ('authority', 'approved', 'in_package'), ('authority', 'in_package', 'approved'),
    ('authority', 'in_package', 'awarded'), ('authority', 'awarded', 'approved'),
    ('authority', 'reported', 'awarded'), ('authority', 'under_review', 'awarded'),
    ('authority', 'approved', 'awarded'),
    ('authority', 'awarded', 'on_air'), ('authority', 'approved', 'on_air'),
    ('authority', 'reported', 'on_air'), ('authority', 'under_review', 'on_air'),
    ('authority', 'on_air', 'under_review'), ('authority', 'on_air', 'confirmed');

CREATE FUNCTION phusong.zone_moves_by_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM phusong.zone_move
                   WHERE kind = phusong.acting_kind()
                     AND source = OLD.status AND target = NEW.status) THEN
        RAISE EXCEPTION 'zone %: % may not make % of %', OLD.id, phusong.acting_kind(), NEW.status, OLD.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER zone_moves_by_table BEFORE UPDATE OF status ON phusong.zone
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
EXECUTE FUNCTION phusong.zone_moves_by_table();
"""

# A zone never changes without a new version: who decides names the version they looked at.
VERSIONS = """
CREATE FUNCTION phusong.zone_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER zone_versions BEFORE UPDATE ON phusong.zone
FOR EACH ROW WHEN (NEW.version <= OLD.version) EXECUTE FUNCTION phusong.zone_versions();
"""

# A province corrects its facts while nobody has taken them up, and never a person's judgement.
PROVINCE = """
CREATE FUNCTION phusong.judgement_is_not_the_provinces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF phusong.acting_kind() = 'province' THEN
        RAISE EXCEPTION 'zone %: a province does not judge', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judgement_is_not_the_provinces BEFORE UPDATE ON phusong.zone FOR EACH ROW
WHEN (OLD.queue_by IS DISTINCT FROM NEW.queue_by
      OR OLD.merged_into IS DISTINCT FROM NEW.merged_into
      OR OLD.reviewer IS DISTINCT FROM NEW.reviewer
      OR OLD.queue_by IS NOT NULL
         AND (OLD.queue, OLD.queue_reason) IS DISTINCT FROM (NEW.queue, NEW.queue_reason)
      OR OLD.status = NEW.status
         AND (OLD.status_by, OLD.status_reason) IS DISTINCT FROM (NEW.status_by, NEW.status_reason))
EXECUTE FUNCTION phusong.judgement_is_not_the_provinces();
"""

# Whatever makes a zone one that may not be tendered (a reviewer, a rule, a promise) takes it out
# of the lot it is in; and none gets into a lot otherwise than approved and paid by the fund.
LOTS = """
CREATE FUNCTION phusong.zone_leaves_lots() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    UPDATE lot_zone SET active = false
    FROM added, lot
    WHERE lot_zone.zone_id = added.id AND lot_zone.active AND lot.id = lot_zone.lot_id
      AND CASE WHEN lot.status = 'proposed' THEN added.status <> 'approved' OR added.queue <> 'fund'
               ELSE added.status NOT IN ('in_package', 'awarded', 'on_air', 'confirmed') END;
    RETURN NULL;
END $$;
CREATE TRIGGER zone_leaves_lots AFTER UPDATE ON phusong.zone
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION phusong.zone_leaves_lots();

CREATE FUNCTION phusong.lot_takes_eligible() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM zone
    WHERE id = NEW.zone_id AND status = 'approved' AND queue = 'fund' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'zone % may not enter a lot', NEW.zone_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lot_takes_eligible BEFORE INSERT OR UPDATE OF active ON phusong.lot_zone
FOR EACH ROW WHEN (NEW.active) EXECUTE FUNCTION phusong.lot_takes_eligible();
"""

COLUMNS = """
ALTER TABLE phusong.zone
    ADD COLUMN status_reason text NOT NULL DEFAULT '',
    ADD COLUMN status_by text,
    ADD COLUMN merged_into uuid CONSTRAINT zone_merged_into_fkey REFERENCES phusong.zone (id),
    ADD COLUMN reviewer text,
    ADD COLUMN queue_by text,
    ADD COLUMN queue_rule_id integer CONSTRAINT zone_queue_rule_id_fkey REFERENCES phusong.queue_rule (id),
    ADD CONSTRAINT zone_merged_check CHECK ((status = 'merged') = (merged_into IS NOT NULL)),
    ADD CONSTRAINT zone_merged_elsewhere_check CHECK (merged_into <> id),
    ADD CONSTRAINT zone_reviewer_check CHECK ((status = 'under_review') = (reviewer IS NOT NULL)),
    ADD CONSTRAINT zone_decided_check CHECK (status NOT IN
        ('approved', 'returned', 'rejected', 'merged', 'awarded', 'on_air', 'confirmed')
        OR status_by IS NOT NULL),
    ADD CONSTRAINT zone_reasoned_check CHECK (status NOT IN ('returned', 'rejected', 'merged')
        OR status_reason <> ''),
    ADD CONSTRAINT zone_queue_by_check CHECK (queue_by IS NULL OR (queue_reason <> '' AND queue_rule_id IS NULL));
CREATE INDEX zone_status_idx ON phusong.zone (status, province_code, id);
CREATE INDEX zone_merged_into_idx ON phusong.zone (merged_into) WHERE merged_into IS NOT NULL;
"""

# Every change of a zone, whoever made it and by whatever act: the trigger cannot be forgotten.
EVENTS = """
CREATE FUNCTION phusong.zone_changes() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    INSERT INTO zone_event (zone_id, organisation_id, actor, version, reason, before, after)
    SELECT changed.id, acting_organisation(), nullif(current_setting('phusong.actor', true), ''),
           changed.version, coalesce(current_setting('phusong.reason', true), ''),
           changed.before, changed.after
    FROM (
        SELECT facts.id, facts.version,
               jsonb_object_agg(old_fact.key, old_fact.value) AS before,
               jsonb_object_agg(old_fact.key, facts.after -> old_fact.key) AS after
        FROM (
            SELECT removed.id, added.version,
                   to_jsonb(removed) - 'point' - 'village_key' - 'version' - 'updated_at'
                   || jsonb_build_object('longitude', ST_X(removed.point), 'latitude', ST_Y(removed.point)) AS before,
                   to_jsonb(added) - 'point' - 'village_key' - 'version' - 'updated_at'
                   || jsonb_build_object('longitude', ST_X(added.point), 'latitude', ST_Y(added.point)) AS after
            FROM removed JOIN added USING (id)
            OFFSET 0  -- keeps the two documents from being made again for each of their keys
            ) AS facts
        CROSS JOIN LATERAL jsonb_each(facts.before) AS old_fact
        WHERE old_fact.value IS DISTINCT FROM facts.after -> old_fact.key
        GROUP BY facts.id, facts.version) AS changed
    ORDER BY changed.id;
    RETURN NULL;
END $$;
CREATE TRIGGER zone_changes AFTER UPDATE ON phusong.zone
REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION phusong.zone_changes();

CREATE TRIGGER zone_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.zone_event
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();
"""

MINE = "(SELECT phusong.acting_organisation())"
KIND = "(SELECT phusong.acting_kind())"
OWN = f"organisation_id = {MINE} AND province_code = (SELECT phusong.acting_province())"
UNJUDGED = "status IN ('reported', 'returned', 'withdrawn')"
WALLS = f"""
DROP POLICY province_reports ON phusong.zone;
CREATE POLICY province_reports ON phusong.zone FOR INSERT TO phusong_app
    WITH CHECK ({OWN} AND status = 'reported' AND status_by IS NULL AND queue_by IS NULL);
DROP POLICY province_corrects ON phusong.zone;
CREATE POLICY province_corrects ON phusong.zone FOR UPDATE TO phusong_app
    USING ({OWN} AND {UNJUDGED}) WITH CHECK ({OWN} AND {UNJUDGED});
ALTER TABLE phusong.zone_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON phusong.zone_move FOR SELECT TO phusong_app USING ({KIND} IS NOT NULL);
ALTER TABLE phusong.zone_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.zone_event FOR SELECT TO phusong_app
    USING ({KIND} IN ('authority', 'auditor'));
CREATE POLICY province_reads_own_zones ON phusong.zone_event FOR SELECT TO phusong_app
    USING (EXISTS (SELECT 1 FROM phusong.zone
                   WHERE zone.id = zone_id AND zone.organisation_id = {MINE}));
ALTER TABLE phusong.zone_proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.zone_proposal FOR SELECT TO phusong_app
    USING ({KIND} IN ('authority', 'auditor'));
CREATE POLICY authority_proposes ON phusong.zone_proposal FOR ALL TO phusong_app
    USING ({KIND} = 'authority') WITH CHECK ({KIND} = 'authority');
GRANT SELECT ON phusong.zone_move, phusong.zone_event TO phusong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.zone_proposal TO phusong_app;

INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('review_four_eyes', '2021-12-31', '[]', 'Mặc định của chương trình: các quyết định cần người thứ hai xác nhận (approve, return, reject, merge)');
"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.create_table(
        "zone_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["phusong.zone.id"], name=op.f("zone_event_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["phusong.organisation.id"],
            name=op.f("zone_event_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("zone_event_pkey")),
        schema="phusong",
    )
    op.create_index("zone_event_zone_id_idx", "zone_event", ["zone_id", "id"], schema="phusong")
    op.create_table(
        "zone_proposal",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "proposed_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["phusong.zone.id"], name=op.f("zone_proposal_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["phusong.zone.id"], name=op.f("zone_proposal_merged_into_fkey")
        ),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("zone_proposal_pkey")),
        schema="phusong",
    )
    for statement in (MOVES, VERSIONS, PROVINCE, EVENTS, LOTS, WALLS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("history is not forgotten; restore a back-up instead")
