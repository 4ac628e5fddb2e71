"""What a declared commune means: names, former names, codes, districts, spelling."""

import pytest

from coverage.findings import Severity
from coverage.places.misspelling import edits, suggestions
from tests.small_country import gazetteer

INSIDE = {"00001": (22.15, 104.05), "00002": (22.15, 104.15), "00003": (22.05, 104.05),
          "00004": (22.05, 104.15), "00005": (22.15, 104.25)}  # fmt: skip


@pytest.fixture(scope="module")
def places():
    return gazetteer()


def rules(match):
    return [found.rule.removeprefix("place.") for found in match.findings]


@pytest.mark.parametrize(
    "name",
    ["Xã Tân An", "tân an", "TÂN AN", "X. Tân An", "Phường Tân An", "Xã  Tân\u00a0An",
     "Xã Ta\u0302n An", "Xã Tân An, huyện Nào Đó"],
)  # fmt: skip
def test_a_present_name_however_it_is_written(places, name):
    match = places.resolve_commune(name, province_code="15")
    assert match.commune_code == "00001"
    assert Severity.ERROR not in [found.severity for found in match.findings]


@pytest.mark.parametrize(("name", "code"), [("Xã Hoà Bình", "00005"), ("Xã Thuỷ An", "00008")])
def test_the_place_of_the_tone_mark_does_not_matter(places, name, code):
    match = places.resolve_commune(name, province_code="10")
    assert (match.commune_code, match.findings) == (code, ())


def test_names_that_differ_by_one_accent_stay_apart(places):
    assert places.resolve_commune("Sơn Hà", province_code="10").commune_code == "00006"
    assert places.resolve_commune("Sơn Hạ", province_code="10").commune_code == "00007"
    unaccented = places.resolve_commune("Son Ha", province_code="10")
    assert unaccented.commune_code is None
    assert unaccented.candidates == ("00006", "00007")
    assert rules(unaccented) == ["spelling"]


def test_the_same_name_in_another_province_is_not_taken(places):
    assert places.resolve_commune("Xã Sơn Hà", province_code="15").commune_code == "00003"
    other = places.resolve_commune("Xã Thủy An", province_code="15")
    assert (other.commune_code, other.candidates, rules(other)) == (None, (), ["other_province"])
    assert "Tỉnh Điện Biên" in other.findings[0].message()


def test_a_former_name_leads_to_the_present_commune_and_says_so(places):
    match = places.resolve_commune("Xã Nà Lại", province_code="15")
    assert (match.commune_code, rules(match)) == ("00004", ["former"])
    assert "Thị xã Nghĩa Lộ" in match.findings[0].message()
    assert match.findings[0].severity is Severity.INFO


def test_a_commune_that_kept_its_name_needs_no_word(places):
    match = places.resolve_commune("Xã Mường Nhé", province_code="15", district="Huyện Bắc Hà")
    assert (match.commune_code, match.findings) == ("00002", ())


@pytest.mark.parametrize(
    ("district", "code"),
    [("Huyện Bắc Hà", "00001"), ("H. Văn Yên", "00003"), ("nghĩa lộ", "00002"),
     ("Huyện Nghĩa Lộ", "00002")],
)  # fmt: skip
def test_the_district_tells_former_communes_of_one_name_apart(places, district, code):
    match = places.resolve_commune("Xã Tân Lập", province_code="15", district=district)
    assert match.commune_code == code


def test_the_district_inside_the_commune_cell_counts_too(places):
    match = places.resolve_commune("Xã Tân Lập (huyện Văn Yên, tỉnh Yên Bái)", province_code="15")
    assert match.commune_code == "00003"


def test_without_a_district_a_repeated_former_name_is_refused_with_all_shown(places):
    match = places.resolve_commune("Xã Tân Lập", province_code="15")
    assert (match.commune_code, rules(match)) == (None, ["ambiguous"])
    assert match.candidates == ("00001", "00002", "00003")
    for district in ("Huyện Bắc Hà", "Huyện Văn Yên", "Thị xã Nghĩa Lộ"):
        assert district in match.findings[0].message()


def test_the_former_province_narrows_a_repeated_name(places):
    match = places.resolve_commune("Xã Tân Lập", province_code="15", province="Yên Bái")
    assert match.candidates == ("00002", "00003")
    present = places.resolve_commune("Xã Tân Lập", province_code="15", province="Lào Cai")
    assert present.candidates == ("00001", "00002", "00003")  # Lào Cai is the present one too


