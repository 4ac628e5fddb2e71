"""Evidence per operator and technology: service areas, terrain, verdicts, disputes.

Revision: 20261123_13, after 20261123_12
"""

from alembic import op

revision = "20261123_13"
down_revision = "20261123_12"
branch_labels = None
depends_on = None

# A verdict of distance alone, without technology, says nothing under the new rules: what stood
# is kept among the former verdicts, and the next assessment gives the new ones.
VERDICTS = """
ALTER TABLE phusong.verdict RENAME TO old_verdict;
ALTER TABLE phusong.old_verdict DROP CONSTRAINT verdict_pkey;
ALTER TABLE phusong.old_verdict DROP CONSTRAINT verdict_verdict_check;

CREATE TABLE phusong.service_area_file (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organisation_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    technology text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    raw bytea NOT NULL,
    crs text NOT NULL,
    published_on date,
    reading jsonb NOT NULL,
    findings jsonb NOT NULL,
    totals jsonb NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    replaced_at timestamptz,
    CONSTRAINT service_area_file_pkey PRIMARY KEY (id),
    CONSTRAINT service_area_file_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES phusong.organisation (id),
    CONSTRAINT service_area_file_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT service_area_file_technology_check CHECK (technology IN ('2G', '3G', '4G', '5G')));
-- One file stands for an operator's technology; the ones before it are kept.
CREATE UNIQUE INDEX service_area_file_one_standing_key ON phusong.service_area_file
    (operator_id, technology) WHERE replaced_at IS NULL;

CREATE TABLE phusong.service_area (
    id bigint GENERATED ALWAYS AS IDENTITY,
    file_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    technology text NOT NULL,
    weak boolean NOT NULL DEFAULT false,
    area geometry(POLYGON, 4326) NOT NULL,
    CONSTRAINT service_area_pkey PRIMARY KEY (id),
    CONSTRAINT service_area_file_id_fkey FOREIGN KEY (file_id) REFERENCES phusong.service_area_file (id) ON DELETE CASCADE,
    CONSTRAINT service_area_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id));
CREATE INDEX service_area_area_idx ON phusong.service_area USING gist (area);
CREATE INDEX service_area_file_id_idx ON phusong.service_area (file_id);

CREATE TABLE phusong.terrain (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    file_name text NOT NULL,
    path text NOT NULL,
    sha256 text NOT NULL,
    crs text NOT NULL,
    units text NOT NULL,
    resolution_m double precision NOT NULL,
    lowest_m double precision NOT NULL,
    highest_m double precision NOT NULL,
    extent geometry(POLYGON, 4326) NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    CONSTRAINT terrain_pkey PRIMARY KEY (id),
    CONSTRAINT terrain_units_check CHECK (units IN ('m', 'ft')));
CREATE UNIQUE INDEX terrain_sha256_key ON phusong.terrain (sha256) WHERE removed_at IS NULL;

-- One drive test may speak for a whole district: a file is kept once, whatever rests on it.
CREATE TABLE phusong.dispute_file (
    operator_id uuid NOT NULL,
    sha256 text NOT NULL,
    media_type text NOT NULL,
    raw bytea NOT NULL,
    CONSTRAINT dispute_file_pkey PRIMARY KEY (operator_id, sha256),
    CONSTRAINT dispute_file_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id));

CREATE TABLE phusong.dispute (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number bigint NOT NULL,
    zone_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    technology text NOT NULL,
    disputed text NOT NULL,
    disputed_at timestamptz NOT NULL,
    claimed text NOT NULL,
    reason text NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    raised_by text NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT now(),
    answer_by date NOT NULL,
    status text NOT NULL DEFAULT 'open',
    answer text NOT NULL DEFAULT '',
    answered_by text,
    answered_at timestamptz,
    CONSTRAINT dispute_pkey PRIMARY KEY (id),
    CONSTRAINT dispute_number_key UNIQUE (number),
    CONSTRAINT dispute_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id),
    CONSTRAINT dispute_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT dispute_file_fkey FOREIGN KEY (operator_id, sha256) REFERENCES phusong.dispute_file (operator_id, sha256),
    CONSTRAINT dispute_technology_check CHECK (technology IN ('2G', '3G', '4G', '5G')),
    CONSTRAINT dispute_disputed_check CHECK (disputed IN ('none', 'weak', 'served', 'unknown')),
    CONSTRAINT dispute_claimed_check CHECK (claimed IN ('none', 'weak', 'served') AND claimed <> disputed),
    CONSTRAINT dispute_status_check CHECK (status IN ('open', 'upheld', 'dismissed', 'withdrawn')),
    CONSTRAINT dispute_reason_check CHECK (reason <> ''),
    CONSTRAINT dispute_answered_check CHECK ((status = 'open') = (answered_at IS NULL)
        AND (status = 'open') = (answered_by IS NULL)
        AND (status IN ('open', 'withdrawn') OR answer <> '')));
CREATE UNIQUE INDEX dispute_one_open_key ON phusong.dispute (zone_id, operator_id, technology)
    WHERE status = 'open';
CREATE INDEX dispute_zone_id_idx ON phusong.dispute (zone_id);

CREATE TABLE phusong.verdict (
    zone_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    technology text NOT NULL,
    criteria_set_id integer NOT NULL,
    verdict text NOT NULL,
    reasons text[] NOT NULL DEFAULT '{}',
    site_id bigint,  -- no foreign key: a verdict stands on the site it was given by until the next one
    distance_m double precision,
    bearing_deg double precision,
    line_of_sight boolean,
    service text,
    service_file_id uuid,
    dispute_id uuid,
    assessed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT verdict_pkey PRIMARY KEY (zone_id, operator_id, technology),
    CONSTRAINT verdict_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id) ON DELETE CASCADE,
    CONSTRAINT verdict_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT verdict_criteria_set_id_fkey FOREIGN KEY (criteria_set_id) REFERENCES phusong.criteria_set (id),
    CONSTRAINT verdict_service_file_id_fkey FOREIGN KEY (service_file_id) REFERENCES phusong.service_area_file (id),
    CONSTRAINT verdict_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES phusong.dispute (id),
    CONSTRAINT verdict_technology_check CHECK (technology IN ('2G', '3G', '4G', '5G')),
    CONSTRAINT verdict_verdict_check CHECK (verdict IN ('none', 'weak', 'served', 'unknown')),
    CONSTRAINT verdict_service_check CHECK (service IS NULL OR service IN ('inside', 'weak', 'outside')));
CREATE INDEX verdict_operator_id_idx ON phusong.verdict (operator_id, zone_id);

-- What a verdict said before it changed, under the criteria set it was given under.
CREATE TABLE phusong.former_verdict (
    id bigint GENERATED ALWAYS AS IDENTITY,
    zone_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    technology text NOT NULL,
    criteria_set_id integer NOT NULL,
    verdict text NOT NULL,
    reasons text[] NOT NULL,
    site_id bigint,
    distance_m double precision,
    bearing_deg double precision,
    line_of_sight boolean,
    service text,
    service_file_id uuid,
    dispute_id uuid,
    assessed_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT former_verdict_pkey PRIMARY KEY (id),
    CONSTRAINT former_verdict_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id),
    CONSTRAINT former_verdict_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT former_verdict_criteria_set_id_fkey FOREIGN KEY (criteria_set_id) REFERENCES phusong.criteria_set (id));
CREATE INDEX former_verdict_zone_id_idx ON phusong.former_verdict (zone_id, operator_id, technology, id);

INSERT INTO phusong.former_verdict (zone_id, operator_id, technology, criteria_set_id, verdict,
    reasons, site_id, distance_m, assessed_at)
SELECT zone_id, operator_id, '', criteria_set_id, verdict, reasons, site_id, distance_m, assessed_at
FROM phusong.old_verdict;
DROP TABLE phusong.old_verdict;

CREATE FUNCTION phusong.keep_former_verdicts() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    INSERT INTO former_verdict (zone_id, operator_id, technology, criteria_set_id, verdict, reasons,
        site_id, distance_m, bearing_deg, line_of_sight, service, service_file_id, dispute_id, assessed_at)
    SELECT zone_id, operator_id, technology, criteria_set_id, verdict, reasons,
        site_id, distance_m, bearing_deg, line_of_sight, service, service_file_id, dispute_id, assessed_at
    FROM removed ORDER BY zone_id, operator_id, technology;
    RETURN NULL;
END $$;
CREATE TRIGGER verdict_replaced AFTER UPDATE ON phusong.verdict
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION phusong.keep_former_verdicts();
CREATE TRIGGER verdict_removed AFTER DELETE ON phusong.verdict
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION phusong.keep_former_verdicts();
CREATE TRIGGER former_verdict_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.former_verdict
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();
"""

