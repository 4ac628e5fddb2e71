"""Every page as every role: what opens, what does not, dead links, labels, headings, contrast."""

import dataclasses
import pkgutil
import re
from importlib import import_module
from inspect import getsource
from types import FunctionType
from urllib.parse import urlsplit

import pytest
from jinja2 import Environment, nodes
from sqlalchemy import text

import api.pages
from api.pages.rendering import FOLDER as TEMPLATES
from api.static_files import FOLDER as STATIC
from coverage.people import ROLES_OF, OrganisationKind, Role
from tests.http.files import a_csv
from tests.http.pages import read_page
from tests.http.stored import a_package

ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]
PROVINCE_ONLY = {"/surveys/new", "/surveys/template"}
REVIEWERS = {Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR}
EVERYBODY = [
    "/",
    "/account",
    "/zones",
    "/packages",
    "/map",
    "/map/document",
    "/rules",
    "/docs",
    "/surveys",
]


@pytest.fixture
def database(country_database):
    return country_database


@pytest.fixture
def lived_in(database, authority, province, signed_in):
    """A database in which a province has submitted, and a package is published; another's a draft."""
    officer = province("42")
    visitor = signed_in(officer)
    visitor.get("/surveys/new")
    page = visitor.fill(
        "/surveys/check", files={"file": ("a.csv", a_csv(database, officer, villages=60, bad=2))}
    )
    visitor.fill(f"{page.url.path}/submit")
    with database.at_the_door() as connection:
        vintage = connection.execute(text("SELECT vintage FROM phusong.standing()")).scalar_one()
    a_package(database, authority, vintage=vintage)
    a_package(database, authority, "GT-2026-42-002", published=False, vintage=vintage)


@pytest.fixture
def actors(authority, province, operator, auditor):
    """One organisation of each kind."""
    return {
        OrganisationKind.PROVINCE: province("42"), OrganisationKind.OPERATOR: operator("Viettel"),
        OrganisationKind.AUTHORITY: authority, OrganisationKind.AUDITOR: auditor,
    }  # fmt: skip


@pytest.fixture
def person_of(actors, signed_in):
    """A browser signed in as a person of a kind and role."""
    return lambda kind, role: signed_in(actors[kind], role)


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_every_role_walks_from_link_to_link(lived_in, person_of, kind, role):
    visitor = person_of(kind, role)
    waiting, seen, faults = ["/"], {"/"}, []
    while waiting:
        address = waiting.pop()
        answer = visitor.get(address)
        if answer.status_code != 200:
            faults.append(f"{address}: {answer.status_code}")
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        if answer.headers["content-security-policy"].startswith("sandbox"):
            continue  # a map, which has tests of its own
        page = read_page(str(answer.url), answer.text)
        faults += [f"{address}: {fault}" for fault in page.faults]
        for link in page.links:
            parts = urlsplit(link)
            assert parts.netloc == "phusong.test", link
            following = parts.path + (f"?{parts.query}" if parts.query else "")
            if following not in seen and enough(following, seen):
                seen.add(following)
                waiting.append(following)
    assert faults == []
    assert {urlsplit(address).path for address in seen} >= set(EVERYBODY) - (
        {"/map/document"} | ({"/surveys"} if kind is OrganisationKind.OPERATOR else set())
    )


def enough(address, seen):
    """A few zones stand for all."""
    return not address.startswith("/zones/") or sum(s.startswith("/zones/") for s in seen) < 3


@pytest.mark.parametrize(("kind", "role"), ROLES, ids=str)
def test_what_opens_for_whom(lived_in, person_of, kind, role):
    visitor = person_of(kind, role)
    for path in EVERYBODY:
        assert visitor.get(path).status_code == 200, path
    for path in PROVINCE_ONLY:
        expected = 200 if kind is OrganisationKind.PROVINCE else 403
        assert visitor.get(path).status_code == expected, path
    assert visitor.get("/review").status_code == (200 if role in REVIEWERS else 403)
    inside = kind in {OrganisationKind.AUTHORITY, OrganisationKind.AUDITOR}
    packages = visitor.get("/packages").text
    assert "GT-2026-42-001" in packages
    assert ("GT-2026-42-002" in packages) is inside
    zones = visitor.get("/zones").text
    assert ("Bản Thử" in zones) is (kind is not OrganisationKind.OPERATOR)
    submissions = visitor.get("/surveys").text
    assert ("a.csv" in submissions) is (kind is not OrganisationKind.OPERATOR)


