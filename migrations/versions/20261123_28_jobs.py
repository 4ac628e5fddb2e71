"""Long work that people asked for, and how far it is.

Revision ID: 20261123_28
Revises: 20261123_27
"""

from __future__ import annotations

from alembic import op

revision = "20261123_28"
down_revision = "20261123_27"
branch_labels = None
depends_on = None

MINE = "(SELECT phusong.acting_organisation())"

# A job belongs to the organisation that asked, the authority's too: a file's name is nobody else's.
JOBS = f"""
CREATE TABLE phusong.job (
    id uuid NOT NULL,
    kind text NOT NULL,
    organisation_id uuid NOT NULL,
    person_id uuid,
    actor text NOT NULL,
    role text NOT NULL,
    argument jsonb NOT NULL,
    about text NOT NULL DEFAULT '',
    once text,
    state text NOT NULL DEFAULT 'waiting',
    doing text NOT NULL DEFAULT '',
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    address text NOT NULL DEFAULT '',
    refusal jsonb,
    acted text,
    tries integer NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL DEFAULT now(),
    begun_at timestamptz,
    heard_at timestamptz,
    ended_at timestamptz,
    cancel_asked boolean NOT NULL DEFAULT false,
    CONSTRAINT job_pkey PRIMARY KEY (id),
    CONSTRAINT job_organisation_id_fkey FOREIGN KEY (organisation_id)
        REFERENCES phusong.organisation (id),
    CONSTRAINT job_person_id_fkey FOREIGN KEY (person_id) REFERENCES phusong.person (id),
    CONSTRAINT job_state_check
        CHECK (state IN ('waiting', 'running', 'done', 'refused', 'failed', 'cancelled')),
    CONSTRAINT job_role_check CHECK (role IN ('province_officer', 'province_approver', 'reviewer',
        'planner', 'lead', 'operator', 'auditor', 'administrator')),
    CONSTRAINT job_ended_check CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)));
CREATE INDEX job_organisation_id_idx ON phusong.job (organisation_id, asked_at);
CREATE UNIQUE INDEX job_once_key ON phusong.job (once) WHERE state IN ('waiting', 'running');
ALTER TABLE phusong.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON phusong.job FOR ALL TO phusong_app
    USING (organisation_id = {MINE}) WITH CHECK (organisation_id = {MINE});
GRANT SELECT, INSERT ON phusong.job TO phusong_app;
GRANT UPDATE (about, once, state, doing, done, total, address, refusal, tries, begun_at, heard_at,
              ended_at, cancel_asked) ON phusong.job TO phusong_app;
"""

# Who waits for a job is told that it went on; the notification names the job and nothing of it.
NEWS = """
CREATE FUNCTION phusong.tell_of_job() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('phusong_job', NEW.id::text); RETURN NULL; END $$;
CREATE TRIGGER job_news AFTER UPDATE ON phusong.job
FOR EACH ROW EXECUTE FUNCTION phusong.tell_of_job();
"""

# What a job does for good leaves its name in the job, in the act's own transaction: a worker that
# is killed between the act and the job's end does not make the next one act twice.
ACTED = """
CREATE FUNCTION phusong.note_act_of_job() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    UPDATE job SET acted = NEW.subject
    WHERE id = current_setting('phusong.job')::uuid AND organisation_id = NEW.organisation_id;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_of_job AFTER INSERT ON phusong.audit_entry FOR EACH ROW
WHEN (coalesce(current_setting('phusong.job', true), '') <> '')
EXECUTE FUNCTION phusong.note_act_of_job();
"""

# For the worker, which does everybody's jobs: those that nobody does and no queue holds. And what
# is over is forgotten, a check's trace after a day because a check leaves nothing.
KEEPING = """
CREATE FUNCTION phusong.jobs_left(silent_seconds double precision)
RETURNS TABLE (id uuid, organisation_id uuid) STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ SELECT job.id, job.organisation_id FROM job
   WHERE acting_kind() = 'authority' AND state IN ('waiting', 'running')
     AND coalesce(heard_at, asked_at) < clock_timestamp() - make_interval(secs => silent_seconds)
     AND NOT EXISTS (SELECT 1 FROM jobs.procrastinate_jobs AS queued
                     WHERE queued.status IN ('todo', 'doing') AND queued.task_name = 'do_job'
                       AND queued.args ->> 'job_id' = job.id::text) $$;

CREATE FUNCTION phusong.forget_jobs() RETURNS bigint VOLATILE SECURITY DEFINER LANGUAGE sql
SET search_path = phusong, public, pg_temp AS
$$ WITH gone AS (
       DELETE FROM job WHERE acting_kind() = 'authority'
         AND ended_at < now() - CASE WHEN kind LIKE 'check%' THEN interval '1 day'
                                     ELSE interval '30 days' END
       RETURNING 1)
   SELECT count(*) FROM gone $$;
"""

# A page that listens does not keep its session alive: looking at it is not being seen.
SESSIONS = """
CREATE FUNCTION phusong.session_is_open(asked bytea, idle_minutes integer) RETURNS boolean STABLE
SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT EXISTS (
       SELECT 1 FROM web_session JOIN person ON person.id = person_id
       WHERE token_sha256 = asked AND expires_at > now() AND disabled_at IS NULL
         AND seen_at > now() - make_interval(mins => idle_minutes)) $$;
"""


def upgrade() -> None:
    for statement in (JOBS, NEWS, ACTED, KEEPING, SESSIONS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
