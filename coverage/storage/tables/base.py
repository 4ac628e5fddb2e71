"""The one metadata, its schema and the names of its constraints."""

from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import TIMESTAMP

SCHEMA = "phusong"
WGS84 = 4326

# Constraints have names because the code translates the database's refusals by name.
METADATA = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)

UTC = TIMESTAMP(timezone=True)  # UTC in the database, Asia/Ho_Chi_Minh on screen and paper


def one_of(column: str, values: object) -> str:
    """Return the CHECK that keeps ``column`` to the values of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"
