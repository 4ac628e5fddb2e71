"""The three walls: who may see and write which row, an append-only log, published is for ever.

Revision: 20261123_02, after 20261123_01
"""

from alembic import op

revision = "20261123_02"
down_revision = "20261123_01"
branch_labels = None
depends_on = None

# The application connects as, or takes, this role. It owns nothing and bypasses nothing.
ROLE = """
DO $$ BEGIN
    CREATE ROLE phusong_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- roles belong to the cluster
END $$;
GRANT USAGE ON SCHEMA phusong TO phusong_app;
"""

# Who acts: set per transaction by coverage.storage.sessions. The kind and the province are
# looked up, never taken from a setting.
ACTING = """
CREATE FUNCTION phusong.acting_organisation() RETURNS uuid STABLE LANGUAGE sql AS
$$ SELECT nullif(current_setting('phusong.organisation', true), '')::uuid $$;

CREATE FUNCTION phusong.acting_kind() RETURNS text STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT kind FROM organisation WHERE id = acting_organisation() $$;

CREATE FUNCTION phusong.acting_province() RETURNS text STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT province_code FROM organisation WHERE id = acting_organisation() $$;

CREATE FUNCTION phusong.zone_is_published(asked uuid) RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM lot_zone JOIN package_lot USING (lot_id) JOIN package ON package.id = package_id
       WHERE zone_id = asked AND package.status <> 'draft') $$;

CREATE FUNCTION phusong.lot_is_published(asked uuid) RETURNS boolean STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM package_lot JOIN package ON package.id = package_id
       WHERE lot_id = asked AND package.status <> 'draft') $$;
"""

ALL, READ = "ALL", "SELECT"
KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
MY_PROVINCE = "(SELECT phusong.acting_province())"
AUTHORITY = f"{KIND} = 'authority'"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"

