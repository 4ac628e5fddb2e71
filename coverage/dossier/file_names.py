"""The files of a package by name: what each is for, and what kind of file it is."""

from __future__ import annotations

from coverage.packages import CHECKSUMS, KEY_FILE, MANIFEST, SIGNATURE

README = "DOC-TRUOC.txt"
INDEX = "index.html"

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_ABOUT = {
    "index.html": "Trang mở đầu: gói thầu có gì, các lô, tổng số, cách kiểm tra",
    "danh-sach.xlsx": "Bảng tổng hợp, danh sách vùng, vị trí trạm, chi phí; in được trên A4 ngang",
    "danh-sach.csv": "Danh sách vùng cho chương trình đọc (UTF-8, dấu phẩy)",
    "diem.gpkg": "Vùng, trạm đề xuất và khung bao lô (GeoPackage, WGS 84), mở bằng QGIS",
    "diem.geojson": "Điểm các vùng (GeoJSON, WGS 84)",
    "diem.kml": "Vùng, trạm đề xuất và khung bao lô (KML), mở bằng Google Earth khi không có mạng",
    "ban-do.html": "Bản đồ một tệp, mở bằng trình duyệt khi không có mạng",
    "ban-do-in.pdf": "Bản đồ để in, một trang cho mỗi lô",
    "phu-luc-ky-thuat.pdf": "Phụ lục kỹ thuật, bản để đọc và in",
    "phu-luc-ky-thuat.docx": "Phụ lục kỹ thuật, bản để soạn tiếp hồ sơ",
    "ocds-release.json": "Dữ liệu đấu thầu mở OCDS 1.1: phiên bản này",
    "ocds-record.json": "Dữ liệu đấu thầu mở OCDS 1.1: mọi phiên bản và bản tổng hợp",
    README: "Đọc trước: nội dung gói thầu và cách kiểm tra",
    MANIFEST: "Kê khai: nguồn số liệu, kích thước và SHA-256 của từng tệp",
    CHECKSUMS: "Mã SHA-256 của các tệp, theo dạng của lệnh sha256sum",
    SIGNATURE: "Chữ ký số Ed25519 trên tệp SHA256SUMS",
    KEY_FILE: "Khóa công khai của chữ ký; so vân tay với nơi công bố khóa",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "docx": _DOCX,
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "json": "application/json",
    "kml": "application/vnd.google-earth.kml+xml",
    "pdf": "application/pdf",
    "pem": "application/x-pem-file",
    "txt": "text/plain",
    "xlsx": _XLSX,
}
_DOCUMENT_TYPES = {
    "ban-do": "illustration",
    "ban-do-in": "illustration",
    "danh-sach": "billOfQuantity",
    "phu-luc-ky-thuat": "technicalSpecifications",
}


def about(name: str) -> str:
    """Return what a file is for, in one line; the name itself of a file that nobody described."""
    return _ABOUT.get(name, name)


def media_type(name: str) -> str:
    """Return the media type by the ending of the name."""
    return _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def document_type(name: str) -> str:
    """Return the code of the OCDS list of document types."""
    return _DOCUMENT_TYPES.get(name.partition(".")[0], "biddingDocuments")
