"""The words people read for the identifiers of the program: one table, for pages and problems.

Keys are ``family.identifier``; an identifier without a word is shown as it is.
"""

from __future__ import annotations

from enum import StrEnum

from api.approval_words import APPROVAL_WORDS
from api.catalogue import mark as _
from api.catalogue import translate
from api.delivery_words import DELIVERY_WORDS
from api.dispute_words import DISPUTE_WORDS
from api.family_words import FAMILY_WORDS
from api.job_words import JOB_WORDS
from api.layer_words import LAYER_WORDS
from api.lot_words import LOT_WORDS
from api.package_words import PACKAGE_WORDS
from api.people_words import PEOPLE_WORDS
from api.progress_words import PROGRESS_WORDS
from api.rule_words import RULE_WORDS
from api.zone_words import ZONE_WORDS
from coverage.approvals import ApprovalStatus
from coverage.consultation import PromiseStatus, RoundState
from coverage.criteria import Holds
from coverage.deadlines import ClockRule
from coverage.deliveries import (
    DeliveryState,
    Measure,
    Outcome,
    PlannedBy,
    ReportStatus,
    SiteBasis,
)
from coverage.disputes import DisputeStatus, VerdictState
from coverage.evidence import Service, Verdict
from coverage.findings import Language, Severity
from coverage.jobs import JobState
from coverage.layers import LayerKind
from coverage.people import Act, OrganisationKind, Role
from coverage.progress import Stage
from coverage.readiness import ReadinessKind, ReadinessState
from coverage.rule_changes import RowState, RuleChangeStatus, RuleKind, SettingKind
from coverage.storage.zone_filters import Fact, Grouped, StatusGroup, ZoneOrder
from coverage.surveys import RowFate, RowStatus
from coverage.zone_life import Move
from coverage.zones import Queue, Signal, ZoneStatus

