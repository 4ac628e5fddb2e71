"""Signing in: links that set a password once, and attempts that are counted for every process.

Revision: 20261123_27, after 20261123_26
"""

from __future__ import annotations

from alembic import op

revision = "20261123_27"
down_revision = "20261123_26"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE phusong.attempt (
    key_sha256 bytea PRIMARY KEY,
    failed_at timestamptz[] NOT NULL,
    counts_until timestamptz NOT NULL
);
CREATE INDEX attempt_counts_until_idx ON phusong.attempt (counts_until);

CREATE TABLE phusong.password_link (
    person_id uuid PRIMARY KEY,
    token_sha256 bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT password_link_person_id_fkey FOREIGN KEY (person_id) REFERENCES phusong.person (id),
    CONSTRAINT password_link_token_sha256_key UNIQUE (token_sha256)
);

ALTER TABLE phusong.person ADD COLUMN signed_in_at timestamptz;
ALTER TABLE phusong.api_token ADD COLUMN used_at timestamptz;
"""

# Attempts have no policy: nobody sees a row, only the two functions below touch them, at the door.
WALLS = """
ALTER TABLE phusong.attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE phusong.password_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY authority ON phusong.password_link FOR ALL TO phusong_app
USING ((SELECT phusong.acting_kind()) = 'authority')
WITH CHECK ((SELECT phusong.acting_kind()) = 'authority');
GRANT SELECT ON phusong.attempt TO phusong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON phusong.password_link TO phusong_app;
"""

# An attempt is counted before it is judged, and everybody who counts under the same key waits in
# line for its row: a hundred at once are counted like a hundred in turn. Keys are locked in their
# order, and the sweep comes last and waits for nobody, so that no two can wait for each other.
ATTEMPTS = """
CREATE FUNCTION phusong.count_attempt(keys bytea[], most integer[], seconds integer[])
RETURNS integer VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
DECLARE
    one record;
    recent timestamptz[];
    wait integer := 0;
BEGIN
    FOR one IN SELECT * FROM unnest(keys, most, seconds) AS asked (key, most, seconds) ORDER BY key
    LOOP
        INSERT INTO attempt AS known (key_sha256, failed_at, counts_until)
        VALUES (one.key, '{}', clock_timestamp() + make_interval(secs => one.seconds))
        ON CONFLICT (key_sha256) DO UPDATE SET counts_until = excluded.counts_until,
            failed_at = ARRAY(
                SELECT at FROM unnest(known.failed_at) AS at
                WHERE at > clock_timestamp() - make_interval(secs => one.seconds) ORDER BY at)
        RETURNING failed_at INTO recent;
        IF cardinality(recent) >= one.most THEN
            wait := greatest(wait, 1, ceil(one.seconds
                - extract(epoch FROM clock_timestamp() - recent[1]))::integer);
        END IF;
    END LOOP;
    IF wait = 0 THEN
        UPDATE attempt SET failed_at = failed_at || clock_timestamp() WHERE key_sha256 = ANY (keys);
    ELSE
        -- What was not judged leaves no key, or a flood of invented logins would push out the rest.
        DELETE FROM attempt WHERE key_sha256 = ANY (keys) AND failed_at = '{}';
    END IF;
    DELETE FROM attempt WHERE key_sha256 IN (
        SELECT key_sha256 FROM attempt WHERE counts_until < clock_timestamp()
        ORDER BY counts_until LIMIT 100 FOR UPDATE SKIP LOCKED);
    -- Guessing cannot fill the disk: beyond ten thousand keys the oldest are forgotten.
    DELETE FROM attempt WHERE key_sha256 IN (
        SELECT key_sha256 FROM attempt ORDER BY counts_until
        LIMIT least(100, greatest(0, (SELECT count(*) FROM attempt) - 10000))
        FOR UPDATE SKIP LOCKED);
    RETURN wait;
END $$;

-- After a success: some keys are forgotten, of others only the newest attempt is taken back.
CREATE FUNCTION phusong.forgive_attempts(forgotten bytea[], taken_back bytea[])
RETURNS void VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    PERFORM FROM attempt WHERE key_sha256 = ANY (forgotten || taken_back)
    ORDER BY key_sha256 FOR UPDATE;
    DELETE FROM attempt WHERE key_sha256 = ANY (forgotten);
    UPDATE attempt SET failed_at = failed_at[1 : cardinality(failed_at) - 1]
    WHERE key_sha256 = ANY (taken_back);
END $$;
"""

LINKS = """
CREATE FUNCTION phusong.password_link_holder(asked bytea)
RETURNS TABLE (person_id uuid, organisation_id uuid, kind text, province_code text, role text,
               login text, full_name text, organisation text, expires_at timestamptz)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT person.id, organisation.id, kind, province_code, role, login, full_name,
          organisation.name, password_link.expires_at
   FROM password_link JOIN person ON person.id = password_link.person_id
   JOIN organisation ON organisation.id = organisation_id
   WHERE token_sha256 = asked AND password_link.expires_at > now() AND disabled_at IS NULL $$;

-- Of two browsers with the same link one deletes the row; the other finds none.
CREATE FUNCTION phusong.use_password_link(asked bytea, new_hash text)
RETURNS boolean VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
DECLARE
    holder uuid;
BEGIN
    DELETE FROM password_link WHERE token_sha256 = asked AND expires_at > clock_timestamp()
    RETURNING person_id INTO holder;
    UPDATE person SET password_hash = new_hash WHERE id = holder AND disabled_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM web_session WHERE person_id = holder;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION phusong.change_password(session bytea, new_hash text)
RETURNS boolean VOLATILE SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
DECLARE
    holder uuid;
BEGIN
    SELECT person_id INTO holder FROM web_session
    WHERE token_sha256 = session AND expires_at > now();
    UPDATE person SET password_hash = new_hash WHERE id = holder AND disabled_at IS NULL;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM web_session WHERE person_id = holder AND token_sha256 <> session;
    DELETE FROM password_link WHERE person_id = holder;
    RETURN true;
END $$;
"""

SESSIONS = """
CREATE OR REPLACE FUNCTION phusong.open_session(
    new_token bytea, new_person uuid, new_csrf text, hours integer)
RETURNS void VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ DELETE FROM web_session WHERE expires_at < now();
   UPDATE person SET signed_in_at = now() WHERE id = new_person;
   INSERT INTO web_session (token_sha256, person_id, csrf_token, expires_at)
   VALUES (new_token, new_person, new_csrf, now() + make_interval(hours => hours)) $$;

-- A person sees and ends their own sessions by the one they hold.
CREATE FUNCTION phusong.sessions_beside(session bytea, idle_minutes integer)
RETURNS TABLE (created_at timestamptz, seen_at timestamptz, expires_at timestamptz, this boolean)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT other.created_at, other.seen_at, other.expires_at, other.token_sha256 = session
   FROM web_session AS own JOIN web_session AS other ON other.person_id = own.person_id
   WHERE own.token_sha256 = session AND own.expires_at > now() AND other.expires_at > now()
     AND other.seen_at > now() - make_interval(mins => idle_minutes)
   ORDER BY other.seen_at DESC $$;

CREATE FUNCTION phusong.end_sessions_beside(session bytea)
RETURNS integer VOLATILE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ WITH ended AS (
       DELETE FROM web_session
       WHERE token_sha256 <> session AND person_id = (
           SELECT person_id FROM web_session WHERE token_sha256 = session AND expires_at > now())
       RETURNING 1)
   SELECT count(*)::integer FROM ended $$;
"""


def upgrade() -> None:
    for statement in (TABLES, WALLS, ATTEMPTS, LINKS, SESSIONS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
