"""A checkout by somebody hostile: no command acts on a plan, a path or a hash that it finds there.

``speclock.json`` may be committed by anybody. Each of these projects tries to make a command read,
move or write a file that isn't in the package's folder or its tests' folder.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.project.output.manifest import Manifest, ManifestError
from tests.support.command import Outcome, speclock
from tests.support.project import FIG, Project, edit_manifest, made_once, manifest, new_farm

pytestmark = pytest.mark.slow

CLIENT, COPY = "maker/generated/orchard", "farm/fruit"
COMMANDS: dict[str, tuple[str, list[str], tuple[str, ...]]] = {
    "verify": ("maker", ["verify", "generated/orchard"], (CLIENT,)),
    "verify a copy": ("farm", ["verify", "fruit"], (COPY,)),
    "check": ("maker", ["check"], (CLIENT,)),
    "check --full": ("maker", ["check", "--full"], (CLIENT,)),
    "generate": ("maker", ["generate"], (CLIENT,)),
    "vendor": ("maker", ["vendor", "../farm/fruit", "--force"], (CLIENT, COPY)),
    "vendor elsewhere": (
        "maker", ["vendor", "../farm/fig", "--tests", "../farm/fig_tests"], (CLIENT,)
    ),
    "upgrade": ("maker", ["upgrade", "../farm/fruit", "--yes", "--force"], (CLIENT, COPY)),
    "upgrade --keep-edits": (
        "maker", ["upgrade", "../farm/fruit", "--yes", "--keep-edits"], (CLIENT, COPY)
    ),
}  # fmt: skip
"""Name to the folder to run it from, the arguments, and the packages whose manifests it reads."""


@pytest.fixture
def root(shared_folder: Path, tmp_path: Path) -> Path:
    """A project with a client, another with a copy of it, and a folder that is nobody's business.

    The description has moved on since, so that every command has something to write.
    """

    def make(root: Path) -> None:
        farm = new_farm(shared_folder, root)
        for project in (farm.maker, farm):
            project.write(".git/hooks/post-commit", "mine\n")
        farm.maker.describe(FIG)
        farm.maker.write("spec/orchard.yaml", farm.maker.read("spec/orchard.yaml") + "# later\n")
        (root / "elsewhere").mkdir()
        (root / "elsewhere" / "precious.py").write_text("mine = 1\n", encoding="utf-8")

    made = made_once(shared_folder, "checkout", make)
    return Path(shutil.copytree(made, tmp_path / "root", symlinks=True))


def contents(root: Path) -> dict[str, bytes | str]:
    """Everything below a folder: each file's bytes, each link's target, the kind of the rest."""
    found: dict[str, bytes | str] = {}
    for base, folders, files in os.walk(root):
        for path in (Path(base) / name for name in (*folders, *files)):
            name = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[name] = f"link to {path.readlink()}"
            elif path.is_file():
                found[name] = path.read_bytes()
            else:
                found[name] = "folder" if path.is_dir() else "special"
    return found


def run(root: Path, command: str) -> Outcome:
    folder, arguments, _ = COMMANDS[command]
    return speclock(root / folder, *arguments, layout=False)


def folder_of_tests(root: Path, package: str) -> Path:
    return root / {CLIENT: "maker/generated/tests/orchard", COPY: "farm/tests/fruit"}[package]


def refusals(root: Path, package: str) -> Iterator[tuple[str, Outcome]]:
    """Run every command that reads a package's manifest; each must change nothing and exit by 2."""
    before = contents(root)
    for command, (_, _, reads) in COMMANDS.items():
        if package in reads:
            found = run(root, command)
            assert contents(root) == before, command
            assert found.code == 2, (command, found)
            yield command, found


NAMES = {
    "parent": "../../../elsewhere/precious.py",
    "long": "x" * 100_000,
    "linked folder": "linked/precious.py",
}
MORE = {
    "absolute": "/etc/hostname",
    "git": ".git/hooks/post-commit",
    "nul": "mod\0els.py",
    "backslash": "..\\..\\..\\elsewhere\\precious.py",
    "drive": "C:/Users/precious.py",
    "parent inside": "resources/../../../../elsewhere/precious.py",
    "dot-folder": "resources/.cache/x.py",
    "dot": "./models.py",
    "long path": "x/" * 50_000 + "y",
    "line end": "models.py\n::error::",
    "drive's folder": "C:precious.py",
    "short name": "GIT~1/config",
    "trailing": "models.py.",
    "empty": "",
    "empty part": "resources//trees.py",
    "linked file": "linked.py",
    "folder": "folder",
    "pipe": "pipe",
    "below a file": "file.txt/x.py",
}


