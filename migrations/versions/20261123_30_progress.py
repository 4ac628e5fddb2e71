"""Progress: what provinces may know of one another, as counts by province.

Revision: 20261123_30, after 20261123_29
"""

from alembic import op

revision = "20261123_30"
down_revision = "20261123_29"
branch_labels = None
depends_on = None

# A province reads its own zones only. Of the others it is told these counts, so that provinces
# learn from each other: none of fewer than five zones, rows or decisions, and never for how many
# zones it is decided who pays. An operator is told nothing: payers are promises (DECISIONS 22).
BESIDE = """
CREATE FUNCTION phusong.provinces_beside()
RETURNS TABLE (province_code text, own boolean, submissions integer, rows integer,
               rows_accepted integer, decisions integer, decision_days float8,
               waiting_zones integer, waiting_households bigint, on_air_zones integer,
               on_air_households bigint, payer_decided integer, hidden text[])
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS $$
WITH sent AS (
    SELECT submission.province_code, count(*)::integer AS submissions,
           sum((totals ->> 'rows')::integer) FILTER (WHERE replaces IS NULL)::integer AS rows,
           sum((totals ->> 'accepted')::integer + (totals ->> 'warned')::integer)
               FILTER (WHERE replaces IS NULL)::integer AS rows_accepted
    FROM submission GROUP BY submission.province_code
), decided AS MATERIALIZED (
    SELECT zone_id, min(at) AS at FROM zone_event
    WHERE after ->> 'status' IN ('approved', 'returned', 'rejected', 'merged', 'awarded', 'on_air')
    GROUP BY zone_id
), stood AS (
    SELECT zone.province_code, count(decided.at)::integer AS decisions,
           percentile_cont(0.5) WITHIN GROUP (
               ORDER BY extract(epoch FROM decided.at - zone.created_at) / 86400
           ) FILTER (WHERE decided.at IS NOT NULL) AS decision_days,
           count(*) FILTER (WHERE waits)::integer AS waiting_zones,
           coalesce(sum(households) FILTER (WHERE waits), 0) AS waiting_households,
           count(*) FILTER (WHERE zone.status IN ('on_air', 'confirmed'))::integer AS on_air_zones,
           coalesce(sum(households) FILTER (WHERE zone.status IN ('on_air', 'confirmed')), 0)
               AS on_air_households,
           count(*) FILTER (WHERE waits AND queue <> 'undecided')::integer AS payer_decided
    FROM zone
    LEFT JOIN decided ON decided.zone_id = zone.id
    CROSS JOIN LATERAL (SELECT queue <> 'covered' AND status IN (
        'reported', 'under_review', 'returned', 'approved', 'in_package', 'awarded') AS waits) AS told
    GROUP BY zone.province_code
), figures AS (
    SELECT coalesce(sent.province_code, stood.province_code) AS province_code,
           (acting_kind() = 'province'
            AND coalesce(sent.province_code, stood.province_code) = acting_province()) AS own,
           acting_kind() IN ('authority', 'auditor') AS open,
           coalesce(submissions, 0) AS submissions, rows, rows_accepted, decisions, decision_days,
           waiting_zones, waiting_households, on_air_zones, on_air_households, payer_decided
    FROM sent FULL JOIN stood USING (province_code)
    WHERE acting_kind() IN ('authority', 'auditor', 'province')
), guarded AS (
    SELECT figures.*, NOT (open OR own) AS foreign_one,
           NOT (open OR own) AND coalesce(rows, 0) BETWEEN 1 AND 4 AS few_rows,
           NOT (open OR own) AND coalesce(decisions, 0) BETWEEN 1 AND 4 AS few_decisions,
           NOT (open OR own) AND coalesce(waiting_zones, 0) BETWEEN 1 AND 4 AS few_waiting,
           NOT (open OR own) AND coalesce(on_air_zones, 0) BETWEEN 1 AND 4 AS few_on_air
    FROM figures
)
SELECT province_code, own, submissions,
       CASE WHEN NOT few_rows THEN rows END, CASE WHEN NOT few_rows THEN rows_accepted END,
       CASE WHEN NOT few_decisions THEN decisions END,
       CASE WHEN NOT few_decisions THEN decision_days END,
       CASE WHEN NOT few_waiting THEN waiting_zones END,
       CASE WHEN NOT few_waiting THEN waiting_households::bigint END,
       CASE WHEN NOT few_on_air THEN on_air_zones END,
       CASE WHEN NOT few_on_air THEN on_air_households::bigint END,
       CASE WHEN NOT foreign_one THEN payer_decided END,
       array_remove(ARRAY[
           CASE WHEN few_rows THEN 'rows' END, CASE WHEN few_decisions THEN 'decisions' END,
           CASE WHEN few_waiting THEN 'waiting' END, CASE WHEN few_on_air THEN 'on_air' END,
           CASE WHEN foreign_one THEN 'payer' END], NULL)
FROM guarded $$;
"""


def upgrade() -> None:
    op.execute(BESIDE)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
