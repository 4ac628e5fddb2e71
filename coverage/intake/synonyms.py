"""What offices and collection tools write above a column, per field.

Phrases are compared under :func:`coverage.vietnamese.header_key`, and without accents where the
header itself has none (a shapefile's ``ten_thon``, an ODK form's ``so_ho``). Sources: the real
headers and tables cited in the field notes (domain.md §5.2), the National Statistics Office's
lists, the export columns of ODK Central and KoboToolbox.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from coverage.intake.fields import Field
from coverage.vietnamese import header_key, without_accents

EXACT: Mapping[Field, str] = {
    Field.ORDINAL: "stt; tt; số tt; số thứ tự; thứ tự; s t t; no",
    Field.PROVINCE: (
        "tỉnh; tỉnh/thành phố; tỉnh, thành phố; tỉnh, tp; tên tỉnh; tỉnh/tp trực thuộc tw; province;"
        " province name; thành phố; tỉnh mới; tên tỉnh mới; tỉnh sau sáp nhập; tỉnh hiện nay;"
        " tỉnh thành; cấp tỉnh; adm1; adm1 name"
    ),
    Field.FORMER_PROVINCE: (
        "tỉnh cũ; tên tỉnh cũ; tỉnh trước sáp nhập; tỉnh trước khi sáp nhập; tỉnh/tp cũ;"
        " thuộc tỉnh cũ; former province; old province"
    ),
    Field.DISTRICT: (
        "huyện; huyện cũ; quận/huyện; huyện/tx/tp; huyện, thị xã, thành phố; huyện, thị xã;"
        " huyện/thị xã/thành phố; huyện, thành phố; thành phố, huyện; tên huyện; quận; thị xã;"
        " huyện/quận; quận huyện cũ; huyện/thị xã cũ; huyện trước sáp nhập; tên huyện cũ;"
        " quận/huyện/thị xã; huyện/thị; district; adm2; adm2 name; thuộc huyện; cấp huyện"
    ),
    Field.COMMUNE: (
        "xã; xã/phường; phường/xã; phường/xã/tt; xã/phường/tt; xã/phường/thị trấn; xã, phường;"
        " xã, phường, thị trấn; xã, thị trấn; phường; đặc khu; xã/phường/đặc khu; tên xã;"
        " xã, phường, đặc khu; tên xã/phường; tên xã, phường; xã mới; tên xã mới; xã/phường mới;"
        " xã sau sáp nhập; xã sau sắp xếp; xã, phường mới; xã hiện nay; đơn vị hành chính;"
        " đơn vị hành chính cấp xã; đvhc; đvhc cấp xã; cấp xã; thuộc xã; địa bàn xã; tên đvhc;"
        " commune; ward; commune name; ward name; commune/ward; adm3; adm3 name; đơn vị;"
        " xã sau sáp nhập 01/7/2025; xã (sau 01/7/2025); tên xã, phường, đặc khu; xã nay"
    ),
    Field.FORMER_COMMUNE: (
        "xã cũ; tên xã cũ; xã/phường cũ; xã, phường cũ; xã trước sáp nhập; xã trước khi sáp nhập;"
        " xã trước sắp xếp; xã (trước 01/7/2025); xã trước 01/7/2025; xã/phường/thị trấn cũ;"
        " phường/xã cũ; former commune; old commune; xã xưa; xã trước đây; thuộc xã cũ"
    ),
    Field.COMMUNE_CODE: (
        "mã xã; mã xã/phường; mã phường/xã; mã px; mã xã mới; mã đvhc; mã đơn vị hành chính;"
        " mã đvhc cấp xã; mã số xã; mã hành chính; commune code; ward code; mã xã cũ; mã đơn vị;"
        " mã xã (tctk); mã xã (nso); adm3 code; adm3 pcode; commune id; ward id; mã xã, phường"
    ),
    Field.VILLAGE: (
        "thôn; thôn/bản; bản; thôn bản; thôn, bản; tên thôn; tên bản; tên thôn, bản; xóm; ấp;"
        " buôn; bon; làng; plei; phum; sóc; khu; khóm; tdp; tổ dân phố; điểm lõm sóng;"
        " tên điểm lõm sóng; tên điểm; khu vực lõm sóng; vùng lõm sóng; tên vùng lõm sóng;"
        " tên thôn (bản); tên thôn/bản; tên thôn, bản, xóm; thôn/bản/xóm; thôn/xóm/bản;"
        " thôn, xóm, bản; thôn/làng; làng/thôn; thôn/ấp; ấp/khóm; khóm/ấp; thôn/buôn; buôn/thôn;"
        " thôn/khu phố; khu phố; khu dân cư; tên khu dân cư; cụm dân cư; tên cụm dân cư; village;"
        " village name; hamlet; thôn, làng; thôn/tổ dân phố; thôn/tdp; thôn, tổ dân phố;"
        " thôn, bản, tổ dân phố; tên khu vực lõm sóng; điểm trắng sóng; thôn lõm sóng;"
        " thôn, bản lõm sóng; tên thôn bản lõm sóng; thôn, bản, ấp; địa điểm; tên địa điểm;"
        " địa danh; tên địa danh; tên làng; tên ấp; tên xóm; tên buôn; tên khu vực; place name;"
        " tên khu dân cư (thôn, bản); thôn (bản, ấp); thôn/bản/ấp; thôn/bản/buôn; bản/thôn;"
        " tên vùng; điểm dân cư; khu vực dân cư; vị trí lõm sóng; tên vị trí lõm sóng"
    ),
    Field.ADDRESS: "địa chỉ; địa chỉ lõm sóng; address; địa chỉ (thôn, xã); thôn, xã; thôn/xã; thôn - xã",
    Field.LATITUDE: (
        "vĩ độ; vĩ độ (b); vĩ độ (n); vĩ độ bắc; vĩ tuyến; vĩ độ y; vĩ độ (y); lat; latitude;"
        " y (wgs84); tọa độ vĩ độ; tọa độ vĩ; vĩ độ (lat); vĩ độ (latitude); latitude (vĩ độ);"
        " lat (vĩ độ); gps latitude; lat dd; gps lat; tọa độ lat; vd; vĩ; latitude n; lat n;"
        " vĩ độ (wgs84); vĩ độ wgs 84; lat wgs84; tọa độ (lat); tọa độ (vĩ độ); point y; lati"
    ),
    Field.LONGITUDE: (
        "kinh độ; kinh độ (đ); kinh độ (e); kinh độ đông; kinh tuyến; kinh độ x; kinh độ (x); long;"
        " lng; lon; longitude; x (wgs84); tọa độ kinh độ; tọa độ kinh; kinh độ (long);"
        " kinh độ (longitude); longitude (kinh độ); long (kinh độ); gps longitude; lon dd;"
        " gps lon; gps lng; gps long; tọa độ long; kd; kinh; longitude e; long e; kinh độ (lon);"
        " kinh độ (wgs84); kinh độ wgs 84; long wgs84; tọa độ (long); tọa độ (kinh độ); point x;"
        " kinh độ (lng); longi"
    ),
    Field.COORDINATES: (
        "tọa độ; tọa độ gps; vị trí (tọa độ); vị trí tọa độ; tọa độ vị trí; coordinates; gps;"
        " coordinate; location; geolocation; geopoint; tọa độ (wgs84); tọa độ điểm lõm sóng;"
        " tọa độ thôn; tọa độ trung tâm thôn; tọa độ trung tâm; tọa độ điểm; vị trí gps;"
        " link google map; link google maps; google map; google maps; link bản đồ; bản đồ;"
        " liên kết bản đồ; vĩ độ, kinh độ; kinh độ, vĩ độ; vĩ độ/kinh độ; kinh độ/vĩ độ;"
        " tọa độ (vĩ độ, kinh độ); tọa độ (kinh độ, vĩ độ); tọa độ (lat, long);"
        " tọa độ (long, lat); lat, long; long, lat; lat/long; lat lng; long/lat; lat, lng;"
        " tọa độ (kinh độ/vĩ độ); tọa độ (vĩ độ/kinh độ); tọa độ địa lý; vị trí; tọa độ vùng;"
        " tọa độ khu vực lõm sóng; point; geometry; tọa độ (lat/long); tọa độ (gps);"
        " tọa độ nhà văn hóa; tọa độ wgs84; latitude longitude; lat lon; wkt; geom"
    ),
    Field.NORTHING: (
        "northing; tọa độ bắc; x (vn2000); x vn2000; x (bắc); x bắc; tọa độ x (bắc); x (m);"
        " x (vn 2000); vn2000 x; bắc; n; x (northing); tọa độ x (vn2000); x vn 2000; tọa độ x (m)"
    ),
    Field.EASTING: (
        "easting; tọa độ đông; y (vn2000); y vn2000; y (đông); y đông; tọa độ y (đông); y (m);"
        " y (vn 2000); vn2000 y; đông; e; y (easting); tọa độ y (vn2000); y vn 2000; tọa độ y (m)"
    ),
    Field.X: "x; tọa độ x; toado x; coord x; x coord; tđ x",
    Field.Y: "y; tọa độ y; toado y; coord y; y coord; tđ y",
    Field.ACCURACY: (
        "độ chính xác; sai số; sai số gps; sai số (m); accuracy; precision; gps accuracy;"
        " gps precision; độ chính xác (m); hacc"
    ),
    Field.ALTITUDE: "độ cao; cao độ; altitude; elevation; gps altitude; độ cao (m); ele; alt",
    Field.HOUSEHOLDS: (
        "số hộ; số hộ dân; tổng số hộ; tổng số hộ dân; số hộ cần phủ sóng; hộ; hộ dân;"
        " số hộ dân cần phủ sóng; số hộ gia đình; số hộ dân cư; tổng hộ; households; household;"
        " hh; no of households; number of households; số hộ (hộ); số lượng hộ; số lượng hộ dân;"
        " số hộ dân bị ảnh hưởng; số hộ bị ảnh hưởng; số hộ chưa có sóng; số hộ lõm sóng;"
        " số hộ trong vùng lõm; số hộ trong vùng lõm sóng; số hộ dân vùng lõm; số nóc nhà; nóc nhà;"
        " số hộ dân (hộ); quy mô (hộ); hộ gia đình; sl hộ; số hộ sinh sống; số hộ dân sinh sống;"
        " tổng số hộ gia đình; số hộ dân trong thôn; số hộ của thôn; số hộ thôn; quy mô số hộ;"
        " số hộ/số khẩu; số hộ/khẩu; hộ/khẩu; số hộ, số khẩu; số hộ và số khẩu; số hộ/nhân khẩu;"
        " số hộ, nhân khẩu; số hộ - nhân khẩu; số hộ (số khẩu); số hộ dân/số khẩu; số hộ, khẩu;"
        " số hộ dân, nhân khẩu; số hộ/số nhân khẩu; số hộ/dân số; số khẩu/số hộ"
    ),
    Field.POPULATION: (
        "số khẩu; nhân khẩu; số nhân khẩu; dân số; số dân; số người; population; khẩu; tổng số khẩu;"
        " số người dân; dân số (người); số khẩu (người); tổng dân số; tổng nhân khẩu; people;"
        " tổng số nhân khẩu; số lượng người; số nhân khẩu (người); pop; số người bị ảnh hưởng"
    ),
    Field.SIGNAL: (
        "hiện trạng; hiện trạng sóng; tình trạng sóng; hiện trạng phủ sóng; tình trạng phủ sóng;"
        " trắng/lõm; trắng sóng/lõm sóng; lõm sóng/trắng sóng; trắng sóng, lõm sóng; loại vùng;"
        " phân loại vùng; loại lõm sóng; mức độ phủ sóng; signal; signal status; tình trạng;"
        " hiện trạng sóng di động; tình trạng sóng di động; trạng thái sóng; sóng di động;"
        " phân loại trắng sóng, lõm sóng; loại (trắng sóng/lõm sóng); coverage; coverage status;"
        " hiện trạng thông tin di động; chất lượng sóng; phân loại; tình trạng lõm sóng"
    ),
    Field.SIGNAL_NONE: "trắng sóng; không có sóng; chưa có sóng; thôn trắng sóng; trắng; no signal",
    Field.SIGNAL_PATCHY: "lõm sóng; lõm; sóng yếu; sóng chập chờn; patchy; weak signal; sóng kém",
    Field.GRID_POWER: (
        "điện lưới; điện lưới qg; điện lưới quốc gia; tình trạng điện; có điện; đã có điện;"
        " có điện lưới; đã có điện lưới; điện; hiện trạng điện; hiện trạng điện lưới; power;"
        " đã có điện/chưa có điện; tình trạng điện lưới; có điện lưới quốc gia; grid power;"
        " electricity; grid; nguồn điện; hạ tầng điện; điện quốc gia; có/không có điện;"
        " có điện hay chưa; cấp điện; tình trạng cấp điện; điện lưới (có/không); điện sinh hoạt;"
        " có điện (có/không); has power; has electricity; đã có điện lưới quốc gia; điện lqg"
    ),
    Field.NO_GRID_POWER: (
        "chưa có điện; không có điện; chưa có điện lưới; không có điện lưới; chưa có điện lưới qg;"
        " chưa có điện lưới quốc gia; no power; no electricity; thôn chưa có điện; chưa điện"
    ),
    Field.SPECIALLY_DIFFICULT: (
        "đbkk; thôn đbkk; thôn, bản đbkk; thôn/bản đbkk; đặc biệt khó khăn; thôn đặc biệt khó khăn;"
        " thuộc thôn đbkk; thôn thuộc diện đbkk; vùng đbkk; thôn bản đbkk; là thôn đbkk; khó khăn;"
        " thôn, bản đặc biệt khó khăn; specially difficult; difficult; khu vực đbkk; diện đbkk;"
        " thuộc diện đbkk; địa bàn đbkk; thôn đbkk (có/không); đbkk (có/không); vùng khó khăn;"
        " thôn khó khăn; thuộc vùng đbkk; thôn bản đặc biệt khó khăn; extremely difficult;"
        " xã đbkk; xã đặc biệt khó khăn; vùng đặc biệt khó khăn; khu vực đặc biệt khó khăn;"
        " extremely difficult village; specially difficult village; difficult village"
    ),
    Field.NOT_DIFFICULT: "không đbkk; không thuộc đbkk; không đặc biệt khó khăn; không khó khăn",
    Field.AREA_CLASS: (
        "khu vực; khu vực (i/ii/iii); khu vực i/ii/iii; kv; xã kv iii; xã khu vực; phân khu vực;"
        " khu vực (i, ii, iii); phân loại khu vực; phân định khu vực; xã thuộc khu vực;"
        " khu vực i, ii, iii; kv (i/ii/iii); khu vực xã; area class; xã kv; khu vực theo qđ 861;"
        " khu vực theo quyết định 861; loại khu vực; phân định"
    ),
    Field.NOTE: (
        "ghi chú; note; notes; remark; remarks; đề xuất; kiến nghị; ý kiến; lý do; nguyên nhân;"
        " đề xuất, kiến nghị; comment; comments; ghi chú khác; description; mô tả; diễn giải"
    ),
    Field.IGNORED: (
        "id; fid; objectid; ogc fid; gid; uuid; start; end; today; deviceid; username; phonenumber;"
        " simserial; subscriberid; instanceid; meta instanceid; meta instancename; submission time;"
        " submissiondate; submitted by; submitterid; submittername; attachmentspresent;"
        " attachmentsexpected; reviewstate; formversion; form version; edits; index; parent index;"
        " parent table name; validation status; status; version; tags; key; devicephone; setof;"
        " submission id; submission uuid; root uuid; updatedat; devicemodel; mã điểm; mã thôn;"
        " timestamp; begin; altitudemode; tessellate; extrude; visibility; draworder; icon;"
        " stylurl; styleurl; stylehash; snippet; số thôn; người điều tra; người lập; ngày đo;"
        " ngày khảo sát; enumerator; số điện thoại; điện thoại; người liên hệ; rssi; rsrp;"
        " mức thu (dbm); mức thu; nhà mạng; tên trạm; mã trạm; trưởng thôn; mã huyện; mã tỉnh; mã tp;"
        " mã qh; province code; district code; phủ sóng: kết quả; phủ sóng: nội dung;"
        " phủ sóng: result; phủ sóng: findings; đối tượng số; feature number"
    ),
}
"""Per field, whole headers."""

WITHIN: Mapping[Field, str] = {
    Field.PROVINCE: "tên tỉnh; tỉnh thành phố",
    Field.DISTRICT: "tên huyện; quận huyện; huyện thị xã",
    Field.FORMER_COMMUNE: "xã cũ; phường cũ; xã trước; phường trước; thị trấn cũ",
    Field.COMMUNE: "tên xã; xã phường; phường xã; xã mới; đơn vị hành chính; xã thị trấn; đặc khu; commune; ward",
    Field.COMMUNE_CODE: "mã xã; mã đvhc; mã đơn vị hành chính; mã phường; commune code; ward code",
    Field.VILLAGE: (
        "tên thôn; tên bản; thôn bản; thôn xóm; thôn ấp; thôn làng; tên điểm; tên ấp; tên làng;"
        " tổ dân phố; khu dân cư; điểm lõm sóng; vùng lõm sóng; khu vực lõm sóng; village; hamlet;"
        " tên xóm; tên buôn; thôn buôn; thôn tổ"
    ),
    Field.LATITUDE: "vĩ độ; latitude; vĩ tuyến; lat",
    Field.LONGITUDE: "kinh độ; longitude; kinh độ đông; lng; lon; long",
    Field.COORDINATES: "tọa độ; coordinates; geolocation; geopoint; google map; google maps; gps",
    Field.NORTHING: "northing",
    Field.EASTING: "easting",
    Field.ACCURACY: "accuracy; precision; độ chính xác; sai số",
    Field.ALTITUDE: "altitude; độ cao; cao độ; elevation",
    Field.HOUSEHOLDS: (
        "số hộ dân; số hộ; tổng số hộ; hộ dân; households; số hộ cần phủ sóng; nóc nhà; hộ gia đình"
    ),
    Field.POPULATION: "nhân khẩu; số khẩu; dân số; số dân; số người; population",
    Field.SIGNAL: (
        "hiện trạng sóng; tình trạng sóng; hiện trạng phủ sóng; tình trạng phủ sóng;"
        " trắng sóng lõm sóng; lõm sóng trắng sóng; signal status; trạng thái sóng; trắng lõm"
    ),
    Field.GRID_POWER: (
        "điện lưới; điện quốc gia; tình trạng điện; hiện trạng điện; có điện; electricity;"
        " grid power; nguồn điện"
    ),
    Field.NO_GRID_POWER: "chưa có điện; không có điện",
    Field.SPECIALLY_DIFFICULT: "đbkk; đặc biệt khó khăn; specially difficult",
    Field.AREA_CLASS: "khu vực i ii iii; kv iii; khu vực iii; phân định khu vực",
    Field.NOTE: "ghi chú; đề xuất; kiến nghị",
    Field.IGNORED: "parent index; parent table name; submission id; submission uuid; instanceid",
}
"""Per field, phrases that say enough wherever they stand in a header."""

UNLESS: Mapping[Field, str] = {
    Field.COMMUNE: "trung tâm; cách; khoảng cách; ubnd; số xã; trạm; loại; kv; khu vực; đbkk; mã; code; id",
    Field.FORMER_COMMUNE: "mã; số xã; cách; trạm",
    Field.VILLAGE: "difficult; number of; số thôn; loại; mã; cách; khoảng cách; đbkk; trạm; trưởng; số hộ; tọa độ; sóng 4g",
    Field.HOUSEHOLDS: (
        "nghèo; cận nghèo; điện thoại; có điện; chưa có điện; dân tộc; dtts; tỷ lệ; tivi; khẩu; %;"
        " sử dụng; thuê bao; smartphone; đã có sóng; internet; cách"
    ),
    Field.POPULATION: "nghèo; tỷ lệ; sử dụng; dân tộc; mật độ; thuê bao; dtts",
    Field.COORDINATES: "trạm; bts; sai số; độ chính xác; thời gian; ngày; accuracy; precision; altitude",
    Field.LATITUDE: "trạm; bts; độ chính xác",
    Field.LONGITUDE: "trạm; bts; độ chính xác; lâu; thời gian; belong",
    Field.GRID_POWER: "điện thoại; trạm; khoảng cách; cách; số hộ; hộ; dự kiến",
    Field.NO_GRID_POWER: "số hộ; hộ; điện thoại",
    Field.SPECIALLY_DIFFICULT: "số thôn; số xã; quyết định; số hộ",
    Field.SIGNAL: "trạm; nhà mạng; viettel; vnpt; mobifone; vinaphone; 2g; 3g; 4g; 5g",
    Field.ALTITUDE: "cột; anten; ăng ten",
    Field.DISTRICT: "cách; trung tâm; mã; code",
    Field.PROVINCE: "cách; trung tâm; mã; code",
}
"""Per field, phrases whose presence says that a header found only by :data:`WITHIN` means another thing."""

NEUTRAL = frozenset(
    header_key(text)
    for text in [
        "có",
        " không",
        " tên",
        " x",
        " tổng số",
        " số lượng",
        " (x)",
        " đánh dấu",
        " giá trị",
        " ghi",
        " thông tin",
        " tên gọi",
        " sl",
        " hiện có",
        " độ",
        " hộ",
        " người",
        " khẩu",
    ]
)
"""Leaves of a merged header that say nothing without what stands above them."""

_SHORTEST_SQUEEZED = 4
_OWN_NAME = {"name": Field.VILLAGE, "ten": Field.VILLAGE, "title": Field.VILLAGE}


def _keys(phrases: str) -> list[str]:
    return [key for phrase in phrases.split(";") if (key := header_key(phrase))]


@functools.cache
def exact_headers() -> Mapping[str, Field]:
    """Return every whole header's key with its field."""
    return {key: field for field, phrases in EXACT.items() for key in _keys(phrases)}


