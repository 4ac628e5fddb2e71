"""What a package says of itself in words, the same in the workbook and in the read-me."""

from __future__ import annotations

from coverage.dossier.columns import COLUMNS
from coverage.dossier.lot_columns import (
    READINESS_WORDS,
    STATE_WORDS,
    absent_words,
    total_vnd,
)
from coverage.packages import (
    APPROXIMATE_MARK,
    CHECKSUMS,
    DRAFT_MARK,
    KEY_FILE,
    SIGNATURE,
    VIETNAM_TIME,
    Package,
    PackageChange,
    PackageKind,
    PackageLot,
    ProcurementMode,
)

MODE_WORDS = {
    ProcurementMode.TENDER: "Đấu thầu",
    ProcurementMode.ORDER: "Đặt hàng",
    ProcurementMode.ASSIGNMENT: "Giao nhiệm vụ",
}
_KIND_WORDS = {
    PackageKind.FIRST: "Phát hành lần đầu",
    PackageKind.AMENDMENT: "Sửa đổi",
    PackageKind.CLARIFICATION: "Làm rõ",
}


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
        *_cost(package),
        ("Hình thức", MODE_WORDS[package.mode]),
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
        *_about_sites(package),
        *[(column.heading, column.note) for column in COLUMNS if column.note],
    ]  # fmt: skip


def grouped(number: int | None) -> str:
    """Return a number as Vietnamese papers group it: ``6.900``."""
    return f"{number or 0:,}".replace(",", ".")


def unknown_or_grouped(number: int | None) -> str:
    """Return a number as papers group it; one that nobody knows is said to be unknown."""
    return "chưa rõ" if number is None else grouped(number)


def lot_in_words(lot: PackageLot) -> str:
    """Return a lot in one sentence: its size, sites, estimate, clock, and what is not ready."""
    told = [f"{len(lot.zones)} vùng, {grouped(lot.households)} hộ"]
    if lot.sites:
        told.append(f"{len(lot.sites)} trạm đề xuất")
    if lot.cost is not None:
        absent = absent_words(lot.cost)
        told.append(
            f"ước tính {grouped(lot.cost.total_vnd)} đồng"
            + (f" (chưa gồm: {absent.lower()})" if absent else "")
        )
    if lot.clock is not None:
        told.append(f"phát sóng trong {lot.clock.months} tháng kể từ ngày trao thầu")
    told += [
        f"{READINESS_WORDS[one.kind].lower()}: {STATE_WORDS[one.state].lower()}"
        + (f" ({one.note})" if one.note else "")
        for one in lot.readiness
    ]
    return "; ".join(told)


def checks(package: Package) -> list[tuple[str, str]]:
    """Return how anybody checks the package: what for, and the command to type."""
    ours = (
        "Hoặc kiểm tra cả tệp nén, cần chương trình Phủ Sóng:",
        f"phusong package verify {package.file_name}",
    )
    if package.key is None:
        return [
            (
                "Dự thảo chưa được ký số: chỉ kiểm tra được các tệp còn nguyên như khi lập. "
                "Giải nén rồi chạy trong thư mục đó:",
                f"sha256sum -c {CHECKSUMS}",
            ),
            ours,
        ]
    return [
        ("Giải nén rồi chạy trong thư mục đó:", f"sha256sum -c {CHECKSUMS}"),
        (
            "Kiểm tra chữ ký số trên danh sách mã SHA-256:",
            f"openssl pkeyutl -verify -pubin -inkey {KEY_FILE} -rawin -in {CHECKSUMS} "
            f"-sigfile {SIGNATURE}",
        ),
        (
            "Khóa công khai nằm trong gói tự nó không chứng minh điều gì: người sửa gói có thể để "
            "khóa của mình vào. Hãy so vân tay của khóa với nơi công bố:",
            package.key.address,
        ),
        (
            "Vân tay của khóa trong gói này (SHA-256 của dạng DER) là "
            f"{package.key.fingerprint}, lệnh tính vân tay:",
            f"openssl pkey -pubin -in {KEY_FILE} -outform DER | sha256sum",
        ),
        ours,
    ]


def changes(package: Package) -> list[tuple[str, str]]:
    """Return what each later version changed, and why."""
    return [
        (
            f"Phiên bản {change.version} ({_KIND_WORDS[change.kind].lower()}, "
            f"{change.dated.astimezone(VIETNAM_TIME):%d/%m/%Y})",
            "; ".join([f"Lý do: {change.reason}", *_difference(change)]),
        )
        for change in package.changes
    ]


def answers(package: Package) -> list[tuple[str, str]]:
    """Return the questions that were answered to all, each with its answer."""
    return [
        (
            f"Làm rõ {answer.number} ({answer.answered.astimezone(VIETNAM_TIME):%d/%m/%Y})",
            f"Hỏi: {answer.question} Trả lời: {answer.answer}",
        )
        for answer in package.answers
    ]


def _difference(change: PackageChange) -> list[str]:
    return [
        *([f"vùng thêm vào: {', '.join(change.came)}"] if change.came else []),
        *([f"vùng rút ra: {', '.join(change.went)}"] if change.went else []),
        *(f"{zone}, {heading}: {was} → {now}" for zone, heading, was, now in change.changed),
    ]


def _cost(package: Package) -> list[tuple[str, str]]:
    if all(lot.cost is None for lot in package.lots):
        return []
    total = total_vnd(package)
    if total is None:
        return [("Ước tính chi phí", "Chưa đủ: có lô chưa chọn vị trí trạm")]
    absent = any(lot.cost.absent for lot in package.lots if lot.cost is not None)
    warning = "; còn phần chưa có số liệu, xem từng lô" if absent else ""
    return [("Ước tính chi phí", f"{grouped(total)} đồng{warning}")]


def _about_sites(package: Package) -> list[tuple[str, str]]:
    if not any(lot.sites for lot in package.lots):
        return []
    return [
        (
            "Vị trí trạm",
            "Là phương án đề xuất; doanh nghiệp được chọn phương án khác bảo đảm yêu cầu. Trạm "
            "dùng chung hạ tầng có sẵn không nêu vị trí: cơ quan lập cung cấp cho doanh nghiệp "
            "được chọn.",
        )
    ]


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
