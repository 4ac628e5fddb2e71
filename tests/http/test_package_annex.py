"""A package with all its writers, as a door builds it: the annex and the sheets are in it."""

import io
import shutil
import subprocess
import zipfile

import pytest

from api.package_map import ANNEX_DOCX, ANNEX_PDF, MAP, PRINTED, map_writers
from coverage.actions.lots import propose_lots
from coverage.actions.packages import build_package
from tests.builders import a_zone
from tests.reported import load_places, report


@pytest.fixture
def files(database, authority, province):
    load_places(database, authority)
    report(
        database, province("42"), a_zone(1, village="Bản <Rào> #Tre"), a_zone(2, latitude=18.35),
        a_zone(3, latitude=18.9, commune_code="18103"),
    )  # fmt: skip
    propose_lots(database, authority, "42")
    built = build_package(database, authority, "42", map_writers(database, authority))
    with zipfile.ZipFile(io.BytesIO(built.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_annex_and_the_sheets_are_in_the_package(files, tmp_path):
    assert {ANNEX_PDF, ANNEX_DOCX, PRINTED, MAP} <= files.keys()
    readme = files["DOC-TRUOC.txt"].decode()
    for name in (ANNEX_PDF, ANNEX_DOCX, PRINTED):
        assert f"  {name}" in readme
        assert name.encode() in files["manifest.json"]
    with zipfile.ZipFile(io.BytesIO(files[ANNEX_DOCX])) as word:
        assert "Bản &lt;Rào&gt; #Tre" in word.read("word/document.xml").decode()
    if shutil.which("pdftotext"):
        path = tmp_path / "a.pdf"
        for name, least in ((ANNEX_PDF, 8), (PRINTED, 3)):
            path.write_bytes(files[name])
            told = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, check=True)
            pages = told.stdout.decode().rstrip("\f").split("\f")
            assert len(pages) >= least
            assert all("DỰ THẢO" in page for page in pages)
            assert f"Trang {len(pages)}/{len(pages)}" in pages[-1]
