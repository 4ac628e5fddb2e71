"""What a page says of a job whose doer is silent, or that was begun again: one sentence, or none."""

from __future__ import annotations

from api.catalogue import mark as _
from api.catalogue import translate
from api.job_doing import SILENT_SECONDS
from coverage.findings import Language
from coverage.jobs import TRIES, Job, JobState

QUIET_SECONDS = 5  # a doer says every second that it lives; its silence is told in steps of so many
AGAIN_SECONDS = round(SILENT_SECONDS * 1.5)  # until another has it: it is looked for every quarter
NO_WORKER = _(
    "Hiện chưa có tiến trình xử lý nào đang chạy. Việc được giữ trong hàng đợi và bắt đầu khi"
    " quản trị chạy lại `phusong worker`."
)
_SILENT = _(
    "Đã %(seconds)s giây không nhận được tin từ tiến trình đang làm việc này (lần %(tries)s trong"
    " %(most)s). Nếu nó đã dừng, việc tự được làm lại trong khoảng %(again)s giây kể từ khi mất"
    " tin; bạn không phải làm gì."
)
_SILENT_AT_LAST = _(
    "Đã %(seconds)s giây không nhận được tin từ tiến trình đang làm việc này. Đây là lần thứ"
    " %(tries)s, cũng là lần cuối: nếu nó đã dừng, việc được ghi là bị lỗi và bạn có thể yêu cầu lại."
)
_AGAIN = _(
    "Tiến trình trước bị ngắt giữa chừng; việc đã tự được làm lại từ đầu: lần %(tries)s trong"
    " %(most)s."
)
_WAITS_AGAIN = _("Lần %(tries)s trong %(most)s chưa xong; việc đang chờ được làm lại.")


def needs_worker(job: Job) -> bool:
    """Tell whether nobody does a job for so long that it matters whether any worker lives."""
    if job.state is JobState.RUNNING:
        return (job.silent_seconds or 0.0) >= AGAIN_SECONDS
    return job.state is JobState.WAITING


def note(job: Job, language: Language, *, alive: bool) -> str:
    """Return the sentence; ``alive``: there is a worker that could do the job."""
    if needs_worker(job) and not alive:
        return translate(NO_WORKER, language)
    silent = int(job.silent_seconds or 0.0) // QUIET_SECONDS * QUIET_SECONDS
    if job.over or (not silent and job.tries < (1 if job.state is JobState.WAITING else 2)):
        return ""
    if silent:
        text = _SILENT if job.tries < TRIES else _SILENT_AT_LAST
    else:
        text = _WAITS_AGAIN if job.state is JobState.WAITING else _AGAIN
    said = {"seconds": silent, "tries": job.tries, "most": TRIES, "again": AGAIN_SECONDS}
    return translate(text, language) % said
