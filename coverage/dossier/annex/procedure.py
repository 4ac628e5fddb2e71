"""The last sections: confidentiality, clarifications, amendments, and how to check the package."""

from __future__ import annotations

from coverage.dossier.annex.content import (
    Align,
    Block,
    Column,
    Facts,
    Items,
    Paragraph,
    Section,
    Table,
)
from coverage.dossier.annex.words import day, whole
from coverage.dossier.notes import checks
from coverage.packages import Package, PackageAnswer, PackageChange, PackageKind

_KINDS = {
    PackageKind.FIRST: "Bản phát hành lần đầu",
    PackageKind.AMENDMENT: "Sửa đổi",
    PackageKind.CLARIFICATION: "Làm rõ",
}


def confidentiality(package: Package) -> Section:
    """Return what may be done with the package's data."""
    blocks: tuple[Block, ...] = (
        Items(
            (
                "Mọi doanh nghiệp nhận cùng một bộ tệp, tại cùng một thời điểm;",
                "Gói thầu không có vị trí, mã, chủ sở hữu và khoảng cách đến trạm của bất kỳ doanh "
                f"nghiệp nào. Thông tin về hạ tầng có sẵn mà {package.authority} cung cấp sau khi "
                "lựa chọn doanh nghiệp không được tiết lộ, không được dùng vào việc khác;",
                "Không ghi họ tên, số điện thoại hoặc thông tin cá nhân của người dân trong "
                "báo cáo và tệp chứng minh;",
                "Thông tin thuộc bí mật nhà nước, khu vực quân sự, biên giới thực hiện theo quy "
                "định của pháp luật về bảo vệ bí mật nhà nước.",
            )
        ),
    )
    return Section("Bảo mật và sử dụng số liệu", blocks)


def clarifications(package: Package) -> Section:
    """Return how questions are asked, and those that were answered."""
    blocks: list[Block] = [
        Paragraph(
            "Doanh nghiệp gửi câu hỏi trên hệ thống, tại trang của gói thầu. Câu trả lời được đánh "
            "số, gửi đến mọi doanh nghiệp đã tải gói thầu cùng một lúc và không nêu người hỏi."
        )
    ]
    if not package.answers:
        blocks.append(Paragraph("Đến phiên bản này chưa có nội dung làm rõ."))
    for each in package.answers:
        blocks += _answer(each)
    return Section("Làm rõ", tuple(blocks))


def _answer(each: PackageAnswer) -> list[Block]:
    question, *more = _paragraphs(each.question)
    reply, *others = _paragraphs(each.answer)
    return [
        Paragraph(
            f"(hỏi ngày {day(each.asked)}, trả lời ngày {day(each.answered)})",
            lead=f"Làm rõ {each.number}",
        ),
        Paragraph(question, lead="Hỏi:"), *map(Paragraph, more),
        Paragraph(reply, lead="Trả lời:"), *map(Paragraph, others),
    ]  # fmt: skip


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()] or ["–"]


def amendments(package: Package) -> Section:
    """Return what each version changed against the one before, and why."""
    if not package.changes:
        first = "Đây là phiên bản đầu, chưa có sửa đổi." if package.version == 1 else (
            "Phiên bản này không khác phiên bản trước về vùng và lô."
        )  # fmt: skip
        return Section("Sửa đổi so với phiên bản trước", (Paragraph(first),))
    blocks: list[Block] = [
        Paragraph(
            "Phiên bản sau thay phiên bản trước kể từ khi được công bố. Nội dung thay đổi của từng "
            "phiên bản so với phiên bản liền trước:"
        )
    ]
    for change in package.changes:
        blocks += _change(change)
    return Section("Sửa đổi so với phiên bản trước", tuple(blocks))


def _change(change: PackageChange) -> list[Block]:
    blocks: list[Block] = [
        Paragraph(
            f"Lý do: {' '.join(change.reason.split())}",
            lead=f"Phiên bản {change.version}: {_KINDS[change.kind].lower()}, "
            f"ngày {day(change.dated)}.",
        )
    ]
    lines = []
    if change.came:
        lines.append((f"Vùng thêm vào ({len(change.came)})", ", ".join(change.came)))
    if change.went:
        lines.append((f"Vùng rút ra ({len(change.went)})", ", ".join(change.went)))
    if lines:
        blocks.append(Facts(tuple(lines)))
    if change.changed:
        columns = (
            Column("Vùng, lô", 1.6), Column("Nội dung", 1.3), Column("Trước", 1.6), Column("Nay", 1.6),
        )  # fmt: skip
        rows = tuple(
            (zone, heading, _figure(heading, before), _figure(heading, after))
            for zone, heading, before, after in change.changed
        )
        blocks.append(
            Table(f"Thay đổi của từng vùng, lô, phiên bản {change.version}", columns, rows)
        )
    return blocks


def _figure(heading: str, told: str) -> str:
    """A count or an amount as papers group it; codes of places stay as they are."""
    counts = heading.startswith("Số") or "(đồng)" in heading
    return whole(int(told)) if counts and told.isascii() and told.isdigit() else told


def integrity(package: Package) -> Section:
    """Return how to check that the package is whole and whose it is."""
    blocks: list[Block] = [
        Paragraph(
            "Phụ lục này là một tệp của gói thầu; mã SHA-256 của mọi tệp ghi trong manifest.json "
            "và SHA256SUMS."
        )
    ]
    if package.key is not None:
        pairs = [package.key.fingerprint[at : at + 4] for at in range(0, 64, 4)]
        blocks += [
            Facts(
                (
                    ("Địa chỉ khóa công khai", package.key.address),
                    ("Dấu vân tay (SHA-256)", " ".join(pairs)),
                )
            ),
            Paragraph(
                "Khóa nằm trong gói thầu tự nó không chứng minh được gì: hãy lấy khóa tại địa chỉ "
                "trên và so dấu vân tay."
            ),
        ]
    elif package.draft:
        blocks.append(Paragraph("Bản dự thảo không được ký số."))
    columns = (Column("Việc", 2.2, Align.LEFT), Column("Lệnh", 3, typed=True))
    blocks.append(
        Table(
            "Cách kiểm tra gói thầu", columns,
            tuple((_purpose(package, what), command) for what, command in checks(package)),
        )
    )  # fmt: skip
    return Section("Tính toàn vẹn và khóa công khai", tuple(blocks))


def _purpose(package: Package, told: str) -> str:
    """What a command is for; the fingerprint stands above, where it can be read."""
    purpose = told.rstrip(":").partition(";")[0]
    return purpose.replace(package.key.fingerprint, "nêu ở trên") if package.key else purpose
