"""The documentation is true: every command, option, setting and library is in it, and its commands are what CI runs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.docs import reference

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_reference_pages_are_written_from_the_declarations():
    assert read("docs/commands.md") == reference.commands(), "run python -m tests.docs.reference"
    assert read("docs/configuration.md") == reference.configuration(), "run python -m tests.docs.reference"


def test_every_library_has_its_reason():
    project = tomllib.loads(read("pyproject.toml"))
    page = read("docs/dependencies.md").casefold()
    for one in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]:
        name = re.split(r"[\[>=<;~ ]", one)[0].casefold()
        assert name in page or name.startswith("types-") or name == "setuptools", f"{name} has no reason"


def test_what_the_readme_says_is_what_ci_runs():
    readme, ci, make = read("README.md"), read(".ci/run"), read("Makefile")
    for target in ("test", "check"):
        assert f"make {target} " in readme and f"make {target}" in ci and f"\n{target}: " in make
    for target in re.findall(r"^make (\w+)", readme, re.MULTILINE):
        assert f"\n{target}: " in make, target


def test_links_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_lock_files_hold_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = read(name)
        assert "--hash=sha256:" in text
        assert "://" not in text and "--index" not in text and "--find-links" not in text