WORDS: dict[str, str] = {
    "Queue.fund": _("Quỹ viễn thông công ích"),
    "Queue.operator": _("Doanh nghiệp tự đầu tư"),
    "Queue.power": _("Chờ điện lưới hoặc vệ tinh"),
    "Queue.covered": _("Đã có sóng"),
    "Queue.undecided": _("Chưa đủ dữ kiện"),
    "ZoneStatus.reported": _("Đã báo cáo"),
    "ZoneStatus.under_review": _("Đang thẩm định"),
    "ZoneStatus.approved": _("Đã duyệt"),
    "ZoneStatus.returned": _("Trả lại để bổ sung"),
    "ZoneStatus.rejected": _("Không chấp nhận"),
    "ZoneStatus.merged": _("Đã nhập vào vùng khác"),
    "ZoneStatus.in_package": _("Trong gói thầu"),
    "ZoneStatus.awarded": _("Đã giao doanh nghiệp"),
    "ZoneStatus.on_air": _("Đã phát sóng"),
    "ZoneStatus.confirmed": _("Đã đo kiểm xác nhận"),
    "ZoneStatus.withdrawn": _("Đã rút"),
    "Verdict.none": _("Không có sóng"),
    "Verdict.weak": _("Sóng yếu"),
    "Verdict.served": _("Có phục vụ"),
    "Verdict.unknown": _("Chưa rõ, chưa đo"),
    "Service.inside": _("Trong vùng doanh nghiệp công bố"),
    "Service.weak": _("Trong vùng doanh nghiệp công bố sóng yếu"),
    "Service.outside": _("Ngoài vùng doanh nghiệp công bố"),
    "Signal.none": _("Trắng sóng"),
    "Signal.patchy": _("Lõm sóng"),
    "Move.report": _("Báo cáo lại"),
    "Move.withdraw": _("Rút"),
    "Move.take_up": _("Nhận thẩm định"),
    "Move.put_back": _("Trả lại hàng chờ"),
    "Move.approve": _("Duyệt"),
    "Move.return": _("Trả lại tỉnh"),
    "Move.reject": _("Không chấp nhận"),
    "Move.merge": _("Nhập vào vùng khác"),
    "Move.reopen": _("Mở lại để thẩm định"),
    "Move.enter_package": _("Đưa vào gói thầu"),
    "Move.leave_package": _("Đưa ra khỏi gói thầu"),
    "Move.award": _("Giao doanh nghiệp"),
    "Move.cancel_award": _("Hủy giao"),
    "Move.record_awarded": _("Ghi nhận đã giao ở chương trình khác"),
    "Move.go_on_air": _("Ghi nhận đã phát sóng"),
    "Move.record_covered": _("Ghi nhận đã có sóng"),
    "Move.refuse_on_air": _("Bác báo cáo phát sóng"),
    "Move.confirm": _("Xác nhận bằng đo kiểm"),
    "Holds.yes": _("Đúng"),
    "Holds.no": _("Không đúng"),
    "Holds.open": _("Chưa rõ"),
    "RowStatus.accepted": _("Được nhận"),
    "RowStatus.warned": _("Nhận, cần xem lại"),
    "RowStatus.rejected": _("Bị từ chối"),
    "fact.point": _("Tọa độ"),
    "fact.village": _("Tên thôn, bản"),
    "fact.households": _("Số hộ"),
    "fact.population": _("Số khẩu"),
    "fact.signal": _("Hiện trạng sóng"),
    "fact.grid_power": _("Điện lưới"),
    "fact.specially_difficult": _("Địa bàn đặc biệt khó khăn"),
    "fact.commune_code": _("Xã nơi có điểm"),
    "fact.declared_commune_code": _("Xã ghi trong tệp"),
    "fact.vintage": _("Danh mục hành chính"),
    "fact.status": _("Trạng thái"),
    "fact.queue": _("Ai chi trả"),
    "fact.queue_reason": _("Căn cứ chi trả"),
    "fact.merged_into": _("Nhập vào vùng"),
    "fact.reviewer": _("Người thẩm định"),
    "fact.queue_by": _("Người quyết định ai chi trả"),
    "fact.province_code": _("Tỉnh"),
    "fact.served": _("Đã có sóng theo căn cứ"),
    "fact.promised": _("Doanh nghiệp cam kết tự đầu tư"),
    "fact.status_reason": _("Lý do"),
    "Severity.error": _("Lỗi"),
    "Severity.warning": _("Cảnh báo"),
    "Severity.info": _("Đã tự sửa"),
    "Role.province_officer": _("Cán bộ tỉnh"),
    "Role.province_approver": _("Lãnh đạo duyệt của tỉnh"),
    "Role.reviewer": _("Cán bộ thẩm định"),
    "Role.planner": _("Cán bộ kế hoạch"),
    "Role.lead": _("Lãnh đạo phụ trách"),
    "Role.operator": _("Doanh nghiệp viễn thông"),
    "Role.auditor": _("Thanh tra, kiểm toán"),
    "Role.administrator": _("Quản trị hệ thống"),
    "OrganisationKind.province": _("Tỉnh, thành phố"),
    "OrganisationKind.authority": _("Cục Viễn thông"),
    "OrganisationKind.operator": _("Doanh nghiệp viễn thông"),
    "OrganisationKind.auditor": _("Thanh tra, kiểm toán"),
    "Act.submit_survey": _("nộp danh sách khảo sát"),
    "Act.load_places": _("nạp danh mục hành chính"),
    "Act.load_standings": _("nạp các vùng đã có sóng, đã giao, đã cam kết"),
    "Act.load_terrain": _("nạp địa hình"),
    "Act.load_towers": _("nạp sổ trạm"),
    "Act.load_service_areas": _("nạp vùng cung cấp dịch vụ"),
    "Act.assess_evidence": _("đánh giá căn cứ"),
    "Act.propose_lots": _("đề xuất lô"),
    "Act.build_package": _("lập gói thầu"),
    "Act.publish_package": _("công bố gói thầu"),
    "Act.download_package": _("tải gói thầu"),
    "Act.manage_people": _("quản lý người dùng"),
    "Act.read_audit": _("xem nhật ký"),
    "Act.move.report": _("chuyển trạng thái: báo cáo lại"),
    "Act.move.withdraw": _("chuyển trạng thái: rút"),
    "Act.move.take_up": _("chuyển trạng thái: nhận thẩm định"),
    "Act.move.put_back": _("chuyển trạng thái: trả lại hàng chờ"),
    "Act.move.approve": _("chuyển trạng thái: duyệt"),
    "Act.move.return": _("chuyển trạng thái: trả lại tỉnh"),
    "Act.move.reject": _("chuyển trạng thái: không chấp nhận"),
    "Act.move.merge": _("chuyển trạng thái: nhập vào vùng khác"),
    "Act.move.reopen": _("chuyển trạng thái: mở lại để thẩm định"),
    "Act.move.enter_package": _("chuyển trạng thái: đưa vào gói thầu"),
    "Act.move.leave_package": _("chuyển trạng thái: đưa ra khỏi gói thầu"),
    "Act.move.award": _("chuyển trạng thái: giao doanh nghiệp"),
    "Act.move.cancel_award": _("chuyển trạng thái: hủy giao"),
    "Act.move.record_awarded": _("chuyển trạng thái: ghi nhận đã giao ở chương trình khác"),
    "Act.move.go_on_air": _("chuyển trạng thái: ghi nhận đã phát sóng"),
    "Act.move.record_covered": _("chuyển trạng thái: ghi nhận đã có sóng"),
    "Act.move.refuse_on_air": _("chuyển trạng thái: bác báo cáo phát sóng"),
    "Act.move.confirm": _("chuyển trạng thái: xác nhận bằng đo kiểm"),
    "Act.review_zones": _("thẩm định vùng lõm sóng"),
    "Act.set_queue": _("đổi ai chi trả"),
    "Act.explain_queue": _("xem vì sao ai chi trả"),
    "LotBar.not_fund": _("không thuộc nhóm Quỹ chi trả"),
    "LotBar.not_approved": _("chưa được duyệt"),
    "LotBar.in_a_lot": _("đã nằm trong một lô đề xuất"),
    "LotBar.in_a_package": _("đã vào gói thầu hoặc đã giao"),
    "LotBar.ended": _("đã rút, không được chấp nhận hoặc đã nhập vào vùng khác"),
    "Direction.n": _("bắc"),
    "Direction.ne": _("đông bắc"),
    "Direction.e": _("đông"),
    "Direction.se": _("đông nam"),
    "Direction.s": _("nam"),
    "Direction.sw": _("tây nam"),
    "Direction.w": _("tây"),
    "Direction.nw": _("tây bắc"),
    "Act.open_consultation": _("mở và quản lý đợt tham vấn"),
    "Act.promise": _("cam kết tự đầu tư"),
    "Act.load_layers": _("nạp lớp nền"),
    "Act.rank_zones": _("xem điểm ưu tiên"),
    "Act.ask_question": _("hỏi về gói thầu"),
    "Act.answer_question": _("trả lời câu hỏi về gói thầu"),
    "Act.manage_keys": _("quản lý khóa ký"),
    "Act.award_lot": _("giao lô cho doanh nghiệp"),
    "Act.report_on_air": _("báo cáo phát sóng"),
    "Act.accept_on_air": _("nghiệm thu phát sóng"),
    "Act.see_past": _("xem tình trạng các vùng ở một ngày trước"),
    "RoundState.planned": _("Sắp mở"),
    "RoundState.open": _("Đang mở"),
    "RoundState.closed": _("Đã kết thúc"),
    "RoundState.cancelled": _("Đã hủy"),
    "PromiseStatus.standing": _("Đang hiệu lực"),
    "PromiseStatus.withdrawn": _("Đã rút cam kết"),
    "PromiseStatus.lapsed": _("Quá hạn"),
    "PromiseStatus.kept": _("Đã thực hiện"),
    "thing.consultation": _("đợt tham vấn"),
    "thing.promise": _("cam kết tự đầu tư"),
    "reason.round_planned": _("đợt tham vấn chưa mở"),
    "reason.round_closed": _("đợt tham vấn đã kết thúc"),
    "reason.round_cancelled": _("đợt tham vấn đã bị hủy"),
    "reason.round_unnamed": _("hãy ghi tên đợt và văn bản làm căn cứ"),
    "reason.round_ends_too_early": _(
        "thời điểm kết thúc phải sau thời điểm mở và sau bây giờ; hãy chọn lại"
    ),
    "reason.round_not_later": _("thời điểm kết thúc mới phải muộn hơn thời điểm đang có"),
    "reason.no_file": _("chưa chọn tệp; hãy chọn danh sách đã điền rồi gửi lại"),
    "reason.no_document": _("hãy ghi số, ngày của văn bản mà doanh nghiệp cam kết"),
    "reason.zone_in_round": _(
        "vùng đang nằm trong một đợt tham vấn khác chưa kết thúc; hãy bỏ vùng này ra"
    ),
    "reason.zone_not_waiting": _(
        "vùng không còn chờ: đã vào gói thầu, đã giao, đã có sóng, đã nhập vào vùng khác hoặc đã rút"
    ),
    "reason.no_zones_to_consult": _(
        "không có vùng nào do Quỹ chi trả, đã duyệt hoặc đang thẩm định mà chưa nằm trong đợt nào"
    ),
    "reason.promised_meanwhile": _(
        "một người khác của doanh nghiệp vừa cam kết vùng này; hãy tải lại trang"
    ),
    "reason.zone_promised": _(
        "doanh nghiệp đang cam kết tự đầu tư ở vùng này; khi cam kết được rút hoặc quá hạn mới giao cho Quỹ được"
    ),
    "reason.promise_ended": _("cam kết này đã kết thúc từ trước"),
    "submission.submitted": _("Đã nộp"),
    "submission.replaced": _("Đã thay bằng bản sửa"),
    "submission.withdrawn": _("Đã rút"),
    "PackageStatus.draft": _("Dự thảo"),
    "PackageStatus.published": _("Đã công bố"),
    "PackageStatus.superseded": _("Đã có bản thay thế"),
    "lot.proposed": _("Đề xuất"),
    "lot.in_package": _("Trong gói thầu"),
    "lot.dissolved": _("Đã giải thể"),
    "level.strong": _("vùng phủ tốt"),
    "level.weak": _("vùng phủ yếu"),
    "thing.service_area_file": _("bản đồ vùng cung cấp dịch vụ"),
    "thing.zone": _("vùng lõm sóng"),
    "thing.submission": _("lần nộp"),
    "thing.survey": _("tệp khảo sát"),
    "thing.package": _("gói thầu"),
    "thing.lot": _("lô"),
    "thing.province": _("tỉnh"),
    "thing.commune": _("xã"),
    "thing.person": _("người dùng"),
    "thing.role": _("vai trò"),
    "thing.token": _("mã truy cập"),
    "thing.organisation": _("tổ chức"),
    "thing.operator": _("doanh nghiệp viễn thông"),
    "thing.terrain": _("tệp địa hình"),
    "reason.name_missing": _("chưa ghi tên thôn mới"),
    "reason.placed_already": _("vùng đã nằm trong danh mục đang hiệu lực"),
    "reason.same_name": _("thôn đang mang đúng tên này"),
    "standing.record_covered": _("ghi nhận đã có sóng"),
    "standing.go_on_air": _("chuyển sang đã phát sóng"),
    "standing.record_awarded": _("ghi nhận đã giao"),
    "standing.promise": _("ghi nhận cam kết của doanh nghiệp"),
    "thing.vintage": _("đợt danh mục hành chính"),
    "thing.upload": _("tệp tải lên"),
    "thing.page": _("trang"),
    "thing.password": _("mật khẩu"),
    "reason.exists": _("đã có"),
    "reason.not_of_organisation": _("vai trò này không thuộc loại tổ chức đó"),
    "reason.wrong_password": _("mật khẩu hiện tại không đúng"),
    "reason.too_short": _("mật khẩu mới quá ngắn"),
    "reason.not_active": _("chưa có đợt danh mục nào đang dùng"),
    "reason.no_criteria": _("chưa có bộ tiêu chí nào đang hiệu lực"),
    "reason.no_areas": _("chưa nạp ranh giới xã của tỉnh này; hãy nạp bằng `phusong places load`"),
    "reason.no_zones": _("chưa có vùng lõm sóng nào để đánh giá"),
    "reason.no_fund_zones": _("tỉnh này chưa có vùng lõm sóng nào do Quỹ chi trả để gom lô"),
    "reason.not_from_here": _(
        "vùng đang ở một trạng thái không cho phép việc này; hãy tải lại trang để xem trạng thái hiện nay"
    ),
    "reason.took_in_others": _(
        "vùng này đứng tên cho cả thôn đã nhập vào nó; hãy đề nghị Cục Viễn thông mở lại thôn đó"
        " trước khi rút"
    ),
    "reason.busy": _(
        "nhiều người cùng ghi vào các vùng này; chưa có gì được thay đổi, hãy gửi lại sau giây lát"
    ),
    "thing.database": _("cơ sở dữ liệu"),
    "reason.changed_since": _(
        "vùng đã được người khác thay đổi sau khi bạn mở trang; hãy xem bản hiện nay rồi quyết định lại"
    ),
    "reason.needs_reason": _("việc này phải có lý do; hãy ghi lý do rồi gửi lại"),
    "reason.needs_other_zone": _("hãy chọn vùng mà vùng này nhập vào"),
    "reason.needs_no_other_zone": _(
        "việc này không nhập vùng nào vào vùng nào; hãy bỏ mã vùng kia"
    ),
    "reason.reviewed_by_another": _(
        "người khác đang thẩm định vùng này; hãy chọn vùng khác, hoặc nhận thay nếu bạn là lãnh đạo phụ trách"
    ),
    "reason.not_fund": _("chỉ vùng do Quỹ chi trả mới vào gói thầu"),
    "reason.in_dispute": _(
        "doanh nghiệp đang phản hồi kết luận về vùng này; muốn duyệt thì phải ghi lý do"
    ),
    "reason.merged_into_itself": _("một vùng không nhập vào chính nó; hãy chọn vùng khác"),
    "reason.other_zone_ended": _(
        "vùng kia đã rút, đã bị loại hoặc đã nhập vào vùng khác; hãy chọn vùng còn hiệu lực"
    ),
    "reason.other_province": _("hai vùng thuộc hai tỉnh; chỉ nhập các vùng trong cùng một tỉnh"),
    "reason.proposal_waits": _(
        "quyết định của người khác về vùng này đang chờ xác nhận; hãy xác nhận hoặc bác trước"
    ),
    "reason.no_zones_chosen": _("chưa chọn vùng nào; hãy đánh dấu ít nhất một vùng"),
    "reason.no_proposal": _("không có quyết định nào đang chờ xác nhận ở vùng này"),
    "reason.own_proposal": _("bạn là người đề xuất quyết định này; phải có người thứ hai xác nhận"),
    "reason.queue_stands": _(
        "vùng đã vào gói thầu, đã giao hoặc đã kết thúc; ai chi trả không đổi được nữa"
    ),
    "reason.not_a_decision": _(
        "đây không phải một quyết định thẩm định (approve, return, reject, merge)"
    ),
    "reason.has_own_action": _("việc này có địa chỉ riêng của nó"),
    "reason.no_lots": _("tỉnh này chưa có lô nào; hãy chạy `phusong lots propose` trước"),
    "reason.lot_dissolved": _("lô đã giải thể; hãy dùng lô trong lần đề xuất mới nhất"),
    "reason.lot_in_package": _("lô đã nằm trong một gói thầu đã công bố"),
    "reason.zone_left": _(
        "một vùng trong lô đã rút, đã vào gói khác hoặc không còn do Quỹ chi trả; hãy gom lô lại"
    ),
    "reason.already_published": _("gói thầu đã được công bố, nội dung không thay đổi được nữa"),
    "reason.disk_full": _("đĩa đã đầy"),
    "reason.no_permission": _("không có quyền ghi vào thư mục này"),
    "reason.unwritable": _("hệ thống không ghi được vào đường dẫn này"),
    "thing.signing_key": _("khóa ký gói thầu"),
    "reason.key_exists": _(
        "đã có khóa ký; muốn thay khóa hãy chạy `phusong package key rotate --reason …`"
    ),
    "reason.no_key_yet": _("chưa có khóa ký nào; hãy chạy `phusong package key create`"),
    "reason.key_changed_meanwhile": _(
        "khóa ký vừa được thay trong lúc công bố; chưa có gì được công bố, hãy công bố lại"
    ),
    "reason.key_missing": _(
        "không có tệp khóa riêng của khóa hiện hành; hãy khôi phục tệp từ bản sao lưu riêng của khóa,"
        " hoặc thay khóa bằng `phusong package key rotate --reason …`"
    ),
    "reason.key_other": _(
        "tệp này là một khóa khác với khóa hiện hành trong cơ sở dữ liệu; hãy đặt lại đúng tệp,"
        " hoặc thay khóa bằng `phusong package key rotate --reason …`"
    ),
    "reason.key_open_to_others": _(
        "người khác trên máy cũng đọc được tệp hoặc tệp thuộc tài khoản khác; hãy chạy `chmod 600`"
        " và `chown` cho tệp, và nếu có thể đã bị đọc thì thay khóa bằng `phusong package key rotate`"
    ),
    "reason.key_unreadable": _(
        "không đọc được: tệp hỏng, không phải khóa Ed25519, hoặc PHUSONG_SIGNING_KEY_PASSPHRASE không đúng"
    ),
    "reason.key_unwritable": _(
        "không ghi được tệp; hãy xem quyền của thư mục và chỗ trống của đĩa"
    ),
    "reason.data_changed": _(
        "số liệu đã thay đổi từ khi lập dự thảo; hãy lập lại gói thầu, xem lại rồi công bố"
    ),
    **APPROVAL_WORDS,
    **JOB_WORDS,
    **LOT_WORDS,
    **PACKAGE_WORDS,
    **PEOPLE_WORDS,
    **RULE_WORDS,
    **DISPUTE_WORDS,
    **LAYER_WORDS,
    **DELIVERY_WORDS,
    **FAMILY_WORDS,
    **PROGRESS_WORDS,
    **ZONE_WORDS,
}

