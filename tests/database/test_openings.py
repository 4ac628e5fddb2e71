"""What waits for its minute, asked of the database itself: second walls behind the actions'."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from coverage.actions.awards import lots_to_award
from tests.builders import zone_id
from tests.published import SOON, let_pass, published, two_lots
from tests.reported import load_places


@pytest.fixture
def waiting(database, authority, province):
    """A version that waits for its minute."""
    load_places(database, authority)
    two_lots(database, authority, province("42"))
    return published(database, authority, opens_at=SOON)


@pytest.mark.parametrize("listed", ["held_zones", "sealed_zones", "sealed_lots"])
def test_what_waits_is_listed_for_nobody_else(  # noqa: PLR0917 - everybody
    database, authority, auditor, province, operator, waiting, listed
):
    def told(actor):
        with database.transaction(actor) as connection:
            return connection.execute(text(f"SELECT count(*) FROM phusong.{listed}()")).scalar_one()

    assert told(authority) == told(auditor) > 0
    assert [told(actor) for actor in (province("42"), operator("Viettel"))] == [0, 0]


def test_a_zone_that_waits_takes_no_promise(database, operator, waiting):
    """No open round asks about it; whatever goes round that is refused."""
    viettel = operator("Viettel")
    with (
        pytest.raises(IntegrityError, match="waits for the opening"),
        database.transaction(viettel) as connection,
    ):
        connection.execute(
            text("INSERT INTO phusong.promise (zone_id, operator_id, on_air_by, promised_by)"
                 " VALUES (:zone, :operator, current_date + 30, 'thử')"),
            {"zone": zone_id(1), "operator": viettel.organisation_id},
        )  # fmt: skip


def test_a_notice_is_read_from_its_minute_on(database, authority, operator, waiting):
    viettel = operator("Viettel")
    with database.transaction(authority) as connection:
        connection.execute(
            text("INSERT INTO phusong.package_notice"
                 " (organisation_id, package_number, subject, shown_from)"
                 " SELECT :told, :number, 'cancellation', now() + make_interval(days => day)"
                 " FROM generate_series(-1, 1) AS day"),
            {"told": viettel.organisation_id, "number": waiting.number},
        )  # fmt: skip
    with database.transaction(viettel) as connection:
        read = connection.execute(text("SELECT shown_from > now() FROM phusong.package_notice"))
        assert read.scalars().all() == [False, False]


def test_lots_that_wait_are_not_to_be_awarded(database, authority, waiting):
    assert list(lots_to_award(database, authority, waiting.number)) == []
    let_pass(database, authority)
    assert len(lots_to_award(database, authority, waiting.number)) == 2
