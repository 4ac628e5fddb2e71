"""The web door, read from top to bottom: settings, database, routers, what surrounds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import (
    approvals,
    awards,
    consultations,
    deliveries,
    disputes,
    error_answers,
    health,
    jobs,
    layers,
    lot_sites,
    lots,
    map_papers,
    notices,
    package_checks,
    package_letters,
    package_versions,
    packages,
    people,
    places,
    priorities,
    progress,
    reference,
    registers,
    reviews,
    rule_changes,
    service_areas,
    signing_keys,
    standings,
    static_files,
    survey_fates,
    survey_impacts,
    surveys,
    tiles,
    verdicts,
    zone_life,
    zone_names,
    zones,
)
from api.documentation import DESCRIPTION, describe
from api.door import open_door
from api.headers import SecurityHeaders, headers_of
from api.job_desk import JobDesk
from api.known_hosts import KnownHosts
from api.limits import BodyLimit
from api.own_pages import OwnPagesOnly
from api.pages import (
    account,
    api_tokens,
    dispute_forms,
    docs,
    home,
    on_air,
    operator_checks,
    operator_data,
    own_verdicts,
    password_links,
    person_forms,
    promises,
    review,
    review_bulk,
    review_cases,
    rule_forms,
    rule_settings,
    rules,
    sign_in,
    survey_checks,
    survey_corrections,
    survey_maps,
    survey_papers,
    survey_uploads,
    zone_maps,
)
from api.pages import approvals as approval_pages
from api.pages import awards as award_pages
from api.pages import consultations as consultation_pages
from api.pages import deliveries as delivery_pages
from api.pages import disputes as dispute_pages
from api.pages import jobs as job_pages
from api.pages import layers as layer_pages
from api.pages import lot_changes as lot_change_pages
from api.pages import lot_sites as lot_site_pages
from api.pages import lots as lot_pages
from api.pages import map as map_page
from api.pages import map_papers as map_paper_pages
from api.pages import notices as notice_pages
from api.pages import package_checks as package_check_pages
from api.pages import package_letters as package_letter_pages
from api.pages import package_versions as package_version_pages
from api.pages import packages as package_pages
from api.pages import people as people_pages
from api.pages import priorities as priority_pages
from api.pages import progress as progress_pages
from api.pages import rule_changes as rule_change_pages
from api.pages import standings as standing_pages
from api.pages import surveys as survey_pages
from api.pages import zone_life as zone_life_pages
from api.pages import zone_names as zone_name_pages
from api.pages import zones as zone_pages
from api.pages.rendering import environment
from api.pending import PendingUploads
from coverage.settings import Settings
from coverage.storage.sessions import Database

UPLOAD_PATHS = (
    "/api/v1/surveys",
    "/api/v1/approvals",
    "/surveys",
    "/consultations",
    "/api/v1/disputes",
    "/verdicts/dispute",
    "/api/v1/registers",
    "/api/v1/standings",
    "/api/v1/service-areas",
    "/operator-data",
    "/standings",
    "/api/v1/layers",
    "/layers",
    "/api/v1/awards",
    "/awards",
    "/api/v1/on-air",
    "/on-air",
    "/verify",
    "/api/v1/packages/verify",
)


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """Make the application; without ``database`` it opens its own while it runs."""
    app = FastAPI(
        title="Phủ Sóng", version="1", description=DESCRIPTION, lifespan=_at_work,
        openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False,  # error_answers leads on, and never to what stands in Host
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    files = static_files.read_files()
    app.state.headers = headers_of(secure=settings.web.secure_cookies)
    app.state.pages = environment(lambda name: files[name].address)
    furnish(app, settings, database)

    app.router.routes += tiles.routes()
    api = APIRouter(prefix="/api/v1")
    for noun in (
        health, reference, survey_fates, survey_impacts, surveys, approvals, zones, package_checks, packages, package_versions,
        package_letters, notices, people, places, consultations,
        reviews, zone_life, verdicts, disputes, rule_changes, registers, service_areas,
        standings, layers, lot_sites, lots, map_papers, zone_names, priorities,
        awards, deliveries, jobs, tiles, progress,
    ):  # fmt: skip
        api.include_router(noun.router)
    app.include_router(api)
    app.include_router(health.router, include_in_schema=False)  # where a probe looks first
    app.include_router(signing_keys.router)
    app.include_router(static_files.router(files))
    for page in (
        sign_in, password_links, home, account, people_pages, person_forms, api_tokens, rules, docs, survey_uploads, survey_checks, survey_corrections,
        survey_maps, survey_papers, survey_pages, approval_pages, zone_pages, zone_life_pages, zone_maps, review,
        review_bulk, review_cases, package_check_pages, package_pages, package_version_pages,
        package_letter_pages, notice_pages, map_page, map_paper_pages,
        consultation_pages, promises,
        dispute_forms, own_verdicts, dispute_pages,
        rule_settings, rule_forms, rule_change_pages,
        operator_data, operator_checks, standing_pages, layer_pages, lot_site_pages, lot_change_pages, lot_pages, zone_name_pages,
        priority_pages, progress_pages, award_pages, delivery_pages, on_air,
        job_pages,
    ):  # fmt: skip
        app.include_router(page.router, include_in_schema=False)

    error_answers.install(app)
    app.add_middleware(BodyLimit, upload_bytes=settings.intake.max_bytes, upload_paths=UPLOAD_PATHS)
    app.add_middleware(KnownHosts, web=settings.web)
    app.add_middleware(OwnPagesOnly, public_address=settings.web.public_address)
    app.add_middleware(SecurityHeaders, headers=app.state.headers)
    app.add_middleware(tiles.TilesFirst, headers=app.state.headers)
    if settings.web.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[*settings.web.trusted_proxies])
    return app


def furnish(app: FastAPI, settings: Settings, database: Database | None) -> None:
    """Give the application what it works with, in place of all that it had.

    What is built into it (``settings.web``, ``settings.intake.max_bytes``) stays as it was.
    """
    app.state = State({"headers": app.state.headers, "pages": app.state.pages})
    app.state.settings = settings
    app.state.database = database
    app.state.pending = PendingUploads(settings.folders.var / "uploads")
    app.state.operator_pending = PendingUploads(settings.folders.var / "operator-uploads")
    app.state.jobs = JobDesk(settings)


@asynccontextmanager
async def _at_work(app: FastAPI) -> AsyncIterator[None]:
    if app.state.database is not None:
        async with tiles.tiles_of(app.state).kept():
            yield
        app.state.jobs.end()
        return
    door = open_door(app.state.settings)
    app.state.database = await run_in_threadpool(door.__enter__)
    try:
        async with tiles.tiles_of(app.state).kept():
            yield
    finally:
        app.state.jobs.end()
        await run_in_threadpool(door.__exit__, None, None, None)
        app.state.database = None
