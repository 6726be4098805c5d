"""``speclock vendor``: a client in somebody else's project, at any depth and under any name."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.support.command import python, speclock
from tests.support.project import CALL, Project, manifest, tree

pytestmark = pytest.mark.slow

PYTEST = ("-m", "pytest", "-q", "-pno:cacheprovider", "-pno:asyncio")
LAYOUTS = {
    "script": (["main.py"], "fruit", "fruit", ""),
    "src-layout": (
        ["pyproject.toml", "src/farm/__init__.py", "src/farm/clients/__init__.py"],
        "src/farm/clients/fruit",
        "farm.clients.fruit",
        "src",
    ),
    "namespace": (["pyproject.toml", "acme/other/__init__.py"], "acme/fruit", "acme.fruit", ""),
    "namespace-in-src": (["setup.cfg", "src/acme/x.py"], "src/acme/fruit", "acme.fruit", "src"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_copy_in_a_project(layout: str, maker: Project, tmp_path: Path) -> None:
    """A first call, and the tests run there too."""
    files, where, name, path = LAYOUTS[layout]
    farm = Project(tmp_path / "farm")
    for file in files:
        farm.write(file, "")
    dest = farm.root / where
    found = maker.does("vendor", dest, "--tests", farm.root / "tests" / "fruit")
    assert f"Import it as {name}.\n" in found.out
    printed = python(farm.root, "-W", "error", "-c", CALL.format(name=name), path=[path]).out
    assert printed == f"{name}.models 3\n"
    python(farm.root, *PYTEST, "--import-mode=importlib", "--rootdir=.", "tests/fruit")
    assert manifest(dest)["vendored"]["tests"] == "../" * (where.count("/") + 1) + "tests/fruit"
    assert farm.does("verify", where).err == ""


def test_the_tests_run_as_they_are_printed(maker: Project, tmp_path: Path) -> None:
    """From another project, and although the package has the name of its project's folder."""
    package, tests = tmp_path / "shop" / "src" / "shop" / "letters", tmp_path / "shop/tests/letters"
    package.parent.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    found = maker.does("vendor", package, "--tests", tests)
    assert "pip install pytest jsonschema-rs\n" in found.out
    (command,) = re.findall("^Its tests: (.+)$", found.out, re.MULTILINE)
    python(maker.root, "-m", *shlex.split(command), *PYTEST[2:])


def test_tests_are_added_by_the_command_that_is_printed(maker: Project, tmp_path: Path) -> None:
    dest = tmp_path / "lib" / "fruit"
    tests = tmp_path / "tests" / "of fruit"
    maker.does("vendor", dest)
    error = maker.refuses("vendor", dest, "--tests", tests)
    command = error.partition("then write it: speclock ")[2].partition("; to replace")[0]
    maker.does(*shlex.split(command), "--yes")
    assert (tests / "conftest.py").is_file()
    maker.does("vendor", dest, "--tests", tests)


def test_another_dotted_name_replaces_the_copy_by_force(maker: Project, tmp_path: Path) -> None:
    dest = tmp_path / "lib" / "fruit"
    maker.does("vendor", dest)
    name = manifest(dest)["vendored"]["import"]
    assert f"is imported as {name}, not as acme.fruit. To replace it: --force" in maker.refuses(
        "vendor", dest, "--import", "acme.fruit"
    )
    maker.does("vendor", dest, "--import", "acme.fruit", "--force")


def test_a_copy_hides_no_module_that_it_needs(maker: Project, tmp_path: Path) -> None:
    src = tmp_path / "shop" / "src"
    for name in ("json", "email", "types", "httpx", "pydantic"):
        assert f"{Path('src') / name}_api; or" in maker.refuses("vendor", src / name)
        assert not src.exists()
    maker.does("vendor", src / "acme" / "json")
    program = CALL.format(name="acme.json")
    assert python(tmp_path, "-c", program, path=[src]).out == "acme.json.models 3\n"


def test_a_copy_is_byte_identical(maker: Project, tmp_path: Path) -> None:
    """But for the record, the license, and what the tests import."""
    maker.does("vendor", tmp_path / "acme" / "other", "--tests", tmp_path / "tests")
    copy, tests = tree(tmp_path / "acme" / "other"), tree(tmp_path / "tests")
    made = tree(maker.package)
    del made["speclock.json"], copy["speclock.json"], copy["LICENSE"]
    assert copy == made
    imports = (b"from orchard", b"from other"), (b' / "../.."', b' / "../acme"')
    for name, data in tree(maker.tests).items():
        for old, new in imports:
            data = data.replace(old, new)
        assert tests.pop(name) == data
    assert not tests


