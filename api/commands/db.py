"""``phusong db``: the private cluster, migrations, back-up and restore."""

from __future__ import annotations

import click

from api.door import open_door, settings
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
    with open_door(migrated=False) as database, database.at_the_door() as connection:
        found, newest = migrations.current_revision(connection), migrations.newest_revision()
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
