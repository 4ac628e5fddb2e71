"""Random histories of zones through the real actions: what must hold after every step."""

import contextlib
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from coverage.actions import audit as audit_actions
from coverage.actions import evidence, four_eyes, lots, packages, queues, review, surveys
from coverage.actions.people import act_for
from coverage.actions.zone_moves import Seen
from coverage.errors import PhusongError
from coverage.people import OrganisationKind, Role
from coverage.storage.people import ensure_organisation
from coverage.zone_life import DECISIONS, TRANSITIONS, Move, transition
from coverage.zones import Queue
from tests import databases
from tests.reviewed import KIND_OF, person, setting
from tests.signed import publish_package
from tests.small_country_lists import in_force
from tests.surveys import HEADER, row

DAY = date(2026, 11, 23)
FACTS = [*HEADER, "Có điện lưới", "Đặc biệt khó khăn"]
COMMUNES = ["Xã Tân An", "Xã Mường Nhé"]
TENDERED = {"in_package", "awarded", "on_air", "confirmed"}
PAIRS = {
    (KIND_OF[role].value, source.value, row_.target.value)
    for row_ in TRANSITIONS for role in row_.roles for source in row_.sources
}  # fmt: skip

villages = st.dictionaries(
    st.integers(1, 5),
    st.tuples(st.sampled_from([40, 41]), st.sampled_from(["có", "có", "không", ""])),
    min_size=1, max_size=5,
)  # fmt: skip
someone = st.integers(0, 2)
some = st.sets(st.integers(0, 4), min_size=1, max_size=3)
words = st.sampled_from(["vì thế", "vì thế", "vì thế", ""])
# Mostly what fits is tried; now and then what does not.
fitting = st.sampled_from([True, True, True, False])


def places_of(database):
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
    in_force(database, authority)
    with database.transaction(authority) as connection:
        ensure_organisation(connection, OrganisationKind.PROVINCE, "Sở KH&CN", "15")


@pytest.fixture(scope="module")
def small_country(cluster, template, project):
    state = databases.state_of(
        project / "migrations", project / "tests" / "small_country.py",
        project / "tests" / "small_country_lists.py", project / "coverage" / "storage" / "places.py",
    )  # fmt: skip
    return databases.made_once(cluster, "villages", state, places_of, base=template)


