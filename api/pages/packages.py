"""The list of packages, one package with its versions, and handing out their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import dependencies as asked
from api import problems
from api.job_desk import ask
from api.packages import Number, Version, find_package, hand_out, handed_out
from api.pages.rendering import render
from api.ranges import told
from coverage.actions import package_questions, packages, units
from coverage.actions.package_questions import Letters
from coverage.errors import PhusongError
from coverage.packages import PackageStatus, ProcurementMode
from coverage.people import Act
from coverage.storage.packages import Download, PackageRecord
from coverage.storage.people import SessionHolder
from coverage.storage.sessions import Database

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package's newest version beside its province's present name; questions that wait."""

    record: PackageRecord
    province: str
    questions: int = 0


@dataclass(frozen=True, slots=True)
class PackagesPage:
    """What the visitor may see, the newest first; ``provinces`` are those to choose from."""

    packages: Sequence[ListedPackage]
    every: int
    provinces: Mapping[str, str]
    province: str
    status: str
    statuses: Sequence[PackageStatus] = tuple(PackageStatus)
    modes: Sequence[ProcurementMode] = tuple(ProcurementMode)
    error: str = ""
    template: ClassVar[str] = "packages.html"


@dataclass(frozen=True, slots=True)
class PackagePage:
    """One package: its versions, the newest first, its letters and who took it."""

    record: PackageRecord
    versions: Sequence[PackageRecord]
    province: str
    letters: Letters
    downloads: Sequence[Download]
    news: str = ""
    error: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    stands: bool = True
    template: ClassVar[str] = "package.html"


@router.get("/packages")
def packages_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    province: Annotated[str, Query(max_length=10)] = "",
    status: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show the packages."""
    return render(request, _packages(opened, holder, province, status))


@router.post("/packages/build")
def build(
    request: Request, opened: asked.Opened, holder: asked.Visiting, fields: asked.Sent
) -> Response:
    """Build a province's draft."""
    actor = holder.actor
    actor.must(Act.BUILD_PACKAGE)
    province, mode = str(fields.get("province", "")), str(fields.get("mode", ""))
    try:
        argument = {"province": province, "mode": mode if mode in set(ProcurementMode) else None}
        return ask(request, opened, holder, "build_package", argument, about=province)
    except PhusongError as error:
        told_error = problems.detail(error, asked.language(request))
        page = _packages(opened, holder, province, "", told_error)
        return render(request, page, status=problems.problem_of(error).status)


@router.get("/packages/{number}")
def package_page(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    news: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Show one package."""
    return render(request, one_package(opened, holder, number, news=news))


def one_package(
    opened: Database, holder: SessionHolder, number: str, *, news: str = "", error: str = "",
    said: Mapping[str, str] | None = None,
) -> PackagePage:  # fmt: skip
    """Return a package's page."""
    actor = holder.actor
    versions = packages.package_versions(opened, actor, number)
    record = versions[0]
    names = {place.code: place.name for place in units.provinces(opened, actor)}
    stands = record.status is not PackageStatus.DRAFT or packages.draft_stands(
        opened, actor, number
    )
    return PackagePage(
        record, versions, names.get(record.province_code, record.province_code),
        package_questions.read_letters(opened, actor, number),
        packages.list_downloads(opened, actor, number), news, error, said or {},
        stands,
    )  # fmt: skip


@router.get("/packages/{number}/download")
def download(
    request: Request, opened: asked.Opened, holder: asked.Visiting, number: Number,
    version: Version = None,
) -> Response:  # fmt: skip
    """Hand out a package's file."""
    return hand_out(request, opened, holder.actor, number, version)


@router.head("/packages/{number}/download")
def describe_download(
    opened: asked.Opened, holder: asked.Visiting, number: Number, version: Version = None
) -> Response:
    """Tell of a package's file; nothing is taken, and nothing written down."""
    return told(handed_out(find_package(opened, holder.actor, number, version)))


def _packages(
    opened: Database, holder: SessionHolder, province: str, status: str, error: str = ""
) -> PackagesPage:
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    waiting = package_questions.count_waiting(opened, holder.actor)
    newest: dict[str, PackageRecord] = {}
    for record in packages.list_packages(opened, holder.actor):
        newest.setdefault(record.number, record)
    listed = [
        ListedPackage(
            record,
            names.get(record.province_code, record.province_code),
            waiting.get(record.number, 0),
        )
        for record in sorted(
            newest.values(), key=lambda one: one.public_from or one.built_at, reverse=True
        )
        if province in {"", record.province_code} and status in {"", record.status.value}
    ]
    return PackagesPage(listed, len(newest), names, province, status, error=error)
