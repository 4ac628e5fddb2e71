"""What phones and maps export: Kobo, ODK, Google Forms, Google Earth, GPX, GIS layers."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace

from coverage.coordinates import meridian_of_province
from tests.offices.desk import Desk, File, case, count, people, point, power
from tests.offices.grid import Grid, save_workbook
from tests.offices.judge import Written
from tests.offices.spellings import grid
from tests.offices.villages import Village


def drawn(desk: Desk, total: int = 24) -> list[Village]:
    """Return villages that a map can hold: with a point, not swapped."""
    return [v for v in desk.villages(total) if v.fault not in {"no_coordinate", "swapped"}]


def numbered(rows: Sequence[Village], layer: str, **facts: object) -> list[Written]:
    return [
        Written(v, layer, n, has_power=False, has_difficulty=False, facts=dict(facts))
        for n, v in enumerate(rows, 1)
    ]


def _kml(desk: Desk, marks: str, *, zipped: bool = False, name: str = "Lõm sóng") -> str:
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
            'xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>lomsong.kml</name>'
            f"<Folder><name>{name}</name>{marks}</Folder></Document></kml>")  # fmt: skip
    if zipped:
        with zipfile.ZipFile(desk.folder / "diem.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("doc.kml", text)
            archive.writestr("files/icon.png", b"\x89PNG")
        return "diem.kmz"
    (desk.folder / "diem.kml").write_text(text, encoding="utf-8")
    return "diem.kml"


def _mark(name: str, v: Village, more: str = "") -> str:
    return (f"<Placemark><name>{html.escape(name)}</name>{more}<styleUrl>#m</styleUrl><Point>"
            f"<coordinates>{v.longitude},{v.latitude},0</coordinates></Point></Placemark>")  # fmt: skip


def _table(v: Village) -> str:
    rows = {"Xã": v.commune.name, "Số hộ": count(v), "Số khẩu": people(v), "Điện lưới": power(v)}
    return (
        "<table border=1>"
        + "".join(f"<tr><td><b>{k}</b></td><td>{x}</td></tr>" for k, x in rows.items())
        + "</table>"
    )


KML: dict[str, Callable[[Village], tuple[str, str]]] = {
    "html_table": lambda v: (v.name, f"<description><![CDATA[{_table(v)}]]></description>"),
    "html_table_escaped": lambda v: (v.name, f"<description>{html.escape(_table(v))}</description>"),
    "lines": lambda v: (v.name, f"<description>Xã: {v.commune.name}\nSố hộ: {count(v)}\nSố khẩu: {people(v)}</description>"),
    "html_breaks": lambda v: (v.name, f"<description><![CDATA[Xã: {v.commune.name}<br>Số hộ: {count(v)}<br/>Điện lưới: {power(v)}]]></description>"),
    "name_has_all": lambda v: (f"{v.name} - {v.commune.name} - {count(v)} hộ", ""),
    "name_has_commune": lambda v: (f"{v.name}, {v.commune.name.lower()}", f"<description>{count(v)} hộ</description>"),
    "schema_data": lambda v: (v.name, f'<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="xa">{v.commune.name}</SimpleData><SimpleData name="so_ho">{count(v)}</SimpleData></SchemaData></ExtendedData>'),
}  # fmt: skip


def _placemarks(name: str, facts: Callable[[Village], tuple[str, str]], *, zipped: bool) -> None:
    def write(desk: Desk) -> File:
        rows = [v for v in drawn(desk) if "name_has" not in name or v.households_text is None]
        file = _kml(desk, "".join(_mark(facts(v)[0], v, facts(v)[1]) for v in rows), zipped=zipped)
        written = numbered(rows, "Lõm sóng")
        return desk.file(file, [replace(w, facts={"population": {None, people(w.village)}, "grid_power": {None, w.village.grid_power},
                                                  "village": {w.village.name, facts(w.village)[0]}}) for w in written])  # fmt: skip

    write.__name__ = f"kml_{name}"
    case()(write)


for _at, (_name, _facts) in enumerate(KML.items()):
    _placemarks(_name, _facts, zipped=_at % 2 == 1)


@case()
def kml_folder_per_commune(desk: Desk) -> File:
    """Folders named for communes, one within another; the commune stands nowhere else."""
    rows = drawn(desk)
    names = list(dict.fromkeys(v.commune.name for v in rows))
    marks = "".join(
        f"<Folder><name>{name}</name>" + "".join(
            _mark(v.name, v, f"<description>Số hộ: {count(v)}</description>") for v in rows if v.commune.name == name
        ) + "</Folder>" for name in names
    )  # fmt: skip
    file = _kml(desk, marks, name="Toàn tỉnh")
    written = []
    for name in names:
        written += numbered([v for v in rows if v.commune.name == name], name)
    return desk.file(file, written)


def _gpx(name: str, waypoint: Callable[[Village], str]) -> None:
    def write(desk: Desk) -> File:
        rows = [v for v in drawn(desk) if v.households_text is None]
        points = "".join(
            f'<wpt lat="{v.latitude}" lon="{v.longitude}"><ele>512.3</ele><time>2026-03-02T01:00:00Z</time>{waypoint(v)}</wpt>'
            for v in rows
        )
        (desk.folder / "diem.gpx").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="Garmin" xmlns="http://www.topografix.com/GPX/1/1">{points}</gpx>', encoding="utf-8")  # fmt: skip
        written = numbered(rows, "waypoints")
        return desk.file(
            "diem.gpx",
            [replace(w, facts={"population": {None, people(w.village)}}) for w in written],
        )

    write.__name__ = f"gpx_{name}"
    case()(write)


_gpx("name_has_all", lambda v: f"<name>{v.name} - {v.commune.name} - {count(v)} hộ</name>")
_gpx(
    "description",
    lambda v: (
        f"<name>{v.name}</name><desc>{v.commune.name}, {count(v)} hộ, {people(v)} khẩu</desc>"
    ),
)
_gpx(
    "description_labelled",
    lambda v: f"<name>{v.name}</name><cmt>Xã: {v.commune.name}; Số hộ: {count(v)}</cmt>",
)


def _features(rows: Sequence[Village], geometry: Callable[[Village], object], crs: str | None = None,
              names: Sequence[str] = ("ten_thon", "ten_xa", "so_ho", "dien_luoi")) -> dict[str, object]:  # fmt: skip
    made: dict[str, object] = {"type": "FeatureCollection"}
    if crs:
        made["crs"] = {"type": "name", "properties": {"name": crs}}
    made["features"] = [
        {"type": "Feature", "id": n, "properties": dict(zip(names, [v.name, v.commune.name, count(v), power(v)], strict=True)),
         "geometry": geometry(v)} for n, v in enumerate(rows, 1)]  # fmt: skip
    return made


def _geojson(name: str, geometry: Callable[[Desk, Village], object], crs: Callable[[Desk], str | None] = lambda _: None,
             names: Sequence[str] = ("ten_thon", "ten_xa", "so_ho", "dien_luoi")) -> None:  # fmt: skip
    def write(desk: Desk) -> File:
        rows = drawn(desk)
        path = desk.folder / "diem.geojson"
        made = _features(rows, lambda v: geometry(desk, v), crs(desk), names)
        path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        written = [replace(w, has_power=True) for w in numbered(rows, "")]
        return desk.file("diem.geojson", written)

    write.__name__ = f"geojson_{name}"
    case("40" if "vn2000" in name else None)(write)


def _square(v: Village) -> dict[str, object]:
    d = 0.0004
    ring = [
        [v.longitude + x * d, v.latitude + y * d]
        for x, y in [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def _on_grid(desk: Desk, v: Village) -> dict[str, object]:
    northing, easting = grid(v.latitude, v.longitude, meridian_of_province(desk.province))
    return {"type": "Point", "coordinates": [easting, northing]}


_geojson("height", lambda _, v: {"type": "Point", "coordinates": [v.longitude, v.latitude, 512.5]})
_geojson(
    "multipoint", lambda _, v: {"type": "MultiPoint", "coordinates": [[v.longitude, v.latitude]]}
)
_geojson("polygons", lambda _, v: _square(v))
_geojson("swapped", lambda _, v: {"type": "Point", "coordinates": [v.latitude, v.longitude]})
_geojson("vn2000_stated", _on_grid, lambda _: "urn:ogc:def:crs:EPSG::9208")
_geojson("vn2000_unstated", _on_grid)
_geojson(
    "english",
    lambda _, v: {"type": "Point", "coordinates": [v.longitude, v.latitude]},
    names=("village", "commune", "households", "grid_power"),
)
_geojson(
    "vietnamese",
    lambda _, v: {"type": "Point", "coordinates": [v.longitude, v.latitude]},
    names=("Thôn/Bản", "Xã", "Số hộ dân", "Điện lưới"),
)
_geojson(
    "as_text",
    lambda _, v: {"type": "Point", "coordinates": [v.longitude, v.latitude]},
    names=("TEN_THON", "TEN_XA", "SO_HO", "DIEN_LUOI"),
)


@case()
def gis_shapefile_short_names(desk: Desk) -> File:
    """No .cpg, names cut at ten characters, text in UTF-8 all the same."""
    import geopandas  # noqa: PLC0415

    rows = drawn(desk)
    frame = geopandas.GeoDataFrame(
        {"TEN_THON_B": [v.name for v in rows], "TEN_XA_PHU": [v.commune.name for v in rows],
         "SO_HO_DAN": [str(count(v)) for v in rows], "DAN_SO": [people(v) for v in rows]},
        geometry=geopandas.points_from_xy([v.longitude for v in rows], [v.latitude for v in rows]), crs="EPSG:4326",
    )  # fmt: skip
    folder = desk.folder / "shp"
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / "lom_song.shp", driver="ESRI Shapefile", encoding="utf-8")
    (folder / "lom_song.cpg").unlink(missing_ok=True)
    with zipfile.ZipFile(desk.folder / "lom_song.zip", "w") as archive:
        for part in sorted(folder.glob("lom_song.*")):
            archive.write(part, f"lop_du_lieu/{part.name}")
    return desk.file(
        "lom_song.zip",
        [replace(w, facts={"population": people(w.village)}) for w in numbered(rows, "lom_song")],
    )


@case()
def gis_two_layers(desk: Desk) -> File:
    """A GeoPackage with the villages and a layer of communes' borders."""
    import geopandas  # noqa: PLC0415

    rows = drawn(desk)
    frame = geopandas.GeoDataFrame(
        {"thon": [v.name for v in rows], "xa": [v.commune.name for v in rows], "so_ho": [str(count(v)) for v in rows]},
        geometry=geopandas.points_from_xy([v.longitude for v in rows], [v.latitude for v in rows]), crs="EPSG:4326",
    )  # fmt: skip
    near = desk.land.by_province[desk.province][:5]
    borders = geopandas.GeoDataFrame(
        {"ten": [c.name for c in near]}, geometry=[c.area for c in near], crs="EPSG:4326"
    )
    path = desk.folder / "lop.gpkg"
    path.unlink(missing_ok=True)
    borders.to_file(path, layer="ranh_gioi_xa", driver="GPKG")
    frame.to_file(path, layer="lom_song", driver="GPKG")
    return desk.file("lop.gpkg", numbered(rows, "lom_song"))


