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
    ADD COLUMN said jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN opens_at timestamptz,
    ADD COLUMN closes_at timestamptz,
    ADD COLUMN cancelled_at timestamptz,
    ADD COLUMN cancelled_by text,
    ADD COLUMN cancel_reason text NOT NULL DEFAULT '',
    ADD COLUMN signature bytea,
    ADD COLUMN signing_key_id integer
        CONSTRAINT package_signing_key_id_fkey REFERENCES phusong.signing_key (id),
    DROP CONSTRAINT package_status_check,
    ADD CONSTRAINT package_status_check
        CHECK (status IN ('draft', 'published', 'superseded', 'cancelled')),
    ADD CONSTRAINT package_kind_check CHECK (kind IN ('first', 'amendment', 'clarification')),
    ADD CONSTRAINT package_mode_check CHECK (mode IN ('tender', 'order', 'assignment')),
    ADD CONSTRAINT package_reason_check CHECK (kind = 'first' OR reason <> ''),
    ADD CONSTRAINT package_opens_at_check CHECK (opens_at IS NULL OR status <> 'draft'),
    ADD CONSTRAINT package_closes_at_check CHECK (closes_at IS NULL OR status <> 'draft'),
    ADD CONSTRAINT package_cancelled_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)
        AND (cancelled_at IS NULL) = (cancelled_by IS NULL)
        AND (cancelled_at IS NULL OR cancel_reason <> ''));

-- Once published a package stands as it is but for its status: a later version supersedes it, or
-- it is cancelled with a reason.
CREATE OR REPLACE FUNCTION phusong.package_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['status'];
    before phusong.package := OLD;
    after phusong.package := NEW;
BEGIN
    -- The file is compared as it is: as JSON it takes many times its size, and may be too long.
    before.content := '';
    after.content := '';
    IF OLD.status = 'published' AND NEW.status = 'cancelled' THEN
        may_change := ARRAY['status', 'cancelled_at', 'cancelled_by', 'cancel_reason'];
    END IF;
    IF (NEW.id, NEW.number, NEW.version, NEW.province_code)
       IS DISTINCT FROM (OLD.id, OLD.number, OLD.version, OLD.province_code)
       OR OLD.status <> 'draft' AND (
           NEW.status = 'draft' OR OLD.status <> 'published' AND NEW.status <> OLD.status
           OR NEW.content IS DISTINCT FROM OLD.content
           OR to_jsonb(after) - may_change IS DISTINCT FROM to_jsonb(before) - may_change) THEN
        RAISE EXCEPTION 'package % stands as built', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# What a published version does to lots and zones when it opens: at once, or at the minute of the
