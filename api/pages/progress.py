"""The page of progress: five numbers, what waits, month by month, what is late, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.late_chart import LateChart, late_chart
from api.pages.progress_charts import (
    BarColumn,
    MonthChart,
    month_chart,
    queue_keys,
    share_bar,
    waiting_bars,
)
from api.pages.rendering import render
from api.progress import Form, table_answer
from api.progress_tables import AGES, MEANINGS, TITLES, Chart, queue_word
from api.zones import PROVINCE
from coverage.actions.progress import SEES_COUNTRY, Progress, ProgressWish, see_progress
from coverage.findings import Language
from coverage.people import OrganisationKind
from coverage.progress import (
    SERVED,
    BesideOrder,
    Stage,
    Tally,
    WaitingOrder,
    queues_of,
)
from coverage.zones import Queue

router = APIRouter(prefix="/progress")


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """The figures with the charts' geometry; ``chooses`` a province where the actor sees several."""

    found: Progress
    kind: OrganisationKind
    chooses: bool
    language: Language
    bars: Sequence[BarColumn]
    months: MonthChart
    late: LateChart
    queues: Mapping[Queue, Tally]
    charts: type[Chart] = Chart
    waiting_orders: Sequence[WaitingOrder] = tuple(WaitingOrder)
    beside_orders: Sequence[BesideOrder] = tuple(BesideOrder)
    ages: Sequence[str] = AGES
    titles: ClassVar[Mapping[Chart, str]] = TITLES
    meanings: ClassVar[Mapping[Chart, tuple[str, ...]]] = MEANINGS
    template: ClassVar[str] = "progress.html"

    @property
    def awarded(self) -> bool:
        """Whether anything was awarded yet."""
        now = self.found.months[-1].stages if self.found.months else {}
        return any(now.get(stage, Tally()).zones for stage in (Stage.AWARDED, *SERVED))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell: no zone that the actor may see."""
        return not self.found.months and not self.found.waiting

    @property
    def drawn_queues(self) -> Sequence[Queue]:
        """The queues that have a piece in some bar."""
        return [queue for queue in queue_keys() if queue in self.queues]

    def queue_word(self, queue: Queue) -> str:
        """Who pays, in words."""
        return queue_word(queue, self.found, self.language)

    def address(self, **other: str) -> str:
        """The page's address with other wishes, the rest as it is."""
        return "/progress" + self._query(**other)

    def file(self, chart: Chart, form: str) -> str:
        """Where a table is handed out as a file."""
        return f"/progress/{chart.value}.{form}{self._query()}"

    def share(self, value: float | None, figure: str) -> float:
        """How much of its cell a province's bar fills, beside the largest of that figure."""
        known = [getattr(one, figure) for one in self.found.provinces]
        return share_bar(value, max((each for each in known if each is not None), default=0))

    def _query(self, **other: str) -> str:
        wish = self.found.wish
        said = {
            "province": wish.province_code or "", "waiting_by": wish.waiting_by.value,
            "beside_by": wish.beside_by.value,
        } | other  # fmt: skip
        usual = {"waiting_by": WaitingOrder.HOUSEHOLDS.value, "beside_by": BesideOrder.ON_AIR.value}
        kept = {name: text for name, text in said.items() if text and usual.get(name) != text}
        return f"?{urlencode(kept)}" if kept else ""


Province = Annotated[str, Query(pattern=rf"^$|{PROVINCE}")]
Order = Annotated[str, Query(max_length=20)]


def _wish(province: Province = "", waiting_by: Order = "", beside_by: Order = "") -> ProgressWish:
    """What the page's address asks for; an order that is not known is the usual one."""
    return ProgressWish(
        province or None,
        WaitingOrder(waiting_by) if waiting_by in set(WaitingOrder) else WaitingOrder.HOUSEHOLDS,
        BesideOrder(beside_by) if beside_by in set(BesideOrder) else BesideOrder.ON_AIR,
    )


Wish = Annotated[ProgressWish, Depends(_wish)]


@router.get("")
def progress_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, language: asked.Speaking,
    wish: Wish,
) -> Response:  # fmt: skip
    """Show how far the whole has come, as far as the visitor may see it."""
    actor = holder.actor
    found = see_progress(opened, actor, wish)
    return render(
        request,
        ProgressPage(
            found, actor.kind, actor.kind in SEES_COUNTRY, language, waiting_bars(found.waiting),
            month_chart(found.months), late_chart((*found.late, *found.soon), found.day),
            queues_of(found.waiting),
        ),
    )  # fmt: skip


@router.get("/{chart}.{form}")
def progress_file(  # noqa: PLR0917 - a parameter per part of the address
    opened: asked.Opened, holder: asked.Visiting, language: asked.Speaking, wish: Wish,
    chart: Annotated[Chart, Path()], form: Annotated[Form, Path()],
) -> Response:  # fmt: skip
    """Hand out one table as CSV or as a workbook."""
    return table_answer(see_progress(opened, holder.actor, wish), chart, form, language)
