"""The version of what tiles show, which changes with every change of it; and the tiles themselves.

Revision ID: 20261123_29
Revises: 20261123_28
"""

from __future__ import annotations

from alembic import op

revision = "20261123_29"
down_revision = "20261123_28"
branch_labels = None
depends_on = None

# Every transaction that changes what tiles show leaves a row of its own, so that nobody waits for
# anybody. A version is a hash of the rows that are seen: also one that comes late changes it. The
# marks are random, so that no version ever comes again, whatever is swept away or restored.
CHANGES = """
CREATE TABLE phusong.tile_change (
    layer text NOT NULL,
    transaction text NOT NULL DEFAULT pg_current_xact_id()::text,
    mark uuid NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT tile_change_pkey PRIMARY KEY (layer, transaction));
ALTER TABLE phusong.tile_change ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION phusong.tiles_change() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql
SET search_path = phusong, public, pg_temp AS $$
BEGIN
    -- A row out of a back-up may bear this transaction's number; it gets a mark of its own.
    INSERT INTO tile_change (layer) SELECT unnest(TG_ARGV)
    ON CONFLICT (layer, transaction) DO UPDATE SET mark = gen_random_uuid()
    WHERE tile_change.xmin <> pg_current_xact_id()::xid;
    RETURN NULL;
END $$;

-- Some of what is seen changes by the clock alone: a round of consultation and a package open at
-- their minute. How many have opened is part of the version.
CREATE FUNCTION phusong.tile_standing()
RETURNS TABLE (zones text, sites text, due boolean, today date, changes bigint)
STABLE SECURITY DEFINER LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
BEGIN
    SELECT concat_ws('.', count(*) FILTER (WHERE layer = 'zones'),
                     bit_xor(hashtextextended(mark::text, 0)) FILTER (WHERE layer = 'zones'),
                     (SELECT count(*) FROM consultation_round WHERE opens_at <= now()),
                     (SELECT count(*) FROM package WHERE opens_at <= now())),
           concat_ws('.', count(*) FILTER (WHERE layer = 'sites'),
                     bit_xor(hashtextextended(mark::text, 0)) FILTER (WHERE layer = 'sites')),
           count(*)
    INTO zones, sites, changes FROM tile_change;
    due := EXISTS (SELECT 1 FROM package_opening WHERE opened_at IS NULL) AND openings_due();
    today := CAST(now() AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date);
    RETURN NEXT;
END $$;

-- Rows that everybody has seen are of no more use. What takes their place has never been seen, so
-- the versions that follow are new ones: sweeping costs tiles that are made again, nothing else.
CREATE FUNCTION phusong.sweep_tile_changes() RETURNS void VOLATILE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
BEGIN
    IF pg_try_advisory_xact_lock(452, 29) THEN
        DELETE FROM tile_change;
        INSERT INTO tile_change (layer) VALUES ('zones'), ('sites');
    END IF;
END $$;
"""

