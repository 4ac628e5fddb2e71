"""Progress (tiến độ): how the whole stands, how it went month by month, what is late, who is ahead.

``stages`` tells how far a zone has come, ``waiting`` who still waits, ``months`` how the whole
stood at each month's end, ``lateness`` what is overdue, ``beside`` the provinces side by side.
"""

from coverage.progress.beside import BesideOrder, ProvinceFigures, beside
from coverage.progress.lateness import (
    AGE_BOUNDS_DAYS,
    AgedTally,
    Backlog,
    BacklogLine,
    LateLot,
    backlog_lines,
    bucket_of,
)
from coverage.progress.months import MonthChange, MonthEnd, days_of, month_ends, under_criteria
from coverage.progress.stages import SERVED, STAGE_OF, Stage, Tally, added, waits
from coverage.progress.waiting import (
    Age,
    Headline,
    WaitingLine,
    WaitingOrder,
    ZoneTally,
    headline,
    queues_of,
    stages_of,
    waiting_lines,
)

__all__ = [
    "AGE_BOUNDS_DAYS",
    "SERVED",
    "STAGE_OF",
    "Age",
    "AgedTally",
    "Backlog",
    "BacklogLine",
    "BesideOrder",
    "Headline",
    "LateLot",
    "MonthChange",
    "MonthEnd",
    "ProvinceFigures",
    "Stage",
    "Tally",
    "WaitingLine",
    "WaitingOrder",
    "ZoneTally",
    "added",
    "backlog_lines",
    "beside",
    "bucket_of",
    "days_of",
    "headline",
    "month_ends",
    "queues_of",
    "stages_of",
    "under_criteria",
    "waiting_lines",
    "waits",
]
