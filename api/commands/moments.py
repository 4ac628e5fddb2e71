"""Moments as people write them on the command line, in Viet Nam's time."""

from __future__ import annotations

from datetime import datetime

import click

from coverage.days import VIETNAM_TIME

_FORMS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


class Moment(click.DateTime):
    """A moment in Viet Nam's time; a bare day is its first minute."""

    name = "NGÀY [GIỜ]"

    def __init__(self) -> None:
        super().__init__(_FORMS)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the moment and say in which zone it is."""
        read: datetime = super().convert(value, param, ctx)
        return read.replace(tzinfo=VIETNAM_TIME)
