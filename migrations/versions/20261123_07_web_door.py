"""What the web door asks: how the program stands, and a person's own new password.

Revision: 20261123_07, after 20261123_06
"""

from alembic import op

revision = "20261123_07"
down_revision = "20261123_06"
branch_labels = None
depends_on = None

# A probe comes without a name: it learns versions, never a row of anybody's.
STANDING = """
CREATE FUNCTION phusong.standing()
RETURNS TABLE (vintage text, approximate boolean, criteria text, official boolean)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = phusong, public, pg_temp AS
$$ SELECT active.name, active.approximate, criteria.name, criteria.official
   FROM (SELECT 1) AS always
   LEFT JOIN (SELECT name, approximate FROM vintage WHERE status = 'active') AS active ON true
   LEFT JOIN (SELECT name, official FROM criteria_set
              WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
              ORDER BY valid_from DESC, id DESC LIMIT 1) AS criteria ON true $$;
"""

# The asker must hold an open session; every other session of the person ends.
CHANGE_OWN = """
CREATE FUNCTION phusong.change_password(session bytea, new_hash text)
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
    RETURN true;
END $$;
"""


def upgrade() -> None:
    op.execute(STANDING)
    op.execute(CHANGE_OWN)


def downgrade() -> None:
    op.execute("DROP FUNCTION phusong.change_password(bytea, text)")
    op.execute("DROP FUNCTION phusong.standing()")
