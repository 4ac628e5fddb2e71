"""Every row that people made, several times over: a small country's database made larger.

The columns say themselves what has to differ in a copy: what a key or a unique index holds, and
what points to something that is copied too. A new table is copied like the others.
"""

from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, Integer, LargeBinary, Table, Text, Uuid, text

from coverage.storage.tables import METADATA
from tests.reported import as_owner

# Who and where people are, by what rules they work, and what the database writes for itself.
_KEPT = frozenset({
    "organisation", "vintage", "unit", "unit_change", "setting", "criteria_set", "queue_rule",
    "legal_basis", "zone_move", "signing_key", "audit_entry", "tile_change", "web_session",
    "password_link", "attempt", "column_mapping", "priority_commune", "dispute_file", "layer",
    "layer_feature", "lot_bounds",
})  # fmt: skip
_STEP = 1_000_000
_NUMBERED = {  # numbers that are unique in their province, or that a name is made of
    ("lot", "number"): "number + 100 * :copy",
    (
        "package",
        "number",
    ): "left(number, 11) || lpad((:copy * 100 + right(number, 3)::int)::text, 3, '0')",
    ("submission", "sha256"): "md5(sha256 || :copy) || md5(sha256)",
    ("job", "once"): "once || ':' || :copy",
}
_NUMBERED |= {
    (table, "package_number"): _NUMBERED["package", "number"].replace("number", "package_number")
    for table in ("package_question", "package_answer", "package_notice")
}
_SITES = frozenset({("verdict", "site_id"), ("former_verdict", "site_id"), ("lot_site", "site_id")})


def multiply(database, actor, times):
    """Let the database hold ``times`` as many rows of everything that people made."""
    with as_owner(database, actor) as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in METADATA.sorted_tables:
            if table.name in _KEPT:
                continue
            names = [column.name for column in table.columns if column.computed is None]
            made = ", ".join(_copied(table, table.columns[name]) for name in names)
            listed = ", ".join(f'"{name}"' for name in names)
            connection.execute(text(
                f"CREATE TEMPORARY TABLE original ON COMMIT DROP AS SELECT * FROM {table.fullname}"
            ))  # fmt: skip
            for copy in range(1, times):
                connection.execute(
                    text(f"INSERT INTO {table.fullname} ({listed}) OVERRIDING SYSTEM VALUE"
                         f" SELECT {made} FROM original"), {"copy": copy},
                )  # fmt: skip
            connection.execute(text("DROP TABLE original"))
        connection.execute(text("ANALYZE"))


def _copied(table: Table, column: Column) -> str:
    """A column of a copy, as SQL."""
    name = f'"{column.name}"'
    if (table.name, column.name) in _NUMBERED:
        return _NUMBERED[table.name, column.name].replace(":copy", "CAST(:copy AS integer)")
    if not _differs(table, column):
        return name
    kind = column.type
    if isinstance(kind, Uuid):
        return f"md5({name}::text || :copy)::uuid"
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, Uuid):
        return f"ARRAY(SELECT md5(one::text || :copy)::uuid FROM unnest({name}) AS one)"
    if isinstance(kind, (BigInteger, Integer)):
        return f"{name} + {_STEP} * CAST(:copy AS integer)"
    if isinstance(kind, LargeBinary):
        return f"sha256({name} || CAST(CAST(:copy AS integer) AS text)::bytea)"
    if isinstance(kind, Text):
        return f"{name} || '.' || CAST(:copy AS integer)"
    raise AssertionError(f"{table.name}.{column.name}: how is a copy of it told from the original?")


def _differs(table: Table, column: Column) -> bool:
    """Whether a copy needs another value: it names the row, or a row that is copied too."""
    points_to = {key.column.table.name for key in column.foreign_keys}
    if points_to:
        return not points_to & _KEPT
    if isinstance(column.type, Uuid) or (table.name, column.name) in _SITES:
        return True
    if isinstance(column.type, ARRAY):
        return isinstance(column.type.item_type, Uuid)
    alone = [index for index in table.indexes if index.unique and list(index.columns) == [column]]
    return bool(column.identity or column.unique or alone) or [*table.primary_key] == [column]
