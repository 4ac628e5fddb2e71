"""``phusong db``: the private cluster, migrations, back-up and restore."""

from __future__ import annotations

from pathlib import Path

import click

from api.door import as_authority, open_door, settings
from coverage.actions import audit
from coverage.storage import backup as backups
from coverage.storage import migrations
from coverage.storage.cluster import Cluster, choose_folder


@click.group()
def commands() -> None:
    """Cơ sở dữ liệu: trạng thái, nâng cấp, khởi động và dừng cụm riêng."""


def _cluster() -> Cluster:
    chosen = settings()
    if chosen.database.url is not None:
        raise click.UsageError("DATABASE_URL đang được đặt: cụm riêng không được dùng.")
    return Cluster(choose_folder(chosen.folders.var / "cluster"))


@commands.command()
def start() -> None:
    """Khởi động cụm riêng và giữ nó chạy đến khi `phusong db stop`."""
    cluster = _cluster()
    cluster.start()
    cluster.keep(running=True)
    click.echo(f"Cụm PostgreSQL đang chạy: {cluster.socket_folder}")


@commands.command()
def stop() -> None:
    """Dừng cụm riêng."""
    cluster = _cluster()
    cluster.keep(running=False)
    cluster.stop()
    click.echo("Cụm PostgreSQL đã dừng.")


@commands.command()
def status() -> None:
    """Cho biết cơ sở dữ liệu nào đang được dùng và ở phiên bản nào."""
    with open_door(migrated=False) as database:
        found, newest = database.revision(), migrations.newest_revision()
    where = "DATABASE_URL" if settings().database.url else "cụm riêng trong var/"
    click.echo(f"Cơ sở dữ liệu: {where}. Phiên bản: {found or 'trống'}; chương trình cần {newest}.")
    if found != newest:
        click.get_current_context().exit(1)


@commands.command()
def upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    with open_door(migrated=False) as database:
        owner = database.owner()
        try:
            migrations.upgrade(owner)
            migrations.give_application_password(owner, database.url)
        finally:
            owner.dispose()
    click.echo(f"Cơ sở dữ liệu ở phiên bản {migrations.newest_revision()}.")


@commands.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Sao lưu toàn bộ cơ sở dữ liệu vào FILE (không ghi đè)."""
    if file.exists():
        raise click.UsageError(f"{file} đã có; hãy chọn tên khác.")
    with open_door() as database:
        backups.dump(database.owner_url, file)
    click.echo(f"Đã sao lưu vào {file} ({file.stat().st_size / 1e6:.1f} MB).")


@commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="Thay toàn bộ dữ liệu hiện tại bằng bản sao lưu?")
def restore(file: Path) -> None:
    """Thay toàn bộ dữ liệu bằng bản sao lưu FILE; hoặc tất cả, hoặc không gì cả."""
    with open_door(migrated=False) as database:
        backups.restore(database.owner_url, file)
        count, broken = audit.verify(database, as_authority(database, "db restore"))
    if broken is not None:
        click.echo(f"Đã khôi phục, nhưng nhật ký hỏng ở dòng {broken}.", err=True)
        click.get_current_context().exit(1)
    click.echo(f"Đã khôi phục từ {file}; nhật ký nguyên vẹn ({count} dòng).")
