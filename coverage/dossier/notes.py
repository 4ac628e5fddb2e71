"""What a package says of itself in words, the same in the workbook and in the read-me."""

from __future__ import annotations

from coverage.dossier.columns import COLUMNS
from coverage.packages import APPROXIMATE_MARK, DRAFT_MARK, Package


def facts(package: Package) -> list[tuple[str, str]]:
    """Return the package's identity: what, where, when, built from what."""
    totals = package.totals()
    return [
        ("Số gói thầu", f"{package.number}, phiên bản {package.version}"),
        ("Tình trạng", "Dự thảo, chưa công bố" if package.draft else "Bản công bố"),
        ("Địa bàn", f"{package.province} (mã tỉnh {package.province_code})"),
        ("Cơ quan lập", package.authority),
        ("Số liệu đến ngày", package.local_date),
        (
            "Quy mô",
            f"{totals['lots']} lô, {totals['zones']} vùng, {grouped(totals['households'])} hộ",
        ),
        ("Danh mục hành chính", _vintage(package)),
        ("Bộ tiêu chí", _criteria(package)),
        ("Hệ tọa độ", _grid(package)),
    ]


def marks_in_words(package: Package) -> list[tuple[str, str]]:
    """Return what each mark means for the reader."""
    meaning = {
        DRAFT_MARK: "Bản để rà soát trong cơ quan lập, chưa có giá trị mời thầu.",
        APPROXIMATE_MARK: "Ranh giới xã, tỉnh trong bản đồ và cột xã được suy từ tâm xã, chưa phải "
        "ranh giới chính thức: dùng để cảnh báo, không dùng để xác định địa giới.",
    }
    return [(mark, meaning[mark]) for mark in package.marks]


def paragraphs(package: Package) -> list[tuple[str, str]]:
    """Return the notes: marks, sources, how lots and evidence were made, what columns mean."""
    reach = ", ".join(f"{used.reach_m / 1000:g} km" for used in package.criteria)
    evidence = (
        f"So với trạm gần nhất của từng nhà mạng trong tầm {reach}. Gói thầu chỉ nêu số nhà mạng "
        "có trạm trong tầm, không nêu tên nhà mạng, vị trí, mã và khoảng cách trạm."
        if reach
        else "Chưa đánh giá khoảng cách đến trạm của các nhà mạng."
    )
    missing = package.totals()["zones_without_population"]
    unknown = (
        [("Số khẩu", f"{missing} vùng chưa có số khẩu và không được tính vào tổng số khẩu.")]
        if missing
        else []
    )
    return [
        *marks_in_words(package),
        *[("Căn cứ chi trả", basis) for basis in package.legal_bases],
        ("Nguồn danh mục", package.vintage.source),
        ("Lô", "Các vùng gần nhau trong một tỉnh, được chọn nhà thầu riêng từng lô; "
               "các vùng trên đảo nằm chung lô."),
        ("Căn cứ phủ sóng", evidence),
        *unknown,
        *[(column.heading, column.note) for column in COLUMNS if column.note],
    ]  # fmt: skip


def grouped(number: int | None) -> str:
    """Return a number as Vietnamese papers group it: ``6.900``."""
    return f"{number or 0:,}".replace(",", ".")


def _vintage(package: Package) -> str:
    kind = "ranh giới gần đúng" if package.vintage.approximate else "ranh giới đã nạp"
    return f"Đợt {package.vintage.name} ({kind})"


def _criteria(package: Package) -> str:
    if not package.criteria:
        return "Chưa đánh giá"
    return "; ".join(
        f"{used.name}{'' if used.official else ' (chưa chính thức)'} – {used.document}"
        for used in package.criteria
    )


def _grid(package: Package) -> str:
    if package.grid is None:
        return "WGS 84 (EPSG:4326); chưa xác định kinh tuyến trục VN-2000 của tỉnh"
    return (
        f"WGS 84 (EPSG:4326) và VN-2000 múi 3°, kinh tuyến trục {package.grid.meridian} "
        f"(EPSG:{package.grid.epsg}, {package.grid.source})"
    )
