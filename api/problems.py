"""The one table: domain error → HTTP status and sentences. A test demands that none is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coverage import errors
from coverage.findings import Language


@dataclass(frozen=True, slots=True)
class Problem:
    """How one class of error is told: status for HTTP, a title, a sentence over its facts."""

    status: int
    title: Mapping[Language, str]
    sentence: Mapping[Language, str]


def _problem(status: int, title: tuple[str, str], sentence: tuple[str, str]) -> Problem:
    return Problem(
        status,
        dict(zip((Language.VI, Language.EN), title, strict=True)),
        dict(zip((Language.VI, Language.EN), sentence, strict=True)),
    )


PROBLEMS: Mapping[type[errors.PhusongError], Problem] = {
    errors.InputRefused: _problem(
        422,
        ("Không nhận được tệp", "The file cannot be taken"),
        ("Tệp chưa được nhận; cơ sở dữ liệu không thay đổi.",
         "The file was not taken; the database is as it was."),
    ),
    errors.NotFound: _problem(
        404,
        ("Không tìm thấy", "Not found"),
        ("Không tìm thấy {thing} “{name}”, hoặc tổ chức của bạn không được xem.",
         "There is no {thing} “{name}”, or your organisation may not see it."),
    ),
    errors.NotAllowed: _problem(
        403,
        ("Không có quyền", "Not allowed"),
        ("Vai trò “{role}” không được làm việc này ({act}).",
         "The role “{role}” may not do this ({act})."),
    ),
    errors.NotSignedIn: _problem(
        401,
        ("Chưa đăng nhập", "Not signed in"),
        ("Hãy đăng nhập, hoặc gửi mã truy cập còn hiệu lực.",
         "Sign in, or send a token that is still valid."),
    ),
    errors.Conflict: _problem(
        409,
        ("Xung đột", "Conflict"),
        ("{thing}: trạng thái hiện tại không cho phép việc này ({reason}).",
         "{thing}: its present state does not allow this ({reason})."),
    ),
    errors.NothingToDo: _problem(
        409,
        ("Không có việc để làm", "Nothing to do"),
        ("Chưa thực hiện được: {reason}.", "Nothing was done: {reason}."),
    ),
    errors.SettingsUnusable: _problem(
        500,
        ("Cấu hình không dùng được", "Settings cannot be used"),
        ("Cấu hình {setting} không dùng được: {reason}.",
         "The setting {setting} cannot be used: {reason}."),
    ),
    errors.DatabaseUnavailable: _problem(
        503,
        ("Cơ sở dữ liệu chưa sẵn sàng", "The database is not ready"),
        ("Cơ sở dữ liệu chưa sẵn sàng: {reason}", "The database is not ready: {reason}"),
    ),
}  # fmt: skip


def problem_of(error: errors.PhusongError) -> Problem:
    """Return the problem of the error's class, or of the nearest class above it."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    raise error


def sentence(error: errors.PhusongError, language: Language = Language.VI) -> str:
    """Return what to tell a person: the sentence, then each finding with what to do."""
    facts = {name: str(fact) for name, fact in error.facts.items()}
    lines = [problem_of(error).sentence[language].format_map(facts)]
    if isinstance(error, errors.InputRefused):
        for found in error.findings:
            where = f" [{found.column}]" if found.column else ""
            lines.append(
                f"  - {found.rule}{where}: {found.message(language)} {found.fix(language)}"
            )
    return "\n".join(lines)
