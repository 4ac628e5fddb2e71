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
CREATE POLICY everyone_reads ON phusong.signing_key FOR SELECT TO phusong_app
    USING ({KIND} IS NOT NULL);
CREATE POLICY authority_keeps ON phusong.signing_key FOR ALL TO phusong_app
    USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});
GRANT SELECT, INSERT ON phusong.signing_key TO phusong_app;
GRANT UPDATE (retired_at) ON phusong.signing_key TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
"""


def upgrade() -> None:
    for statement in (KEYS,):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("keys that signed are kept; restore a back-up instead")