@functools.cache
def plain_headers() -> Mapping[str, Field]:
    """Return every whole header without accents; a key that two fields would share is left out."""
    found: dict[str, Field | None] = {}
    for key, field in exact_headers().items():
        plain = plain_key(key)
        found[plain] = field if found.get(plain, field) is field else None
    found.update(_OWN_NAME)
    return {key: field for key, field in found.items() if field is not None}


@functools.cache
def squeezed_headers() -> Mapping[str, Field]:
    """Return every whole header of two words or more without accents and spaces: sohodan."""
    found: dict[str, Field | None] = {}
    for key, field in plain_headers().items():
        squeezed = key.replace(" ", "")
        if squeezed != key and len(squeezed) >= _SHORTEST_SQUEEZED:
            found[squeezed] = field if found.get(squeezed, field) is field else None
    return {key: field for key, field in found.items() if field is not None}


def plain_key(key: str) -> str:
    """Return a header's key without its accents."""
    return without_accents(_TONES.sub("", key))


_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")  # header_key may leave a tone by itself


@functools.cache
def phrases_within(*, plain: bool) -> tuple[tuple[str, Field], ...]:
    """Return the phrases of :data:`WITHIN`, longest first, each padded with spaces."""
    found = {
        f" {plain_key(key) if plain else key} ": field
        for field, phrases in WITHIN.items()
        for key in _keys(phrases)
    }
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


@functools.cache
def vetoes(field: Field, *, plain: bool) -> tuple[str, ...]:
    """Return the phrases of :data:`UNLESS` for one field, each padded with spaces."""
    keys = _keys(UNLESS.get(field, ""))
    return tuple(f" {plain_key(key) if plain else key} " for key in keys)
