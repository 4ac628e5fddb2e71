"""Days in Việt Nam: moments are UTC in the database, clocks and dated rows go by the local day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


def vietnam_day(moment: datetime) -> date:
    """Return the date in Việt Nam of a moment that knows its time zone."""
    return moment.astimezone(VIETNAM_TIME).date()
