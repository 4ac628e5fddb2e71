"""Consultation: rounds with an opening and an end, and operators' promises to build alone.

Revision: 20261123_14, after 20261123_13
"""

from alembic import op

revision = "20261123_14"
down_revision = "20261123_13"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE phusong.consultation_round (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    basis text NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    cancelled_by text,
    cancel_reason text NOT NULL DEFAULT '',
    CONSTRAINT consultation_round_pkey PRIMARY KEY (id),
    CONSTRAINT consultation_round_number_key UNIQUE (number),
    CONSTRAINT consultation_round_name_check CHECK (name <> ''),
    CONSTRAINT consultation_round_order_check CHECK (closes_at > opens_at),
    CONSTRAINT consultation_round_cancelled_check CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL)
        AND (cancelled_at IS NULL) = (cancel_reason = '')));

CREATE TABLE phusong.consultation_zone (
    round_id uuid NOT NULL,
    zone_id uuid NOT NULL,
    CONSTRAINT consultation_zone_pkey PRIMARY KEY (round_id, zone_id),
    CONSTRAINT consultation_zone_round_id_fkey FOREIGN KEY (round_id) REFERENCES phusong.consultation_round (id),
    CONSTRAINT consultation_zone_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id));
CREATE INDEX consultation_zone_zone_id_idx ON phusong.consultation_zone (zone_id);

-- A promise outside of a round is one that the authority recorded from a document.
CREATE TABLE phusong.promise (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    round_id uuid,
    zone_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    on_air_by date NOT NULL,
    document text NOT NULL DEFAULT '',
    promised_by text NOT NULL,
    promised_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'standing',
    ended_by text,
    ended_at timestamptz,
    end_reason text NOT NULL DEFAULT '',
    CONSTRAINT promise_pkey PRIMARY KEY (id),
    CONSTRAINT promise_round_id_fkey FOREIGN KEY (round_id) REFERENCES phusong.consultation_round (id),
    CONSTRAINT promise_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id),
    CONSTRAINT promise_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT promise_status_check CHECK (status IN ('standing', 'withdrawn', 'lapsed', 'kept')),
    CONSTRAINT promise_source_check CHECK (round_id IS NOT NULL OR document <> ''),
    CONSTRAINT promise_date_check CHECK (on_air_by > CAST(promised_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)),
    CONSTRAINT promise_ended_check CHECK ((status = 'standing') = (ended_at IS NULL)
        AND (status = 'standing') = (ended_by IS NULL)));
CREATE UNIQUE INDEX promise_one_standing_key ON phusong.promise (zone_id, operator_id)
    WHERE status = 'standing';
CREATE INDEX promise_round_id_idx ON phusong.promise (round_id);

-- What was promised stands as it was promised; only its end is added, once.
CREATE FUNCTION phusong.promise_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'status' - 'ended_by' - 'ended_at' - 'end_reason'
       IS DISTINCT FROM to_jsonb(OLD) - 'status' - 'ended_by' - 'ended_at' - 'end_reason'
       OR OLD.status <> 'standing'
       OR (phusong.acting_kind() = 'operator' AND NEW.status <> 'withdrawn') THEN
        RAISE EXCEPTION 'promise % stands as it was made', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promise_stands BEFORE UPDATE ON phusong.promise
FOR EACH ROW EXECUTE FUNCTION phusong.promise_stands();

-- Only what still waits can be promised, and an operator's promise begins standing, now. The lock
-- lets no package take the zone meanwhile.
CREATE FUNCTION phusong.promise_of_waiting_zone() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF acting_kind() = 'operator'
       AND (NEW.status <> 'standing' OR NEW.promised_at <> now()) THEN
        RAISE EXCEPTION 'a promise begins standing, when it is made'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM 1 FROM zone WHERE id = NEW.zone_id AND status IN ('reported', 'under_review', 'approved')
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'zone % does not wait any more', NEW.zone_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promise_of_waiting_zone BEFORE INSERT ON phusong.promise
FOR EACH ROW EXECUTE FUNCTION phusong.promise_of_waiting_zone();

CREATE FUNCTION phusong.consulted_zones() RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT zone_id FROM consultation_zone JOIN consultation_round ON consultation_round.id = round_id
   WHERE opens_at <= now() AND cancelled_at IS NULL $$;

-- Whether any operator's promise stands, without saying whose: the rules of who pays need it
-- also where a province corrects its report. An operator is told nothing. A promise for a zone that was merged goes on to the
-- zone that took it in, and comes back when the merger is undone.
CREATE FUNCTION phusong.promised_zones(asked uuid[], on_day date) RETURNS SETOF uuid STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ WITH RECURSIVE held (asked_id, id) AS (
       SELECT each, each FROM unnest(asked) AS each
       UNION
       SELECT held.asked_id, zone.id FROM held JOIN zone ON zone.merged_into = held.id)
   SELECT DISTINCT held.asked_id FROM held JOIN promise ON promise.zone_id = held.id
   WHERE promise.status = 'standing' AND promise.on_air_by >= on_day
     AND acting_kind() IS DISTINCT FROM 'operator' $$;

