"""Random histories of rounds, promises, mergers and lapses, beside a model in plain Python.

Whatever happens, a zone is eligible for a lot exactly when it is approved and no promise stands
for it or for a zone that was merged into it, and an operator sees its own promises only.
"""

import os
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from coverage.actions import consultation, promises, review, zones
from coverage.actions.zone_moves import Seen
from coverage.consultation import Wish
from coverage.errors import PhusongError
from coverage.lots import is_eligible
from coverage.storage.zones import ZoneFilter
from coverage.zone_life import Move
from tests.consulted import a_table, in_days, open_now
from tests.reported import as_owner

EXAMPLES = int(os.environ.get("GENTEST_EXAMPLES", "25"))
ZONES = 4
zone_numbers = st.integers(0, ZONES - 1)
operators = st.integers(0, 1)
days = st.sampled_from([1, 5, 5, 10, 10, 400, 0, -3, 5000])
steps = st.one_of(
    st.tuples(st.just("open"), st.sets(zone_numbers, min_size=1)),
    st.tuples(st.just("promise"), operators, st.lists(zone_numbers, min_size=1, max_size=3), days),
    st.tuples(st.just("promise"), operators, st.lists(zone_numbers, min_size=1, max_size=3), days),
    st.tuples(st.just("record"), operators, zone_numbers, days),
    st.tuples(st.just("withdraw"), operators, st.integers(0, 5)),
    st.tuples(st.just("lapse"), st.sampled_from([0, 1, 2, 6, 11])),
    st.tuples(st.just("lapse"), st.sampled_from([2, 6, 11])),
    st.tuples(st.just("merge"), zone_numbers, zone_numbers),
    st.tuples(st.just("merge"), zone_numbers, zone_numbers),
    st.tuples(st.just("merge"), zone_numbers, zone_numbers),
    st.tuples(st.just("reopen"), zone_numbers),
    st.tuples(st.just("on_air"), zone_numbers),
    st.tuples(st.just("cancel")),
)


@dataclass
class Made:
    """A promise of the model."""

    operator: int
    zone: int
    by: date
    status: str = "standing"


@dataclass
class Model:
    """What should be so; ``into`` says which zone each was merged into."""

    made: list[Made] = field(default_factory=list)
    table: set[int] | None = None  # of the open round
    status: list[str] = field(default_factory=lambda: ["approved"] * ZONES)
    into: dict[int, int] = field(default_factory=dict)

    def present(self, zone):
        """The zone that a zone lives on in."""
        while zone in self.into:
            zone = self.into[zone]
        return zone

    def promised(self):
        """The zones for which a promise stands."""
        return {self.present(each.zone) for each in self.made if each.status == "standing"}

    def standing(self, operator, zone):
        """The operator's own promise that stands for this zone, if there is one."""
        return next((each for each in self.made if each.status == "standing"
                     and (each.operator, each.zone) == (operator, zone)), None)  # fmt: skip

    def may(self, operator, zone, by, *, asked):
        """Whether this may be promised; None when it stands already."""
        own = self.standing(operator, zone)
        fine = asked and self.status[zone] in {"approved", "under_review"}
        fine = fine and in_days(0) < by <= in_days(700)
        if own is not None:
            return None if fine and own.by == by else False
        return fine


@pytest.fixture
def world(database, authority, province, operator):
    """The table, and the two operators that promise."""
    return a_table(database, authority, province, ZONES), [operator("Viettel"), operator("VNPT")]


def begin_again(database, authority):
    """Undo what an example did; the history stays."""
    with as_owner(database, authority) as connection:
        for statement in (
            "DELETE FROM phusong.promise", "DELETE FROM phusong.consultation_zone",
            "DELETE FROM phusong.consultation_round",
            "ALTER TABLE phusong.zone DISABLE TRIGGER zone_moves_by_table",
            "UPDATE phusong.zone SET status = 'approved', status_by = 'x', merged_into = NULL,"
            " reviewer = NULL, queue = 'fund', queue_rule_id = 2,"
            " queue_reason = (SELECT citation FROM phusong.queue_rule WHERE id = 2)",
            "ALTER TABLE phusong.zone ENABLE TRIGGER zone_moves_by_table",
        ):  # fmt: skip
            connection.execute(text(statement))


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a history is short; to shrink it takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(history=st.lists(steps, min_size=6, max_size=14))
def test_a_promised_zone_is_never_eligible_and_an_unpromised_one_always(
    database, authority, world, history
):
    begin_again(database, authority)
    table, makers = world
    model, number = Model(), [None]
    for step in [("open", set(range(ZONES))), *history]:  # most begin with everything asked
        take(database, authority, table, makers, model, number, step)
        look(database, authority, table, makers, model)


