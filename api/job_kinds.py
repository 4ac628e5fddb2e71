"""The kinds of long work: what each is called, what it does, what follows, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api import works
from api.catalogue import mark as _
from api.catalogue import translate
from api.job_runs import Run
from coverage.findings import Language
from coverage.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work: what people read, and the part of the bar that it fills, in percent."""

    words: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of long work.

    ``work`` does it and returns the address of its result; ``again`` gives that address when the
    act was done already by a doer that was killed before it could say so: then it is not done
    twice. ``back`` is where it is asked for; ``instead_of`` the kinds of one's own open jobs that
    a new one puts an end to, of which one is enough.
    """

    name: str
    title: str
    next: str
    back: str
    work: Callable[[Run], str]
    stages: Mapping[str, Stage]
    again: Callable[[Mapping[str, Any], str], str] | None = None
    instead_of: tuple[str, ...] = ()

    @property
    def nameless(self) -> bool:
        """Whether it leaves nothing when it comes to nothing: a check does."""
        return bool(self.instead_of)


_CHECKS = ("check_survey", "check_operator_data")
_KINDS = (
    Kind(
        "check_survey", _("Kiểm tra tệp khảo sát"),
        _("Khi xong, trang kết quả tự mở để bạn xem từng dòng rồi quyết định nộp. Chưa có gì được ghi vào hệ thống."),
        "/surveys/new", works.check_survey,
        {
            "Đọc tệp": Stage(_("Đọc tệp"), 0, 30),
            "Kiểm tra từng dòng": Stage(_("Kiểm tra từng dòng"), 30, 90),
            "So với các vùng đã báo cáo": Stage(_("So với các vùng đã báo cáo"), 90, 100),
        },
        instead_of=_CHECKS,
    ),
    Kind(
        "check_operator_data", _("Kiểm tra số liệu doanh nghiệp"),
        _("Khi xong, trang kết quả tự mở để bạn xem trước rồi quyết định nạp. Chưa có gì được ghi vào hệ thống."),
        "/operator-data", works.check_operator_data,
        {
            "read": Stage(_("Đọc tệp"), 0, 20), "rows": Stage(_("Hiểu từng dòng"), 20, 55),
            "sites": Stage(_("Gom thành vị trí trạm"), 55, 80),
            "compare": Stage(_("So với các vùng hiện nay"), 80, 100),
            "store": Stage(_("So với số liệu đang có"), 80, 100),
        },
        instead_of=_CHECKS,
    ),
    Kind(
        "change_lots", _("Gom lô của tỉnh"),
        _("Khi xong, trang các lô của tỉnh tự mở. Hủy trước khi xong thì các lô giữ nguyên như cũ."),
        "/lots", works.change_lots_of_province, {"lots": Stage(_("Gom và cân các lô"), 5, 95)},
        again=works.lots_address,
    ),
    Kind(
        "choose_sites", _("Chọn vị trí trạm của lô"),
        _("Khi xong, trang vị trí trạm của lô tự mở. Hủy trước khi xong thì lựa chọn cũ giữ nguyên."),
        "/lots", works.choose_sites, {"sites": Stage(_("Tìm vị trí phủ được nhiều hộ nhất"), 5, 95)},
        again=works.sites_address,
    ),
    Kind(
        "build_package", _("Lập dự thảo gói thầu"),
        _("Khi xong, trang của gói thầu tự mở. Hủy trước khi xong thì chưa có gì được ghi."),
        "/packages", works.build_package,
        {
            "zones": Stage(_("Tập hợp vùng, lô và căn cứ"), 0, 30),
            "files": Stage(_("Lập phụ lục, bản đồ và các bảng"), 30, 100),
        },
        again=works.package_address,
    ),
    Kind(
        "assess", _("Đánh giá lại căn cứ của tỉnh"),
        _("Khi xong, danh sách vùng của tỉnh tự mở. Hủy trước khi xong thì các kết luận giữ nguyên như cũ."),
        "/jobs", works.assess, {"verdicts": Stage(_("Đánh giá từng vùng"), 2, 100)},
        again=works.assessed_address,
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _KINDS}


def percent(job: Job) -> int:
    """Return how far a job is, of a hundred."""
    if job.state is JobState.DONE:
        return 100
    stage = KINDS[job.kind].stages.get(job.doing)
    if stage is None:
        return 0
    part = job.done / job.total if job.total else 0.0
    return round(stage.first + (stage.last - stage.first) * min(part, 1.0))


def doing(job: Job, language: Language) -> str:
    """Return what a job does now, in words; empty before its first step."""
    stage = KINDS[job.kind].stages.get(job.doing)
    return "" if stage is None else translate(stage.words, language)
