"""How far long work is, in words and in percent: the same on the page, in the API, in a terminal's bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.catalogue import mark as _
from api.catalogue import translate
from coverage.findings import Language
from coverage.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the work: what people read, and the part of the bar that it fills, in percent.

    ``counts``: its steps are things that people know (files, lots, zones), so they read how many
    of how many are done.
    """

    words: str
    first: int
    last: int
    counts: bool = False


STAGES: Mapping[str, Mapping[str, Stage]] = {
    "check_survey": {
        "Đọc tệp": Stage(_("Đọc tệp"), 0, 30),
        "Kiểm tra từng dòng": Stage(_("Kiểm tra từng dòng"), 30, 90),
        "So với các vùng đã báo cáo": Stage(_("So với các vùng đã báo cáo"), 90, 100),
    },
    "check_operator_data": {
        "read": Stage(_("Đọc tệp"), 0, 20),
        "rows": Stage(_("Hiểu từng dòng"), 20, 55),
        "sites": Stage(_("Gom thành vị trí trạm"), 55, 80),
        "compare": Stage(_("So với các vùng hiện nay"), 80, 100),
        "store": Stage(_("So với số liệu đang có"), 80, 100),
    },
    "check_standings": {
        "read": Stage(_("Đọc tệp"), 0, 30),
        "rows": Stage(_("Hiểu từng dòng"), 30, 100),
    },
    "load_standings": {
        "read": Stage(_("Đọc tệp"), 0, 15),
        "rows": Stage(_("Hiểu từng dòng"), 15, 40),
        "keep": Stage(_("Ghi lại"), 40, 100),
    },
    "check_layer": {
        "read": Stage(_("Đọc tệp"), 0, 80),
        "distances": Stage(_("Đo khoảng cách đến các vùng"), 80, 100),
    },
    "load_layer": {
        "read": Stage(_("Đọc tệp"), 0, 50),
        "keep": Stage(_("Ghi lại"), 50, 100),
    },
    "change_lots": {
        "zones": Stage(_("Đọc vùng, ranh giới xã và chi phí"), 0, 20),
        "lots": Stage(_("Gom và cân các lô"), 20, 85, counts=True),
        "keep": Stage(_("Ghi lại"), 85, 100),
    },
    "choose_sites": {
        "ground": Stage(_("Đọc đường, lưới điện và cột có sẵn"), 0, 15),
        "candidates": Stage(_("Tìm vị trí có thể đặt trạm"), 15, 40),
        "sites": Stage(_("Chọn vị trí trạm:"), 40, 98, counts=True),
        "keep": Stage(_("Ghi lại"), 98, 100),
    },
    "build_package": {
        "zones": Stage(_("Tập hợp vùng, lô và căn cứ"), 0, 10),
        "files": Stage(_("Lập tệp:"), 10, 95, counts=True),
        "seal": Stage(_("Đóng gói và ghi lại"), 95, 100),
    },
    "assess": {"verdicts": Stage(_("Đánh giá từng vùng"), 2, 100, counts=True)},
}
"""By the kind of work and the name of what it does; a colon may follow that name, and what it is at."""


@dataclass(frozen=True, slots=True)
class HowFar:
    """``done`` of ``total`` steps of what work of a kind does now."""

    kind: str
    doing: str
    done: int
    total: int

    @classmethod
    def of(cls, job: Job) -> HowFar:
        """Return how far a job is."""
        return cls(job.kind, job.doing, job.done, job.total)

    @property
    def stage(self) -> Stage | None:
        """The part of the work; None before its first one."""
        return STAGES[self.kind].get(self.doing.partition(":")[0])

    @property
    def percent(self) -> int:
        """Return how much of the whole is done, of a hundred."""
        if self.stage is None:
            return 0
        part = self.done / self.total if self.total else 0.0
        first, last = self.stage.first, self.stage.last
        return round(first + (last - first) * min(part, 1.0))

    def words(self, language: Language) -> str:
        """Return what is done now: the part's name, what it is at, how many of how many are done."""
        if self.stage is None:
            return ""
        at = self.doing.partition(":")[2]
        said = " ".join(filter(None, (translate(self.stage.words, language), at)))
        if self.stage.counts and self.total:
            said += f" ({_number(self.done, language)}/{_number(self.total, language)})"
        return said


def percent(job: Job) -> int:
    """Return how far a job is, of a hundred."""
    return 100 if job.state is JobState.DONE else HowFar.of(job).percent


def doing(job: Job, language: Language) -> str:
    """Return what a job does now, in words; empty before its first step."""
    return HowFar.of(job).words(language)


def _number(count: int, language: Language) -> str:
    written = f"{count:,}"
    return written.replace(",", ".") if language is Language.VI else written