# end of its embargo. Until then nothing that others may read has changed.
OPENINGS = f"""
CREATE TABLE phusong.package_opening (
    package_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    actor text NOT NULL,
    entering uuid[] NOT NULL,
    leaving uuid[] NOT NULL,
    staying uuid[] NOT NULL,
    lots_in uuid[] NOT NULL,
    lots_out uuid[] NOT NULL,
    opened_at timestamptz,
    CONSTRAINT package_opening_pkey PRIMARY KEY (package_id),
    CONSTRAINT package_opening_package_id_fkey FOREIGN KEY (package_id) REFERENCES phusong.package (id),
    CONSTRAINT package_opening_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id));
CREATE INDEX package_opening_waiting_idx ON phusong.package_opening (package_id) WHERE opened_at IS NULL;
ALTER TABLE phusong.package_opening ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.package_opening FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY authority_publishes ON phusong.package_opening FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY} AND organisation_id = {MINE} AND opened_at IS NULL);
CREATE POLICY authority_recalls ON phusong.package_opening FOR DELETE TO phusong_app
    USING ({AUTHORITY} AND opened_at IS NULL);
GRANT SELECT, INSERT, DELETE ON phusong.package_opening TO phusong_app;

CREATE FUNCTION phusong.openings_due() RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM package_opening JOIN package ON package.id = package_id
       WHERE opened_at IS NULL AND (opens_at IS NULL OR opens_at <= now())) $$;

-- Zones and lots that wait for an opening; only the authority and the auditor are told.
CREATE FUNCTION phusong.held_zones() RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT unnest(entering || leaving || staying) FROM package_opening
   WHERE opened_at IS NULL AND acting_kind() IN ('authority', 'auditor') $$;
CREATE FUNCTION phusong.sealed_zones() RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT unnest(entering) FROM package_opening
   WHERE opened_at IS NULL AND acting_kind() IN ('authority', 'auditor') $$;
CREATE FUNCTION phusong.sealed_lots() RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT unnest(lots_in) FROM package_opening
   WHERE opened_at IS NULL AND acting_kind() IN ('authority', 'auditor') $$;

-- Opens one version: lots, zones, the version before and who has to be told, together.
CREATE FUNCTION phusong.open_package(asked uuid) RETURNS boolean VOLATILE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
DECLARE
    due package_opening;
    opened record;
BEGIN
    SELECT * INTO due FROM package_opening WHERE package_id = asked AND opened_at IS NULL FOR UPDATE;
    SELECT number, version, kind, reason, coalesce(opens_at, published_at) AS at INTO opened
    FROM package WHERE id = asked AND status = 'published' AND (opens_at IS NULL OR opens_at <= now());
    IF due.package_id IS NULL OR opened.number IS NULL THEN
        RETURN false;
    END IF;
    PERFORM set_config('phusong.organisation', due.organisation_id::text, true),
            set_config('phusong.actor', due.actor, true);
    UPDATE package_opening SET opened_at = now() WHERE package_id = asked;
    UPDATE package SET status = 'superseded'
    WHERE number = opened.number AND version < opened.version AND status = 'published';
    PERFORM 1 FROM zone WHERE id = ANY (due.entering || due.leaving) ORDER BY id FOR NO KEY UPDATE;
    UPDATE lot_zone SET active = false WHERE lot_id = ANY (due.lots_out) AND active;
    UPDATE lot_zone SET active = false FROM lot
    WHERE lot.id = lot_id AND lot.status = 'proposed' AND lot_zone.active
      AND zone_id = ANY (due.entering) AND lot_id <> ALL (due.lots_in);
    UPDATE lot SET status = 'dissolved' WHERE id = ANY (due.lots_out);
    UPDATE lot SET status = 'in_package' WHERE id = ANY (due.lots_in);
    UPDATE lot_zone SET active = true WHERE lot_id = ANY (due.lots_in) AND NOT active;
    UPDATE zone SET status = 'approved', status_by = due.actor, status_reason = opened.reason,
                    version = version + 1, updated_at = now()
    WHERE id = ANY (due.leaving) AND status = 'in_package';
    UPDATE zone SET status = 'in_package', status_by = due.actor, status_reason = opened.number,
                    version = version + 1, updated_at = now()
    WHERE id = ANY (due.entering) AND status = 'approved';
    DELETE FROM zone_proposal WHERE zone_id = ANY (due.entering || due.leaving);
    IF opened.kind <> 'first' THEN
        INSERT INTO package_notice (organisation_id, package_number, subject, version, shown_from)
        SELECT DISTINCT download.organisation_id, opened.number, opened.kind, opened.version, opened.at
        FROM download JOIN package ON package.id = download.package_id
        JOIN organisation ON organisation.id = download.organisation_id
        WHERE package.number = opened.number AND organisation.kind <> 'authority';
    END IF;
    RETURN true;
END $$;

-- Whoever comes first after the minute finds everything opened. A version that cannot be opened
-- keeps nobody from working; the server's log says why.
CREATE FUNCTION phusong.open_due_packages() RETURNS integer VOLATILE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
DECLARE
    due record;
    opened integer := 0;
BEGIN
    FOR due IN
        SELECT package.id, number, version, sha256, opens_at
        FROM package_opening JOIN package ON package.id = package_id
        WHERE opened_at IS NULL AND (opens_at IS NULL OR opens_at <= now())
        ORDER BY opens_at, number, version
    LOOP
        BEGIN
            IF open_package(due.id) THEN
                opened := opened + 1;
                PERFORM audit_append('package.opened', due.number, json_build_object(
                    'opens_at', due.opens_at, 'sha256', due.sha256, 'version', due.version)::text);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING 'package % version % does not open: %', due.number, due.version, SQLERRM;
        END;
    END LOOP;
    RETURN opened;
END $$;

-- What waits for an opening is moved by nobody else.
CREATE FUNCTION phusong.held_zone_stands() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package_opening
               WHERE opened_at IS NULL AND OLD.id = ANY (entering || leaving || staying)) THEN
        RAISE EXCEPTION 'zone % waits for the opening of a package', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER held_zone_stands BEFORE UPDATE OF status, queue, merged_into ON phusong.zone
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.queue IS DISTINCT FROM NEW.queue)
EXECUTE FUNCTION phusong.held_zone_stands();
CREATE FUNCTION phusong.held_lot_stands() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package_opening
               WHERE opened_at IS NULL AND OLD.id = ANY (lots_in || lots_out)) THEN
        RAISE EXCEPTION 'lot % waits for the opening of a package', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER held_lot_stands BEFORE UPDATE OF status ON phusong.lot
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION phusong.held_lot_stands();
CREATE FUNCTION phusong.held_zone_is_not_promised() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package_opening
               WHERE opened_at IS NULL AND NEW.zone_id = ANY (entering || leaving || staying)) THEN
        RAISE EXCEPTION 'zone % waits for the opening of a package', NEW.zone_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER held_zone_is_not_promised BEFORE INSERT ON phusong.promise
FOR EACH ROW EXECUTE FUNCTION phusong.held_zone_is_not_promised();

-- A lot of a published version may take a zone that stands in the package already.
CREATE OR REPLACE FUNCTION phusong.lot_takes_eligible() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM zone
    WHERE id = NEW.zone_id AND queue = 'fund' AND (status = 'approved' OR status = 'in_package' AND EXISTS (
        SELECT 1 FROM lot WHERE lot.id = NEW.lot_id AND lot.status = 'in_package')) FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'zone % may not enter a lot', NEW.zone_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# Until the minute of its opening a published package is seen by the authority and the auditor only;
# one that was cancelled before that minute never opens.
OPENED = (
    "package.status <> 'draft' AND (package.opens_at IS NULL OR package.opens_at <= now()"
    " AND (package.cancelled_at IS NULL OR package.cancelled_at >= package.opens_at))"
)
EMBARGO = f"""
CREATE OR REPLACE FUNCTION phusong.zone_is_published(asked uuid) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM lot_zone JOIN package_lot USING (lot_id) JOIN package ON package.id = package_id
       WHERE zone_id = asked AND {OPENED}) $$;