def test_a_town_and_a_commune_of_one_name_are_told_apart_by_their_kind(places):
    town = places.resolve_commune("Thị trấn Bắc Hà", province_code="15", district="Bắc Hà")
    commune = places.resolve_commune("Xã Bắc Hà", province_code="15", district="Bắc Hà")
    assert (town.commune_code, commune.commune_code) == ("00001", "00002")


def test_a_split_commune_is_decided_by_the_point(places):
    match = places.resolve_commune("Xã Khe Sến", province_code="15")
    assert (match.commune_code, match.candidates) == (None, ("00001", "00003"))
    assert rules(match) == ["split"]
    assert not match.is_refused
    assert places.decide(match, *INSIDE["00001"]).commune_code == "00001"
    assert places.decide(match, *INSIDE["00003"]).commune_code == "00003"


def test_a_repeated_name_is_lifted_only_by_a_point_inside(places):
    match = places.resolve_commune("Xã Tân Lập", province_code="15")
    inside = places.decide(match, *INSIDE["00002"])
    assert (inside.commune_code, rules(inside)) == ("00002", ["ambiguous_assumed"])
    assert inside.findings[0].severity is Severity.WARNING
    outside = places.decide(match, *INSIDE["00004"])
    assert (outside.commune_code, rules(outside)) == (None, ["ambiguous"])


def test_a_misspelling_is_suggested_and_accepted_only_where_the_point_agrees(places):
    match = places.resolve_commune("Xã Mườn Nhé", province_code="15")
    assert (match.commune_code, rules(match)) == (None, ["spelling"])
    assert "Xã Mường Nhé" in match.findings[0].message()
    inside = places.decide(match, *INSIDE["00002"])
    assert (inside.commune_code, rules(inside)) == ("00002", ["spelling_assumed"])
    assert places.decide(match, *INSIDE["00001"]).commune_code is None
    just_outside = (22.15, 104.1 - 0.002)  # 206 m west of the commune
    assert places.decide(match, *just_outside).commune_code == "00002"
    assert places.decide(match, *just_outside, border_band_m=100).commune_code is None


def test_a_name_like_nothing_is_unknown(places):
    match = places.resolve_commune("Xã Hoàn Toàn Khác", province_code="15")
    assert (match.commune_code, match.candidates, rules(match)) == (None, (), ["unknown"])


def test_a_namesake_is_taken_only_when_the_point_lies_there(places):
    match = places.resolve_commune("Xã Tân An", province_code="15")
    assert places.decide(match, *INSIDE["00001"]).findings == ()
    elsewhere = places.decide(match, *INSIDE["00003"])  # the former Tân An of Nghĩa Lộ
    assert (elsewhere.commune_code, rules(elsewhere)) == ("00003", ["namesake"])
    assert elsewhere.findings[0].severity is Severity.WARNING
    assert places.decide(match, *INSIDE["00004"]).commune_code == "00001"


def test_with_its_district_the_former_commune_comes_before_the_present_namesake(places):
    match = places.resolve_commune("Xã Tân An", province_code="15", district="Thị xã Nghĩa Lộ")
    assert match.commune_code == "00003"


def test_a_present_name_beside_a_district_that_never_had_it(places):
    match = places.resolve_commune("Phường Đắk Lắk", province_code="15", district="Huyện Bắc Hà")
    assert match.commune_code == "00004"  # the district's own ground, by its former Bản Mới
    assert not match.is_refused


def test_a_former_name_in_the_wrong_district_is_said(places):
    match = places.resolve_commune("Xã Nà Lại", province_code="15", district="Huyện Bắc Hà")
    assert match.commune_code == "00004"
    assert rules(match) == ["former", "district_differs"]


def test_an_unknown_district_is_said_and_not_used(places):
    match = places.resolve_commune("Xã Tân An", province_code="15", district="Huyện Không Có")
    assert (match.commune_code, rules(match)) == ("00001", ["district_unknown"])


def test_an_island_district_had_no_commune(places):
    match = places.resolve_commune(None, province_code="10", district="Huyện Cồn Cỏ")
    assert match.commune_code == "00008"


@pytest.mark.parametrize("name", [None, "", "   "])
def test_nothing_stated_is_missing(places, name):
    match = places.resolve_commune(name, province_code="15")
    assert (match.commune_code, rules(match)) == (None, ["missing"])


# --- Provinces: the trap of the reused codes -------------------------------------------------------


def test_a_former_province_is_understood(places):
    match = places.resolve_commune("Xã Nà Lại", province_code="15", province="Tỉnh Yên Bái")
    assert (match.commune_code, rules(match)) == ("00004", ["province_former", "former"])


