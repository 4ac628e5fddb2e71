"""Every page, who opens it and where; and a served country whose people open them in one browser.

Whoever makes a page says in PAGES who opens it, by which address in the country of
tests/lived_in.py; whoever makes a route that is no page names it in FILES.
"""

from __future__ import annotations

import re
import secrets

import shapely

from api.main import create_app
from coverage.actions import password_links, people
from coverage.people import Role
from coverage.settings import read_settings
from tests import databases
from tests.builders import zone_id
from tests.delivered import a_list, a_row
from tests.http.browsers import Browser
from tests.http.files import a_csv
from tests.http.test_pages_in_browser import served
from tests.lived_in import live, people_of
from tests.maps_of_areas import BOX, a_map

WIDE, NARROW, NARROWEST = 1366, 360, 320

# Who opens each page, and by which address; {names} are those of the country, or of what waits.
PAGES = {
    "/": ("officer", "/"),
    "/account": ("officer", "/account"),
    "/approvals/{number}": ("officer", "/approvals/{handed_in}"),
    "/awards/counts": ("lead", "/awards/counts"),
    "/awards/new": ("lead", "/awards/new?package={package}"),
    "/awards/{award_id}": ("lead", "/awards/{award}"),
    "/consultations": ("planner", "/consultations"),
    "/consultations/new": ("planner", "/consultations/new"),
    "/consultations/{number}": ("viettel", "/consultations/{round}"),
    "/deliveries": ("viettel", "/deliveries"),
    "/disputes": ("viettel", "/disputes"),
    "/disputes/{number}": ("planner", "/disputes/{dispute}"),
    "/docs": ("viettel", "/docs"),
    "/jobs": ("officer", "/jobs"),
    "/jobs/{job_id}": ("officer", "/jobs/{job}"),
    "/layers": ("planner", "/layers"),
    "/layers/pending/{key}": ("planner", "{layer_waits}"),
    "/lots": ("planner", "/lots?province=42"),
    "/lots/{lot_id}": ("planner", "/lots/{lot}"),
    "/lots/{lot_id}/sites": ("planner", "/lots/{lot}/sites"),
    "/map": ("officer", "/map"),
    "/notices": ("viettel", "/notices"),
    "/on-air": ("viettel", "/on-air"),
    "/on-air/pending/{key}": ("viettel", "{reports_wait}"),
    "/on-air/zones/{zone_id}": ("viettel", "/on-air/zones/{awarded}"),
    "/organisations": ("administrator", "/organisations"),
    "/operator-data": ("viettel", "/operator-data"),
    "/operator-data/pending/{key}": ("viettel", "{areas_wait}"),
    "/packages": ("planner", "/packages"),
    "/packages/{number}": ("viettel", "/packages/{package}"),
    "/packages/{number}/amend": ("lead", "/packages/{package}/amend"),
    "/packages/{number}/answer": ("lead", "/packages/{package}/answer"),
    "/packages/{number}/clarify": ("lead", "/packages/{package}/clarify"),
    "/packages/{number}/publish": ("lead", "/packages/{draft}/publish"),
    "/people": ("administrator", "/people"),
    "/people/new": ("administrator", "/people/new"),
    "/people/{person_id}": ("administrator", "/people/{person}"),
    "/priorities": ("planner", "/priorities?province=42"),
    "/progress": ("lead", "/progress"),
    "/reset/{token}": ("nobody", "/reset/{token}"),
    "/review": ("reviewer", "/review"),
    "/review/{zone_id}": ("reviewer", "/review/{in_hand}"),
    "/rules": ("officer", "/rules"),
    "/rules/changes": ("lead", "/rules/changes"),
    "/rules/changes/new": ("planner", "/rules/changes/new?kind=queue_rule&row=2"),
    "/rules/changes/{number}": ("lead", "/rules/changes/{change}"),
    "/rules/settings": ("planner", "/rules/settings"),
    "/sign-in": ("nobody", "/sign-in"),
    "/standings": ("planner", "/standings"),
    "/standings/pending/{key}": ("planner", "{standings_wait}"),
    "/surveys": ("officer", "/surveys"),
    "/surveys/new": ("officer", "/surveys/new"),
    "/surveys/pending/{key}": ("officer", "{survey_waits}"),
    "/surveys/pending/{key}/rows/{place}": ("officer", "{survey_waits}/rows/3"),
    "/surveys/{number}": ("officer", "/surveys/{submission}"),
    "/tokens": ("administrator", "/tokens"),
    "/verdicts": ("viettel", "/verdicts"),
    "/verdicts/dispute": ("viettel", "/verdicts/dispute?verdict={judged}:4G"),
    "/verdicts/{zone_id}/{technology}": ("viettel", "/verdicts/{judged}/4G"),
    "/verify": ("viettel", "/verify"),
    "/verify/keys": ("nobody", "/verify/keys"),
    "/zones": ("officer", "/zones"),
    "/zones/{zone_id}": ("officer", "/zones/{judged}"),
}  # fmt: skip

