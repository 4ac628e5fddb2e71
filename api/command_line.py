"""The console script ``phusong``: exit status 0 done, 1 refused or rows rejected, 2 wrong usage."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from api.problems import sentence
from coverage.errors import PhusongError

# Loaded when asked for: `phusong survey check` need not pay for the import of folium.
COMMANDS = {
    "db": "Cơ sở dữ liệu: trạng thái, nâng cấp, sao lưu.",
    "user": "Tổ chức, người dùng và mã truy cập.",
    "places": "Đơn vị hành chính theo đợt danh mục.",
    "survey": "Tệp khảo sát của tỉnh: kiểm tra, nộp, mẫu.",
    "towers": "Sổ trạm phát sóng.",
    "service-areas": "Vùng cung cấp dịch vụ do doanh nghiệp công bố.",
    "layers": "Lớp nền: đường, đường dây điện, trường học, trạm y tế.",
    "terrain": "Địa hình: mô hình số độ cao để xét tầm nhìn.",
    "evidence": "Căn cứ: kết luận theo nhà mạng và công nghệ, ai chi trả.",
    "consultation": "Tham vấn doanh nghiệp: đợt, cam kết tự đầu tư, quá hạn.",
    "rules": "Quy định theo ngày: xem, đề xuất, thông qua.",
    "dispute": "Phản hồi kết luận: xem, trả lời.",
    "zones": "Vùng lõm sóng: danh sách, lịch sử, vì sao ai chi trả.",
    "review": "Thẩm định: nhận, duyệt, trả lại, nhập vùng.",
    "sites": "Chọn vị trí trạm phủ được nhiều nhất, hoặc phủ hết.",
    "lots": "Gom vùng lõm sóng thành lô.",
    "package": "Gói thầu: lập, kiểm tra, công bố.",
    "award": "Giao lô cho doanh nghiệp: giao, hủy, gia hạn, hai số đếm.",
    "deliveries": "Đến hạn, quá hạn, đã phát sóng, đã nghiệm thu.",
    "progress": "Tiến độ: còn chờ, theo tháng, quá hạn, các tỉnh cạnh nhau.",
    "on-air": "Báo cáo phát sóng: kiểm tra, gửi, nghiệm thu.",
    "map": "Bản đồ một tệp, mở được khi không có mạng.",
    "serve": "Chạy trang web và API.",
    "worker": "Làm các việc dài trong hàng đợi.",
    "jobs": "Việc chạy nền của mọi người: đang chờ, đang chạy, đã xong; hủy.",
    "audit": "Nhật ký: kiểm tra chuỗi băm.",
}


class _Commands(click.Group):
    """The commands by name, each imported from api/commands when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(
            f"api.commands.{cmd_name.replace('-', '_')}"
        ).commands
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Lệnh"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def phusong() -> None:
    """Phủ Sóng: từ danh sách vùng lõm sóng của tỉnh đến gói thầu."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; a domain error becomes its sentence and 1.

    ``arguments`` are the process's own unless given.
    """
    try:
        status = phusong.main(arguments, prog_name="phusong", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Đã dừng.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except PhusongError as error:
        click.echo(sentence(error), err=True)
        return 1
    return status if isinstance(status, int) else 0


def main() -> None:
    """Be the console script."""
    sys.exit(run())