def spoil(root: Path, package: str, part: str, name: str) -> None:
    folder = root / package if part in ("files", "edited") else folder_of_tests(root, package)
    (folder / "linked").symlink_to(root / "elsewhere")
    (folder / "linked.py").symlink_to(root / "elsewhere" / "precious.py")
    (folder / "folder").mkdir()
    (folder / "file.txt").touch()
    os.mkfifo(folder / "pipe")
    edit_manifest(root / package, lambda data: data.setdefault(part, {}).update({name: "0" * 64}))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("part", ["files", "tests"])
@pytest.mark.parametrize("package", [CLIENT, COPY])
def test_a_recorded_name_is_refused(package: str, part: str, name: str, root: Path) -> None:
    spoil(root, package, part, name)
    for command, found in refusals(root, package):
        shown = repr(name)[:20].rstrip("'")
        assert f"speclock.json: {part}[{shown}" in found.err, (command, found.err)
        assert "Restore it from version control" in found.err
        assert len(found.err) < 1_000


def only(part: str, name: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data.update({part: {name: "0" * 64}})


def recorded_tests(folder: object) -> Callable[[dict[str, Any]], object]:
    return lambda data: data["vendored"].update(tests=folder)


@pytest.mark.parametrize(
    ("package", "part"),
    [(CLIENT, "files"), (CLIENT, "tests"), (COPY, "edited"), (COPY, "edited_tests")],
)
def test_reading_a_manifest_refuses_each_name(package: str, part: str, root: Path) -> None:
    folder = root / package
    spoil(root, package, part, "../x")
    for name in MORE.values():
        edit_manifest(folder, only(part, name))
        with pytest.raises(ManifestError) as caught:
            Manifest.read(folder.parent, folder.name)
        assert caught.value.entry.startswith(f"{part}[{repr(name)[:20].rstrip(chr(39))}"), name


@pytest.mark.parametrize(
    "tests",
    [
        "../.git/hooks", ".git/hooks", "../linked", "../linked/deeper", "/etc", "..", "", "../..",
        "C:/x", "..\\tests", "x" * 100_000, "../te\0sts", "../tests/./fruit", "../file/x", 7,
    ],
    ids=lambda value: str(value)[:12].replace("\0", "NUL"),
)  # fmt: skip
def test_a_recorded_folder_of_tests_is_refused(tests: str | int, root: Path) -> None:
    (root / "farm" / "linked").symlink_to(root / "elsewhere")
    (root / "farm" / "file").touch()
    edit_manifest(root / COPY, recorded_tests(tests))
    for command, found in refusals(root, COPY):
        assert "speclock.json: vendored.tests" in found.err, (command, found.err)


def test_a_folder_of_the_users_own_is_no_folder_of_tests(root: Path) -> None:
    """A record alone doesn't make somebody's files those of speclock."""
    mine = root / "farm" / "mine"
    mine.mkdir()
    theirs = root / "elsewhere" / "tests"  # of another project, and by speclock
    shutil.copytree(root / "farm" / "tests" / "fruit", theirs)
    (theirs / "main.py").write_text("mine = 1\n", encoding="utf-8")
    (mine / "main.py").write_text("mine = 1\n", encoding="utf-8")
    edit_manifest(root / COPY, lambda data: data["tests"].update({"main.py": "0" * 64}))
    for tests in ("../mine", "../../elsewhere/tests", "../../elsewhere/new"):
        edit_manifest(root / COPY, recorded_tests(tests))
        before = contents(root)
        for command in ("vendor", "upgrade"):
            found = run(root, command)
            assert (found.code, "--tests DIR" in found.err) == (2, True), (tests, command)
            assert contents(root) == before


def move_and_link(path: Path, to: Path) -> None:
    to.parent.mkdir(exist_ok=True)
    path.rename(to)
    path.symlink_to(to)


@pytest.mark.parametrize("package", [CLIENT, COPY])
@pytest.mark.parametrize("part", ["package", "tests"])
def test_a_linked_folder(part: str, package: str, root: Path) -> None:
    folder = root / package if part == "package" else folder_of_tests(root, package)
    move_and_link(folder, root / "elsewhere" / part)
    for command, found in refusals(root, package):
        assert "is a symbolic link" in found.err, command
        assert folder.name in found.err


@pytest.mark.parametrize("name", ["models.py", "resources"])
def test_what_is_written_is_linked(name: str, root: Path) -> None:
    """Without a manifest that says so: it is the generated files themselves that lie elsewhere."""
    package = root / CLIENT
    move_and_link(package / name, root / "elsewhere" / name)
    (package / "speclock.json").unlink()
    before = contents(root)
    for command in ("check", "generate"):
        found = run(root, command)
        assert (found.code, "is a symbolic link" in found.err) == (2, True), command
        assert contents(root) == before


def test_a_linked_folder_above_the_tests_is_not_written(root: Path) -> None:
    """Nor recorded, so that what ``vendor`` writes can be read again."""
    (root / "farm" / "linked").symlink_to(root / "elsewhere")
    (root / "farm" / ".hidden").mkdir()
    before = contents(root)
    for tests, fact in (("linked/fig", "is a symbolic link"), (".hidden/fig", "begins with a dot")):
        folder = f"../farm/{tests}"
        found = speclock(root / "maker", "vendor", "../farm/fig", "--tests", folder)
        assert (found.code, fact in found.err) == (2, True), found.err
        assert contents(root) == before


def test_a_linked_licence_is_not_copied(root: Path) -> None:
    (root / "maker" / "LICENSE").unlink()
    (root / "maker" / "LICENSE").symlink_to(root / "elsewhere" / "precious.py")
    assert run(root, "vendor elsewhere").code == 0
    assert not (root / "farm" / "fig" / "LICENSE").exists()


@pytest.mark.parametrize("package", [CLIENT, COPY])
@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "huge", "deep"])
def test_a_manifest_that_is_no_file_of_ours(kind: str, package: str, root: Path) -> None:
    path = root / package / "speclock.json"
    if kind == "link":
        move_and_link(path, root / "elsewhere" / "speclock.json")
    else:
        path.unlink()
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "huge":
            with path.open("wb") as file:
                file.truncate(10**10)
        case "deep":
            path.write_text("[" * 200_000, encoding="utf-8")
        case _:
            pass
    before = contents_but(root, path)
    for command, (_, _, reads) in COMMANDS.items():
        if package in reads:
            found = run(root, command)
            assert contents_but(root, path) == before, command
            assert found.code == 2, (command, found)
            assert "speclock.json" in found.err
            assert "internal" not in found.err


