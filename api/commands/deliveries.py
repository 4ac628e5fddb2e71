"""``phusong deliveries``: what is due, late, on air and confirmed."""

from __future__ import annotations

from pathlib import Path

import click

from api.commands.output import json_option, number, write_json
from api.delivery_told import told_deliveries
from api.door import as_authority, open_door
from api.words import word
from coverage.actions import deliveries
from coverage.actions.deliveries import DeliveryFilter
from coverage.consultation import in_words
from coverage.deliveries import DeliveryState

_MOST_SHOWN = 100


@click.command()
@click.option("--late", is_flag=True, help="Chỉ các vùng quá hạn.")
@click.option(
    "--state", type=click.Choice([each.value for each in DeliveryState]), help="Chỉ tình trạng này."
)
@click.option("--province", "province_code", help="Mã tỉnh.")
@click.option("--operator", help="Tên doanh nghiệp.")
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Ghi danh sách CSV."
)
@json_option
def commands(  # noqa: PLR0917 - a parameter per option
    late: bool, state: str | None, province_code: str | None, operator: str | None,
    csv_file: Path | None, json_file: Path | None,
) -> None:  # fmt: skip
    """Đến hạn, quá hạn, đã phát sóng, đã nghiệm thu của các lô đã giao."""
    chosen = DeliveryState.LATE if late else DeliveryState(state) if state else None
    wanted = DeliveryFilter(chosen, province_code, operator)
    with open_door() as database:
        found = deliveries.list_deliveries(database, as_authority(database, "deliveries"), wanted)
    write_json(json_file, told_deliveries(found).model_dump(mode="json"))
    if csv_file is not None:
        words = {each: word(each) for each in DeliveryState}
        csv_file.write_bytes(deliveries.list_file(found, words))
    total = found.total
    click.echo(
        f"Ngày {in_words(found.day)}: {total.zones} vùng, {number(total.households)} hộ;"
        f" quá hạn {total.late}, sắp đến hạn {total.soon}, còn thời hạn {total.due},"
        f" đã phát sóng {total.on_air}, đã nghiệm thu {total.confirmed}"
    )
    for name, count in found.by_operator.items():
        click.echo(
            f"  {name}: {count.zones} vùng, quá hạn {count.late}"
            f" (lâu nhất {count.longest_late_days} ngày), phát sóng muộn {count.delivered_late}"
        )
    for each in found.zones[:_MOST_SHOWN]:
        by_days = f", muộn {each.late_days} ngày" if each.late_days else ""
        click.echo(
            f"  {each.zone.package_number} lô {each.zone.lot_number} {each.zone.village},"
            f" {each.zone.commune}: {each.zone.operator}, hạn {in_words(each.zone.due_on)}"
            f" [{word(each.state)}{by_days}]"
        )
    if len(found.zones) > _MOST_SHOWN:
        click.echo(f"  … và {len(found.zones) - _MOST_SHOWN} vùng nữa; xem đủ bằng --csv.")