# The same page as another role sees it, where it differs.
OTHERS = [
    ("approver", "/"), ("approver", "/approvals/{handed_in}"),
    ("reviewer", "/"), ("planner", "/"), ("lead", "/"), ("viettel", "/"), ("auditor", "/"),
    ("silent", "/"), ("lead", "/zones"), ("lead", "/zones/{awarded}"), ("lead", "/packages/{package}"),
    ("lead", "/packages/{draft}"), ("lead", "/consultations/{round}"), ("lead", "/deliveries"),
    ("viettel", "/packages"), ("auditor", "/packages/{package}"), ("officer", "/lots"),
    ("lead", "/surveys/{submission}"), ("viettel", "/disputes/{dispute}"), ("lead", "/disputes"),
    ("nobody", "/khong-co"), ("officer", "/khong-co"),
]  # fmt: skip

# What is no page: files to take away, streams of events, and maps that are drawn in a frame.
FILES = {
    "/approvals/{number}/file", "/approvals/{number}/map", "/approvals/{number}/marked",
    "/consultations/{number}/files/{ending}", "/deliveries/file", "/disputes/{number}/file",
    "/jobs/{job_id}/events", "/layers/files/{layer_id}", "/lots/map", "/lots/{lot_id}/map.pdf", "/map/document", "/map/print", "/map/search",
    "/progress/{chart}.{form}", "/surveys/{number}/fates/{ending}", "/tiles/sites/{z}/{x}/{y}",
    "/tiles/zones/{z}/{x}/{y}", "/zones/files/{ending}", "/on-air/form",
    "/on-air/{report_id}/proof", "/operator-data/files/{file_id}",
    "/operator-data/pending/{key}/findings.csv", "/operator-data/pending/{key}/map",
    "/packages/{number}/download", "/surveys/outlines",
    "/surveys/pending/{key}/map", "/surveys/pending/{key}/marked", "/surveys/template",
    "/surveys/{number}/file", "/surveys/{number}/map", "/surveys/{number}/marked",
    "/surveys/{number}/receipt", "/verdicts/export", "/zones/{zone_id}/map", "/zones/{zone_id}/map.pdf",
    # A file that takes long is being checked: the page is there for a moment only.
    "/operator-data/checking/{job_id}", "/surveys/checking/{job_id}",
}  # fmt: skip
NOT_FOR_PEOPLE = ("/api/", "/health", "/.well-known/", "/static/")

ROLE_OF = {
    "approver": Role.PROVINCE_APPROVER,
    "reviewer": Role.REVIEWER,
    "planner": Role.PLANNER,
    "lead": Role.LEAD,
    "administrator": Role.ADMINISTRATOR,
}


class World:
    """A served application with people signed in: their pages in one browser, by their names."""

    def __init__(self, app, database, chromium, address):
        self.app, self.database, self.chromium, self.address = app, database, chromium, address
        self.people = people_of(database)
        self.names = {}
        self.logins = {name: f"nguoi.{secrets.token_hex(4)}" for name in (*self.people, *ROLE_OF)}
        self._windows, self._clients = {}, {}

    def actor_of(self, kind, role):
        """One actor of a kind, in a role."""
        of_kind = {actor.kind: actor for actor in self.people.values()}
        actor = of_kind[kind]
        return type(actor)(
            actor.organisation_id, kind, role, actor.name, actor.province_code, actor.person_id
        )

    def client(self, name):
        """The person's session, for what is made ready without the browser."""
        if name in self._clients:
            return self._clients[name]
        made = Browser(base_url=self.address, timeout=60)
        of_authority = name in ROLE_OF and name != "approver"
        place = "authority" if of_authority else "officer" if name == "approver" else name
        actor = self.people[place]
        password = people.add_person(
            self.database, self.people["authority"], login=self.logins[name],
            full_name="Nguyễn Thị Thử", role=ROLE_OF.get(name, actor.role),
            organisation_id=actor.organisation_id, kind=actor.kind,
        )  # fmt: skip
        assert made.sign_in(self.logins[name], password).status_code == 200
        self._clients[name] = made
        return made

    def window(self, name):
        """The person's page in the browser."""
        if name not in self._windows:
            context = self.chromium.new_context(
                viewport={"width": WIDE, "height": 900}, base_url=self.address, locale="vi-VN"
            )
            if name != "nobody":
                cookies = self.client(name).cookies.jar
                context.add_cookies(
                    [{"name": one.name, "value": one.value, "url": self.address} for one in cookies]
                )
            self._windows[name] = context.new_page()
        return self._windows[name]

    def open(self, name, path):
        """Open a page on a wide screen."""
        page = self.window(name)
        page.set_viewport_size({"width": WIDE, "height": 900})
        answer = page.goto(path.format(**self.names), wait_until="load")
        assert answer.status == (404 if "khong-co" in path else 200), path
        return page

    def close(self):
        for page in self._windows.values():
            page.context.close()
        for client in self._clients.values():
            client.close()


