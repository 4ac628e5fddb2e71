"""What a file is by its first bytes, and what to send instead of the kinds that are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverage.intake.document import Kind

TABLE = (
    "Gửi bảng gốc bằng Excel (.xlsx) hoặc CSV, hay bản đồ KML, GeoJSON, GeoPackage.",
    "Send the original table as Excel (.xlsx) or CSV, or a map as KML, GeoJSON or GeoPackage.",
)
COPY_TO_EXCEL = (
    "Chép bảng trong tệp sang Excel, lưu thành .xlsx rồi gửi; có thể dùng biểu mẫu tải từ trang nộp.",
    "Copy the table into Excel, save it as .xlsx and send that; the form to fill in is on the upload page.",
)
UNPACK = (
    "Giải nén rồi gửi từng tệp bên trong.",
    "Unpack it and send the files inside, one by one.",
)
WHOLE_SHAPEFILE = (
    "Nén các tệp .shp, .shx, .dbf, .prj của lớp vào một tệp .zip rồi gửi.",
    "Put the layer’s .shp, .shx, .dbf and .prj files into one .zip and send that.",
)
SAVE_AS_XLSX = (
    "Mở bằng Excel, chọn Save As, loại Excel Workbook (.xlsx), rồi gửi tệp mới.",
    "Open it in Excel, choose Save As, type Excel Workbook (.xlsx), and send the new file.",
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file that is not read: its name and what to send instead, in both languages."""

    what: str
    what_en: str
    send: tuple[str, str] = TABLE


PDF = Foreign("tệp PDF", "a PDF", COPY_TO_EXCEL)
WORD = Foreign("văn bản Word", "a Word document", COPY_TO_EXCEL)
SLIDES = Foreign("bản trình chiếu", "a presentation", COPY_TO_EXCEL)
IMAGE = Foreign("ảnh", "a picture", COPY_TO_EXCEL)
WEB_PAGE = Foreign("trang web (HTML)", "a web page (HTML)", SAVE_AS_XLSX)
XML_SPREADSHEET = Foreign("bảng tính XML 2003", "an XML spreadsheet of 2003", SAVE_AS_XLSX)
OTHER_XML = Foreign("tệp XML khác", "some other XML")
OTHER_JSON = Foreign("tệp JSON không phải GeoJSON", "JSON that is not GeoJSON")
PACKED = Foreign("tệp nén", "a packed archive", UNPACK)
BARE_SHAPE = Foreign("một phần của Shapefile", "one part of a Shapefile", WHOLE_SHAPEFILE)
DATABASE = Foreign("cơ sở dữ liệu", "a database")
MEDIA = Foreign("tệp âm thanh hoặc phim", "a sound or video file")
LOCK = Foreign(
    "tệp khoá tạm của Office", "a temporary lock file of Office",
    ("Gửi tệp gốc (tên không bắt đầu bằng “~$”).", "Send the original (its name has no “~$”)."),
)  # fmt: skip
BINARY = Foreign("tệp nhị phân không rõ loại", "a binary file of unknown kind")

FOREIGN_STARTS: tuple[tuple[bytes, Foreign], ...] = (
    (b"%PDF", PDF),
    (b"{\\rtf", WORD),
    (b"\xff\xd8\xff", IMAGE),
    (b"\x89PNG", IMAGE),
    (b"GIF8", IMAGE),
    (b"II*\0", IMAGE),
    (b"MM\0*", IMAGE),
    (b"BM", IMAGE),
    (b"AT&TFORM", IMAGE),
    (b"Rar!", PACKED),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"\x1f\x8b", PACKED),
    (b"BZh", PACKED),
    (b"\xfd7zXZ", PACKED),
    (b"\0\0\x27\x0a", BARE_SHAPE),
    (b"\0\x01\0\0Standard", DATABASE),
    (b"PAR1", DATABASE),
    (b"fgb\x03", DATABASE),
    (b"ID3", MEDIA),
    (b"OggS", MEDIA),
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
SQLITE = b"SQLite format 3\0"
_DBF = re.compile(rb"[\x03\x30\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f]....", re.DOTALL)
_MEDIA_BOX = re.compile(rb"....ftyp(heic|heix|mif1|avif)?", re.DOTALL)
_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x10\x18-\x1a\x1c-\x1f\x7f]")
_XML_NOISE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<![^>\[]*(\[.*?\])?\s*>", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")

_ROOTS: dict[str, Kind | Foreign] = {
    "kml": Kind.KML,
    "gpx": Kind.GPX,
    "html": WEB_PAGE,
    "table": WEB_PAGE,
    "head": WEB_PAGE,
    "body": WEB_PAGE,
    "div": WEB_PAGE,
    "style": WEB_PAGE,
    "meta": WEB_PAGE,
    "workbook": XML_SPREADSHEET,
}


def foreign_start(data: bytes, name: str) -> Foreign | None:
    """Return the foreign kind that the first bytes prove, or None."""
    if name.rsplit("/", 1)[-1].startswith("~$"):
        return LOCK
    for start, foreign in FOREIGN_STARTS:
        if data.startswith(start) and (start != b"BM" or b"\0" in data[:32]):
            return foreign
    if box := _MEDIA_BOX.match(data):
        return IMAGE if box[1] else MEDIA
    if name.lower().endswith(".dbf") and _DBF.match(data):
        return BARE_SHAPE
    return None


def of_ole2(data: bytes) -> Kind | Foreign | None:
    """Return what an OLE2 file holds; None for a workbook locked with a password."""
    if _utf16("EncryptedPackage") in data:
        return None
    if _utf16("WordDocument") in data:
        return WORD
    if _utf16("PowerPoint Document") in data:
        return SLIDES
    if _utf16("Workbook") in data or _utf16("Book") in data:
        return Kind.XLS
    return BINARY


def of_text(head: str) -> Kind | Foreign:
    """Return what a text's beginning shows: JSON, the root of an XML, else records."""
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return Kind.GEOJSON
    if not start.startswith("<"):
        return Kind.CSV
    place = 0
    while noise := _XML_NOISE.match(start, place):
        if "<!doctype html" in noise[0].lower():
            return WEB_PAGE
        place = noise.end()
    root = _ROOT.match(start, place)
    return _ROOTS.get(root[1].lower(), OTHER_XML) if root else OTHER_XML


def is_binary(sample: bytes) -> bool:
    """Return whether a sample holds more control characters than any text, UTF-16 or TCVN3.

    Half of UTF-16's bytes are the halves of letters, 0x1E before most Vietnamese ones: what
    begins with its mark is judged by the decoder.
    """
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return len(_CONTROLS.findall(sample.replace(b"\0", b""))) > len(sample) * 0.02


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")