KOBO = ["start", "end", "today", "deviceid", "dia_ban/ten_xa", "dia_ban/ten_thon", "vi_tri/_gps", "vi_tri/__gps_latitude",
        "vi_tri/__gps_longitude", "vi_tri/__gps_altitude", "vi_tri/__gps_precision", "dan_cu/so_ho", "dan_cu/so_khau",
        "ha_tang/co_dien_luoi", "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by",
        "__version__", "_tags", "_index"]  # fmt: skip


@case()
def phone_kobo_workbook(desk: Desk) -> File:
    """Groups with slashes, four GPS columns, a second sheet of repeats."""
    sheet = Grid("khao_sat")
    sheet.add(*KOBO)
    for n, v in enumerate(desk.villages(), 1):
        lat, lon = point(v)
        gps = f"{lat} {lon} 512.3 4.2" if v.point_text is None else ""
        lat, lon = (lat, lon) if v.point_text is None else ("", "")
        sheet.add("2026-03-02T08:00:00.000+07:00", "2026-03-02T08:11:00.000+07:00", "2026-03-02", "collect:x", v.commune.name, v.name,
                  gps, lat, lon, 512.3, 4.2, count(v), people(v), power(v).lower(), 1000 + n, f"0000-{n:04}", "2026-03-02T01:12:00",
                  "", "", "submitted_via_web", "can_bo", "vA", "", n, village=v, population=people(v), power=True)  # fmt: skip
    repeats = Grid("nha_mang")
    repeats.add("nha_mang/ten", "nha_mang/muc_thu", "_index", "_parent_table_name", "_parent_index")
    for n in range(1, 30):
        repeats.add("Viettel", -110 - n % 9, n, "khao_sat", n)
    return desk.file("kobo.xlsx", save_workbook(desk.folder / "kobo.xlsx", sheet, repeats))