def serve(stack, place, chromium, folder):
    """A served country without people's work; ``place`` is the cluster and the template."""
    database = stack.enter_context(databases.clone(*place))
    app = create_app(read_settings({"PHUSONG_VAR": str(folder)}, folder), database)
    app.state.jobs.patience_seconds = 120  # however busy the machine is
    app.state.jobs.here = True  # and no worker has to be started
    stack.callback(app.state.jobs.end)
    address = stack.enter_context(served(app))
    made = World(app, database, chromium, address)
    stack.callback(made.close)
    return made


def live_in(world, folder):
    """Let the country be in the middle of its work, with files that wait for an answer."""
    lived = live(world.database, world.logins["reviewer"])
    world.names = {
        "package": lived.package, "draft": lived.draft, "award": lived.award, "lot": lived.lot,
        "round": lived.round, "dispute": lived.dispute, "change": lived.change,
        "in_hand": lived.in_hand, "awarded": zone_id(3), "judged": zone_id(2),
        **_send_files(world, folder), **_name_people(world),
    }  # fmt: skip


def _send_files(world, folder):
    """Send every kind of file; what is asked before it counts waits. Return where."""
    officer = world.client("officer")

    def survey(prefix, bad):
        content = a_csv(world.database, world.people["officer"], villages=3, bad=bad, prefix=prefix)
        return _sent(officer, "/surveys/new", "/surveys/check", f"{prefix}.csv", content)

    submitted = officer.fill(f"{survey('Bản Nộp', 2).url.path}/submit")
    world.client("approver")  # from now on the officer hands in
    handed_in = officer.fill(
        f"{survey('Bản Trình', 1).url.path}/hand-in", note="Kính trình.", due_on="2099-12-31"
    )
    area = a_map(folder, [BOX])
    road = a_map(folder, [shapely.LineString([(105.5, 18.2), (105.7, 18.3)])], layer="giao_thong")
    rows = a_list(a_row(3))
    listed = a_csv(world.database, world.people["officer"], villages=2).decode("utf-8-sig")
    first, *others = listed.splitlines()
    done = "\n".join([f"{first},Tình trạng,Văn bản", *(f"{one},đã có sóng,QĐ 1" for one in others)])
    planner, viettel = world.client("planner"), world.client("viettel")
    waits = {
        "survey_waits": survey("Bản Chờ", 1),
        "areas_wait": _sent(viettel, "/operator-data", "/operator-data/check", "vung_4G.gpkg", area,
                            kind="service_areas"),
        "reports_wait": _sent(viettel, "/on-air", "/on-air/check", "bao-cao.xlsx", rows),
        "layer_waits": _sent(planner, "/layers", "/layers/check", "duong.gpkg", road, kind="road",
                             source="OSM", crs="", layer=""),
        "standings_wait": _sent(planner, "/standings", "/standings/check", "danh sách.csv",
                                done.encode(), province="42"),
    }  # fmt: skip
    numbers = {"submission": submitted, "handed_in": handed_in}
    return {name: answer.url.path.rsplit("/", 1)[1] for name, answer in numbers.items()} | {
        name: answer.url.path for name, answer in waits.items()
    }


def _name_people(world):
    """A person, a link by which they set their password, and the work that ran for the officer."""
    administrator = world.people["authority"]
    [person] = [
        one for one in people.list_people(world.database, administrator)
        if one.login == world.logins["officer"]
    ]  # fmt: skip
    link = password_links.make_link(world.database, administrator, person.login, hours=24)
    jobs = re.findall(r'"/jobs/([0-9a-f-]{36})"', world.client("officer").get("/jobs").text)
    return {"person": link.person_id, "token": link.token, "job": jobs[0]}


def _sent(client, form, address, name, content, **fields):
    client.get(form)
    answer = client.fill(address, files={"file": (name, content)}, **fields)
    assert answer.status_code == 200, answer.text
    return answer
