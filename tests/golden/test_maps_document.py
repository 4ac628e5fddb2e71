"""A map's file: the same bytes for the same content, complete in itself, and light.

The golden pages are in ``tests/golden/maps``; what was drawn instead is left under
``var/tests/maps``, to be looked at in a browser and copied when it is right.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import uuid
from dataclasses import replace

import pytest

from api.drawing import content_of_package
from coverage.actions.overview import Ground
from coverage.findings import Language
from coverage.places.units import Level, Unit
from coverage.storage.places import Vintage
from coverage.zones import Queue
from maps import assets
from maps.document import inline_hashes, map_document
from tests.builders import a_package, a_zone
from tests.drawn import a_country, a_province, communes, provinces, some_zones

BASE = "/static/maps"
HOSTILE = "{{ 7 * 7 }}{% for x in [1] %}!{% endfor %}</script><img src=x onerror=alert(1)>{# c #}"


def data_of(document):
    block = re.search(
        r'<script type="application/json" id="phusong-data">(.*?)</script>',
        document.decode(),
        re.DOTALL,
    )
    return json.loads(block.group(1))


def plain(document):
    """The page without hashes of our files and without the long outline of foreign land."""
    text = re.sub(r"\?v=[0-9a-f]{12}", "?v=", document.decode())
    return re.sub(r'("surroundings":)\{.*?\]\]\]\}', r"\1{}", text)


@pytest.mark.parametrize(
    ("name", "content"),
    [("national", a_country(some_zones(6))), ("province", a_province())],
    ids=["national", "province"],
)
def test_a_page_is_as_it_was_looked_at(name, content, project):
    made = plain(map_document(content, asset_base=BASE))
    golden = project / "tests" / "golden" / "maps" / f"{name}.html"
    if not golden.is_file() or golden.read_text(encoding="utf-8") != made:
        kept = project / "var" / "tests" / "maps" / f"{name}.html"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


def test_the_same_content_gives_the_same_bytes():
    assert map_document(a_province()) == map_document(a_province())
    zones = some_zones(40)
    assert map_document(a_country(zones)) == map_document(a_country(reversed(zones)))


PROGRAM = """
import hashlib
from maps.document import map_document
from tests.drawn import a_province
print(hashlib.sha256(map_document(a_province())).hexdigest())
"""


def test_the_same_bytes_in_another_process(project):
    hashes = {hashlib.sha256(map_document(a_province())).hexdigest()}
    for seed in ("1", "4242"):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=project,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(project)},
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.add(run.stdout.strip())
    assert len(hashes) == 1


def test_one_file_asks_for_no_other():
    text = map_document(a_province()).decode()
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", text)
    assert "@import" not in text
    assert "jquery" not in text.lower()
    assert "bootstrap" not in text.lower()
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert "url(" not in styles


def test_the_same_page_may_ask_for_our_own_files_only():
    text = map_document(a_province(), asset_base=f"{BASE}/").decode()
    asked = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert asked == [assets.url_of(name, BASE) for name in (*assets.STYLES, *assets.SCRIPTS)]
    assert all(address.startswith("/static/maps/") for address in asked)
    assert len(text) < 200_000


def test_no_text_of_a_survey_is_read_as_template_or_markup():
    zone = a_zone(village=HOSTILE, commune_code="18001", queue_reason=HOSTILE)
    content = a_province([zone, a_zone(2)], title=HOSTILE, subtitle=HOSTILE, source=HOSTILE)
    document = map_document(content)
    assert sorted(data_of(document)["zones"]["village"]) == ["Bản 2", HOSTILE]
    text = document.decode()
    assert "<img src=x" not in text
    assert text.count("</script>") == text.count("<script")
    assert "{{ 7 * 7 }}" in text  # shown as it was written, never as 49


def test_twenty_thousand_zones_stay_under_five_megabytes():
    document = map_document(a_country(some_zones(20_000)))
    assert len(document) < 5_000_000
    assert len(data_of(document)["zones"]["x"]) == 20_000


def test_every_inline_script_and_style_can_be_permitted_by_hash():
    document = map_document(a_province())
    scripts, styles = inline_hashes(document)
    assert len(scripts) == len(assets.SCRIPTS) + 1
    assert len(styles) == len(assets.STYLES)
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", found) for found in scripts + styles)
    assert not re.search(r"<[a-z][^>]* (style|on\w+)=", document.decode().split("<script")[0])
    served = map_document(a_province(), asset_base=BASE)
    assert [len(found) for found in inline_hashes(served)] == [1, 0]


@pytest.mark.parametrize("mark", ["approximate", "draft", "restricted"])
def test_marks_are_seen(mark):
    words = {
        "approximate": "Ranh giới gần đúng",
        "draft": "DỰ THẢO",
        "restricted": "Lưu hành nội bộ",
    }
    usual, marked = a_province(), replace(a_province(), **{mark: True})
    body = map_document(marked, asset_base=BASE).decode().split("</header>")[0]
    assert words[mark] in body
    assert words[mark] not in map_document(usual, asset_base=BASE).decode().split("</header>")[0]


def test_english_by_choice_with_vietnamese_names():
    page = map_document(a_province(language=Language.EN), asset_base=BASE).decode()
    assert '<html lang="en">' in page
    assert "Who pays" in page
    assert "Quần đảo Hoàng Sa (Việt Nam)" in page


def test_a_package_has_its_lots_and_nobodys_sites():
    package = a_package()
    vintage = Vintage("2026-04-30", "active", False, "danh mục", {}, package.dated, None, {})
    ground = Ground(
        vintage,
        tuple(_unit(Level.PROVINCE, area, area.code) for area in provinces()),
        tuple(_unit(Level.COMMUNE, area, "42") for area in communes()),
    )
    document = map_document(content_of_package(package, ground))
    data = data_of(document)
    assert data["sites"] == []
    assert [lot["number"] for lot in data["lots"]] == [lot.number for lot in package.lots]
    assert set(data["zones"]["label"]) == {zone.label for _, zone in package.zones}
    assert package.number in document.decode()
    published = map_document(content_of_package(replace(package, draft=False), ground)).decode()
    assert "DỰ THẢO" in document.decode().split("</header>")[0]
    assert "DỰ THẢO" not in published.split("</header>")[0]


def test_a_package_of_two_thousand_zones_stays_under_five_megabytes():
    package = a_package()
    first = package.lots[0]
    many = tuple(
        replace(first.zones[number % len(first.zones)], id=uuid.UUID(int=number + 1))
        for number in range(2_000)
    )
    crowded = replace(package, lots=(replace(first, zones=many),))
    vintage = Vintage("2026-04-30", "active", False, "danh mục", {}, package.dated, None, {})
    ground = Ground(vintage, tuple(_unit(Level.PROVINCE, each, each.code) for each in provinces()))
    document = map_document(content_of_package(crowded, ground))
    assert len(data_of(document)["zones"]["x"]) == 2_000
    assert len(document) < 5_000_000


def _unit(level, area, province_code):
    return Unit(level, area.code, area.name, area.full_name, province_code, area=area.geometry)


def test_vendored_files_are_those_that_sources_names(project):
    folder = project / "maps" / "static"
    named = re.findall(
        r"^  ([0-9a-f]{64})  (\S+\.(?:js|css))$",
        (folder / "SOURCES").read_text("utf-8"),
        re.MULTILINE,
    )
    assert named
    for digest, name in named:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    foreign = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.suffix in {".js", ".css"} and "phusong" not in file.parts
    }
    assert foreign == {name for _, name in named}


def test_every_script_of_ours_is_in_the_page(project):
    ours = {f"phusong/{file.name}" for file in (project / "maps/static/phusong").iterdir()}
    of_one_kind = {
        assets.SURVEY_SCRIPT, assets.SERVICES_SCRIPT, assets.SPOT_SCRIPT, assets.SPOT_STYLE,
        assets.TICKS_SCRIPT, assets.LIVE_STYLE, *assets.LIVE_SCRIPTS,
    } - {"vector-tile/vector-tile.js"}  # fmt: skip
    assert ours == {*assets.STYLES, *assets.SCRIPTS, *of_one_kind} - {
        name for name in {*assets.STYLES, *assets.SCRIPTS} if not name.startswith("phusong/")
    }


def test_who_pays_is_untold_where_the_reader_may_not_know():
    content = a_province(zones=[a_zone(1, queue=Queue.UNDECIDED)])
    told = map_document(content).decode()
    untold = map_document(replace(content, payers_told=False)).decode()
    assert "Chưa đủ dữ kiện" in told
    assert "Chưa đủ dữ kiện" not in untold
    assert "Chưa công bố" in untold
