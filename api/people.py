"""``/people`` and ``/organisations``: who may come in, for programs of the administration."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.addresses import next_page, told_address
from api.dependencies import Acting, Opened, PageSize, settings
from api.documentation import AT_THE_DOOR, problem_responses
from api.paging import read_cursor, write_cursor
from coverage.actions import accounts, password_links, people
from coverage.actions.password_links import MadeLink
from coverage.errors import Conflict, NotAllowed, NotFound
from coverage.people import Actor, OrganisationKind, Role
from coverage.storage.accounts import KEY_SHAPE, Account, AccountFilter, Organisation
from coverage.storage.sessions import Database

ORDER = "people"  # what a cursor of this list says it is of
LONGEST_NAME = 120
router = APIRouter(tags=["Người dùng và tổ chức"])
PersonId = Annotated[uuid.UUID, Path(description="Mã người dùng.")]
_KIND = Query(description="Loại tổ chức.")


class ToldPerson(BaseModel):
    """A person's account; nothing secret is in it."""

    id: uuid.UUID
    login: str = Field(examples=["lo.thi.thu"])
    full_name: str = Field(examples=["Lò Thị Thử"])
    role: Role
    organisation: str = Field(examples=["Sở KH&CN tỉnh 42"])
    kind: OrganisationKind
    created_at: datetime
    disabled_at: datetime | None = Field(description="Khóa lúc nào; null khi đang mở.")
    signed_in_at: datetime | None = Field(description="Đăng nhập lần cuối.")
    has_password: bool
    sessions: int = Field(description="Số phiên đang mở.")
    link_until: datetime | None = Field(
        description="Liên kết đặt mật khẩu chưa dùng còn đến lúc nào."
    )


class PeopleList(BaseModel):
    """A page of people; ``next`` is the cursor of the following one."""

    people: list[ToldPerson]
    total: int
    next: str | None


class NewPerson(BaseModel):
    """Who is to be added; the person chooses the password by a link."""

    login: str = Field(max_length=64, examples=["lo.thi.thu"])
    full_name: str = Field(max_length=LONGEST_NAME, examples=["Lò Thị Thử"])
    role: Role
    organisation_id: uuid.UUID = Field(description="Lấy từ `GET /organisations`.")


class ChangedPerson(BaseModel):
    """A person's name and role as they are to be from now on."""

    full_name: str = Field(max_length=LONGEST_NAME, examples=["Lò Thị Thử"])
    role: Role


class ToldLink(BaseModel):
    """A link by which a person chooses a password; shown this once."""

    person_id: uuid.UUID
    login: str
    link: str = Field(
        description="Chỉ có phần sau, từ `/reset/`, khi máy chủ chưa đặt PHUSONG_PUBLIC_ADDRESS.",
        examples=["https://phusong.example.vn/reset/…"],
    )
    expires_at: datetime


class EndedSessions(BaseModel):
    """How many sessions were open until now."""

    ended: int


class ToldOrganisation(BaseModel):
    """An organisation with how many open accounts and API tokens it has."""

    id: uuid.UUID
    kind: OrganisationKind
    name: str = Field(examples=["Viettel"])
    people: int
    tokens: int


class OrganisationList(BaseModel):
    """The organisations by name."""

    organisations: list[ToldOrganisation]


class NewOperator(BaseModel):
    """An operator that is to be entered; provinces come with the administrative list."""

    name: str = Field(max_length=LONGEST_NAME, examples=["Viettel"])


_REFUSED = problem_responses(*AT_THE_DOOR, NotAllowed)
_ONE = problem_responses(*AT_THE_DOOR, NotAllowed, NotFound)
_CHANGE = problem_responses(*AT_THE_DOOR, NotAllowed, NotFound, Conflict)


@router.get("/people", summary="Danh sách người dùng", response_model=PeopleList,
            responses=_REFUSED)  # fmt: skip
def list_people(  # noqa: PLR0913, PLR0917 - each is one parameter of the address
    request: Request, opened: Opened, actor: Acting,
    words: Annotated[
        str | None, Query(max_length=100, description="Họ tên, tên đăng nhập hoặc tổ chức.")
    ] = None,
    kind: Annotated[OrganisationKind | None, _KIND] = None,
    role: Annotated[Role | None, Query(description="Vai trò.")] = None,
    disabled: Annotated[
        bool | None, Query(description="true: chỉ tài khoản đã khóa; false: chỉ tài khoản đang mở.")
    ] = None,
    cursor: Annotated[str | None, Query(description="Vị trí trang, lấy từ `next`.")] = None,
    limit: PageSize = 100,
) -> Response:  # fmt: skip
    """Xếp theo tổ chức rồi tên đăng nhập; chỉ quản trị hệ thống hỏi được."""
    wanted = AccountFilter(kind, role, disabled, (words or "").replace("\x00", "").strip() or None)
    after = read_cursor(cursor, ORDER, KEY_SHAPE)
    found = accounts.list_accounts(
        opened, actor, wanted, after=[str(part) for part in after] if after else None, limit=limit,
        idle_minutes=settings(request).web.session_idle_minutes,
    )  # fmt: skip
    following = write_cursor(ORDER, found.next_key) if found.next_key else None
    page = PeopleList(
        people=[_told(one) for one in found.accounts], total=found.total, next=following
    )
    headers = {"Link": f'<{next_page(request, following)}>; rel="next"'} if following else {}
    return JSONResponse(page.model_dump(mode="json"), headers=headers)


