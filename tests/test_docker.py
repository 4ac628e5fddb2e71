"""docker-compose.yml and Dockerfile, checked as far as files can be: no engine is at hand."""

import re
import shlex

import click
import pytest
import yaml

from api.command_line import phusong


@pytest.fixture(scope="module")
def compose(project):
    return yaml.safe_load((project / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def dockerfile(project):
    text = (project / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(None, 1) for line in text.splitlines() if line and line[0] not in " #"]
    return [(word, rest) for word, rest in lines]


def test_services_are_the_four_that_the_readme_names(compose):
    assert set(compose["services"]) == {"database", "migration", "app", "worker"}


def test_every_key_is_one_that_compose_knows(compose):
    known = {"image", "build", "environment", "command", "ports", "depends_on", "volumes", "healthcheck"}  # fmt: skip
    for name, service in compose["services"].items():
        assert set(service) <= known, name
        assert "image" in service or "build" in service
    conditions = {
        wait["condition"]
        for service in compose["services"].values()
        for wait in service.get("depends_on", {}).values()
    }
    assert conditions <= {"service_started", "service_healthy", "service_completed_successfully"}


def test_every_dependency_and_volume_exists(compose):
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]


@pytest.mark.parametrize("service", ["migration", "app", "worker"])
def test_every_command_exists(compose, service):
    program, *words = compose["services"][service]["command"]
    assert program == "phusong"
    command = phusong
    for word in words:
        if word.startswith("--"):
            assert word in {
                each for option in command.params for each in (*option.opts, *option.secondary_opts)
            }
            continue
        command = command.get_command(click.Context(command), word)
        assert command is not None, word


def test_no_password_has_a_default(compose, project):
    text = (project / "docker-compose.yml").read_text(encoding="utf-8")
    for use in re.findall(r"\$\{(\w*PASSWORD)([^}]*)\}", text):
        assert use[1].startswith(":?"), use[0]
    assert "POSTGRES_PASSWORD" in compose["services"]["database"]["environment"]


def test_only_loopback_is_published(compose):
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_every_path_that_is_copied_exists(dockerfile, project):
    copied = [shlex.split(rest)[:-1] for word, rest in dockerfile if word == "COPY"]
    assert copied
    ignored = (project / ".dockerignore").read_text().split()
    for path in (path for paths in copied for path in paths):
        assert (project / path).exists(), path
        assert path not in ignored


def test_image_installs_the_lock_with_hashes_and_runs_as_nobody_special(dockerfile):
    runs = [rest for word, rest in dockerfile if word == "RUN"]
    installs = [run for run in runs if "pip install" in run]
    assert any("--require-hashes" in run and "requirements/app.txt" in run for run in installs)
    assert all("--no-deps" in run for run in installs if "--require-hashes" not in run)
    assert ("USER", "phusong") in dockerfile


def test_versions_are_those_of_the_set_up(compose, dockerfile, project):
    setup = (project / "script" / "setup").read_text(encoding="utf-8")
    server = re.search(r"postgresql-(\d+)-postgis-(\d+)", setup)
    image = re.fullmatch(
        r"postgis/postgis:(\d+)-(\d+)\.\d+", compose["services"]["database"]["image"]
    )
    assert (image[1], image[2]) == (server[1], server[2])
    lock = re.search(r"--python-version (\d\.\d+)", (project / "script" / "lock").read_text())
    assert dict(dockerfile)["FROM"].startswith(f"python:{lock[1]}-")
