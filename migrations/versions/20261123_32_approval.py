"""Lists that wait for the word of their province's approver, and who prepared a submission.

Revision: 20261123_32, after 20261123_31
"""

from __future__ import annotations

from alembic import op

revision = "20261123_32"
down_revision = "20261123_31"
branch_labels = None
depends_on = None

MINE = "(SELECT phusong.acting_organisation())"
MY_PROVINCE = "(SELECT phusong.acting_province())"

APPROVALS = """
CREATE TABLE phusong.approval (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    organisation_id uuid NOT NULL,
    province_code text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    raw bytea,
    mapping jsonb NOT NULL,
    corrections jsonb NOT NULL,
    replaces bigint,
    report json,
    impact json,
    totals jsonb NOT NULL,
    fingerprint text NOT NULL,
    was json,
    note text NOT NULL DEFAULT '',
    due_on date,
    status text NOT NULL DEFAULT 'waiting',
    prepared_by text NOT NULL,
    handed_in_at timestamptz NOT NULL DEFAULT now(),
    decided_by text,
    decided_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CONSTRAINT approval_pkey PRIMARY KEY (id),
    CONSTRAINT approval_number_key UNIQUE (number),
    CONSTRAINT approval_organisation_id_fkey FOREIGN KEY (organisation_id)
        REFERENCES phusong.organisation (id),
    CONSTRAINT approval_status_check
        CHECK (status IN ('waiting', 'returned', 'taken_back', 'approved')),
    CONSTRAINT approval_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT approval_raw_check CHECK ((status = 'approved') = (raw IS NULL)),
    CONSTRAINT approval_reason_check CHECK (status <> 'returned' OR reason <> ''));
CREATE INDEX approval_organisation_id_idx ON phusong.approval (organisation_id);
CREATE UNIQUE INDEX approval_same_file_key ON phusong.approval (organisation_id, sha256)
    WHERE status = 'waiting';
ALTER TABLE phusong.submission
    ADD COLUMN prepared_by text,
    ADD COLUMN approval_id uuid
        CONSTRAINT submission_approval_id_fkey REFERENCES phusong.approval (id);
"""

# Nobody but the province itself sees what it has not submitted yet: not the authority either.
WALLS = f"""
ALTER TABLE phusong.approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_reads ON phusong.approval FOR SELECT TO phusong_app
    USING (organisation_id = {MINE});
CREATE POLICY province_hands_in ON phusong.approval FOR INSERT TO phusong_app
    WITH CHECK (organisation_id = {MINE} AND province_code = {MY_PROVINCE});
CREATE POLICY province_changes ON phusong.approval FOR UPDATE TO phusong_app
    USING (organisation_id = {MINE})
    WITH CHECK (organisation_id = {MINE} AND province_code = {MY_PROVINCE});
CREATE POLICY province_drops ON phusong.approval FOR DELETE TO phusong_app
    USING (organisation_id = {MINE} AND status IN ('returned', 'taken_back'));
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.approval TO phusong_app;

-- The word that was given stands: who prepared the list, who approved it and when.
CREATE FUNCTION phusong.approval_stands() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'approval % stands', OLD.number
   USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER approval_stands BEFORE UPDATE ON phusong.approval FOR EACH ROW
WHEN (OLD.status = 'approved') EXECUTE FUNCTION phusong.approval_stands();
"""


def upgrade() -> None:
    op.execute(APPROVALS)
    op.execute(WALLS)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