def test_a_row_of_another_province_is_refused(places):
    match = places.resolve_commune("Xã Tân An", province_code="15", province="Điện Biên")
    assert (match.commune_code, match.candidates) == (None, ())
    assert rules(match) == ["province_differs"]


def test_an_unheard_of_province_is_a_warning(places):
    match = places.resolve_commune("Xã Tân An", province_code="15", province="Atlantis")
    assert (match.commune_code, rules(match)) == ("00001", ["province_unknown_name"])


# --- Codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"), [("00003", []), ("3.0", ["code_zeros"]), ("3", ["code_zeros"])]
)
def test_a_code_with_and_without_its_zeros(places, code, said):
    match = places.resolve_commune(None, code, province_code="15")
    assert (match.commune_code, rules(match)) == ("00003", said)


def test_a_former_code_alone(places):
    match = places.resolve_commune(None, "00017", province_code="15")
    assert (match.commune_code, rules(match)) == ("00004", ["former"])


def test_a_reused_code_means_todays_commune_unless_the_row_speaks_of_before(places):
    today = places.resolve_commune(None, "00001", province_code="15")
    assert today.commune_code == "00001"
    before = places.resolve_commune(None, "00001", province_code="15", district="Huyện Bắc Hà")
    assert before.commune_code == "00004"
    there = places.decide(today, *INSIDE["00004"])  # where the former 00001 lies
    assert (there.commune_code, rules(there)) == ("00004", ["namesake"])


def test_the_name_tells_which_list_a_reused_code_is_of(places):
    former = places.resolve_commune("Xã Bản Mới", "00001", province_code="15")
    assert former.commune_code == "00004"
    assert "code_reused" in rules(former)
    present = places.resolve_commune("Xã Tân An", "00001", province_code="15")
    assert (present.commune_code, present.findings) == ("00001", ())


def test_a_present_name_with_the_code_of_a_commune_merged_into_it(places):
    match = places.resolve_commune("Xã Tân An", "00011", province_code="15")
    assert (match.commune_code, match.is_refused) == ("00001", False)


def test_a_code_and_a_name_that_contradict_each_other(places):
    match = places.resolve_commune("Xã Mường Nhé", "00003", province_code="15")
    assert (match.commune_code, rules(match)) == (None, ["code_name_differ"])
    message = match.findings[0].message()
    assert "Xã Sơn Hà" in message
    assert "Xã Mường Nhé" in message
    by_name = places.decide(match, *INSIDE["00002"])
    assert (by_name.commune_code, rules(by_name)) == ("00002", ["code_name_assumed"])
    by_code = places.decide(match, *INSIDE["00003"])
    assert by_code.commune_code == "00003"
    assert places.decide(match, *INSIDE["00004"]).commune_code is None


def test_a_misspelt_name_beside_its_own_code(places):
    match = places.resolve_commune("Xã Mườg Nhé", "00002", province_code="15")
    assert (match.commune_code, rules(match)) == ("00002", ["spelling_by_code"])


def test_a_code_that_means_nothing_gives_way_to_the_name(places):
    match = places.resolve_commune("Xã Tân An", "99999", province_code="15")
    assert (match.commune_code, rules(match)) == ("00001", ["code_ignored"])
    alone = places.resolve_commune(None, "99999", province_code="15")
    assert (alone.commune_code, rules(alone)) == (None, ["code_unknown"])
    elsewhere = places.resolve_commune(None, "00008", province_code="15")
    assert rules(elsewhere) == ["other_province"]


def test_a_code_typed_into_the_name_column(places):
    assert places.resolve_commune("00003", province_code="15").commune_code == "00003"


# --- Edit distance ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [("an", "an", 0), ("an", "na", 1), ("tan lap", "tan lep", 1), ("tan lap", "tan lp", 1),
     ("muong", "mung", 1), ("abc", "xyz", 3), ("", "ab", 2)],
)  # fmt: skip
def test_edits(first, second, count):
    assert edits(first, second, 5) == count
    assert edits(second, first, 5) == count


def test_counting_stops():
    assert edits("abcdefgh", "stuvwxyz", 2) == 3


def test_a_short_name_is_not_everybodys_misspelling():
    assert suggestions("ba", ["be", "ca", "xy"]) == ("be", "ca")
    assert suggestions("bà", ["xé"]) == ()
    assert suggestions("muong nhe", ["mường nhé", "mường tè"]) == ("mường nhé",)