CREATE OR REPLACE FUNCTION phusong.lot_is_published(asked uuid) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM package_lot JOIN package ON package.id = package_id
       WHERE lot_id = asked AND {OPENED}) $$;
DROP POLICY everyone_reads_published ON phusong.package;
CREATE POLICY everyone_reads_published ON phusong.package FOR SELECT TO phusong_app
    USING ({KIND} IS NOT NULL AND {OPENED});
-- A lot that waits for its version is kept dissolved: of those a province reads what was published.
DROP POLICY province_reads ON phusong.lot;
CREATE POLICY province_reads ON phusong.lot FOR SELECT TO phusong_app
    USING (province_code = (SELECT phusong.acting_province())
           AND (status <> 'dissolved' OR phusong.lot_is_published(id)));
"""

# Who asks is nobody's business but the authority's: the answer is a row of its own, which tells
# the day of the question but not its minute; and no id tells how many others there are.
QUESTIONS = f"""
CREATE TABLE phusong.package_question (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    package_number text NOT NULL,
    organisation_id uuid NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT now(),
    question text NOT NULL,
    answer_id uuid,
    CONSTRAINT package_question_pkey PRIMARY KEY (id),
    CONSTRAINT package_question_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id),
    CONSTRAINT package_question_question_check CHECK (question <> ''));
CREATE TABLE phusong.package_answer (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
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
    WITH CHECK ({KIND} = 'operator' AND organisation_id = {MINE} AND answer_id IS NULL
        AND asked_at = now()
        AND EXISTS (SELECT 1 FROM phusong.package WHERE package.number = package_number));
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
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL,
    package_number text NOT NULL,
    subject text NOT NULL,
    version integer,
    answer_id uuid,
    shown_from timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    CONSTRAINT package_notice_pkey PRIMARY KEY (id),
    CONSTRAINT package_notice_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id),
    CONSTRAINT package_notice_answer_id_fkey FOREIGN KEY (answer_id) REFERENCES phusong.package_answer (id),
    CONSTRAINT package_notice_subject_check CHECK (subject IN ('amendment', 'clarification', 'answer', 'cancellation')));
CREATE INDEX package_notice_organisation_id_idx ON phusong.package_notice (organisation_id, shown_from);
ALTER TABLE phusong.package_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.package_notice FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY own ON phusong.package_notice FOR SELECT TO phusong_app
    USING (organisation_id = {MINE} AND shown_from <= now());
CREATE POLICY own_is_read ON phusong.package_notice FOR UPDATE TO phusong_app
    USING (organisation_id = {MINE} AND shown_from <= now())
    WITH CHECK (organisation_id = {MINE});
CREATE POLICY authority_tells ON phusong.package_notice FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.package_notice TO phusong_app;
GRANT UPDATE (read_at) ON phusong.package_notice TO phusong_app;
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('ocds_prefix', '2021-12-31', '"ocds-000000"', 'Số giữ chỗ của chương trình: chưa đăng ký với Open Contracting Partnership'),
    ('procurement_mode', '2021-12-31', '"tender"', 'Mặc định của chương trình; Nghị định 295/2025/NĐ-CP: đấu thầu, đặt hàng hoặc giao nhiệm vụ'),
    ('question_days_before_close', '2021-12-31', '3', 'Mặc định của chương trình, theo thông lệ đấu thầu: câu hỏi gửi trước thời điểm đóng thầu chừng này ngày');
"""


def upgrade() -> None:
    for statement in (VERSIONS, QUESTIONS, NOTICES, OPENINGS, EMBARGO, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was published is kept; restore a back-up instead")
