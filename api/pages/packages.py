"""The list of packages, and handing out their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.packages import Number, Version, find_package, hand_out, handed_out
from api.pages.rendering import render
from api.ranges import told
from coverage.actions import packages, units
from coverage.storage.packages import PackageRecord

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package beside its province's present name."""

    record: PackageRecord
    province: str


@dataclass(frozen=True, slots=True)
class PackagesPage:
    """What the visitor may see, the newest first."""

    packages: Sequence[ListedPackage]
    template: ClassVar[str] = "packages.html"


@router.get("/packages")
def packages_page(request: Request, opened: asked.Opened, holder: asked.Visiting) -> Response:
    """Show the packages."""
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    records = packages.list_packages(opened, holder.actor)
    records.sort(key=lambda record: record.published_at or record.built_at, reverse=True)
    listed = [
        ListedPackage(record, names.get(record.province_code, record.province_code))
        for record in records
    ]
    return render(request, PackagesPage(listed))


@router.head("/packages/{number}/download")
def describe_download(
    opened: asked.Opened, holder: asked.Visiting, number: Number, version: Version = None
) -> Response:
    """Say what the download would be; nothing is taken, and nothing written down."""
    return told(handed_out(find_package(opened, holder.actor, number, version)))


@router.get("/packages/{number}/download")
def download(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    version: Version = None,
) -> Response:  # fmt: skip
    """Hand out a package's file."""
    return hand_out(request, opened, holder.actor, number, version)
