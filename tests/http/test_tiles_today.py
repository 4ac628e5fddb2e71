"""A tile of today is a tile of now: asked by its day, it is nobody's past."""

from datetime import timedelta

from tests.http.test_tiles import HERE, country, tile_of  # noqa: F401 - a fixture

# ruff: noqa: F811


def test_today_is_what_stands_now_and_no_past(country, database, authority, program):
    """An operator, who is not told what was, may ask for today; and it is never yesterday's end."""
    with database.transaction(authority) as connection:
        today = connection.exec_driver_sql(
            "SELECT (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
        ).scalar_one()
    path = f"/tiles/zones/{'/'.join(map(str, tile_of(9, *HERE)))}"
    for client in (program(country["viettel"]), program(authority)):
        now, asked = client.get(path), client.get(path, params={"at": today.isoformat()})
        assert now.content
        assert (asked.status_code, asked.headers.get("etag")) == (200, now.headers["etag"])
        assert asked.content == now.content
    yesterday = {"at": (today - timedelta(days=1)).isoformat()}
    assert program(country["viettel"]).get(path, params=yesterday).status_code == 403
