"""What is refused leaves the lists exactly as they were; the official table of changes."""

from dataclasses import replace

import pytest
from shapely import MultiPolygon, Polygon

from coverage.actions import places
from coverage.errors import InputRefused, NotFound
from coverage.places import Level
from coverage.storage import places as stored
from tests.small_country import NOW, communes, square
from tests.small_country_lists import (
    NEXT,
    all_communes,
    everything,
    in_force,
    load,
    status_of,
    written,
)


@pytest.fixture
def small(database, authority):
    """The database with the small country's two lists, the newer one in force."""
    return in_force(database, authority)


# --- What is refused leaves everything as it was ---------------------------------------------------


def wrong_province():
    return [replace(unit, province_code="15") if unit.code == "00008" else unit
            for unit in all_communes()]  # fmt: skip


@pytest.mark.parametrize(
    ("units", "rule"),
    [
        (all_communes()[:5], "place.incomplete"),
        (communes(), "place.archipelago_missing"),
        ([replace(u, full_name=o.full_name) for u, o in
          zip(all_communes(), reversed(all_communes()), strict=True)], "place.codes_reused"),
    ],
)  # fmt: skip
def test_activation_is_refused_while_an_error_stands(small, authority, tmp_path, units, rule):
    before = everything(small, authority)
    file = written(tmp_path / "xa.gpkg", units)
    with pytest.raises(InputRefused) as refusal:
        load(small, authority, file, activate=True)
    assert rule in [found.rule for found in refusal.value.findings]
    assert everything(small, authority) == before
    load(small, authority, file)  # without activation it may be looked at
    with pytest.raises(InputRefused):
        places.activate(small, authority, NEXT)
    assert status_of(small, authority, NOW) == "active"
    vintage, check = places.check(small, authority, NEXT)
    assert vintage.status == "loaded"
    assert rule in [found.rule for found in check.errors]


@pytest.mark.parametrize("activate", [True, False])
@pytest.mark.parametrize(
    ("units", "rule"),
    [
        (wrong_province(), "place.wrong_province"),
        ([replace(all_communes()[0], area=square(22.0, 104.0)), *all_communes()[1:]],
         "place.outside_country"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_not_loaded(  # noqa: PLR0917
    small, authority, tmp_path, units, rule, activate
):
    before = everything(small, authority)
    with pytest.raises(InputRefused) as refusal:
        load(small, authority, written(tmp_path / "xa.gpkg", units), activate=activate)
    assert [found.rule for found in refusal.value.findings] == [rule]
    assert everything(small, authority) == before


def test_bad_files_and_names_leave_everything_as_it_was(small, authority, tmp_path):
    before = everything(small, authority)
    whole = written(tmp_path / "xa.gpkg").read_bytes()
    (tmp_path / "cut.gpkg").write_bytes(whole[: len(whole) // 2])
    twice = [all_communes()[0], *all_communes()]
    bow = replace(all_communes()[0], area=_bow_tie())
    for file, vintage, rule in [
        (tmp_path / "cut.gpkg", NEXT, "place.damaged"),
        (tmp_path / "none.gpkg", NEXT, "place.unreadable"),
        (written(tmp_path / "twice.gpkg", twice), NEXT, "place.code_twice"),
        (written(tmp_path / "bow.gpkg", [bow, *all_communes()[1:]]), NEXT, "place.shape_invalid"),
        (tmp_path / "xa.gpkg", "30/04/2026", "place.vintage_name"),
    ]:
        with pytest.raises(InputRefused) as refusal:
            load(small, authority, file, vintage)
        assert refusal.value.findings[0].rule == rule
    with pytest.raises(NotFound):
        places.activate(small, authority, "2030-01-01")
    with pytest.raises(NotFound):
        places.check(small, authority, "2030-01-01")
    assert everything(small, authority) == before


def _bow_tie():
    return MultiPolygon([Polygon([(104, 22), (104.1, 22.1), (104.1, 22), (104, 22.1)])])


# --- The official table of changes -----------------------------------------------------------------

HEADER = "Tỉnh,Tên Xã mới,Mã Xã mới,Tên Xã cũ,Mã Xã cũ,Ghi chú,Quận/huyện,Tỉnh cũ\n"


def table(path, *rows):
    title = "Đơn vị hành chính từ ngày 01/7/2025,,,,,,,\n"
    path.write_text(title + HEADER + "\n".join(rows), encoding="utf-8-sig")
    return path


ROWS = [
    "Lào Cai (15),Xã Tân An,1,Xã Tân Lập,00011,Nhập toàn bộ ,Huyện Bắc Hà (080),Lào Cai (10)",
    "Lào Cai (15),Xã Tân An,00001,Xã Khe Sến,00014,Nhâp  một phần diện tích,Huyện Văn Yên (130),",
    "Lào Cai (15),Xã Sơn Hà,00003,Xã Khe Sến,00014,Nhập toàn bộ diện tích,Huyện Văn Yên (130),",
    "Lào Cai (15),Xã Sơn Hà,00003,Xã Tân Lập,00099,Nhập toàn bộ,Huyện Văn Yên (130),",
    "Điện Biên (10),Xã Thủy An,00008,,,Sắp xếp toàn bộ huyện Cồn Cỏ,Huyện Cồn Cỏ (755),",
    "Điện Biên (10),Xã Thủy An,00008,Bãi bồi ven sông,,Nhập toàn bộ,Huyện Mường Nhé (094),",
]


def test_the_official_table_replaces_what_the_package_knew(small, authority, tmp_path):
    outcome = places.load_changes(small, authority, table(tmp_path / "a.csv", *ROWS))
    assert outcome.changed
    assert [found.rule for found in outcome.findings] == [
        "place.change_code_mended", "place.change_no_unit", "place.changes_differ"
    ]  # fmt: skip
    assert outcome.findings[0].facts["used"] == "00012"
    with small.transaction(authority) as connection:
        found = {(c.old_code, c.new_code): c.part for c in stored.changes(connection)
                 if c.level is not Level.PROVINCE}  # fmt: skip
        gazetteer = stored.gazetteer(connection)
    assert found == {
        ("00011", "00001"): False, ("00014", "00001"): True, ("00014", "00003"): True,
        ("00012", "00003"): False, ("755", "00008"): False,
    }  # fmt: skip
    assert gazetteer.resolve_commune("Xã Nà Lại", province_code="15").is_refused  # no longer there
    before = everything(small, authority)
    assert not places.load_changes(small, authority, tmp_path / "a.csv").changed
    assert everything(small, authority) == before


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"", "place.changes_columns"), (b"a,b,c\n1,2,3\n", "place.changes_columns"),
     (b"\xff\xfe\x00\x01", "place.changes_columns"),
     ((HEADER + "x,Y,99999,Z,88888,Nhap,,").encode(), "place.changes_codes"),
     (HEADER.encode(), "place.changes_codes")],
)  # fmt: skip
def test_another_table_is_refused(small, authority, tmp_path, content, rule):
    before = everything(small, authority)
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputRefused) as refusal:
        places.load_changes(small, authority, tmp_path / "a.csv")
    assert [found.rule for found in refusal.value.findings] == [rule]
    with pytest.raises(InputRefused):
        places.load_changes(small, authority, tmp_path / "none.csv")
    assert everything(small, authority) == before


def test_changes_need_the_lists_they_connect(database, authority, tmp_path):
    with pytest.raises(NotFound):
        places.load_changes(database, authority, table(tmp_path / "a.csv", *ROWS))