@router.post("/people", summary="Thêm người dùng", status_code=201, responses=_CHANGE)
def add_person(request: Request, opened: Opened, actor: Acting, person: NewPerson) -> ToldLink:
    """Người mới chưa có mật khẩu: hãy chuyển liên kết trong câu trả lời qua một kênh riêng."""
    made = password_links.invite(
        opened, actor, login=person.login, full_name=person.full_name, role=person.role,
        organisation_id=person.organisation_id,
        hours=settings(request).web.password_link_hours,
    )  # fmt: skip
    return _told_link(request, made)


@router.get("/people/{person_id}", summary="Một người dùng", responses=_ONE)
def get_person(request: Request, opened: Opened, actor: Acting, person_id: PersonId) -> ToldPerson:
    """Tài khoản, lần đăng nhập cuối và số phiên đang mở."""
    return _person(request, opened, actor, person_id)


@router.put("/people/{person_id}", summary="Đổi họ tên hoặc vai trò", responses=_CHANGE)
def change_person(
    request: Request, opened: Opened, actor: Acting, person_id: PersonId, changed: ChangedPerson
) -> ToldPerson:
    """Vai trò mới có hiệu lực ngay; không ai đổi vai trò của mình hay bỏ quản trị cuối cùng."""
    accounts.change(opened, actor, person_id, full_name=changed.full_name, role=changed.role)
    return _person(request, opened, actor, person_id)


@router.post("/people/{person_id}/disable", summary="Khóa tài khoản", responses=_CHANGE)
def disable_person(
    request: Request, opened: Opened, actor: Acting, person_id: PersonId
) -> ToldPerson:
    """Mọi phiên đang mở và liên kết đặt mật khẩu kết thúc; nhật ký vẫn giữ việc đã làm."""
    accounts.disable(opened, actor, person_id)
    return _person(request, opened, actor, person_id)


@router.post("/people/{person_id}/enable", summary="Mở lại tài khoản đã khóa", responses=_ONE)
def enable_person(
    request: Request, opened: Opened, actor: Acting, person_id: PersonId
) -> ToldPerson:
    """Mật khẩu cũ vẫn dùng được."""
    accounts.enable(opened, actor, person_id)
    return _person(request, opened, actor, person_id)


@router.post("/people/{person_id}/link", summary="Tạo liên kết đặt mật khẩu", status_code=201,
             responses=_CHANGE)  # fmt: skip
def make_password_link(
    request: Request, opened: Opened, actor: Acting, person_id: PersonId
) -> ToldLink:
    """Dùng được một lần và chỉ hiện lần này; liên kết cũ hết hiệu lực."""
    hours = settings(request).web.password_link_hours
    return _told_link(request, password_links.make_link(opened, actor, person_id, hours=hours))


@router.post("/people/{person_id}/end-sessions", summary="Kết thúc mọi phiên đang mở",
             responses=_ONE)  # fmt: skip
def end_person_sessions(opened: Opened, actor: Acting, person_id: PersonId) -> EndedSessions:
    """Người đó phải đăng nhập lại; mã truy cập API không bị ảnh hưởng."""
    return EndedSessions(ended=accounts.end_sessions(opened, actor, person_id))


@router.get("/organisations", summary="Danh sách tổ chức", responses=_REFUSED)
def list_organisations(
    opened: Opened, actor: Acting, kind: Annotated[OrganisationKind | None, _KIND] = None
) -> OrganisationList:
    """Tỉnh, Cục Viễn thông, doanh nghiệp và kiểm toán; chỉ quản trị hệ thống hỏi được."""
    return OrganisationList(
        organisations=[
            _organisation(one) for one in accounts.list_organisations(opened, actor, kind)
        ]
    )


@router.post("/organisations", summary="Ghi nhận doanh nghiệp viễn thông", status_code=201,
             responses=problem_responses(*AT_THE_DOOR, NotAllowed, Conflict))  # fmt: skip
def add_operator(opened: Opened, actor: Acting, operator: NewOperator) -> ToldOrganisation:
    """Tên đúng như trong sổ trạm. Các tỉnh có sẵn theo danh mục hành chính."""
    name = people.add_operator(opened, actor, operator.name)
    known = accounts.list_organisations(opened, actor, OrganisationKind.OPERATOR)
    return next(_organisation(one) for one in known if one.name == name)


def _person(request: Request, opened: Database, actor: Actor, person_id: uuid.UUID) -> ToldPerson:
    idle = settings(request).web.session_idle_minutes
    return _told(accounts.account(opened, actor, person_id, idle_minutes=idle))


def _told(account: Account) -> ToldPerson:
    return ToldPerson(**{name: getattr(account, name) for name in ToldPerson.model_fields})


def _told_link(request: Request, made: MadeLink) -> ToldLink:
    link = told_address(request, f"/reset/{made.token}")
    return ToldLink(
        person_id=made.person_id, login=made.login, link=link, expires_at=made.expires_at
    )


def _organisation(one: Organisation) -> ToldOrganisation:
    return ToldOrganisation(**{name: getattr(one, name) for name in ToldOrganisation.model_fields})
