"""Publishing: embargo, amendments, questions answered to all, notices to who downloaded.

Revision: 20261123_25, after 20261123_24
"""

from alembic import op

revision = "20261123_25"
down_revision = "20261123_24"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

VERSIONS = """
ALTER TABLE phusong.package
    ADD COLUMN kind text NOT NULL DEFAULT 'first',
    ADD COLUMN mode text NOT NULL DEFAULT 'tender',
    ADD COLUMN reason text NOT NULL DEFAULT '',
    ADD COLUMN difference jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN opens_at timestamptz,
    ADD COLUMN signature bytea,
    ADD COLUMN signing_key_id integer
        CONSTRAINT package_signing_key_id_fkey REFERENCES phusong.signing_key (id),
    ADD CONSTRAINT package_kind_check CHECK (kind IN ('first', 'amendment', 'clarification')),
    ADD CONSTRAINT package_mode_check CHECK (mode IN ('tender', 'order', 'assignment')),
    ADD CONSTRAINT package_reason_check CHECK (kind = 'first' OR reason <> ''),
    ADD CONSTRAINT package_opens_at_check CHECK (opens_at IS NULL OR status <> 'draft');

-- Once published a package stands as it is but for its status: a later version supersedes it.
CREATE OR REPLACE FUNCTION phusong.package_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.version, NEW.province_code)
       IS DISTINCT FROM (OLD.id, OLD.number, OLD.version, OLD.province_code)
       OR OLD.status <> 'draft' AND (
           NEW.status = 'draft'
           OR to_jsonb(NEW) - 'status' IS DISTINCT FROM to_jsonb(OLD) - 'status') THEN
        RAISE EXCEPTION 'package % stands as built', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# Until the minute of its opening a published package is seen by the authority and the auditor only.
EMBARGO = f"""
CREATE OR REPLACE FUNCTION phusong.zone_is_published(asked uuid) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM lot_zone JOIN package_lot USING (lot_id) JOIN package ON package.id = package_id
       WHERE zone_id = asked AND package.status <> 'draft'
         AND (package.opens_at IS NULL OR package.opens_at <= now())) $$;
CREATE OR REPLACE FUNCTION phusong.lot_is_published(asked uuid) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM package_lot JOIN package ON package.id = package_id
       WHERE lot_id = asked AND package.status <> 'draft'
         AND (package.opens_at IS NULL OR package.opens_at <= now())) $$;
DROP POLICY everyone_reads_published ON phusong.package;
CREATE POLICY everyone_reads_published ON phusong.package FOR SELECT TO phusong_app
    USING ({KIND} IS NOT NULL AND status <> 'draft' AND (opens_at IS NULL OR opens_at <= now()));
"""

# Who asks is nobody's business but the authority's: the answer is a row of its own.
QUESTIONS = f"""
CREATE TABLE phusong.package_question (
    id bigint GENERATED ALWAYS AS IDENTITY,
    package_number text NOT NULL,
    organisation_id uuid NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    question text NOT NULL,
    answer_id bigint,
    CONSTRAINT package_question_pkey PRIMARY KEY (id),
    CONSTRAINT package_question_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id),
    CONSTRAINT package_question_question_check CHECK (question <> ''));
CREATE TABLE phusong.package_answer (
    id bigint GENERATED ALWAYS AS IDENTITY,
    package_number text NOT NULL,
    number integer NOT NULL,
    asked_at timestamptz NOT NULL,
    question text NOT NULL,
    answer text NOT NULL,
    answered_by text NOT NULL,
    answered_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT package_answer_pkey PRIMARY KEY (id),
    CONSTRAINT package_answer_package_number_number_key UNIQUE (package_number, number),
    CONSTRAINT package_answer_answer_check CHECK (question <> '' AND answer <> ''));
ALTER TABLE phusong.package_question ADD CONSTRAINT package_question_answer_id_fkey
    FOREIGN KEY (answer_id) REFERENCES phusong.package_answer (id);
CREATE INDEX package_question_package_number_idx ON phusong.package_question (package_number);
ALTER TABLE phusong.package_question ENABLE ROW LEVEL SECURITY;
ALTER TABLE phusong.package_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.package_question FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY own ON phusong.package_question FOR SELECT TO phusong_app USING (organisation_id = {MINE});
CREATE POLICY own_is_asked ON phusong.package_question FOR INSERT TO phusong_app
    WITH CHECK (organisation_id = {MINE} AND answer_id IS NULL);
CREATE POLICY authority_answers ON phusong.package_question FOR UPDATE TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
CREATE POLICY everyone_reads ON phusong.package_answer FOR SELECT TO phusong_app
    USING (EXISTS (SELECT 1 FROM phusong.package WHERE package.number = package_number));
CREATE POLICY authority_answers ON phusong.package_answer FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.package_question, phusong.package_answer TO phusong_app;
GRANT UPDATE (answer_id) ON phusong.package_question TO phusong_app;
CREATE TRIGGER package_answer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.package_answer
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();
"""

# What an organisation has to be told of a package that it took; read once, it stays in the list.
NOTICES = f"""
CREATE TABLE phusong.package_notice (
    id bigint GENERATED ALWAYS AS IDENTITY,
    organisation_id uuid NOT NULL,
    package_number text NOT NULL,
    subject text NOT NULL,
    version integer,
    answer_id bigint,
    shown_from timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    CONSTRAINT package_notice_pkey PRIMARY KEY (id),
    CONSTRAINT package_notice_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id),
    CONSTRAINT package_notice_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES phusong.package_answer (id),
    CONSTRAINT package_notice_subject_check CHECK (subject IN ('amendment', 'clarification', 'answer')));
CREATE INDEX package_notice_organisation_id_idx ON phusong.package_notice (organisation_id, id);
ALTER TABLE phusong.package_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.package_notice FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY own ON phusong.package_notice FOR SELECT TO phusong_app
    USING (organisation_id = {MINE} AND shown_from <= now());
CREATE POLICY own_is_read ON phusong.package_notice FOR UPDATE TO phusong_app
    USING (organisation_id = {MINE}) WITH CHECK (organisation_id = {MINE});
CREATE POLICY authority_tells ON phusong.package_notice FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.package_notice TO phusong_app;
GRANT UPDATE (read_at) ON phusong.package_notice TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('procurement_mode', '2021-12-31', '"tender"', 'Mặc định của chương trình; Nghị định 295/2025/NĐ-CP: đấu thầu, đặt hàng hoặc giao nhiệm vụ');
"""


def upgrade() -> None:
    for statement in (VERSIONS, EMBARGO, QUESTIONS, NOTICES, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was published is kept; restore a back-up instead")