-- The zones that the acting operator has promised, and those that took them in.
CREATE FUNCTION phusong.zones_i_promised() RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ WITH RECURSIVE held (id) AS (
       SELECT zone_id FROM promise WHERE operator_id = acting_organisation()
       UNION
       SELECT zone.merged_into FROM held JOIN zone ON zone.id = held.id
       WHERE zone.merged_into IS NOT NULL)
   SELECT id FROM held $$;

-- What an operator promised to build alone is not tendered.
CREATE FUNCTION phusong.promised_zone_is_not_tendered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM phusong.promised_zones(
                   ARRAY[NEW.id], CAST(now() AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date))) THEN
        RAISE EXCEPTION 'zone % is promised by an operator', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER promised_zone_is_not_tendered BEFORE UPDATE OF status ON phusong.zone
FOR EACH ROW WHEN (NEW.status = 'in_package' AND OLD.status <> 'in_package')
EXECUTE FUNCTION phusong.promised_zone_is_not_tendered();
"""

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
AUTHORITY = f"{KIND} = 'authority'"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
OPERATOR = f"{KIND} = 'operator' AND operator_id = {MINE}"
POLICIES = [
    ("consultation_round", "oversight_reads", "SELECT", OVERSIGHT),
    ("consultation_round", "authority_opens", "ALL", AUTHORITY),
    ("consultation_round", "everyone_reads_opened", "SELECT", f"{KIND} IS NOT NULL AND opens_at <= now()"
     " AND (cancelled_at IS NULL OR cancelled_at > opens_at)"),
    ("consultation_zone", "oversight_reads", "SELECT", OVERSIGHT),
    ("consultation_zone", "authority_opens", "ALL", AUTHORITY),
    ("consultation_zone", "operator_reads_opened", "SELECT",
     f"{KIND} = 'operator' AND EXISTS (SELECT 1 FROM phusong.consultation_round"
     " WHERE consultation_round.id = round_id)"),
    ("consultation_zone", "province_reads_own_zones", "SELECT",
     "EXISTS (SELECT 1 FROM phusong.zone WHERE zone.id = zone_id"
     f" AND zone.organisation_id = {MINE})"),
    ("promise", "oversight_reads", "SELECT", OVERSIGHT),
    ("promise", "authority_records", "INSERT", f"{AUTHORITY} AND round_id IS NULL"),
    ("promise", "authority_ends", "UPDATE", AUTHORITY),
    ("promise", "operator_reads_own", "SELECT", OPERATOR),
    ("promise", "operator_promises", "INSERT",
     f"{OPERATOR} AND EXISTS (SELECT 1 FROM phusong.consultation_round AS open"
     " JOIN phusong.consultation_zone AS asked ON asked.round_id = open.id"
     " WHERE open.id = promise.round_id AND asked.zone_id = promise.zone_id"
     " AND open.opens_at <= now() AND open.closes_at > now() AND open.cancelled_at IS NULL)"),
    ("promise", "operator_withdraws", "UPDATE", OPERATOR),
]  # fmt: skip

GRANTS = f"""
CREATE POLICY operator_reads_consulted ON phusong.zone FOR SELECT TO phusong_app
    USING ({KIND} = 'operator' AND id IN (SELECT phusong.consulted_zones()));
CREATE POLICY operator_reads_promised ON phusong.zone FOR SELECT TO phusong_app
    USING ({KIND} = 'operator' AND id IN (SELECT phusong.zones_i_promised()));
GRANT SELECT, INSERT ON phusong.consultation_round, phusong.consultation_zone, phusong.promise TO phusong_app;
GRANT UPDATE (cancelled_at, cancelled_by, cancel_reason, closes_at) ON phusong.consultation_round TO phusong_app;
GRANT UPDATE (status, ended_by, ended_at, end_reason) ON phusong.promise TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('promise_max_months', '2021-12-31', '24', 'Mặc định của chương trình, theo thời hạn 24 tháng của Pháp (New Deal mobile)');
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in dict.fromkeys(table for table, *_ in POLICIES):
        op.execute(f"ALTER TABLE phusong.{table} ENABLE ROW LEVEL SECURITY")
    for table, name, command, condition in POLICIES:
        clauses = {
            "ALL": f"USING ({condition}) WITH CHECK ({condition})",
            "SELECT": f"USING ({condition})",
            "INSERT": f"WITH CHECK ({condition})",
            "UPDATE": f"USING ({condition}) WITH CHECK ({condition})",
        }
        op.execute(
            f"CREATE POLICY {name} ON phusong.{table} FOR {command} TO phusong_app {clauses[command]}"
        )
    op.execute(GRANTS)


def downgrade() -> None:
    raise NotImplementedError("promises are not forgotten; restore a back-up instead")