def test_a_copy_goes_by_its_own_name_and_reads_no_file(maker: Project, tmp_path: Path) -> None:
    """To the server and in the log; the fake aside, which has the description's examples."""
    maker.does("vendor", tmp_path / "acme" / "fruit")
    (tmp_path / "acme" / "fruit" / "speclock.json").unlink()
    program = "import fruit; settings = fruit.Orchard('t')._sender.settings\n"
    program += "print(settings.sent_headers['user-agent'], settings.api.package)\n"
    shown = python(tmp_path, "-c", program + CALL.format(name="fruit"), path=["acme"]).out
    assert shown == "fruit/1.0 fruit\nfruit.models 3\n"


def test_the_record(maker: Project, tmp_path: Path) -> None:
    """What the copy is from, and nothing of the machine."""
    dest = tmp_path / "lib" / "fruit"
    maker.does("vendor", dest)
    ours, theirs = manifest(maker.package), manifest(dest)
    for key in ("spec", "tool", "operations", "selection", "config", "left_out"):
        assert theirs[key] == ours[key]
    assert theirs["package"] == "fruit"
    assert theirs["tests"] == {}
    assert theirs["vendored"]["from"] == "orchard"
    assert theirs["vendored"].keys() == {"from", "import"}
    assert set(theirs["files"]) == {*ours["files"], "LICENSE"}
    assert str(tmp_path) not in (dest / "speclock.json").read_text(encoding="utf-8")


def test_no_licence_is_said(maker: Project, tmp_path: Path) -> None:
    (maker.root / "LICENSE").unlink()
    found = maker.does("vendor", tmp_path / "lib" / "fruit")
    assert "no license file was found" in found.err


def test_from_a_folder_without_a_project(maker: Project, tmp_path: Path) -> None:
    """As from an installed package: neither description nor settings are there."""
    alone = tmp_path / "site-packages"
    shutil.copytree(maker.package, alone / "orchard")
    found = speclock(tmp_path, "vendor", "fruit", "--from", "site-packages/orchard")
    assert found.code == 0, found.err
    assert python(tmp_path, "-c", CALL.format(name="fruit")).out == "fruit.models 3\n"
    found = speclock(tmp_path, "vendor", "x", "--from", "site-packages/orchard", "--tests", "t/x")
    assert found.code == 2
    assert "has no tests beside it" in found.err


def test_a_copy_of_a_copy(maker: Project, tmp_path: Path) -> None:
    """It says what the first one is from, and goes by its own name."""
    maker.does("vendor", tmp_path / "a" / "one", "--tests", tmp_path / "a" / "tests" / "one")
    maker.does("vendor", tmp_path / "b" / "two", "--from", tmp_path / "a" / "one")
    maker.does("vendor", tmp_path / "c" / "two")
    first, second = tree(tmp_path / "b" / "two"), tree(tmp_path / "c" / "two")
    assert json.loads(first["speclock.json"])["vendored"]["from"] == "orchard"
    assert first == second


def test_one_twice_and_two_side_by_side(maker: Project, tmp_path: Path) -> None:
    maker.configure('[tool.speclock.clients.baskets]\nspec = "spec/orchard.yaml"\n')
    maker.configure('client = "Baskets"\noperations = ["baskets/list"]\n')
    maker.does("generate")
    assert "Name one: orchard, baskets" in maker.refuses("vendor", tmp_path / "lib" / "fruit")
    for client, name in (("orchard", "one"), ("orchard", "two"), ("baskets", "three")):
        tests = tmp_path / "tests" / name
        maker.does("vendor", tmp_path / "lib" / name, client, "--tests", tests)
    program = """\
import sys
sys.path.insert(0, "lib")
import one, three, two, one.testing, two.testing, one.models, two.models
assert one.models.Tree is not two.models.Tree
fake = one.testing.Fake()
one.Orchard("token", transport=fake).baskets.list()
two.Orchard("token", transport=two.testing.Fake()).baskets.list()
three.Baskets("token", transport=__import__("three.testing").testing.Fake()).baskets.list()
print(len(fake.baskets_list.calls))
"""
    assert python(tmp_path, "-c", program).out == "1\n"
    python(tmp_path, *PYTEST, "--import-mode=importlib", "--rootdir=.", "tests")
