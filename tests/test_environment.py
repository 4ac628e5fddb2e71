"""Guards: the name `coverage` is ours, and what would break it never enters the environment."""

from importlib import metadata
from pathlib import Path

import pytest

import api
import coverage
import maps


@pytest.mark.parametrize("package", [coverage, api, maps])
def test_our_packages_are_the_ones_in_the_checkout(package, project):
    assert Path(package.__file__).parent == project / package.__name__


@pytest.mark.parametrize("name", ["coverage", "pytest-cov", "numba"])
def test_distributions_that_collide_with_our_name_are_absent(name):
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.distribution(name)


def test_nothing_ignores_our_package(project):
    for line in (project / ".gitignore").read_text().splitlines():
        assert line.strip("/* ") != "coverage"


def test_locks_name_no_address(project):
    for lock in (project / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        if lock.name != "constraints.txt":
            assert "--hash=sha256:" in text, lock.name