class Histories(RuleBasedStateMachine):
    """A province, three people of the authority, and whatever they do."""

    def __init__(self, cluster, country):
        super().__init__()
        self.opened = databases.clone(cluster, country)
        self.database = self.opened.__enter__()
        self.authority = act_for(
            self.database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "Chi"
        )
        self.people = [
            person(self.authority, "An"), person(self.authority, "Bình", Role.LEAD), self.authority,
        ]  # fmt: skip
        self.officer = act_for(
            self.database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, "cán bộ 15",
            province_code="15",
        )  # fmt: skip
        self.files = 0

    def teardown(self):
        self.opened.__exit__(None, None, None)

    def rows(self, sql):
        with self.database.transaction(self.authority) as connection:
            return connection.execute(text(sql)).all()

    def zones(self):
        return self.rows("SELECT * FROM phusong.zone ORDER BY created_at, village")

    def seen(self, chosen, among=()):
        """Some zones as they stand; of those in these statuses, where any are named."""
        known = [zone for zone in self.zones() if not among or zone.status in among]
        return [Seen(known[at].id, known[at].version) for at in sorted(chosen) if at < len(known)]

    def tries(self, act):
        """Do it; what is refused must have changed nothing at all."""
        asked = "SELECT zone::text FROM phusong.zone ORDER BY 1"
        before = self.rows(asked)
        try:
            act()
        except PhusongError:
            assert self.rows(asked) == before

    @initialize(
        moves=st.sampled_from(["[]", "[]", '["approve"]', '["reject", "merge", "reopen"]']),
        approved=st.integers(0, 5),
    )
    def begins(self, moves, approved):
        self.sends(dict.fromkeys(range(1, 6), (40, "có")), correcting=False)
        if approved:
            seen = self.seen(range(approved))
            review.decide(self.database, self.authority, Move.APPROVE, seen)
            lots.propose_lots(self.database, self.authority, "15")
        setting(self.database, self.authority, "review_four_eyes", moves)

    # --- The province ---

    @rule(told=villages, correcting=st.booleans(), really=fitting)
    def sends_again(self, told, *, correcting, really):
        if not really:
            self.sends(told, correcting=correcting)

    def sends(self, told, correcting):
        self.files += 1
        lines = [
            row(number, COMMUNES[number % 2], f"Bản Số {number}", households, also=[power, "có"])
            for number, (households, power) in told.items()
        ]
        content = "\n".join(",".join(map(str, cells)) for cells in (FACTS, *lines)).encode()
        content += f"\n# {self.files}".encode()
        standing = [
            one.number for one in surveys.list_submissions(self.database, self.officer)
            if one.status == "submitted"
        ]  # fmt: skip
        replaces = standing[0] if standing and correcting else None
        self.tries(lambda: surveys.submit(
            self.database, self.officer, content, "tep.csv", "15", replaces=replaces
        ))  # fmt: skip

    @rule(really=fitting)
    def takes_a_file_back(self, *, really):
        if really:
            return
        number = surveys.list_submissions(self.database, self.officer)[0].number
        self.tries(lambda: surveys.withdraw(self.database, self.officer, number))

    @rule(chosen=some, reason=words)
    def withdraws(self, chosen, reason):
        seen = self.seen(chosen, {"returned", "under_review"})
        self.tries(lambda: review.withdraw_zones(self.database, self.officer, seen, reason))

    # --- The authority ---

    @rule(who=someone, count=st.integers(1, 3))
    def takes_up(self, who, count):
        self.tries(lambda: review.take_up(self.database, self.people[who], count=count))

    @rule(who=someone, chosen=some)
    def puts_back(self, who, chosen):
        keys = [one.zone_id for one in self.seen(chosen)]
        self.tries(lambda: review.put_back(self.database, self.people[who], keys))

    @rule(who=someone, chosen=some, move=st.sampled_from([*DECISIONS, Move.APPROVE, Move.APPROVE]),
          reason=words, other=st.integers(0, 4), take_over=st.booleans())  # fmt: skip
    def decides(self, who, chosen, move, reason, *, other, take_over):
        into = self.seen({other}) if move is Move.MERGE else []
        seen = self.seen(chosen, transition(move).sources | {"reported"})
        self.tries(lambda: review.decide(
            self.database, self.people[who], move, seen, reason=reason,
            merged_into=into[0].zone_id if into else None, take_over=take_over,
        ))  # fmt: skip

    @rule(who=someone, chosen=some, yes=st.booleans())
    def answers_a_proposal(self, who, chosen, yes):
        waiting = {one.zone_id for one in self.rows("SELECT zone_id FROM phusong.zone_proposal")}
        seen, actor = self.seen(chosen), self.people[who]
        if waiting:
            seen = [one for one in self.seen(range(5)) if one.zone_id in waiting]
        keys = [one.zone_id for one in seen]
        self.tries(
            (lambda: four_eyes.confirm(self.database, actor, seen)) if yes
            else lambda: four_eyes.decline(self.database, actor, keys, "không")
        )  # fmt: skip

    @rule(who=someone, chosen=some, reason=words, fits=fitting, data=st.data())
    def moves(self, who, chosen, reason, *, fits, data):
        standing = {zone.status for zone in self.zones()}
        moves = sorted(
            move
            for move in review.MOVES_ALONE - {Move.WITHDRAW}
            if transition(move).sources & standing or not fits
        )
        if not moves:
            return
        move = data.draw(st.sampled_from(moves))
        seen = self.seen(chosen, transition(move).sources if fits else ())
        self.tries(lambda: review.make_move(self.database, self.people[who], move, seen, reason))

    @rule(chosen=some, queue=st.sampled_from([*Queue, Queue.FUND, None, None]), reason=words)
    def says_who_pays(self, chosen, queue, reason):
        seen, lead = self.seen(chosen), self.people[1]
        self.tries(
            (lambda: queues.let_rules_decide(self.database, lead, seen, reason)) if queue is None
            else lambda: queues.set_queue(self.database, lead, seen, queue, reason)
        )  # fmt: skip

    @rule()
    def assesses(self):
        self.tries(lambda: evidence.assess(self.database, self.authority, DAY))

    @rule(publish=st.booleans())
    def tenders(self, publish):
        # Three acts: the first may stand where the second is refused.
        with contextlib.suppress(PhusongError):
            lots.propose_lots(self.database, self.authority, "15")
            draft = packages.build_package(self.database, self.authority, "15", {})
            if publish:
                publish_package(self.database, self.authority, draft.record.number, {})

    # --- What holds ---

    @invariant()
    def every_zone_stands_in_one_place_by_somebodys_word(self):
        known = {zone.id: zone for zone in self.zones()}
        for zone in known.values():
            if zone.status not in {"reported", "under_review", "withdrawn"}:
                assert zone.status_by
            if zone.status in {"returned", "rejected", "merged"}:
                assert zone.status_reason
            assert (zone.reviewer is not None) == (zone.status == "under_review")
            assert zone.queue_by is None or (zone.queue_reason and zone.queue_rule_id is None)
            passed = set()
            while zone.merged_into is not None:
                assert zone.id not in passed
                passed.add(zone.id)
                zone = known[zone.merged_into]  # noqa: PLW2901 - walks to where it ended

    @invariant()
    def no_zone_is_in_two_lots_or_packages_or_one_it_may_not_be_in(self):
        held = self.rows(
            "SELECT zone_id, zone.status, zone.queue, lot.status AS lot,"
            " (SELECT count(*) FROM phusong.package_lot JOIN phusong.package ON package.id = package_id"
            "  WHERE package_lot.lot_id = lot.id AND package.status = 'published') AS packages"
            " FROM phusong.lot_zone JOIN phusong.lot ON lot.id = lot_id"
            " JOIN phusong.zone ON zone.id = zone_id WHERE active"
        )
        assert len({one.zone_id for one in held}) == len(held)
        for one in held:
            if one.lot == "proposed":
                assert (one.status, one.queue, one.packages) == ("approved", "fund", 0)
            else:
                assert one.lot == "in_package"
                assert one.status in TENDERED
                assert one.packages == 1
        tendered = {one.zone_id for one in held if one.lot == "in_package"}
        for zone in self.zones():
            assert zone.status != "in_package" or zone.id in tendered

    @invariant()
    def every_change_of_status_has_an_author_and_follows_the_table(self):
        events = self.rows(
            "SELECT zone_id, actor, version, before ->> 'status' AS source,"
            " after ->> 'status' AS target, organisation.kind FROM phusong.zone_event"
            " JOIN phusong.organisation ON organisation.id = organisation_id ORDER BY zone_event.id"
        )
        stands, versions = {}, {}
        for event in events:
            assert event.actor
            assert event.version > versions.get(event.zone_id, 1)
            versions[event.zone_id] = event.version
            if event.target is not None:
                assert event.source == stands.get(event.zone_id, "reported")
                assert (event.kind, event.source, event.target) in PAIRS
                stands[event.zone_id] = event.target
        for zone in self.zones():
            assert zone.status == stands.get(zone.id, "reported")
            assert zone.version >= versions.get(zone.id, 1)

    @invariant()
    def the_log_is_whole(self):
        assert audit_actions.verify(self.database, self.authority)[1] is None


def test_histories(cluster, small_country):
    run_state_machine_as_test(
        lambda: Histories(cluster, small_country),
        settings=settings(
            max_examples=10, stateful_step_count=30, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