# Operators learn of a zone what a verdict about themselves is about. A function asks, because
# the policies of zone and verdict would ask each other without end.
SEEN = """
CREATE FUNCTION phusong.zone_is_judged(asked uuid) RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM verdict
                  WHERE zone_id = asked AND operator_id = acting_organisation()) $$;

-- That a verdict is disputed is for the zone's province; by whom and why is not. An operator
-- learns of its own disputes only: where two serve a village, the other would be known.
CREATE FUNCTION phusong.disputed_zones(asked uuid[]) RETURNS SETOF uuid STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT DISTINCT zone_id FROM dispute JOIN zone ON zone.id = zone_id
   WHERE zone_id = ANY (asked) AND dispute.status = 'open'
     AND (acting_kind() IN ('authority', 'auditor')
          OR zone.organisation_id = acting_organisation()
          OR dispute.operator_id = acting_organisation()) $$;

-- A dispute begins open, now, against the verdict as it stands. Each operator's are numbered in a
-- million of their own: by one count for all, an operator could count the disputes of others.
CREATE FUNCTION phusong.dispute_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'open' OR NEW.answer <> '' OR NEW.raised_at <> now() OR NOT EXISTS (
        SELECT 1 FROM phusong.verdict
        WHERE zone_id = NEW.zone_id AND operator_id = NEW.operator_id
          AND technology = NEW.technology AND verdict = NEW.disputed
          AND assessed_at = NEW.disputed_at) THEN
        RAISE EXCEPTION 'a dispute begins open, against a verdict that stands'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT 1 + coalesce(
        (SELECT max(number) FROM phusong.dispute WHERE operator_id = NEW.operator_id),
        1000000 * (SELECT count(*) FROM phusong.organisation AS earlier, phusong.organisation AS own
                   WHERE own.id = NEW.operator_id AND earlier.kind = 'operator'
                     AND (earlier.created_at, earlier.id) <= (own.created_at, own.id)))
    INTO NEW.number;
    RETURN NEW;
END $$;
CREATE TRIGGER dispute_begins BEFORE INSERT ON phusong.dispute
FOR EACH ROW EXECUTE FUNCTION phusong.dispute_begins();

-- What an operator disputed stands as it was sent; only its answer is added, once.
CREATE FUNCTION phusong.dispute_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'status' - 'answer' - 'answered_by' - 'answered_at'
       IS DISTINCT FROM to_jsonb(OLD) - 'status' - 'answer' - 'answered_by' - 'answered_at'
       OR OLD.status <> 'open' OR NEW.status = 'open'
       OR (phusong.acting_kind() = 'operator' AND NEW.status <> 'withdrawn')
       OR (phusong.acting_kind() = 'authority' AND NEW.status = 'withdrawn') THEN
        RAISE EXCEPTION 'dispute % stands as it was raised', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dispute_stands BEFORE UPDATE ON phusong.dispute
FOR EACH ROW EXECUTE FUNCTION phusong.dispute_stands();
"""

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
AUTHORITY = f"{KIND} = 'authority'"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
OPERATOR = f"{KIND} = 'operator' AND operator_id = {MINE}"
OWN_ZONES = (
    f"EXISTS (SELECT 1 FROM phusong.zone WHERE zone.id = zone_id AND zone.organisation_id = {MINE})"
)
POLICIES = [
    ("verdict", "oversight_reads", "SELECT", OVERSIGHT),
    ("verdict", "authority_assesses", "ALL", AUTHORITY),
    ("verdict", "operator_reads_own", "SELECT", OPERATOR),
    ("verdict", "province_reads_own_zones", "SELECT", OWN_ZONES),
    ("former_verdict", "oversight_reads", "SELECT", OVERSIGHT),
    ("former_verdict", "operator_reads_own", "SELECT", OPERATOR),
    ("former_verdict", "province_reads_own_zones", "SELECT", OWN_ZONES),
    ("service_area_file", "oversight_reads", "SELECT", OVERSIGHT),
    ("service_area_file", "authority_loads", "ALL", AUTHORITY),
    ("service_area_file", "operator_loads", "ALL", f"{OPERATOR} AND organisation_id = {MINE}"),
    ("service_area_file", "operator_reads_own", "SELECT", OPERATOR),
    ("service_area_file", "operator_replaces_own", "UPDATE", OPERATOR),
    ("service_area", "oversight_reads", "SELECT", OVERSIGHT),
    ("service_area", "authority_loads", "ALL", AUTHORITY),
    ("service_area", "operator_loads", "ALL", OPERATOR),
    ("terrain", "oversight_reads", "SELECT", OVERSIGHT),
    ("terrain", "authority_loads", "ALL", AUTHORITY),
    ("dispute_file", "oversight_reads", "SELECT", OVERSIGHT),
    ("dispute_file", "operator_reads_own", "SELECT", OPERATOR),
    ("dispute_file", "operator_sends", "INSERT", OPERATOR),
    ("dispute", "oversight_reads", "SELECT", OVERSIGHT),
    ("dispute", "authority_answers", "UPDATE", AUTHORITY),
    ("dispute", "operator_reads_own", "SELECT", OPERATOR),
    ("dispute", "operator_raises", "INSERT", OPERATOR),
    ("dispute", "operator_withdraws", "UPDATE", OPERATOR),
]

