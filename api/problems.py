"""The one table: domain error → HTTP status and sentences. A test demands that none is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api import refusals
from api.words import word_of_fact
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
    errors.PromiseRefused: _problem(
        422,
        ("Chưa ghi nhận được cam kết", "The promises were not taken"),
        ("Chưa ghi nhận cam kết nào trong lần gửi này; hãy sửa các điểm dưới đây rồi gửi lại.",
         "None of the promises sent together was taken; mend what is said below and send again."),
    ),
    errors.ChangeRefused: _problem(
        422,
        ("Thay đổi chưa hợp lệ", "The change cannot be taken"),
        ("Thay đổi chưa được ghi: hãy sửa các mục được nêu; quy định đang có hiệu lực không đổi.",
         "The change was not kept: mend what is named; the rules in force are as they were."),
    ),
    errors.WeightsRefused: _problem(
        422,
        ("Trọng số chưa dùng được", "The weights cannot be used"),
        ("Chưa xếp hạng theo các trọng số này; hãy sửa các điểm dưới đây rồi thử lại.",
         "Nothing was ranked by these weights; mend what is said below and try again."),
    ),
    errors.DisputeRefused: _problem(
        422,
        ("Chưa nhận được", "It cannot be taken"),
        ("Chưa ghi nhận gì về phản hồi kết luận này.", "Nothing was kept of it."),
    ),
    errors.DeliveryRefused: _problem(
        422,
        ("Chưa ghi được", "It was not taken"),
        ("Chưa ghi gì trong lần gửi này; hãy sửa các điểm dưới đây rồi gửi lại.",
         "Nothing of what was sent was kept; mend what is said below and send again."),
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
    errors.LinkEnded: _problem(
        410,
        ("Liên kết không còn dùng được", "The link holds no longer"),
        ("Liên kết đặt mật khẩu này đã được dùng, đã quá hạn hoặc đã có liên kết mới hơn thay thế."
         " Hãy đề nghị quản trị hệ thống cấp một liên kết mới.",
         "This link to set a password was used, is too old, or was replaced by a newer one."
         " Ask the administrator for a new one."),
    ),
    errors.Conflict: _problem(
        409,
        ("Chưa làm được lúc này", "It cannot be done now"),
        ("Chưa thực hiện được với {thing}: {reason}.", "Nothing was done to the {thing}: {reason}."),
    ),
    errors.TextUnreadable: _problem(
        422,
        ("Văn bản không đọc được", "The text cannot be read"),
        ("Trong những gì đã gửi có ký tự trống U+0000 mà cơ sở dữ liệu không giữ được; chưa có gì"
         " được ghi. Hãy xóa ký tự ấy, hoặc gõ lại, rồi gửi lại.",
         "What was sent has the letter U+0000, which the database cannot keep; nothing was written."
         " Take it out, or type the text again, and send it again."),
    ),
    errors.ZonesChanged: _problem(
        409,
        ("Vùng vừa được người khác thay đổi", "Somebody else changed a zone"),
        ("{count} vùng đã thay đổi sau khi bạn xem và chưa có gì được ghi; hãy xem bản mới"
         " rồi quyết định lại.",
         "{count} zones changed after you looked at them and nothing was written;"
         " look at the new version, then decide again."),
    ),
    errors.LotCountRefused: _problem(
        409,
        ("Không gom được số lô này", "There cannot be so many lots"),
        ("Không gom được thành {asked} lô: với các giới hạn và các vùng đã ghim, tỉnh này gom được"
         " từ {least} đến {most} lô. Hãy đổi số lô hoặc nới giới hạn rồi gom lại.",
         "There cannot be {asked} lots: within the bounds and what is pinned, this province has"
         " {least} to {most}. Change the number or the bounds, then propose again."),
    ),
    errors.LotsApart: _problem(
        409,
        ("Các vùng không liền nhau", "Zones lie apart"),
        ("Chưa ghi gì: {zones} không giáp xã nào của phần còn lại trong lô và cách xa hơn"
         " {gap_km} km (hoặc một bên là hải đảo), nên không cùng lô được. Hãy chọn thêm các vùng"
         " nối ở giữa, hoặc chọn lô khác.",
         "Nothing was kept: {zones} border on no commune of the rest of the lot and lie farther"
         " than {gap_km} km (or one side is an island), so they cannot share a lot. Choose the"
         " zones in between as well, or another lot."),
    ),
    errors.LotNotReady: _problem(
        409,
        ("Lô chưa sẵn sàng", "The lot is not ready"),
        ("{lot} chưa vào gói thầu được: {count} vùng chưa sẵn sàng về {kinds}: {zones}. Khi đã có,"
         " hãy ghi nhận ở trang của lô (hoặc lệnh phusong lots readiness); hoặc chuyển các vùng"
         " này sang lô khác, hoặc lập gói không có lô này.",
         "{lot} cannot enter a package: {count} zones are not ready in {kinds}: {zones}. Say so on"
         " the lot's page (or with phusong lots readiness) once they are; or move these zones to"
         " another lot, or build the package without this lot."),
    ),
    errors.NothingToDo: _problem(
        409,
        ("Không có việc để làm", "Nothing to do"),
        ("Chưa thực hiện được: {reason}.", "Nothing was done: {reason}."),
    ),
    errors.SigningKeyUnusable: _problem(
        503,
        ("Không dùng được khóa ký", "The signing key cannot be used"),
        ("Không dùng được khóa ký {path}: {reason}.",
         "The signing key {path} cannot be used: {reason}."),
    ),
    errors.PackageAltered: _problem(
        500,
        ("Tệp gói thầu đã bị thay đổi", "The package's file was changed"),
        ("Tệp lưu của gói {number} phiên bản {version} không còn đúng mã SHA-256 lúc lập, nên không"
         " được phát. Việc này đã ghi vào nhật ký; hãy báo Cục Viễn thông để khôi phục từ bản sao lưu.",
         "The stored file of package {number}, version {version}, no longer has its SHA-256, so it"
         " is not handed out. This is in the log; tell the authority to restore it from a back-up."),
    ),
    errors.WorkerLost: _problem(
        500,
        ("Việc bị ngắt nhiều lần", "The work was broken off"),
        ("Việc này đã được làm {tries} lần nhưng lần nào tiến trình xử lý cũng bị ngắt giữa chừng;"
         " chưa có gì được ghi. Hãy báo quản trị xem nhật ký và bộ nhớ của máy chủ, rồi làm lại.",
         "This was begun {tries} times, and each time its process was broken off; nothing was"
         " written. Ask the administrator to look at the server's log and memory, then try again."),
    ),
    errors.FileUnwritable: _problem(
        500,
        ("Không ghi được tệp", "The file cannot be written"),
        ("Không ghi được {path}: {reason}. Không có tệp dở nào được để lại; hãy giải phóng đĩa hoặc"
         " chọn thư mục khác rồi chạy lại.",
         "{path} cannot be written: {reason}. No half file was left; make room on the disk or choose"
         " another folder, then run it again."),
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
    refusals.RequestUnreadable: _problem(
        422,
        ("Yêu cầu không đọc được", "The request cannot be read"),
        ("Không đọc được: {places}.", "These parts cannot be read: {places}."),
    ),
    refusals.FormStale: _problem(
        403,
        ("Biểu mẫu đã hết hạn", "The form is too old"),
        ("Trang này mở đã lâu hoặc phiên đã đổi. Hãy tải lại trang rồi gửi lại.",
         "The page was open too long, or the session changed. Load it again, then send it again."),
    ),
    refusals.ForeignPage: _problem(
        403,
        ("Yêu cầu đến từ trang khác", "The request comes from another site"),
        ("Yêu cầu này do một trang ngoài Phủ Sóng gửi nên không được thực hiện. Hãy mở trang của"
         " Phủ Sóng rồi làm lại từ đó.",
         "A page that is not ours made this request, so nothing was done. Open our page and do it"
         " from there."),
    ),
    refusals.HostUnknown: _problem(
        421,
        ("Không phải địa chỉ của máy chủ này", "This server has another address"),
        ("Máy chủ này không trả lời ở địa chỉ vừa hỏi. Hãy mở {address}.",
         "This server does not answer under the address that was asked. Open {address}."),
    ),
    refusals.TooManyAttempts: _problem(
        429,
        ("Thử quá nhiều lần", "Too many attempts"),
        ("Đã thử sai quá nhiều lần. Hãy thử lại sau {minutes} phút; nếu cần vào ngay, hãy đề nghị"
         " quản trị hệ thống cấp liên kết đặt mật khẩu.",
         "Too many failed attempts. Try again in {minutes} min; if you need to come in now, ask the"
         " administrator for a link to set a password."),
    ),
    refusals.TooManyPrints: _problem(
        429,
        ("In bản đồ quá nhiều lần", "Too many maps printed"),
        ("Mỗi người in được nhiều nhất {most} bản đồ trong 10 phút vì mỗi bản đồ làm máy chủ tính"
         " nhiều giây. Hãy mở lại trang này sau {minutes} phút; bản đồ trên màn hình vẫn xem được.",
         "One person may print {most} maps in 10 minutes at most, because each costs the server"
         " seconds of computing. Open this page again in {minutes} min; maps on the screen still"
         " open."),
    ),
    refusals.PrintersBusy: _problem(
        503,
        ("Máy chủ đang in bản đồ khác", "The server is printing other maps"),
        ("Máy chủ đang lập bản đồ in cho người khác nên chưa lập được bản đồ của bạn. Hãy mở lại"
         " trang này sau {seconds} giây.",
         "The server is printing maps for others, so yours could not be made yet. Open this page"
         " again in {seconds} seconds."),
    ),
    refusals.UploadTooLarge: _problem(
        413,
        ("Tệp quá lớn", "The file is too large"),
        ("Tệp lớn hơn {megabytes} MB. Hãy bỏ hình ảnh và trang không cần, hoặc chia thành nhiều tệp.",
         "The file is larger than {megabytes} MB. Leave out pictures and sheets, or split it."),
    ),
    refusals.RangeUnsatisfiable: _problem(
        416,
        ("Phần được hỏi nằm ngoài tệp", "The asked part lies outside of the file"),
        ("Tệp dài {size} byte.", "The file is {size} bytes long."),
    ),
    refusals.ConditionFailed: _problem(
        412,
        ("Không còn đúng tệp được hỏi", "It is not the asked file any more"),
        ("Tệp ở địa chỉ này không phải tệp mà `If-Match` hoặc `If-Unmodified-Since` nêu; hãy hỏi lại"
         " không kèm điều kiện.",
         "The file here is not the one that `If-Match` or `If-Unmodified-Since` means; ask again"
         " without the condition."),
    ),
    refusals.RouteUnknown: _problem(
        404,
        ("Không có trang này", "There is no such page"),
        ("Địa chỉ không đúng, hoặc trang đã được chuyển đi.", "The address is wrong or has moved."),
    ),
    refusals.MethodUnknown: _problem(
        405,
        ("Phương thức không dùng được", "Method not allowed"),
        ("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    ),
    refusals.ProgramFault: _problem(
        500,
        ("Lỗi của chương trình", "A mistake of the program"),
        ("Chương trình gặp lỗi và việc vừa rồi chưa được thực hiện. Hãy báo quản trị mã {incident}.",
         "The program failed and nothing was done. Tell the administrator the code {incident}."),
    ),
}  # fmt: skip


# The server's own words (an address, a socket's path) are for its log, not for its visitors.
_FOR_VISITORS = {
    errors.SigningKeyUnusable: {
        Language.VI: "Máy chủ chưa ký được gói thầu vì khóa ký không dùng được; chưa có gì được công bố."
        " Hãy báo quản trị chạy `phusong package key show`.",
        Language.EN: "The server cannot sign: its key cannot be used, and nothing was published."
        " Ask the administrator to run `phusong package key show`.",
    },
    errors.FileUnwritable: {
        Language.VI: "Máy chủ không ghi được tệp. Hãy báo quản trị.",
        Language.EN: "The server cannot write the file. Tell the administrator.",
    },
    errors.DatabaseUnavailable: {
        Language.VI: "Cơ sở dữ liệu chưa sẵn sàng. Hãy thử lại sau ít phút.",
        Language.EN: "The database is not ready. Try again in a few minutes.",
    },
    errors.SettingsUnusable: {
        Language.VI: "Máy chủ được cấu hình chưa đúng. Hãy báo quản trị.",
        Language.EN: "The server's settings are wrong. Tell the administrator.",
    },
}


def problem_of(error: errors.PhusongError) -> Problem:
    """Return the problem of the error's class, or of the nearest class above it."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    raise error


