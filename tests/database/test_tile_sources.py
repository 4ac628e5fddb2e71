"""Whatever decides what a tile shows, or to whom, changes the tiles' version."""

from __future__ import annotations

import re

from sqlalchemy import text

ROOTS = {
    "zones": ("zone_tile_detailed", "zone_tile_cells", "zone_tile"),
    "sites": ("site_tile_detailed", "site_tile_cells", "site_tile"),
}


def read_by(connection, functions):
    """The tables that functions read, those that their policies ask, and so on to the end.

    What a function reads as its owner no policy is asked about.
    """
    tables = set(connection.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'phusong'::regnamespace"
             " AND relkind = 'r'")
    ).scalars())  # fmt: skip
    bodies = {row.proname: row for row in connection.execute(
        text("SELECT proname, bool_and(prosecdef) AS as_owner, string_agg(prosrc, ' ') AS said"
             " FROM pg_proc WHERE pronamespace = 'phusong'::regnamespace GROUP BY proname")
    )}  # fmt: skip
    policies = dict(connection.execute(
        text("SELECT tablename, string_agg(concat_ws(' ', qual, with_check), ' ')"
             " FROM pg_policies WHERE schemaname = 'phusong' AND cmd IN ('ALL', 'SELECT')"
             " GROUP BY tablename")
    ).all())  # fmt: skip
    seen, queue = set(), [(name, False) for name in functions]
    while queue:
        name, as_owner = queue.pop()
        if (name, as_owner) in seen:
            continue
        seen.add((name, as_owner))
        if name in tables:
            said = "" if as_owner else policies.get(name, "")
        else:
            as_owner = as_owner or bodies[name].as_owner
            said = bodies[name].said
        said = re.sub(r"--.*", "", said)
        read = set(re.findall(r"(?:\bFROM|\bJOIN)[\s(]+(?:phusong\.)?(\w+)", said)) & tables
        called = set(re.findall(r"(\w+)\(", said)) & set(bodies)
        queue += [(each, as_owner) for each in read | called]
    return {name for name, _ in seen} & tables


def with_trigger(connection, layer):
    return set(connection.execute(
        text("SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
             " WHERE tgname = 'tiles_change' AND tgenabled = 'A'"
             " AND encode(tgargs, 'escape') LIKE '%' || :layer || '%'"), {"layer": layer},
    ).scalars())  # fmt: skip


def test_every_table_that_a_tile_reads_changes_its_version_and_no_other_does(database):
    owner = database.owner()
    with owner.connect() as connection:
        read = {layer: read_by(connection, functions) for layer, functions in ROOTS.items()}
        told = {layer: with_trigger(connection, layer) for layer in ROOTS}
    owner.dispose()
    # Each change that the history tells is one of the zone itself.
    assert read == {**told, "zones": told["zones"] | {"zone_event"}}
