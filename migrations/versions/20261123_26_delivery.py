"""Delivery: awards with their clock, on-air reports with measurements, acceptance.

Revision: 20261123_26, after 20261123_25
"""

from alembic import op

revision = "20261123_26"
down_revision = "20261123_25"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

AWARDS = f"""
CREATE TABLE phusong.award (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    package_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    price_vnd bigint NOT NULL,
    decision text NOT NULL,
    awarded_on date NOT NULL,
    months integer NOT NULL,
    clock_reason text NOT NULL,
    due_on date NOT NULL,
    awarded_by text NOT NULL,
    awarded_at timestamptz NOT NULL DEFAULT now(),
    cancelled_on date,
    cancel_reason text NOT NULL DEFAULT '',
    cancelled_by text,
    CONSTRAINT award_pkey PRIMARY KEY (id),
    CONSTRAINT award_package_id_fkey FOREIGN KEY (package_id) REFERENCES phusong.package (id),
    CONSTRAINT award_lot_id_fkey FOREIGN KEY (lot_id) REFERENCES phusong.lot (id),
    CONSTRAINT award_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT award_price_vnd_check CHECK (price_vnd > 0),
    CONSTRAINT award_due_on_check CHECK (due_on > awarded_on),
    CONSTRAINT award_cancelled_check CHECK ((cancelled_on IS NULL) = (cancelled_by IS NULL)
        AND (cancelled_on IS NULL OR cancel_reason <> '')));
CREATE UNIQUE INDEX award_lot_id_standing_key ON phusong.award (lot_id) WHERE cancelled_on IS NULL;
CREATE INDEX award_operator_id_idx ON phusong.award (operator_id);
ALTER TABLE phusong.award ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON phusong.award FOR SELECT TO phusong_app USING ({KIND} IS NOT NULL);
CREATE POLICY authority_awards ON phusong.award FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY} AND cancelled_on IS NULL);
CREATE POLICY authority_cancels ON phusong.award FOR UPDATE TO phusong_app
    USING ({AUTHORITY} AND cancelled_on IS NULL) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.award TO phusong_app;
GRANT UPDATE (cancelled_on, cancel_reason, cancelled_by) ON phusong.award TO phusong_app;

-- A clock that stood still (force majeure) ends later; the award itself stays as it was made.
CREATE TABLE phusong.award_extension (
    id bigint GENERATED ALWAYS AS IDENTITY,
    award_id uuid NOT NULL,
    due_on date NOT NULL,
    reason text NOT NULL,
    decision text NOT NULL,
    extended_by text NOT NULL,
    extended_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT award_extension_pkey PRIMARY KEY (id),
    CONSTRAINT award_extension_award_id_fkey FOREIGN KEY (award_id) REFERENCES phusong.award (id),
    CONSTRAINT award_extension_reason_check CHECK (reason <> '' AND decision <> ''));
CREATE INDEX award_extension_award_id_idx ON phusong.award_extension (award_id, id);
ALTER TABLE phusong.award_extension ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON phusong.award_extension FOR SELECT TO phusong_app USING ({KIND} IS NOT NULL);
CREATE POLICY authority_extends ON phusong.award_extension FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.award_extension TO phusong_app;
CREATE TRIGGER award_extension_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.award_extension
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();

CREATE FUNCTION phusong.award_covers(asked_award uuid, asked_zone uuid) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM award JOIN lot_zone USING (lot_id)
       WHERE acting_kind() IS NOT NULL AND award.id = asked_award AND award.cancelled_on IS NULL
         AND zone_id = asked_zone AND lot_zone.active) $$;
"""

# What operators and planners do to a zone that was awarded; coverage/zone_life.py has the same.
# An operator writes no zone but through this one step, of what was awarded to it.
LIFE = """
INSERT INTO phusong.zone_move VALUES
    ('operator', 'awarded', 'on_air'), ('authority', 'on_air', 'awarded'),
    ('authority', 'awarded', 'in_package');

CREATE FUNCTION phusong.go_on_air(asked uuid[], by_whom text, why text) RETURNS SETOF uuid VOLATILE
SECURITY DEFINER LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF acting_kind() IS DISTINCT FROM 'operator' THEN
        RAISE EXCEPTION 'only an operator reports its own zones on air'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    UPDATE zone SET status = 'on_air', status_by = by_whom, status_reason = why,
                    version = zone.version + 1, updated_at = now()
    WHERE zone.id IN (
        SELECT held.id FROM zone AS held WHERE held.id = ANY (asked) AND held.status = 'awarded'
          AND EXISTS (SELECT 1 FROM award JOIN lot_zone USING (lot_id)
                      WHERE lot_zone.zone_id = held.id AND lot_zone.active
                        AND award.operator_id = acting_organisation()
                        AND award.cancelled_on IS NULL)
        ORDER BY held.id FOR NO KEY UPDATE)
    RETURNING zone.id;
END $$;
"""