_FAMILIES = (
    ClockRule, DeliveryState, Measure, Outcome, PlannedBy, ReportStatus, SiteBasis, Stage,
    DisputeStatus, VerdictState, RoundState, PromiseStatus,
    Queue, ZoneStatus, Signal, Verdict, Service, RowStatus, Severity, Role, OrganisationKind, Act, Move, Holds,
    RuleKind, RuleChangeStatus, RowState, SettingKind, ReadinessKind, ReadinessState,
    LayerKind, Fact, Grouped, StatusGroup, JobState, ZoneOrder, RowFate, ApprovalStatus,
)  # fmt: skip


def word(value: StrEnum | str, language: Language = Language.VI, family: str | None = None) -> str:
    """Return the word for an identifier, of an enumeration or of a named ``family``."""
    key = f"{family or type(value).__name__}.{value}"
    return translate(WORDS.get(key, str(value)), language)


def word_of_fact(name: str, fact: object, language: Language) -> str:
    """Return how a fact of an error is told: things, acts, roles and reasons have words."""
    family = {"act": "Act", "role": "Role", "kind": "OrganisationKind"}.get(name, name)
    if isinstance(fact, tuple):
        return ", ".join(word(str(each), language, family) for each in fact)
    return word(str(fact), language, family)


def missing_words() -> list[str]:
    """Return the identifiers of the enumerations that have no word; a test wants none."""
    keys = (f"{family.__name__}.{value}" for family in _FAMILIES for value in family)
    return [key for key in keys if key not in WORDS]
