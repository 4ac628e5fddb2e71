"""The list of packages, one package with its versions, and handing out their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, ClassVar
from urllib.parse import urlencode

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
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedPackage:
    """A package's newest version beside its province's present name; questions that wait.

    ``taken`` is the newest version that the visitor's organisation took, None for none.
    """

    record: PackageRecord
    province: str
    questions: int = 0
    taken: int | None = None

    @property
    def place(self) -> tuple[str, str]:
        """What the list is sorted by, the newest first; also where a page of it ends."""
        return (self.record.public_from or self.record.built_at).isoformat(), self.record.number


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
    found: int = 0
    first: bool = True
    query: str = ""
    more: str | None = None
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
    taken: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    template: ClassVar[str] = "package.html"

    @property
    def newer(self) -> Sequence[PackageRecord]:
        """The open versions since the one that the visitor's organisation took last."""
        if self.taken is None:
            return ()
        return [
            one for one in self.versions
            if one.version > self.taken and one.status is not PackageStatus.DRAFT and not one.waits
        ]  # fmt: skip

    @property
    def days_to_close(self) -> int | None:
        """Whole days until bids close; None where nothing is set, or it is past."""
        closes = self.record.closes_at
        return (closes - self.now).days if closes and closes > self.now else None


@router.get("/packages")
def packages_page(  # noqa: PLR0917 - each is one field of the filter's form
    request: Request, opened: asked.Opened, holder: asked.Visiting,
    province: Annotated[str, Query(max_length=10)] = "",
    status: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:  # fmt: skip
    """Show the packages."""
    return render(request, _packages(opened, holder, province, status, after))


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
        names = {place.code: place.name for place in units.provinces(opened, actor)}
        about = names.get(province, province)
        return ask(request, opened, holder, "build_package", argument, about=about)
    except PhusongError as error:
        told_error = problems.detail(error, asked.language(request))
        page = _packages(opened, holder, province, "", error=told_error)
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
    taken = packages.versions_taken(opened, actor).get(number)
    return PackagePage(
        record, versions, names.get(record.province_code, record.province_code),
        package_questions.read_letters(opened, actor, number),
        packages.list_downloads(opened, actor, number), news, error, said or {},
        stands, taken,
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
    opened: Database, holder: SessionHolder, province: str, status: str, after: str = "", *,
    error: str = "",
) -> PackagesPage:  # fmt: skip
    names = {place.code: place.name for place in units.provinces(opened, holder.actor)}
    waiting = package_questions.count_waiting(opened, holder.actor)
    taken = packages.versions_taken(opened, holder.actor)
    newest: dict[str, PackageRecord] = {}
    for record in packages.list_packages(opened, holder.actor):
        newest.setdefault(record.number, record)
    listed = [
        ListedPackage(
            record, names.get(record.province_code, record.province_code),
            waiting.get(record.number, 0), taken.get(record.number),
        )
        for record in newest.values()
        if province in {"", record.province_code} and status in {"", record.status.value}
    ]  # fmt: skip
    listed.sort(key=lambda one: one.place, reverse=True)
    told_after = tuple(after.split("|", 1))
    rest = [one for one in listed if not after or one.place < told_after]
    said = {name: told for name, told in (("province", province), ("status", status)) if told}
    shown = rest[:PER_PAGE]
    more = None
    if len(rest) > len(shown):
        more = "/packages?" + urlencode(said | {"after": "|".join(shown[-1].place)})
    return PackagesPage(
        shown, len(newest), names, province, status, error=error, found=len(listed),
        first=len(rest) == len(listed), query=urlencode(said), more=more,
    )  # fmt: skip
