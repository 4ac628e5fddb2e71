"""The public keys that publications are signed for; the private ones never enter the database.

Revision: 20261123_24, after 20261123_23
"""

from alembic import op

revision = "20261123_24"
down_revision = "20261123_23"
branch_labels = None
depends_on = None

KIND = "(SELECT phusong.acting_kind())"
MINE = "(SELECT phusong.acting_organisation())"
OVERSIGHT = f"{KIND} IN ('authority', 'auditor')"
AUTHORITY = f"{KIND} = 'authority'"

KEYS = f"""
CREATE TABLE phusong.signing_key (
    id integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    fingerprint text NOT NULL,
    pem text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CONSTRAINT signing_key_pkey PRIMARY KEY (id),
    CONSTRAINT signing_key_fingerprint_key UNIQUE (fingerprint));
ALTER TABLE phusong.signing_key ENABLE ROW LEVEL SECURITY;
-- Public keys are for everybody, also for who has not signed in.
CREATE POLICY everyone_reads ON phusong.signing_key FOR SELECT TO phusong_app USING (true);
CREATE POLICY authority_adds ON phusong.signing_key FOR INSERT TO phusong_app
    WITH CHECK ({AUTHORITY} AND retired_at IS NULL);
CREATE POLICY authority_retires ON phusong.signing_key FOR UPDATE TO phusong_app
    USING ({AUTHORITY} AND retired_at IS NULL) WITH CHECK ({AUTHORITY} AND retired_at IS NOT NULL);
CREATE UNIQUE INDEX signing_key_current_key ON phusong.signing_key ((retired_at IS NULL))
    WHERE retired_at IS NULL;
GRANT SELECT, INSERT ON phusong.signing_key TO phusong_app;
GRANT UPDATE (retired_at) ON phusong.signing_key TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
"""


# A file is handed out in pieces: kept uncompressed, a piece is read without the rest. A ZIP of
# pictures would not shrink anyway. What is kept already is written anew, its bytes unchanged.
PIECES = """
ALTER TABLE phusong.package ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE phusong.package DISABLE TRIGGER package_stands;
UPDATE phusong.package SET content = content || ''::bytea;
ALTER TABLE phusong.package ENABLE TRIGGER package_stands;
"""


def upgrade() -> None:
    for statement in (KEYS, PIECES):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("keys that signed are kept; restore a back-up instead")
