"""What the tests of the review and of a zone's page do and look at."""

import re

from coverage.actions import zones
from coverage.people import ROLES_OF, Role

ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]
REVIEWERS = {Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR}
PLANNERS = {Role.PLANNER, Role.LEAD, Role.ADMINISTRATOR}


def chosen(page):
    """The zones that a page's forms carry, each in its version."""
    return list(dict.fromkeys(re.findall(r'name="zone" value="([^"]+)"', page.text)))


def stands(database, actor, zone_id):
    return zones.get_zone(database, actor, zone_id).zone.status


def told(page):
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def in_hand(reviewer, zone_id):
    """Take a zone up and open it; return its page."""
    reviewer.get("/review")
    reviewer.fill("/review/take-up", count="20")
    return reviewer.get(f"/review/{zone_id}")
