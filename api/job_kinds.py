"""The kinds of long work: what each is called, what it does, what follows, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from api import list_works, works
from api.catalogue import mark as _
from api.job_runs import Run


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
    again: Callable[[Mapping[str, Any], str], str] | None = None
    instead_of: tuple[str, ...] = ()

    @property
    def nameless(self) -> bool:
        """Whether it leaves nothing when it comes to nothing: a check does."""
        return bool(self.instead_of)


_CHECKS = ("check_survey", "check_operator_data")
_THEN_DECIDE = _(
    "Khi xong, trang kết quả tự mở để bạn xem trước rồi quyết định nạp. Chưa có gì được ghi vào hệ thống."
)
_KINDS = (
    Kind(
        "check_survey", _("Kiểm tra tệp khảo sát"),
        _("Khi xong, trang kết quả tự mở để bạn xem từng dòng rồi quyết định nộp. Chưa có gì được ghi vào hệ thống."),
        "/surveys/new", works.check_survey,
        instead_of=_CHECKS,
    ),
    Kind(
        "check_operator_data", _("Kiểm tra số liệu doanh nghiệp"),
        _THEN_DECIDE,
        "/operator-data", works.check_operator_data,
        instead_of=_CHECKS,
    ),
    Kind(
        "check_standings", _("Kiểm tra danh sách vùng đã có kết quả"), _THEN_DECIDE,
        "/standings", list_works.check_standings,
        instead_of=("check_standings",),
    ),
    Kind(
        "load_standings", _("Ghi danh sách vùng đã có kết quả"),
        _("Khi xong, trang cho biết bao nhiêu vùng thay đổi. Hủy trước khi xong thì chưa có gì được ghi."),
        "/standings", list_works.load_standings,
        again=list_works.standings_address,
    ),
    Kind(
        "check_layer", _("Kiểm tra lớp nền"), _THEN_DECIDE,
        "/layers", list_works.check_layer,
        instead_of=("check_layer",),
    ),
    Kind(
        "load_layer", _("Nạp lớp nền"),
        _("Khi xong, trang các lớp nền tự mở. Hủy trước khi xong thì lớp cũ giữ nguyên."),
        "/layers", list_works.load_layer,
        again=list_works.layers_address,
    ),
    Kind(
        "change_lots", _("Gom lô của tỉnh"),
        _("Khi xong, trang các lô của tỉnh tự mở. Hủy trước khi xong thì các lô giữ nguyên như cũ."),
        "/lots", works.change_lots_of_province,
        again=works.lots_address,
    ),
    Kind(
        "choose_sites", _("Chọn vị trí trạm của lô"),
        _("Khi xong, trang vị trí trạm của lô tự mở. Hủy trước khi xong thì lựa chọn cũ giữ nguyên."),
        "/lots", works.choose_sites,
        again=works.sites_address,
    ),
    Kind(
        "build_package", _("Lập dự thảo gói thầu"),
        _("Khi xong, trang của gói thầu tự mở. Hủy trước khi xong thì chưa có gì được ghi."),
        "/packages", works.build_package,
        again=works.package_address,
    ),
    Kind(
        "assess", _("Đánh giá lại căn cứ của tỉnh"),
        _("Khi xong, danh sách vùng của tỉnh tự mở. Hủy trước khi xong thì các kết luận giữ nguyên như cũ."),
        "/jobs", works.assess,
        again=works.assessed_address,
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _KINDS}
