"""``speclock vendor``: a client in somebody else's project, at any depth and under any name."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.support.cases import generate_case, package_of
from tests.support.command import python, speclock
from tests.support.project import CALL, Project, manifest, tree

pytestmark = pytest.mark.slow

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
def test_a_strangers_way(layout: str, maker: Project, tmp_path: Path) -> None:
    """Vendor, a first call, verify, an edit that is found, upgrade; the tests run there too."""
    files, where, name, path = LAYOUTS[layout]
    farm = tmp_path / "farm"
    for file in files:
        (farm / file).parent.mkdir(parents=True, exist_ok=True)
        (farm / file).touch()
    dest, tests = farm / where, farm / "tests" / "fruit"
    found = maker.does("vendor", dest, "--tests", tests)
    assert f"Import it as {name}.\n" in found.out
    printed = python(farm, "-c", CALL.format(name=name), path=[path]).out
    assert printed == f"{name}.models 3\n"
    python(
        farm, "-m", "pytest", "-q", "-pno:cacheprovider", "-pno:asyncio", "--import-mode=importlib",
        "--rootdir=.", "tests/fruit",
    )  # fmt: skip
    assert manifest(dest)["vendored"]["tests"] == "../" * (where.count("/") + 1) + "tests/fruit"
    assert maker.does("verify", dest).err == ""

    models = dest / "models.py"
    lines = models.read_bytes().split(b"\n")
    models.write_bytes(b"\n".join([*lines[:11], b"# mine", *lines[12:]]))
    found = speclock(farm, "verify", where)
    assert (found.code, found.err) == (1, f"{Path(where)}/models.py: edited\n")
    models.write_bytes(b"\n".join(lines))

    maker.describe(("enum: [APPLE, PEAR, PLUM]", "enum: [APPLE, PEAR, FIG]"))
    assert maker.run("verify", dest).code == 1  # older
    found = maker.does("upgrade", dest, "--yes")
    assert "breaks  removed   Kind.PLUM" in found.out
    assert "added     Kind.FIG" in found.out
    assert "Suggested version bump: major." in found.out
    assert maker.does("verify", dest).err == ""
    program = CALL.replace("Kind.APPLE", "Kind.FIG").format(name=name)
    assert python(farm, "-c", program, path=[path]).out == f"{name}.models 3\n"


def test_the_tests_run_as_they_are_printed(maker: Project, tmp_path: Path) -> None:
    """From another project, and although the package has the name of its project's folder."""
    package, tests = tmp_path / "shop" / "src" / "shop" / "letters", tmp_path / "shop/tests/letters"
    package.parent.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    found = maker.does("vendor", package, "--tests", tests)
    assert "pip install pytest jsonschema-rs\n" in found.out
    (command,) = re.findall("^Its tests: (.+)$", found.out, re.MULTILINE)
    options = ["-q", "-pno:cacheprovider", "-pno:asyncio"]
    python(maker.root, "-m", *shlex.split(command), *options)


def test_tests_are_added_by_the_command_that_is_printed(maker: Project, tmp_path: Path) -> None:
    dest = tmp_path / "lib" / "fruit"
    tests = tmp_path / "tests" / "of fruit"
    maker.does("vendor", dest)
    found = maker.run("vendor", dest, "--tests", tests)
    assert found.code == 2
    command = found.err.partition("then write it: speclock ")[2].partition("; to replace")[0]
    maker.does(*shlex.split(command), "--yes")
    assert (tests / "conftest.py").is_file()
    maker.does("vendor", dest, "--tests", tests)


def test_another_dotted_name_replaces_the_copy_by_force(maker: Project, tmp_path: Path) -> None:
    dest = tmp_path / "lib" / "fruit"
    maker.does("vendor", dest)
    name = manifest(dest)["vendored"]["import"]
    found = maker.run("vendor", dest, "--import", "acme.fruit")
    assert found.code == 2
    assert f"is imported as {name}, not as acme.fruit. To replace it: --force" in found.err
    maker.does("vendor", dest, "--import", "acme.fruit", "--force")


