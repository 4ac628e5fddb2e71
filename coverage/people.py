"""Who acts: an organisation, a role in it, and perhaps a named person.

Every transaction runs as an organisation; what it may see and write is decided by the
database's row-level security, what a role may do by :data:`MAY`.
"""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from enum import StrEnum

from coverage.errors import NotAllowed


class OrganisationKind(StrEnum):
    """The four kinds of organisation the product knows (design.md §1)."""

    PROVINCE = "province"  # Sở Khoa học và Công nghệ
    AUTHORITY = "authority"  # Cục Viễn thông
    OPERATOR = "operator"  # doanh nghiệp viễn thông
    AUDITOR = "auditor"  # kiểm toán, thanh tra


class Role(StrEnum):
    """What a person is in the organisation (issue 6 lists them)."""

    PROVINCE_OFFICER = "province_officer"
    PROVINCE_APPROVER = "province_approver"
    REVIEWER = "reviewer"
    PLANNER = "planner"
    LEAD = "lead"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLES_OF: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.PROVINCE: frozenset({Role.PROVINCE_OFFICER, Role.PROVINCE_APPROVER}),
    OrganisationKind.AUTHORITY: frozenset(
        {Role.REVIEWER, Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}
    ),
    OrganisationKind.OPERATOR: frozenset({Role.OPERATOR}),
    OrganisationKind.AUDITOR: frozenset({Role.AUDITOR}),
}


class Act(StrEnum):
    """What a person may do that changes something, or that not everyone may see."""

    SUBMIT_SURVEY = "submit_survey"
    APPROVE_SURVEY = "approve_survey"
    LOAD_PLACES = "load_places"
    LOAD_TOWERS = "load_towers"
    ASSESS_EVIDENCE = "assess_evidence"
    PROPOSE_LOTS = "propose_lots"
    BUILD_PACKAGE = "build_package"
    PUBLISH_PACKAGE = "publish_package"
    DOWNLOAD_PACKAGE = "download_package"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"
    REVIEW_ZONES = "review_zones"
    SET_QUEUE = "set_queue"
    LOAD_STANDINGS = "load_standings"
    LOAD_SERVICE_AREAS = "load_service_areas"
    LOAD_TERRAIN = "load_terrain"
    DISPUTE_VERDICT = "dispute_verdict"
    ANSWER_DISPUTE = "answer_dispute"
    OPEN_CONSULTATION = "open_consultation"
    PROMISE = "promise"
    CHANGE_RULES = "change_rules"
    ADOPT_RULES = "adopt_rules"
    LOAD_LAYERS = "load_layers"
    RANK_ZONES = "rank_zones"
    ASK_QUESTION = "ask_question"
    ANSWER_QUESTION = "answer_question"
    MANAGE_KEYS = "manage_keys"
    AWARD_LOT = "award_lot"
    REPORT_ON_AIR = "report_on_air"
    ACCEPT_ON_AIR = "accept_on_air"
    SEE_PAST = "see_past"


_EVERYONE = frozenset(Role)
_TOKEN = "mã truy cập "  # noqa: S105 - how an API token's label is told, not a password
_COMMAND = "phusong "

MAY: dict[Act, frozenset[Role]] = {
    Act.SUBMIT_SURVEY: frozenset({Role.PROVINCE_OFFICER, Role.PROVINCE_APPROVER}),
    Act.APPROVE_SURVEY: frozenset({Role.PROVINCE_APPROVER}),
    Act.LOAD_PLACES: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.LOAD_TOWERS: frozenset({Role.PLANNER, Role.ADMINISTRATOR, Role.OPERATOR}),
    Act.ASSESS_EVIDENCE: frozenset({Role.REVIEWER, Role.PLANNER, Role.ADMINISTRATOR}),
    Act.PROPOSE_LOTS: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.BUILD_PACKAGE: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.PUBLISH_PACKAGE: frozenset({Role.LEAD, Role.ADMINISTRATOR}),
    Act.DOWNLOAD_PACKAGE: _EVERYONE,
    Act.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Act.READ_AUDIT: frozenset({Role.AUDITOR, Role.LEAD, Role.ADMINISTRATOR}),
    Act.REVIEW_ZONES: frozenset({Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.SET_QUEUE: frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.LOAD_STANDINGS: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.LOAD_SERVICE_AREAS: frozenset({Role.PLANNER, Role.ADMINISTRATOR, Role.OPERATOR}),
    Act.LOAD_TERRAIN: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.DISPUTE_VERDICT: frozenset({Role.OPERATOR}),
    Act.ANSWER_DISPUTE: frozenset({Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.OPEN_CONSULTATION: frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.PROMISE: frozenset({Role.OPERATOR}),
    Act.CHANGE_RULES: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.ADOPT_RULES: frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.LOAD_LAYERS: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Act.RANK_ZONES: frozenset(
        {Role.REVIEWER, Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR}
    ),
    Act.ASK_QUESTION: frozenset({Role.OPERATOR}),
    Act.ANSWER_QUESTION: frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.MANAGE_KEYS: frozenset({Role.LEAD, Role.ADMINISTRATOR}),
    Act.AWARD_LOT: frozenset({Role.LEAD, Role.ADMINISTRATOR}),
    Act.REPORT_ON_AIR: frozenset({Role.OPERATOR}),
    Act.ACCEPT_ON_AIR: frozenset({Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}),
    Act.SEE_PAST: _EVERYONE - {Role.OPERATOR},  # how zones stood on an earlier day
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts now. ``name`` is what the audit log shows: a login, a token's label, a command."""

    organisation_id: uuid.UUID
    kind: OrganisationKind
    role: Role
    name: str
    province_code: str | None = None  # of the active vintage; provinces only
    person_id: uuid.UUID | None = None

    def must(self, act: Act) -> None:
        """Refuse the act unless the role permits it.

        Raises:
            NotAllowed: the role does not permit ``act``.
        """
        if self.role not in MAY[act]:
            raise NotAllowed(act.value, self.role.value)


def same_person(one: str, other: str) -> bool:
    """Tell whether two names of actors must be taken for one person.

    A login in other letters, a token labelled with somebody's login, and any two commands on the
    server itself are nobody else.
    """
    return _known_as(one) == _known_as(other)


def _known_as(name: str) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    if f"{plain} ".startswith(_COMMAND):
        return _COMMAND
    return plain.removeprefix(_TOKEN)