def test_a_newcomers_pages_teach(person_of):
    for kind, role in ((OrganisationKind.PROVINCE, Role.PROVINCE_OFFICER),
                       (OrganisationKind.OPERATOR, Role.OPERATOR),
                       (OrganisationKind.AUDITOR, Role.AUDITOR)):  # fmt: skip
        visitor = person_of(kind, role)
        for path in EVERYBODY[:-1]:
            answer = visitor.get(path)
            assert answer.status_code == 200, (kind, path)
            if path != "/map/document":
                assert read_page(str(answer.url), answer.text).faults == [], (kind, path)


def test_the_reader_of_pages_sees_what_is_wrong():
    page = read_page(
        "http://phusong.test/x",
        '<html><body><h1>a</h1><h3>b</h3><img src="x"><p style="x" id="p"></div><input name="n">'
        '<p id="p" aria-describedby="q"><table><th>c</th></table><a href="/y">d</a>',
    )
    faults = "\n".join(page.faults)
    for fault in ("language", "heading 3 follows", "picture", "style", "closes nothing", "no label",
                  "is there twice", "nothing has the id q", "without scope", "never closed"):  # fmt: skip
        assert fault in faults, fault
    assert page.links == {"http://phusong.test/y"}


def contexts():
    """Every page's context class, with the template it names."""
    found = {}
    for module in pkgutil.iter_modules(api.pages.__path__, "api.pages."):
        for value in vars(import_module(module.name)).values():
            if dataclasses.is_dataclass(value) and hasattr(value, "template"):
                found[value] = value.template
    return found


def asked_of_the_page(template):
    """What a template and the parts it takes in ask of the page's context."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse((TEMPLATES / template).read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "page"
    }
    for part in tree.find_all((nodes.Include, nodes.FromImport)):
        used |= asked_of_the_page(part.template.value)
    return used


def test_a_page_shows_all_of_its_context_and_nothing_else():
    for context, template in contexts().items():
        used = asked_of_the_page(template)
        fields = {field.name for field in dataclasses.fields(context)}
        own = {
            name: getattr(value, "fget", value)
            for name, value in vars(context).items()
            if isinstance(value, property | FunctionType) and not name.startswith("_")
        }
        worked_out = {
            name for told in own.values() for name in re.findall(r"self\.(\w+)", getsource(told))
        }
        for_all = {name for name in vars(context) if not name.startswith("_")}  # class-wide too
        assert used <= fields | for_all, template
        assert fields | set(own) <= used | worked_out, template
    assert len(contexts()) >= 10


def test_every_template_is_some_pages_or_a_part():
    named = set(contexts().values())
    parts = {
        name
        for file in TEMPLATES.glob("*.html")
        for name in re.findall(
            r'{%-? (?:include|from|extends) "([^"]+)"', file.read_text(encoding="utf-8")
        )
    }
    assert {file.name for file in TEMPLATES.glob("*.html")} == named | parts


def colours():
    css = (STATIC / "pages.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css))


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("ink", "paper"), ("ink", "ground"), ("ink", "brand-soft"), ("ink", "focus"),
     ("ink", "good-soft"), ("ink", "care-soft"), ("ink", "bad-soft"),
     ("quiet", "paper"), ("quiet", "ground"), ("link", "paper"), ("link", "ground"),
     ("link-over", "paper"), ("brand", "paper"), ("brand", "brand-soft"), ("paper", "brand"),
     ("good", "good-soft"), ("care", "care-soft"), ("bad", "bad-soft"), ("link", "brand-soft")],
)  # fmt: skip
def test_letters_stand_out_from_their_ground(ink, ground):
    assert contrast(colours()[ink], colours()[ground]) >= 4.5


def contrast(one, other):
    """The contrast ratio of two colours as of WCAG 2.2."""

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
