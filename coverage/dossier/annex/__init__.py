"""The technical annex of a package: one content, as the paper has it, and its two writers.

``content`` is what an annex consists of; :func:`annex_of` makes it from the package, section by
section; ``pdf`` and ``docx`` write it. Nothing is told that the package does not hold: what a
criteria set, a layer or a province has not said stands there as not said.
"""

from __future__ import annotations

from coverage.dossier.annex import general, lots, procedure, requirements, works
from coverage.dossier.annex.content import Annex, Appendix
from coverage.dossier.annex.words import inside_a_sentence, long_day, manner, version_words
from coverage.packages import DRAFT_MARK, Package

__all__ = ["Annex", "annex_of"]

_SECTIONS = (
    general.scope, general.bases, general.definitions, general.where, requirements.service,
    works.sites, works.sharing, works.estimate, works.readiness, works.schedule,
    requirements.acceptance, procedure.confidentiality, procedure.clarifications,
    procedure.amendments, procedure.integrity,
)  # fmt: skip
"""In the order of their numbers, by which sections name one another (Mục 5, 7, 10, 11)."""


def annex_of(package: Package) -> Annex:
    """Return the annex of a package."""
    return Annex(
        authority=package.authority,
        reference=package.number,
        day=long_day(package.dated),
        title=manner(package).title,
        subject=(
            "Gói thầu: Cung cấp dịch vụ viễn thông di động",
            f"tại các vùng lõm sóng của {inside_a_sentence(package.province)}",
            f"Số gói thầu: {package.number}, {version_words(package)}",
        ),
        running=f"Gói thầu {package.number}, {version_words(package)}",
        marks=package.marks,
        watermark=DRAFT_MARK if package.draft else "",
        dated=package.dated,
        sections=tuple(make(package) for make in _SECTIONS),
        recipients=(
            "Các doanh nghiệp viễn thông;",
            f"Sở Khoa học và Công nghệ {inside_a_sentence(package.province)};",
            "Lưu: VT.",
        ),
        signature=("THỦ TRƯỞNG CƠ QUAN", "(Chữ ký, họ tên, dấu của cơ quan)"),
        appendices=(
            Appendix(
                "PHỤ LỤC 1. DANH SÁCH VÙNG VÀ TRẠM ĐỀ XUẤT THEO LÔ",
                tuple(lots.lot(one) for one in package.lots),
            ),
            Appendix("PHỤ LỤC 2. BẢN ĐỒ", tuple(lots.maps(package))),
        ),
    )
