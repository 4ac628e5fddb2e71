"""What a province gets back for a file it submitted: the marked workbook, and a receipt to print."""

from __future__ import annotations

from coverage.actions import surveys
from coverage.findings import Language
from coverage.intake.annotated import annotate, marked_name
from coverage.intake.document import Limits
from coverage.intake.receipt import ReceiptFacts, receipt_pdf
from coverage.people import Actor
from coverage.storage import people, places
from coverage.storage import surveys as stored
from coverage.storage.sessions import Database


def marked_workbook(
    database: Database, actor: Actor, number: int, *,
    language: Language = Language.VI, limits: Limits | None = None,
) -> tuple[str, bytes]:  # fmt: skip
    """Return a name and the submitted file as a workbook with its findings marked.

    Raises:
        NotFound: there is no submission of this number, or none that the actor may see.
    """
    name, content = surveys.raw_file(database, actor, number)
    report = surveys.get_submission(database, actor, number).report
    return marked_name(name), annotate(content, name, report, language, limits)


def receipt(database: Database, actor: Actor, number: int) -> bytes:
    """Return the receipt of a submission as a PDF.

    Raises:
        NotFound: there is no submission of this number, or none that the actor may see.
    """
    with database.transaction(actor) as connection:
        found = stored.find(connection, number)
        _, content = stored.raw_file(connection, number)
        replaced = None
        if found.replaces is not None:
            replaced = stored.number_of(connection, found.replaces)
        return receipt_pdf(
            ReceiptFacts(
                number=found.number,
                province=places.province_name(connection, found.province_code, found.vintage),
                organisation=people.organisation_name(connection, found.organisation_id),
                file_name=found.file_name,
                file_bytes=len(content),
                sha256=found.sha256,
                vintage=found.vintage,
                submitted_by=found.submitted_by,
                prepared_by=found.prepared_by,
                submitted_at=found.submitted_at,
                totals=found.totals,
                status=found.status,
                document_number=found.form.get("document_number"),
                document_date=found.form.get("document_date"),
                replaces=replaced,
            )
        )