@pytest.mark.parametrize("name", ["json", "email", "types", "httpx", "pydantic"])
def test_a_copy_hides_no_module_that_it_needs(maker: Project, tmp_path: Path, name: str) -> None:
    src = tmp_path / "shop" / "src"
    found = maker.run("vendor", src / name)
    assert found.code == 2
    assert f"{Path('src') / name}_api; or" in found.err
    assert not src.exists()
    maker.does("vendor", src / "acme" / name)
    program = CALL.format(name=f"acme.{name}")
    assert python(tmp_path, "-c", program, path=[src]).out == f"acme.{name}.models 3\n"


def test_the_fixture_of_a_copy(maker: Project, tmp_path: Path) -> None:
    """It is there once ``pytest_plugins`` names the copy's module."""
    farm = tmp_path / "farm"
    farm.mkdir()
    (farm / "pyproject.toml").touch()
    maker.does("vendor", farm / "src/acme/fruit")
    line = 'pytest_plugins = ["acme.fruit.pytest_plugin"]\n'
    (farm / "conftest.py").write_text(line, encoding="utf-8")
    (farm / "test_farm.py").write_text(
        "def test_it(fake_orchard):\n    assert fake_orchard.trees_plant.calls == []\n",
        encoding="utf-8",
    )
    options = ["-q", "-pno:cacheprovider", "-pno:asyncio", "--rootdir=."]
    python(farm, "-m", "pytest", *options, path=["src"])


@pytest.mark.parametrize("topic", ["bodies", "oauth", "pagination", "servers", "resources"])
def test_a_copy_is_byte_identical(topic: str, tmp_path: Path) -> None:
    """But for the record, and the file that leads the tests to their package."""
    generate_case(topic, tmp_path / "one")
    source = tmp_path / "one" / package_of(topic)
    tests = ("--tests", str(tmp_path / "copies" / "tests"))
    found = speclock(tmp_path, "vendor", "copies/acme/other", "--from", str(source), *tests)
    assert found.code == 0, found.err
    made, copy = tree(source), tree(tmp_path / "copies" / "acme" / "other")
    del made["speclock.json"], copy["speclock.json"]
    assert copy == made
    made, copy = tree(tmp_path / "one/tests" / source.name), tree(tmp_path / "copies" / "tests")
    assert json.loads(copy.pop("copy.json")).keys() == {"package", "root"}
    assert copy == made


def test_a_copy_goes_by_its_own_name(maker: Project, tmp_path: Path) -> None:
    """To the server and in the log."""
    maker.does("vendor", tmp_path / "acme" / "fruit")
    program = "from fruit import _call, _settings; print(_settings.USER_AGENT, _call.log.name)"
    assert python(tmp_path, "-c", program, path=["acme"]).out == "fruit/1.0 fruit\n"


def test_no_file_is_read_to_make_a_call(maker: Project, tmp_path: Path) -> None:
    """The fake aside, which has the description's examples."""
    maker.does("vendor", tmp_path / "fruit")
    (tmp_path / "fruit" / "speclock.json").unlink()
    assert python(tmp_path, "-c", CALL.format(name="fruit")).out == "fruit.models 3\n"


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
    with (maker.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.speclock.clients.baskets]\nspec = "spec/orchard.yaml"\n')
        file.write('client = "Baskets"\noperations = ["baskets/list"]\n')
    maker.does("generate")
    found = maker.run("vendor", tmp_path / "lib" / "fruit")
    assert (found.code, "Name one: orchard, baskets" in found.err) == (2, True)
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
    python(
        tmp_path, "-m", "pytest", "-q", "-pno:cacheprovider", "-pno:asyncio",
        "--import-mode=importlib",
        "--rootdir=.", "tests",
    )  # fmt: skip
