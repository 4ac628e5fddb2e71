"""A country in the middle of its work: something stands in every list, for tests of all pages.

Province 42 has reported, was judged, has lots, a package that was amended and one that waits; an
operator promised, was awarded, reported on air and disputes a verdict. Province 40 is silent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from coverage.actions import acceptance, evidence, on_air, package_questions, rule_changes
from coverage.actions.lot_readiness import say_readiness
from coverage.actions.lot_sites import choose_lot_sites
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from coverage.actions.people import act_for
from coverage.lot_sites import SitesAsked
from coverage.people import Actor, OrganisationKind, Role
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.rule_changes import RuleKind
from coverage.storage.people import ensure_organisation
from coverage.zones import ZoneStatus
from tests.builders import a_zone, zone_id
from tests.consulted import open_now, promise
from tests.delivered import KM, NO_FILES, asks, award, publish, send, today
from tests.disputed import Judged, a_site, disputed
from tests.published import clarified
from tests.reported import report
from tests.ruled import setting

QUEUE_RULE = 2  # the fund pays for who has power and is specially difficult


@dataclass(frozen=True)
class LivedIn:
    """The people of the country, and the names of what stands in it."""

    authority: Actor
    officer: Actor
    silent: Actor
    viettel: Actor
    vnpt: Actor
    auditor: Actor
    package: str
    draft: str
    award: uuid.UUID
    round: int
    dispute: int
    change: int
    lot: uuid.UUID
    in_hand: uuid.UUID


def people_of(database):
    """One actor of each kind, in a database with the country's units."""
    authority = act_for(database, OrganisationKind.AUTHORITY, Role.ADMINISTRATOR, "kiểm thử")
    with database.transaction(authority) as connection:
        for code in ("42", "40"):
            ensure_organisation(
                connection, OrganisationKind.PROVINCE, f"Sở KH&CN tỉnh {code}", code
            )
        for name in ("Viettel", "VNPT"):
            ensure_organisation(connection, OrganisationKind.OPERATOR, name)
    officer, silent = (
        act_for(database, OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER, f"cán bộ {code}",
                province_code=code) for code in ("42", "40")
    )  # fmt: skip
    viettel, vnpt = (
        act_for(database, OrganisationKind.OPERATOR, Role.OPERATOR, f"nhân viên {name}",
                organisation=name) for name in ("Viettel", "VNPT")
    )  # fmt: skip
    auditor = act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")
    return {"authority": authority, "officer": officer, "silent": silent, "viettel": viettel,
            "vnpt": vnpt, "auditor": auditor}  # fmt: skip


def live(database, reviewer):
    """Let the country live; ``reviewer`` is the name of who has a zone in hand."""
    people = people_of(database)
    authority, officer, viettel = people["authority"], people["officer"], people["viettel"]
    asks(database, authority)
    _report(database, authority, officer, reviewer)
    for operator, code, latitude in ((viettel, "HTH0001", 18.35), (people["vnpt"], "HT-7", 18.39)):
        a_site(database, authority, operator, code, at=(105.6, latitude))
    evidence.assess(database, authority, today())

    # A round in which somebody promised; a dispute; a change of the rules that waits.
    number = open_now(database, authority, [zone_id(5), zone_id(6)])
    promise(database, viettel, number, zone_id(5))
    world = Judged((zone_id(1), zone_id(2)), officer, viettel, people["vnpt"], today())
    dispute = disputed(database, world)
    change = rule_changes.propose(
        database, authority, RuleKind.SETTING, setting(valid_from=_next_year()), "thử",
        today(),
    ).id  # fmt: skip

    # Lots with sites, two packages: one published, asked about and amended; one that waits.
    [lot] = [
        one for one in propose_lots(database, authority, "42").lots if zone_id(1) in one.zone_ids
    ]
    ready = dict.fromkeys((ReadinessKind.ROAD, ReadinessKind.POWER), ReadinessState.READY)
    say_readiness(database, authority, "42", [zone_id(1)], ready)
    choose_lot_sites(database, authority, "42", SitesAsked(), today())
    package = publish(database, authority)
    package_questions.ask_question(
        database, viettel, package, "Cột có sẵn có dùng chung được không?"
    )
    [asked] = package_questions.read_letters(database, authority, package).questions
    package_questions.answer_questions(database, authority, package, [asked.id], "Được.")
    clarified(database, authority, package)
    package_questions.ask_question(database, people["vnpt"], package, "Hạn nộp có lùi không?")
    report(database, officer, _zone(database, authority, 12, latitude=18.3 + 80 * KM))
    lots = propose_lots(database, authority, "42").lots
    draft = build_package(database, authority, "42", NO_FILES).record.number

    # An award: one zone confirmed, one reported, one not yet.
    given = award(database, authority, package, lot=str(lot.number))
    send(database, viettel, 1, 2)
    first, _second = on_air.list_reports(database, authority)
    acceptance.accept_report(database, authority, first.id)
    return LivedIn(
        **people, package=package, draft=draft, award=given.id, round=number, dispute=dispute,
        change=change, lot=lots[-1].id, in_hand=zone_id(8),
    )  # fmt: skip


def _zone(database, authority, number, **facts):
    """A zone whose place is named in the list that is in force."""
    with database.transaction(authority) as connection:
        code, vintage = connection.execute(
            text("SELECT code, vintage FROM phusong.unit WHERE level = 'commune'"
                 " AND province_code = '42' AND vintage = (SELECT vintage FROM phusong.standing())"
                 " ORDER BY code LIMIT 1")
        ).one()  # fmt: skip
    return a_zone(number, commune_code=code, vintage=vintage, village=f"Bản Rào {number}", **facts)


def _report(database, authority, officer, reviewer):
    """Villages in every state that a review may leave them in."""
    fund = {"queue_rule_id": QUEUE_RULE}
    places = {1: 0, 2: 5, 3: 7, 4: 60, 5: 25, 6: 30}
    approved = [
        _zone(database, authority, number, latitude=18.3 + km * KM, **fund)
        for number, km in places.items()
    ]
    states = {7: ZoneStatus.RETURNED, 8: ZoneStatus.UNDER_REVIEW, 9: ZoneStatus.REPORTED,
              10: ZoneStatus.REJECTED, 11: ZoneStatus.REPORTED}  # fmt: skip
    others = [
        _zone(database, authority, number, longitude=105.5 + number / 100, status=status,
              reviewer=reviewer if status is ZoneStatus.UNDER_REVIEW else None)
        for number, status in states.items()
    ]  # fmt: skip
    report(database, officer, *approved, *others)


def _next_year():
    return (today() + timedelta(days=365)).isoformat()
