"""People and things that several tests of the database begin with."""

from __future__ import annotations

import pytest

from coverage.actions import rule_changes
from coverage.actions.people import act_for
from coverage.people import OrganisationKind, Role
from coverage.rule_changes import RuleKind
from tests.ruled import TODAY, VALID, Ruled


@pytest.fixture
def auditor(database):
    """The auditor of the test's database."""
    return act_for(database, OrganisationKind.AUDITOR, Role.AUDITOR, "kiểm toán thử")


@pytest.fixture
def ruled(database):
    made = Ruled(database)
    yield made
    made.close()


@pytest.fixture
def planner(ruled):
    return ruled.person("lan.ke.hoach")


@pytest.fixture
def lead(ruled):
    return ruled.person("minh.lanh.dao", Role.LEAD)


@pytest.fixture
def propose(database, planner):
    def make(kind=RuleKind.SETTING, content=None, actor=None):
        return rule_changes.propose(
            database, actor or planner, kind, content or VALID[kind], "vì thử", TODAY
        )

    return make