@case()
def phone_kobo_labels(desk: Desk) -> File:
    """The same form exported with its questions as headers."""
    sheet = Grid("Khảo sát vùng lõm sóng")
    sheet.add("start", "end", "Anh/chị đang ở xã nào?", "Tên thôn, bản?", "Vị trí nhà văn hóa thôn", "_Vị trí nhà văn hóa thôn_latitude",
              "_Vị trí nhà văn hóa thôn_longitude", "_Vị trí nhà văn hóa thôn_altitude", "_Vị trí nhà văn hóa thôn_precision",
              "Thôn có bao nhiêu hộ dân?", "Thôn có bao nhiêu nhân khẩu?", "Thôn đã có điện lưới quốc gia chưa?", "_id", "_index")  # fmt: skip
    for n, v in enumerate(desk.villages(), 1):
        lat, lon = point(v) if v.point_text is None else ("", "")
        gps = f"{lat} {lon} 512.3 4.2" if v.point_text is None else ""
        sheet.add("2026-03-02", "2026-03-02", v.commune.name, v.name, gps, lat, lon, 512.3, 4.2, count(v), people(v),
                  power(v, "Đã có", "Chưa có"), 1000 + n, n, village=v, population=people(v), power=True)  # fmt: skip
    return desk.file("kobo.xlsx", save_workbook(desk.folder / "kobo.xlsx", sheet))


