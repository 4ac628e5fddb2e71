"""Back-up and restore: everything comes back, and a bad file changes nothing."""

import pytest
from sqlalchemy import text

from coverage.actions import audit as audit_actions
from coverage.errors import DatabaseUnavailable
from coverage.storage import audit, backup


def lines(database, authority):
    with database.transaction(authority) as connection:
        return connection.execute(text("SELECT count(*) FROM phusong.audit_entry")).scalar_one()


def test_what_was_there_comes_back_and_what_came_after_is_gone(database, authority, tmp_path):
    with database.transaction(authority) as connection:
        audit.append(connection, "thử", "trước khi sao lưu")
    file = tmp_path / "bản sao.dump"
    backup.dump(database.owner_url, file)
    with database.transaction(authority) as connection:
        audit.append(connection, "thử", "sau khi sao lưu")
    backup.restore(database.owner_url, file)
    assert lines(database, authority) == 1
    assert audit_actions.verify(database, authority) == (1, None)


def test_walls_stand_after_a_restore(database, authority, tmp_path):
    file = tmp_path / "x.dump"
    backup.dump(database.owner_url, file)
    backup.restore(database.owner_url, file)
    with database.at_the_door() as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.organisation")).scalar() == 0
    with database.transaction(authority) as connection:
        assert connection.execute(text("SELECT count(*) FROM phusong.organisation")).scalar() == 2


@pytest.mark.parametrize("cut", [0, 10, 3000])
def test_a_damaged_file_changes_nothing(database, authority, tmp_path, cut):
    with database.transaction(authority) as connection:
        audit.append(connection, "thử", "việc")
    file = tmp_path / "x.dump"
    backup.dump(database.owner_url, file)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(DatabaseUnavailable):
        backup.restore(database.owner_url, file)
    assert lines(database, authority) == 1