REPORTS = f"""
CREATE TABLE phusong.on_air_file (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    operator_id uuid NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    raw bytea NOT NULL,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT on_air_file_pkey PRIMARY KEY (id),
    CONSTRAINT on_air_file_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id));
CREATE TABLE phusong.on_air_report (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    award_id uuid NOT NULL,
    zone_id uuid NOT NULL,
    operator_id uuid NOT NULL,
    file_id uuid,
    on_air_on date NOT NULL,
    point geometry(Point, 4326),
    technology text NOT NULL,
    level_dbm double precision,
    down_mbps double precision,
    up_mbps double precision,
    availability_percent double precision,
    measured_on date,
    proof_name text,
    proof bytea,
    note text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'reported',
    reported_by text NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    answered_by text,
    answered_at timestamptz,
    answer text NOT NULL DEFAULT '',
    CONSTRAINT on_air_report_pkey PRIMARY KEY (id),
    CONSTRAINT on_air_report_award_id_fkey FOREIGN KEY (award_id) REFERENCES phusong.award (id),
    CONSTRAINT on_air_report_zone_id_fkey FOREIGN KEY (zone_id) REFERENCES phusong.zone (id),
    CONSTRAINT on_air_report_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES phusong.organisation (id),
    CONSTRAINT on_air_report_file_id_fkey FOREIGN KEY (file_id) REFERENCES phusong.on_air_file (id),
    CONSTRAINT on_air_report_status_check CHECK (status IN ('reported', 'accepted', 'refused', 'replaced')),
    CONSTRAINT on_air_report_answered_check CHECK ((status IN ('accepted', 'refused')) = (answered_at IS NOT NULL)));
CREATE UNIQUE INDEX on_air_report_open_key ON phusong.on_air_report (award_id, zone_id)
    WHERE status = 'reported';
CREATE INDEX on_air_report_zone_id_idx ON phusong.on_air_report (zone_id);
ALTER TABLE phusong.on_air_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE phusong.on_air_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.on_air_file FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY own ON phusong.on_air_file FOR SELECT TO phusong_app USING (operator_id = {MINE});
CREATE POLICY own_is_sent ON phusong.on_air_file FOR INSERT TO phusong_app
    WITH CHECK (operator_id = {MINE});
CREATE POLICY oversight_reads ON phusong.on_air_report FOR SELECT TO phusong_app USING ({OVERSIGHT});
CREATE POLICY own ON phusong.on_air_report FOR SELECT TO phusong_app USING (operator_id = {MINE});
CREATE POLICY own_is_sent ON phusong.on_air_report FOR INSERT TO phusong_app
    WITH CHECK (operator_id = {MINE} AND status = 'reported' AND reported_at = now()
        AND answered_by IS NULL AND answer = '' AND EXISTS (
        SELECT 1 FROM phusong.award WHERE award.id = award_id AND award.operator_id = {MINE}
          AND award.cancelled_on IS NULL) AND phusong.award_covers(award_id, zone_id));
CREATE POLICY own_is_replaced ON phusong.on_air_report FOR UPDATE TO phusong_app
    USING (operator_id = {MINE} AND status = 'reported')
    WITH CHECK (operator_id = {MINE} AND status = 'replaced' AND answered_by IS NULL
        AND answer = '');
CREATE POLICY authority_answers ON phusong.on_air_report FOR UPDATE TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.on_air_file, phusong.on_air_report TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
GRANT UPDATE (status, answered_by, answered_at, answer) ON phusong.on_air_report TO phusong_app;

-- Of a zone that was awarded everybody may know since when it is on air, and whether that was
-- accepted; the measurements are the operator's and the authority's. That a report was returned is
-- told to no other operator.
CREATE FUNCTION phusong.on_air_told(asked uuid[])
RETURNS TABLE (zone_id uuid, award_id uuid, on_air_on date, status text, answered_at timestamptz)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT newest.zone_id, newest.award_id, on_air_on, status, answered_at
   FROM (
       SELECT DISTINCT ON (on_air_report.zone_id, on_air_report.award_id)
              on_air_report.zone_id, on_air_report.award_id, on_air_report.operator_id, on_air_on,
              on_air_report.status, answered_at
       FROM on_air_report JOIN award ON award.id = award_id AND award.cancelled_on IS NULL
       WHERE on_air_report.zone_id = ANY (asked)
         AND on_air_report.status IN ('reported', 'accepted', 'refused')
       ORDER BY on_air_report.zone_id, on_air_report.award_id, reported_at DESC, on_air_report.id
   ) AS newest
   WHERE CASE acting_kind()
             WHEN 'operator' THEN status <> 'refused' OR operator_id = acting_organisation()
             ELSE acting_kind() IS NOT NULL END $$;
"""

ROWS = """
INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('on_air_months_shared', '2021-12-31', '14', 'Mặc định của chương trình: thời hạn phát sóng khi dùng chung cột có sẵn'),
    ('on_air_months_ready', '2021-12-31', '12', 'Mặc định của chương trình, theo thông lệ của Pháp: thời hạn phát sóng khi đã có mặt bằng, điện, đường và giấy phép'),
    ('minimal_new_share', '2021-12-31', '0.1', 'Mặc định của chương trình, theo kiểm toán chương trình của Úc: trạm phủ mới không quá phần này là ít hiệu quả'),
    ('due_soon_days', '2021-12-31', '60', 'Mặc định của chương trình: số ngày trước hạn phát sóng thì báo sắp đến hạn'),
    ('near_planned_m', '2021-12-31', '3000', 'Mặc định của chương trình, theo kiểm toán chương trình của Úc: gần trạm dự kiến của doanh nghiệp khác');
"""


def upgrade() -> None:
    for statement in (AWARDS, LIFE, REPORTS, ROWS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("what was awarded is kept; restore a back-up instead")