@case()
def phone_google_forms(desk: Desk) -> File:
    path = desk.folder / "bieu_mau.csv"
    written = []
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(["Dấu thời gian", "Địa chỉ email", "Xã/phường/đặc khu của anh/chị", "Thôn/bản của anh/chị tên là gì?",
                        "Thôn/bản của anh/chị có bao nhiêu hộ dân?", "Thôn/bản có bao nhiêu nhân khẩu?",
                        "Tọa độ nhà văn hóa thôn (dán từ Google Maps)", "Thôn/bản đã có điện lưới quốc gia chưa?", "Ý kiến khác"])  # fmt: skip
        for n, v in enumerate(desk.villages(), 2):
            lat, lon = point(v)
            place = lat if v.point_text is not None else f"{lat}, {lon}"
            table.writerow(["02/03/2026 8:11:00", "can.bo@example.vn", v.commune.name, v.name, count(v), people(v), place,
                            power(v, "Rồi", "Chưa"), ""])  # fmt: skip
            written.append(
                Written(
                    v,
                    "",
                    n,
                    has_power=True,
                    has_difficulty=False,
                    facts={"population": people(v), "grid_power": {v.grid_power, None}},
                )
            )
    return desk.file("bieu_mau.csv", written)


@case()
def phone_odk_zip(desk: Desk) -> File:
    """ODK Central's zip: the submissions, and the table of a repeat."""
    main, repeats = io.StringIO(newline=""), io.StringIO(newline="")
    table = csv.writer(main)
    table.writerow(["SubmissionDate", "meta-instanceID", "dia_ban-xa", "dia_ban-thon", "vi_tri-gps-Latitude", "vi_tri-gps-Longitude",
                    "vi_tri-gps-Altitude", "vi_tri-gps-Accuracy", "dan_cu-so_ho", "dan_cu-so_khau", "ha_tang-dien_luoi", "nha_mang", "KEY"])  # fmt: skip
    other = csv.writer(repeats)
    other.writerow(["ten_nha_mang", "muc_thu", "PARENT_KEY", "KEY"])
    rows = desk.villages()
    for n, v in enumerate(rows, 1):
        lat, lon = point(v) if v.point_text is None else ("", "")
        table.writerow(["2026-03-02T08:11:00.000Z", f"uuid:{n:08}", v.commune.name, v.name, lat, lon, "512.3", "4.2", count(v),
                        people(v), "co" if v.grid_power else "khong", 1, f"uuid:{n:08}"])  # fmt: skip
        other.writerow(["Viettel", -112, f"uuid:{n:08}", f"uuid:{n:08}/nha_mang[1]"])
    with zipfile.ZipFile(desk.folder / "khao_sat.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("khao_sat.csv", main.getvalue())
        archive.writestr("khao_sat-nha_mang.csv", repeats.getvalue())
    facts = [
        Written(v, "khao_sat", n, has_difficulty=False, facts={"population": people(v)})
        for n, v in enumerate(rows, 2)
    ]
    return desk.file("khao_sat.csv.zip", facts)


@case()
def phone_appsheet(desk: Desk) -> File:
    sheet = Grid("Responses")
    sheet.add(
        "Row ID", "Timestamp", "UserEmail", "Xa", "Thon", "LatLong", "SoHo", "SoKhau", "AnhChup"
    )
    for n, v in enumerate(desk.villages(), 1):
        lat, lon = point(v)
        sheet.add(f"a{n:07x}", "3/2/2026 8:11:00", "x@example.vn", v.commune.name, v.name,
                  lat if v.point_text is not None else f"{lat}, {lon}", count(v), people(v), "Anh/1.jpg", village=v, population=people(v))  # fmt: skip
    return desk.file("appsheet.xlsx", save_workbook(desk.folder / "appsheet.xlsx", sheet))