# table, policy, command, condition. What no policy allows is neither seen nor written.
POLICIES = [
    ("organisation", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("organisation", "authority_writes", ALL, AUTHORITY),
    ("person", "own", READ, f"organisation_id = {MINE}"),
    ("person", "authority", ALL, AUTHORITY),
    ("web_session", "authority", ALL, AUTHORITY),
    ("api_token", "own", READ, f"organisation_id = {MINE}"),
    ("api_token", "authority", ALL, AUTHORITY),
    ("vintage", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("vintage", "authority_writes", ALL, AUTHORITY),
    ("unit", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("unit", "authority_writes", ALL, AUTHORITY),
    ("unit_change", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("unit_change", "authority_writes", ALL, AUTHORITY),
    ("submission", "oversight_reads", READ, OVERSIGHT),
    ("submission", "province_reads", READ, f"organisation_id = {MINE}"),
    ("submission", "province_submits", "INSERT",
     f"organisation_id = {MINE} AND province_code = {MY_PROVINCE}"),
    ("submission", "province_changes", "UPDATE", f"organisation_id = {MINE}"),
    ("survey_row", "oversight_reads", READ, OVERSIGHT),
    ("survey_row", "province_reads", READ,
     "EXISTS (SELECT 1 FROM phusong.submission WHERE submission.id = submission_id"
     f" AND submission.organisation_id = {MINE})"),
    ("survey_row", "province_submits", "INSERT",
     "EXISTS (SELECT 1 FROM phusong.submission WHERE submission.id = submission_id"
     f" AND submission.organisation_id = {MINE})"),
    ("column_mapping", "own", ALL, f"organisation_id = {MINE}"),
    ("zone", "oversight_reads", READ, OVERSIGHT),
    ("zone", "authority_judges", "UPDATE", AUTHORITY),
    ("zone", "province_reads", READ, f"organisation_id = {MINE}"),
    ("zone", "province_reports", "INSERT",
     f"organisation_id = {MINE} AND province_code = {MY_PROVINCE}"),
    ("zone", "province_corrects", "UPDATE",
     f"organisation_id = {MINE} AND province_code = {MY_PROVINCE}"),
    ("zone", "operator_reads_published", READ,
     f"{KIND} = 'operator' AND phusong.zone_is_published(id)"),
    ("register", "oversight_reads", READ, OVERSIGHT),
    ("register", "authority_loads", ALL, AUTHORITY),
    ("register", "operator_loads", ALL,
     f"{KIND} = 'operator' AND organisation_id = {MINE}"),
    ("site", "oversight_reads", READ, OVERSIGHT),
    ("site", "authority_loads", ALL, AUTHORITY),
    ("site", "operator_loads", ALL,
     "EXISTS (SELECT 1 FROM phusong.register WHERE register.id = register_id"
     f" AND register.organisation_id = {MINE})"),
    ("site", "operator_reads_own", READ,
     "EXISTS (SELECT 1 FROM phusong.site_operator WHERE site_operator.site_id = site.id"
     f" AND site_operator.operator_id = {MINE})"),
    ("site_operator", "oversight_reads", READ, OVERSIGHT),
    ("site_operator", "authority_loads", ALL, AUTHORITY),
    ("site_operator", "own", ALL, f"operator_id = {MINE}"),
    ("criteria_set", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("criteria_set", "authority_writes", ALL, AUTHORITY),
    ("queue_rule", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("queue_rule", "authority_writes", ALL, AUTHORITY),
    ("setting", "everyone_reads", READ, f"{KIND} IS NOT NULL"),
    ("setting", "authority_writes", ALL, AUTHORITY),
    ("verdict", "oversight_reads", READ, OVERSIGHT),
    ("verdict", "authority_assesses", ALL, AUTHORITY),
    ("verdict", "operator_reads_own", READ, f"operator_id = {MINE}"),
    ("verdict", "province_reads_own_zones", READ,
     "EXISTS (SELECT 1 FROM phusong.zone WHERE zone.id = zone_id"
     f" AND zone.organisation_id = {MINE})"),
    ("lot", "oversight_reads", READ, OVERSIGHT),
    ("lot", "authority_plans", ALL, AUTHORITY),
    ("lot", "province_reads", READ, f"province_code = {MY_PROVINCE}"),
    ("lot", "operator_reads_published", READ,
     f"{KIND} = 'operator' AND phusong.lot_is_published(id)"),
    ("lot_zone", "oversight_reads", READ, OVERSIGHT),
    ("lot_zone", "authority_plans", ALL, AUTHORITY),
    ("lot_zone", "others_read_with_lot", READ,
     "EXISTS (SELECT 1 FROM phusong.lot WHERE lot.id = lot_id)"),
    ("package", "oversight_reads", READ, OVERSIGHT),
    ("package", "authority_builds", ALL, AUTHORITY),
    ("package", "everyone_reads_published", READ, f"{KIND} IS NOT NULL AND status <> 'draft'"),
    ("package_lot", "oversight_reads", READ, OVERSIGHT),
    ("package_lot", "authority_builds", ALL, AUTHORITY),
    ("package_lot", "others_read_with_package", READ,
     "EXISTS (SELECT 1 FROM phusong.package WHERE package.id = package_id)"),
    ("download", "oversight_reads", READ, OVERSIGHT),
    ("download", "own", READ, f"organisation_id = {MINE}"),
    ("download", "own_is_logged", "INSERT", f"organisation_id = {MINE}"),
    ("audit_entry", "oversight_reads", READ, OVERSIGHT),
    ("audit_entry", "own", READ, f"organisation_id = {MINE}"),
]  # fmt: skip

# Tables that the application may only read, or add to, whatever a policy says.
GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA phusong TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
REVOKE INSERT, UPDATE, DELETE ON phusong.audit_entry FROM phusong_app;
REVOKE UPDATE, DELETE ON phusong.download, phusong.survey_row FROM phusong_app;
REVOKE DELETE ON phusong.submission, phusong.zone, phusong.package FROM phusong_app;
GRANT UPDATE (zone_id) ON phusong.survey_row TO phusong_app;
DO $$ BEGIN
    IF to_regclass('phusong.alembic_version') IS NOT NULL THEN
        REVOKE ALL ON phusong.alembic_version FROM phusong_app;
        GRANT SELECT ON phusong.alembic_version TO phusong_app;
    END IF;
END $$;
"""

# The log. Its text to hash is the one of coverage/audit.py; a test compares the two.
AUDIT = """
CREATE FUNCTION phusong.audit_append(new_act text, new_subject text, new_detail text)
RETURNS bigint VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
DECLARE
    last audit_entry;
    entry audit_entry;
    part text;
    hashed text := '';
BEGIN
    -- One writer at a time until its transaction ends: a chain has one last link.
    PERFORM pg_advisory_xact_lock(452, 1);
    SELECT * INTO last FROM audit_entry ORDER BY sequence DESC LIMIT 1;
    entry.sequence := coalesce(last.sequence, 0) + 1;
    entry.at := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    entry.organisation_id := acting_organisation();
    SELECT name INTO STRICT entry.organisation FROM organisation WHERE id = entry.organisation_id;
    entry.actor := current_setting('phusong.actor');
    entry.act := new_act;
    entry.subject := new_subject;
    entry.detail := new_detail;
    entry.previous_hash := coalesce(last.hash, repeat('0', 64));
    FOREACH part IN ARRAY ARRAY[entry.previous_hash, entry.sequence::text, entry.at,
        entry.organisation, entry.actor, entry.act, entry.subject, entry.detail] LOOP
        hashed := hashed || length(part)::text || ':' || part;
    END LOOP;
    entry.hash := encode(sha256(convert_to(hashed, 'UTF8')), 'hex');
    INSERT INTO audit_entry SELECT entry.*;
    RETURN entry.sequence;
END $$;

CREATE FUNCTION phusong.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON phusong.audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION phusong.refuse_change();

-- What was once built never changes; a draft may be published, a published one superseded.
CREATE FUNCTION phusong.package_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.version, NEW.province_code, NEW.vintage, NEW.approximate, NEW.totals,
        NEW.manifest, NEW.file_name, NEW.sha256, NEW.content, NEW.built_by, NEW.built_at)
       IS DISTINCT FROM
       (OLD.number, OLD.version, OLD.province_code, OLD.vintage, OLD.approximate, OLD.totals,
        OLD.manifest, OLD.file_name, OLD.sha256, OLD.content, OLD.built_by, OLD.built_at)
       OR (OLD.status <> 'draft' AND NEW.status = 'draft')
       OR (OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at) THEN
        RAISE EXCEPTION 'package % stands as built', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER package_stands BEFORE UPDATE ON phusong.package
FOR EACH ROW EXECUTE FUNCTION phusong.package_stands();
"""

# At the door nobody is known yet: these functions answer one question each, by a secret that
# the asker must already hold.
DOOR = """
CREATE FUNCTION phusong.person_for_login(asked text)
RETURNS TABLE (id uuid, organisation_id uuid, kind text, province_code text, role text,
               full_name text, password_hash text)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT person.id, organisation.id, kind, province_code, role, full_name, password_hash
   FROM person JOIN organisation ON organisation.id = organisation_id
   WHERE login = lower(asked) AND disabled_at IS NULL $$;

CREATE FUNCTION phusong.open_session(new_token bytea, new_person uuid, new_csrf text, hours integer)
RETURNS void VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ DELETE FROM web_session WHERE expires_at < now();
   INSERT INTO web_session (token_sha256, person_id, csrf_token, expires_at)
   VALUES (new_token, new_person, new_csrf, now() + make_interval(hours => hours)) $$;

CREATE FUNCTION phusong.session_holder(asked bytea, idle_minutes integer)
RETURNS TABLE (person_id uuid, organisation_id uuid, kind text, province_code text, role text,
               login text, full_name text, csrf_token text)
VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ WITH seen AS (
       UPDATE web_session SET seen_at = now()
       WHERE token_sha256 = asked AND expires_at > now()
         AND seen_at > now() - make_interval(mins => idle_minutes)
       RETURNING person_id, csrf_token)
   SELECT person.id, organisation.id, kind, province_code, role, login, full_name, csrf_token
   FROM seen JOIN person ON person.id = seen.person_id
   JOIN organisation ON organisation.id = organisation_id
   WHERE disabled_at IS NULL $$;

CREATE FUNCTION phusong.close_session(asked bytea)
RETURNS void VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ DELETE FROM web_session WHERE token_sha256 = asked $$;

CREATE FUNCTION phusong.token_holder(asked bytea)
RETURNS TABLE (organisation_id uuid, kind text, province_code text, role text, label text)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT organisation.id, kind, province_code, role, label
   FROM api_token JOIN organisation ON organisation.id = organisation_id
   WHERE token_sha256 = asked AND revoked_at IS NULL $$;

-- The command line runs on the server's own machine and acts for the organisation it names.
CREATE FUNCTION phusong.organisation_for(asked_kind text, asked_province text, asked_name text)
RETURNS TABLE (id uuid, province_code text)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT id, province_code FROM organisation
   WHERE kind = asked_kind AND (asked_province IS NULL OR province_code = asked_province)
     AND (asked_name IS NULL OR name = asked_name)
   ORDER BY created_at, id LIMIT 1 $$;

-- What a province may learn of other provinces' zones (design.md §6): that one lies N m away.
CREATE FUNCTION phusong.zones_of_others_near(longitudes float8[], latitudes float8[], within_m float8)
RETURNS TABLE (place integer, province_code text, distance_m float8)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT asked.place::integer, zone.province_code,
          ST_Distance(zone.point::geography, asked.point::geography)
   FROM (SELECT ordinality AS place, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326) AS point
         FROM unnest(longitudes, latitudes) WITH ORDINALITY AS given (longitude, latitude)) AS asked
   JOIN zone ON ST_DWithin(zone.point::geography, asked.point::geography, within_m)
   WHERE zone.organisation_id <> acting_organisation()
     AND zone.status NOT IN ('rejected', 'withdrawn', 'merged') $$;
"""

# Spatial operators are not leakproof, so under row-level security the planner may not use
# the index before the policy: measured 34 ms against 0.6 ms for a small box. They reveal
# nothing but errors on invalid geometry, which our columns cannot hold.
LEAKPROOF = """
DO $$ BEGIN
    ALTER FUNCTION public.geometry_overlaps(public.geometry, public.geometry) LEAKPROOF;
    ALTER FUNCTION public.geography_overlaps(public.geography, public.geography) LEAKPROOF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'not a superuser: map queries under row-level security will be slower';
END $$;
"""

# PostGIS 3.3 lacks the provincial VN-2000 meridians; PROJ knows them by code.
MERIDIANS = """
INSERT INTO public.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
SELECT code, 'EPSG', code, '', '' FROM generate_series(9205, 9218) AS code
ON CONFLICT (srid) DO NOTHING;
"""


def upgrade() -> None:
    for statement in (ROLE, ACTING, AUDIT, DOOR):
        op.execute(statement)
    for table, name, command, condition in POLICIES:
        op.execute(f"ALTER TABLE phusong.{table} ENABLE ROW LEVEL SECURITY")
        clauses = {
            "ALL": f"USING ({condition}) WITH CHECK ({condition})",
            "SELECT": f"USING ({condition})",
            "INSERT": f"WITH CHECK ({condition})",
            "UPDATE": f"USING ({condition}) WITH CHECK ({condition})",
        }
        op.execute(
            f"CREATE POLICY {name} ON phusong.{table} FOR {command} TO phusong_app {clauses[command]}"
        )
    for statement in (GRANTS, LEAKPROOF, MERIDIANS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("walls are not taken down; restore a back-up instead")
