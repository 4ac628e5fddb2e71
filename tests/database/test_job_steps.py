"""What long acts say of their steps: every file of a package, every lot, every zone."""

import io
import zipfile
from datetime import date

import pytest

from api.job_stages import HowFar
from coverage.actions.lot_sites import choose_lot_sites
from coverage.actions.lots import LotWish, change_lots, preview_lots, propose_lots
from coverage.actions.packages import build_package
from coverage.findings import Language
from coverage.lot_sites import SitesAsked
from coverage.packages import CHECKSUMS, MANIFEST
from tests.builders import a_zone
from tests.reported import report

pytestmark = pytest.mark.usefixtures("small_places")
KM = 1 / 111.32


class Heard(list):
    """The steps that an act told of; each must move the bar on, and say something."""

    def __init__(self, kind):
        super().__init__()
        self.kind, self.percent = kind, 0

    def __call__(self, *step):
        far = HowFar(self.kind, *step)
        assert far.words(Language.VI)
        assert far.percent >= self.percent
        self.percent = far.percent
        self.append(step)


@pytest.fixture
def zones(database, officer):
    """A lone village in the north, two side by side in the south."""
    made = [
        a_zone(1), a_zone(2, latitude=18.3 + 7 * KM, commune_code="18100"),
        a_zone(3, latitude=18.3 + 60 * KM, commune_code="18103"),
    ]  # fmt: skip
    report(database, officer, *made)
    return made


def test_lots_sites_and_files_are_told_one_by_one(database, authority, zones):
    told = Heard("change_lots")
    plan = propose_lots(database, authority, "42", told=told)
    assert told.pop(2) in {("lots", 1, 3), ("lots", 2, 3)}  # whichever part comes first
    assert told == [("zones", 0, 0), ("lots", 0, 3), ("lots", 3, 3), ("keep", 0, 0)]
    wish = LotWish(anew=True)
    told = Heard("change_lots")
    change_lots(
        database, authority, "42", wish, preview_lots(database, authority, "42", wish).seen,
        told=told,
    )  # fmt: skip
    assert [doing for doing, _, _ in told] == ["zones", "lots", "lots", "lots", "keep"]

    told = Heard("choose_sites")
    choose_lot_sites(database, authority, "42", SitesAsked(), date(2026, 11, 23), told=told)
    names = [lot.name for lot in plan.lots]
    assert told == [
        ("ground", 0, 0), ("candidates", 0, 0),
        *((f"sites:{name}", place, len(names)) for place, name in enumerate(names)),
        ("keep", 0, 0),
    ]  # fmt: skip

    told = Heard("build_package")
    built = build_package(
        database, authority, "42", {"ban-do.html": lambda _: b"<!doctype html>"}, told=told
    )
    with zipfile.ZipFile(io.BytesIO(built.content)) as archive:
        files = set(archive.namelist()) - {MANIFEST, CHECKSUMS}
    steps = [step for step in told if step[0].startswith("files:")]
    assert {doing.partition(":")[2] for doing, _, _ in steps} == files
    assert [done for _, done, _ in steps] == list(range(len(files)))
    assert {total for _, _, total in steps} == {len(files)}
    assert (told[0], told[-1]) == (("zones", 0, 0), ("seal", 0, 0))


def test_what_a_step_raises_ends_the_act_and_nothing_is_kept(database, authority, zones):
    class Ended(Exception):
        pass

    def stop(doing, done, _):
        if doing == "lots" and done:
            raise Ended

    with pytest.raises(Ended):
        propose_lots(database, authority, "42", told=stop)
    assert propose_lots(database, authority, "42").changed