def sentence(error: errors.PhusongError, language: Language = Language.VI) -> str:
    """Return what to tell a person: the sentence, then each finding with what to do."""
    facts = {name: word_of_fact(name, fact, language) for name, fact in error.facts.items()}
    lines = [problem_of(error).sentence[language].format_map(facts)]
    if isinstance(error, errors.InputRefused):
        for found in error.findings:
            where = f" [{found.column}]" if found.column else ""
            lines.append(
                f"  - {found.rule}{where}: {found.message(language)} {found.fix(language)}"
            )
    return "\n".join(lines)


def detail(error: errors.PhusongError, language: Language = Language.VI) -> str:
    """Return the one sentence that a visitor may read, without findings or server's words."""
    for kind, told in _FOR_VISITORS.items():
        if isinstance(error, kind):
            return told[language]
    facts = {name: word_of_fact(name, fact, language) for name, fact in error.facts.items()}
    return problem_of(error).sentence[language].format_map(facts)


def slug(kind: type[errors.PhusongError]) -> str:
    """Return the name of a problem's type: ``NotFound`` is ``not-found``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def as_json(error: errors.PhusongError, language: Language = Language.VI) -> dict[str, object]:
    """Return the problem of RFC 9457; ``findings`` and ``faults`` are there when they say more."""
    problem = problem_of(error)
    told: dict[str, object] = {
        "type": f"/api/v1/problems#{slug(type(error))}",
        "title": problem.title[language],
        "status": problem.status,
        "detail": detail(error, language),
    }
    if isinstance(error, errors.InputRefused):
        told["findings"] = [found.as_json(language) for found in error.findings]
    if isinstance(error, errors.ZonesChanged):
        told["zones"] = [
            {
                "id": str(change.zone.id),
                "seen_version": change.seen_version,
                "version": change.version,
                "before": change.before,
                "after": change.after,
                "changes": [
                    {
                        "at": event.at.isoformat(),
                        "organisation": event.organisation,
                        "actor": event.actor or None,
                    }
                    for event in change.events
                ],
            }
            for change in error.changes
        ]
    if isinstance(error, refusals.RequestUnreadable):
        told["faults"] = [{"where": fault.where, "kind": fault.kind} for fault in error.faults]
    return told