def contents_but(root: Path, path: Path) -> dict[str, bytes | str]:
    """As :func:`contents`, without reading a file that is too large for it."""
    size = path.lstat().st_size
    if size < 10**6:
        return contents(root)
    os.truncate(path, 0)
    found = contents(root)
    os.truncate(path, size)
    return found


@pytest.mark.parametrize(
    ("at", "value", "entry"),
    [
        ("files", 7, "files"),
        ("files", {"models.py": 7}, "files"),
        ("tests", None, "tests"),
        ("package", "../../elsewhere", "package"),
        ("spec", [], "spec"),
        ("spec", {"file": "x"}, "spec"),
        ("tool", {"speclock": {}}, "tool"),
        ("operations", [7], "operations"),
        ("left_out", [{"line": []}], "left_out.0"),
        ("selection", [[]], "selection"),
        ("vendored", 7, "vendored"),
        ("vendored", {"from": "x", "import": "a b"}, "vendored.import"),
    ],
)
def test_an_entry_of_a_wrong_shape(at: str, value: object, entry: str, root: Path) -> None:
    data = json.dumps({**manifest(root / CLIENT), at: value})
    with pytest.raises(ManifestError) as caught:
        Manifest.parse(data.encode(), Path("speclock.json"))
    assert caught.value.entry == entry


@pytest.mark.parametrize(
    "name", ["../../../elsewhere/precious.py", "/dev/zero", "x" * 100_000, "\0"]
)
def test_a_recorded_reference_is_not_read(name: str, root: Path) -> None:
    references = {name: "0" * 64}
    edit_manifest(root / CLIENT, lambda data: data["spec"].update(references=references))
    for command, found in refusals(root, CLIENT):
        assert "speclock.json: spec.references[" in found.err, (command, found.err)


def test_an_output_folder_that_stays_in_the_project(root: Path) -> None:
    move_and_link(root / "maker/generated", root / "maker/src/generated")
    maker = Project(root / "maker")
    maker.generate()
    maker.does("check")


@pytest.mark.parametrize("name", ["spec", "generated", ".github"])
def test_init_where_a_folder_leads_out_of_the_project(
    name: str, tmp_path: Path, root: Path
) -> None:
    project = tmp_path / "new"
    project.mkdir()
    (project / name).symlink_to(root / "elsewhere")
    before = contents(root)
    done = speclock(project, "init", root / "maker/spec/orchard.yaml")
    assert (done.code, contents(root)) == (2, before), done.out
    assert f"{name} leads out of the project" in done.err


def test_a_copy_in_the_settings_that_is_out_of_the_project(root: Path) -> None:
    maker = Project(root / "maker")
    maker.does("vendor", "src/copy_of_it")
    maker.configure('vendored = ["src/copy_of_it"]\n')
    maker.generate()
    move_and_link(root / "maker/src", root / "elsewhere/src")
    before = contents(root)
    done = maker.run("upgrade", "--all", "--outside", "--yes")
    assert (done.code, contents(root)) == (2, before), done.out
    assert "src leads out of the project, to ../elsewhere/src." in done.out + done.err