# The questions that every request asks, and every policy, with plans that are kept: a function in
# SQL that is not inlined is planned anew at every call (0.47 ms against 0.12 ms for a token).
ASKED_OFTEN = """
CREATE OR REPLACE FUNCTION phusong.acting_kind() RETURNS text STABLE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS
$$ BEGIN RETURN (SELECT kind FROM organisation WHERE id = acting_organisation()); END $$;

CREATE OR REPLACE FUNCTION phusong.acting_province() RETURNS text STABLE SECURITY DEFINER
LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS
$$ BEGIN RETURN (SELECT province_code FROM organisation WHERE id = acting_organisation()); END $$;

CREATE OR REPLACE FUNCTION phusong.session_holder(asked bytea, idle_minutes integer)
RETURNS TABLE (person_id uuid, organisation_id uuid, kind text, province_code text, role text,
               login text, full_name text, csrf_token text)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH seen AS (
        UPDATE web_session SET seen_at = now()
        WHERE token_sha256 = asked AND expires_at > now()
          AND seen_at > now() - make_interval(mins => idle_minutes)
        RETURNING person_id, csrf_token)
    SELECT person.id, organisation.id, kind, province_code, role, login, full_name, csrf_token
    FROM seen JOIN person ON person.id = seen.person_id
    JOIN organisation ON organisation.id = organisation_id
    WHERE disabled_at IS NULL;
END $$;

-- When a token was used (27) is kept to the hour: a program that asks all day does not write all day.
CREATE OR REPLACE FUNCTION phusong.token_holder(asked bytea)
RETURNS TABLE (organisation_id uuid, kind text, province_code text, role text, label text)
VOLATILE SECURITY DEFINER LANGUAGE plpgsql SET search_path = phusong, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    token api_token;
BEGIN
    SELECT * INTO token FROM api_token WHERE token_sha256 = asked AND revoked_at IS NULL;
    IF token.used_at IS NULL OR token.used_at < now() - interval '1 hour' THEN
        UPDATE api_token SET used_at = now() WHERE id = (
            SELECT id FROM api_token WHERE id = token.id FOR UPDATE SKIP LOCKED);
    END IF;
    RETURN QUERY
    SELECT organisation.id, kind, province_code, token.role, token.label
    FROM organisation WHERE organisation.id = token.organisation_id;
END $$;
"""

# What each layer is drawn from, and what decides who sees it.
SOURCES = {
    "zone": ("zones",),
    "dispute": ("zones",),
    "verdict": ("zones",),
    "consultation_round": ("zones",),
    "consultation_zone": ("zones",),
    "promise": ("zones",),
    "package": ("zones",),
    "package_lot": ("zones",),
    "package_opening": ("zones",),
    "lot_zone": ("zones",),
    "unit": ("zones",),
    "site_operator": ("sites",),
    "organisation": ("zones", "sites"),
}

# A place in the world as whole numbers of 26 bits: 14 for the tile at the deepest zoom, 12 for the
# place in it. Shifts give the tile at every zoom, so that a point is in exactly one at each.
PLACES = """
CREATE FUNCTION phusong.tile_across(point public.geometry) RETURNS integer
IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT CAST(least(67108863, greatest(0, floor(
       (public.ST_X(point) + 180) / 360 * 67108864))) AS integer) $$;
CREATE FUNCTION phusong.tile_down(point public.geometry) RETURNS integer
IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT CAST(least(67108863, greatest(0, floor(
       (0.5 - ln(tan(radians(45 + least(89, greatest(-89, public.ST_Y(point))) / 2))) / (2 * pi()))
       * 67108864))) AS integer) $$;

-- A tile's box in degrees, a hair wider; what lies beyond the map's ends belongs to its last rows.
CREATE FUNCTION phusong.tile_box(z integer, x integer, y integer) RETURNS public.geometry
IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT public.ST_MakeEnvelope(
       x * 360.0 / (1 << z) - 180.0000001,
       CASE WHEN y = (1 << z) - 1 THEN -90
            ELSE degrees(atan(sinh(pi() * (1 - 2.0 * (y + 1) / (1 << z))))) - 0.0000001 END,
       (x + 1) * 360.0 / (1 << z) - 179.9999999,
       CASE WHEN y = 0 THEN 90
            ELSE degrees(atan(sinh(pi() * (1 - 2.0 * y / (1 << z))))) + 0.0000001 END,
       4326) $$;
"""

IN_TILE = "across >> (26 - z) = x AND down >> (26 - z) = y"
ENDED = "('rejected', 'merged', 'withdrawn')"  # maps.symbols.NOT_DRAWN

# Zones as they stand, and as they stood; both by what the asker is told (coverage/storage/zones.py).
# OFFSET 0 keeps a place from being computed again for every use of it.
FACTS = """zone.id, village, commune_code, vintage, signal, grid_power,
       specially_difficult, phusong.tile_across(point) AS across, phusong.tile_down(point) AS down"""
NOW = f"""
    SELECT {FACTS}, households,
           CASE WHEN status = 'approved' AND zone.id = ANY (sealed) THEN 'in_package'
                ELSE status END AS status,
           CASE WHEN operator_asks AND status <> 'in_package' THEN NULL ELSE queue END AS queue
    FROM phusong.zone WHERE point && box AND status NOT IN {ENDED} OFFSET 0"""