def take(database, authority, table, makers, model, number, step):  # noqa: C901, PLR0912, PLR0915, PLR0917 - one branch per kind of step
    """Take one step in the database and in the model; a refusal must be the model's too."""
    match step:
        case ("open", asked):
            may = model.table is None and all(
                model.status[z] in {"approved", "under_review"} for z in asked
            )
            if (
                agrees(may, lambda: open_now(database, authority, [table[z] for z in asked]))
                and may
            ):
                number[0] = consultation.list_rounds(database, authority)[0].round.number
                model.table = set(asked)
        case ("promise", operator, asked, day):
            by = in_days(day)
            fits = [model.may(operator, z, by, asked=z in (model.table or ())) for z in asked]
            may = model.table is not None and False not in fits and len(set(asked)) == len(asked)
            wishes = [Wish(table[z], by) for z in asked]
            agrees(
                may, lambda: promises.promise(database, makers[operator], number[0] or 1, wishes)
            )
            if may:
                model.made += [
                    Made(operator, z, by) for z, new in zip(asked, fits, strict=True) if new
                ]
        case ("record", operator, z, day):
            may = model.may(operator, z, in_days(day), asked=True) is True
            name = ("Viettel", "VNPT")[operator]
            agrees(may, lambda: promises.record_promise(
                database, authority, name, table[z], on_air_by=in_days(day), document="CV"))  # fmt: skip
            if may:
                model.made.append(Made(operator, z, in_days(day)))
        case ("withdraw", operator, place):
            found = promises.list_promises(database, makers[operator])
            if place < len(found):
                mine = found[place]
                own = model.standing(operator, table.index(mine.zone_id))
                may = mine.status.value == "standing"
                assert (own is not None) or not may
                agrees(may, lambda: promises.withdraw_promise(
                    database, makers[operator], mine.id, "vì thế"))  # fmt: skip
                if may:
                    own.status = "withdrawn"
        case ("lapse", day):
            promises.lapse(database, authority, in_days(day))
            for each in model.made:
                if each.status == "standing":
                    if model.status[model.present(each.zone)] == "on_air":
                        each.status = "kept"
                    elif each.by < in_days(day):
                        each.status = "lapsed"
        case ("merge", z, other):
            may = (z != other and model.status[z] == "approved"
                   and model.status[other] in {"approved", "under_review", "on_air"})  # fmt: skip
            agrees(may, lambda: review.decide(
                database, authority, Move.MERGE, [seen(database, authority, table[z])],
                reason="một bản", merged_into=table[other]))  # fmt: skip
            if may:
                model.status[z], model.into[z] = "merged", other
        case ("reopen", z):
            may = model.status[z] in {"approved", "merged"}
            if agrees(may, lambda: review.reopen(
                    database, authority, [seen(database, authority, table[z])], "xem lại")):  # fmt: skip
                review.decide(
                    database, authority, Move.APPROVE, [seen(database, authority, table[z])]
                )
                model.status[z] = "approved"
                model.into.pop(z, None)
        case ("on_air", z):
            may = model.status[z] == "approved"
            if agrees(may, lambda: review.make_move(
                    database, authority, Move.GO_ON_AIR,
                    [seen(database, authority, table[z])], "đã phát")):  # fmt: skip
                model.status[z] = "on_air"
        case ("cancel",):
            may = model.table is not None
            agrees(may, lambda: consultation.cancel_round(
                database, authority, number[0] or 1, "thôi"))  # fmt: skip
            model.table = None


def agrees(may, act):
    """Do it; tell whether it was done, which must be as the model says."""
    try:
        act()
    except PhusongError:
        assert not may
        return False
    assert may
    return True


def seen(database, authority, zone):
    return Seen(zone, zones.get_zone(database, authority, zone).version)


def look(database, authority, table, makers, model):
    """Compare the database with the model."""
    found = zones.list_zones(database, authority, ZoneFilter(), limit=100).page.zones
    eligible = {table.index(each.zone.id) for each in found if is_eligible(each.zone)}
    waiting = {place for place in range(ZONES) if model.status[place] == "approved"}
    assert eligible == waiting - model.promised()
    told = {
        (each.operator, table.index(each.zone_id), each.on_air_by, each.status.value)
        for each in promises.list_promises(database, authority)
    }
    names = ("Viettel", "VNPT")
    assert told == {(names[m.operator], m.zone, m.by, m.status) for m in model.made}
    for place, maker in enumerate(makers):
        own = promises.list_promises(database, maker)
        assert len(own) == sum(each.operator == place for each in model.made)
        assert {each.operator for each in own} <= {names[place]}
    with database.transaction(authority) as connection:
        nobody = "SELECT count(*) FROM phusong.zone_event WHERE actor = '' OR actor IS NULL"
        assert connection.execute(text(nobody)).scalar_one() == 0