GRANTS = f"""
CREATE POLICY operator_reads_judged ON phusong.zone FOR SELECT TO phusong_app
    USING ({KIND} = 'operator' AND phusong.zone_is_judged(id));
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.verdict, phusong.service_area TO phusong_app;
GRANT SELECT, INSERT ON phusong.service_area_file, phusong.dispute, phusong.dispute_file,
    phusong.terrain TO phusong_app;
GRANT UPDATE (replaced_at) ON phusong.service_area_file TO phusong_app;
GRANT UPDATE (removed_at) ON phusong.terrain TO phusong_app;
GRANT UPDATE (status, answer, answered_by, answered_at) ON phusong.dispute TO phusong_app;
GRANT SELECT ON phusong.former_verdict TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;

INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('receiver_height_m', '2021-12-31', '1.5', 'Mặc định của chương trình: máy của người dân cao 1,5 m trên mặt đất (ITU-R P.1546, P.1812)'),
    ('assumed_antenna_height_m', '2021-12-31', '40', 'Giả định của chương trình: ăng-ten cao 40 m khi sổ trạm không ghi độ cao'),
    ('dispute_days', '2021-12-31', '60', 'Mặc định của chương trình: doanh nghiệp phản hồi kết luận về mình trong 60 ngày'),
    ('dispute_silence', '2021-12-31', '"accepted"', 'Mặc định của chương trình: hết hạn mà không phản hồi thì coi như đồng ý với kết luận'),
    ('dispute_answer_days', '2021-12-31', '60', 'Mặc định của chương trình: Cục trả lời phản hồi trong 60 ngày'),
    ('dispute_answer_silence', '2021-12-31', '"open"', 'Mặc định của chương trình: Cục chưa trả lời thì phản hồi vẫn để ngỏ');
"""


def upgrade() -> None:
    op.execute(VERDICTS)
    op.execute(SEEN)
    tables = dict.fromkeys(table for table, *_ in POLICIES)
    for table in tables:
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
    raise NotImplementedError(
        "verdicts per technology cannot be told without it; restore a back-up"
    )