FORMER = """coalesce((SELECT CAST(before ->> '{0}' AS {1}) FROM phusong.zone_event
            WHERE zone_id = zone.id AND at >= ends_at AND before ? '{0}'
            ORDER BY zone_event.id LIMIT 1), {0}) AS {0}"""
THEN = f"""
    SELECT {FACTS}, {FORMER.format("status", "text")}, {FORMER.format("queue", "text")},
           {FORMER.format("households", "integer")}
    FROM phusong.zone WHERE point && box AND created_at < ends_at OFFSET 0"""

DETAILED = f"""
    SELECT public.ST_AsMVT(drawn, 'zones', 4096, 'geom') INTO tile FROM (
        SELECT public.ST_MakePoint((across >> (14 - z)) & 4095, (down >> (14 - z)) & 4095) AS geom,
               seen.id::text AS id, village, commune.full_name AS commune, queue, status, signal,
               grid_power AS power, specially_difficult AS difficult, households,
               nullif(seen.id = ANY (disputed), false) AS disputed
        FROM ({{zones}}) AS seen
        LEFT JOIN phusong.unit AS commune ON commune.vintage = seen.vintage
             AND commune.level = 'commune' AND commune.code = seen.commune_code
        WHERE {IN_TILE} AND status NOT IN {ENDED}
        ORDER BY seen.id) AS drawn;"""
CELLS = f"""
    SELECT public.ST_AsMVT(drawn, 'zone_cells', 4096, 'geom') INTO tile FROM (
        SELECT public.ST_MakePoint(
                   floor(sum(CAST((across >> (14 - z)) & 4095 AS float8) * households) / sum(households)),
                   floor(sum(CAST((down >> (14 - z)) & 4095 AS float8) * households) / sum(households))
               ) AS geom, queue, status, count(*) AS zones, sum(households) AS households
        FROM ({{zones}}) AS seen
        WHERE {IN_TILE} AND status NOT IN {ENDED}
        GROUP BY across >> (22 - z), down >> (22 - z), queue, status
        ORDER BY across >> (22 - z), down >> (22 - z), queue, status) AS drawn;"""

# A tile runs as the organisation it is made for, under its row-level security, to the end of the
# statement's own transaction. Of detailed tiles the box is a small one, whatever its values.
ZONES = f"""
CREATE FUNCTION phusong.zone_tile_detailed(z integer, x integer, y integer, ends_at timestamptz)
RETURNS bytea VOLATILE LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    tile bytea;
    box public.geometry := phusong.tile_box(z, x, y);
    operator_asks boolean := phusong.acting_kind() = 'operator';
    sealed uuid[] := ARRAY(SELECT phusong.sealed_zones());
    disputed uuid[] := ARRAY(SELECT phusong.disputed_zones(
        ARRAY(SELECT zone.id FROM phusong.zone WHERE point && box)));
BEGIN
    IF ends_at IS NULL THEN {DETAILED.format(zones=NOW)}
    ELSE {DETAILED.format(zones=THEN)}
    END IF;
    RETURN tile;
END $$;

CREATE FUNCTION phusong.zone_tile_cells(z integer, x integer, y integer, ends_at timestamptz)
RETURNS bytea VOLATILE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    tile bytea;
    box public.geometry := phusong.tile_box(z, x, y);
    operator_asks boolean := phusong.acting_kind() = 'operator';
    sealed uuid[] := ARRAY(SELECT phusong.sealed_zones());
BEGIN
    IF ends_at IS NULL THEN {CELLS.format(zones=NOW)}
    ELSE {CELLS.format(zones=THEN)}
    END IF;
    RETURN tile;
END $$;

CREATE FUNCTION phusong.zone_tile(
    organisation uuid, z integer, x integer, y integer, ends_at timestamptz)
RETURNS bytea VOLATILE LANGUAGE plpgsql AS $$
DECLARE
    tile bytea;
BEGIN
    PERFORM set_config('phusong.organisation', organisation::text, true),
            set_config('phusong.actor', '', true),
            set_config('phusong.many', CASE WHEN z < 9 THEN 'yes' ELSE '' END, true);
    IF ends_at IS NOT NULL AND phusong.acting_kind() = 'operator' THEN
        RAISE EXCEPTION 'an operator is not told what was' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF z >= 9 THEN
        tile := phusong.zone_tile_detailed(z, x, y, ends_at);
        IF octet_length(tile) <= 500000 THEN
            RETURN tile;
        END IF;
    END IF;
    RETURN phusong.zone_tile_cells(z, x, y, ends_at);
END $$;
"""

