"""What a program may look for among the zones: the same as the filter's form on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from api.refusals import Fault, RequestUnreadable
from coverage.people import Actor, OrganisationKind
from coverage.storage.zone_filters import Bounds, Fact, Grouped, StatusGroup, ZoneFilter, ZoneOrder
from coverage.zones import Queue, Signal, ZoneStatus

PROVINCE = r"^\d{2}$"
MOST_DAYS = 3650
_COMMUNE = r"^\d{5}$"
_BOUNDS = r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"


def sees_people(actor: Actor) -> bool:
    """Tell whether the actor may know which person of the authority did something."""
    return actor.kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}


class ZonesAsked(BaseModel):
    """The parameters of the list of zones; what is not given asks nothing."""

    words: Annotated[
        str | None,
        Field(
            max_length=100, examples=["bản rào tre"],
            description="Tên thôn, bản (cả tên cũ), tên xã, hoặc đầu mã vùng; có dấu hay không.",
        ),
    ] = None  # fmt: skip
    province: Annotated[
        str | None, Field(pattern=PROVINCE, description="Mã tỉnh, hai chữ số.", examples=["11"])
    ] = None
    commune: Annotated[
        str | None, Field(pattern=_COMMUNE, description="Mã xã, năm chữ số.", examples=["03160"])
    ] = None
    queue: Annotated[Queue | None, Field(description="Ai chi trả.")] = None
    status: Annotated[
        ZoneStatus | StatusGroup | None,
        Field(
            description="Trạng thái; hoặc nhiều trạng thái cùng đếm: `review` chờ thẩm định,"
            " `waiting` còn chờ sóng, `current` mọi vùng chưa kết thúc."
        ),
    ] = None
    signal: Annotated[
        Signal | Fact | None,
        Field(description="Tình trạng sóng: `none`, `patchy`; `unknown` khi chưa rõ."),
    ] = None
    power: Annotated[Fact | None, Field(description="Có điện lưới.")] = None
    difficult: Annotated[Fact | None, Field(description="Thôn đặc biệt khó khăn.")] = None
    grouped: Annotated[
        Grouped | None,
        Field(
            description="Chưa vào lô, trong lô đề xuất, hoặc trong gói thầu; ngoài Cục và kiểm toán"
            " chỉ hỏi được `package`."
        ),
    ] = None
    waiting: Annotated[
        int | None,
        Field(ge=1, le=MOST_DAYS, description="Đã chờ ở trạng thái hiện nay hơn số ngày này."),
    ] = None
    disputed: Annotated[
        bool, Field(description="Chỉ các vùng có kết luận đang bị doanh nghiệp phản hồi.")
    ] = False
    mine: Annotated[
        bool,
        Field(description="Chỉ các vùng đang trong tay chính người hỏi; chỉ Cục và kiểm toán."),
    ] = False
    bbox: Annotated[
        str | None,
        Field(
            pattern=_BOUNDS, max_length=200, examples=["102.1,21.5,103.2,22.6"],
            description="Tây,nam,đông,bắc; độ WGS 84.",
        ),
    ] = None  # fmt: skip
    order: Annotated[
        ZoneOrder,
        Field(
            description="`id` đứng yên khi có vùng mới; `place` theo địa danh, `households` nhiều"
            " hộ trước, `newest` mới thay đổi trước, `waiting` chờ lâu trước."
        ),
    ] = ZoneOrder.ID

    def wanted(self, actor: Actor) -> ZoneFilter:
        """Return the filter.

        Raises:
            RequestUnreadable: the actor may not ask that, or the box is none.
        """
        if not sees_people(actor):
            untold = [
                Fault(f"query.{name}", "not_told")
                for name, asked in (
                    ("grouped", self.grouped not in {None, Grouped.PACKAGE}), ("mine", self.mine)
                )
                if asked
            ]  # fmt: skip
            if untold:
                raise RequestUnreadable(untold)
        return ZoneFilter(
            self.province, self.queue, self.status, _bounds(self.bbox),
            words=(self.words or "").replace("\x00", "").strip() or None,
            reviewer=actor.name if self.mine else None,
            disputed=self.disputed,
            commune_code=self.commune,
            signal=_signal(self.signal),
            grid_power=self.power,
            specially_difficult=self.difficult,
            grouped=self.grouped,
            waiting_days=self.waiting,
        )  # fmt: skip


def _signal(asked: Signal | Fact | None) -> Signal | Fact | None:
    """Of yes, no and unknown only the last makes sense of a signal.

    Raises:
        RequestUnreadable: it is another.
    """
    if asked in {Fact.YES, Fact.NO}:
        raise RequestUnreadable([Fault("query.signal", "enum")])
    return asked


def _bounds(bbox: str | None) -> Bounds | None:
    if bbox is None:
        return None
    west, south, east, north = (float(part) for part in bbox.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        raise RequestUnreadable([Fault("query.bbox", "not_a_box")])
    return Bounds(west, south, east, north)