ON_AIR = """FROM phusong.site_operator JOIN phusong.organisation ON organisation.id = operator_id
              WHERE point && box AND on_air IS NOT FALSE OFFSET 0"""
SITES = f"""
CREATE INDEX site_operator_point_idx ON phusong.site_operator USING gist (point)
    WHERE on_air IS NOT FALSE;

CREATE FUNCTION phusong.site_tile_detailed(z integer, x integer, y integer)
RETURNS bytea VOLATILE LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    tile bytea;
    box public.geometry := phusong.tile_box(z, x, y);
BEGIN
    SELECT public.ST_AsMVT(drawn, 'sites', 4096, 'geom') INTO tile FROM (
        SELECT public.ST_MakePoint((across >> (14 - z)) & 4095, (down >> (14 - z)) & 4095) AS geom,
               operator, array_to_string(technologies, ',') AS technologies,
               nullif(site_code, '') AS code
        FROM (SELECT phusong.tile_across(point) AS across, phusong.tile_down(point) AS down,
                     organisation.name AS operator, technologies, site_code, site_id
              {ON_AIR}) AS seen
        WHERE {IN_TILE}
        ORDER BY operator, site_id, site_code) AS drawn;
    RETURN tile;
END $$;

CREATE FUNCTION phusong.site_tile_cells(z integer, x integer, y integer)
RETURNS bytea VOLATILE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    tile bytea;
    box public.geometry := phusong.tile_box(z, x, y);
BEGIN
    SELECT public.ST_AsMVT(drawn, 'site_cells', 4096, 'geom') INTO tile FROM (
        SELECT public.ST_MakePoint(floor(avg((across >> (14 - z)) & 4095)),
                                   floor(avg((down >> (14 - z)) & 4095))) AS geom,
               operator, count(*) AS sites
        FROM (SELECT phusong.tile_across(point) AS across, phusong.tile_down(point) AS down,
                     organisation.name AS operator
              {ON_AIR}) AS seen
        WHERE {IN_TILE}
        GROUP BY across >> (22 - z), down >> (22 - z), operator
        ORDER BY across >> (22 - z), down >> (22 - z), operator) AS drawn;
    RETURN tile;
END $$;

CREATE FUNCTION phusong.site_tile(organisation uuid, z integer, x integer, y integer)
RETURNS bytea VOLATILE LANGUAGE plpgsql AS $$
DECLARE
    tile bytea;
BEGIN
    PERFORM set_config('phusong.organisation', organisation::text, true),
            set_config('phusong.actor', '', true);
    IF z >= 10 THEN
        tile := phusong.site_tile_detailed(z, x, y);
        IF octet_length(tile) <= 500000 THEN
            RETURN tile;
        END IF;
    END IF;
    RETURN phusong.site_tile_cells(z, x, y);
END $$;
"""


def upgrade() -> None:
    op.execute(CHANGES)
    op.execute(ASKED_OFTEN)
    for table, layers in SOURCES.items():
        arguments = ", ".join(f"'{layer}'" for layer in layers)
        op.execute(
            f"CREATE TRIGGER tiles_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            f" ON phusong.{table} FOR EACH STATEMENT EXECUTE FUNCTION phusong.tiles_change({arguments});"
            # Also where other triggers are silenced: a cache must never be told nothing.
            f" ALTER TABLE phusong.{table} ENABLE ALWAYS TRIGGER tiles_change"
        )
    for statement in (PLACES, ZONES, SITES):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up instead")
