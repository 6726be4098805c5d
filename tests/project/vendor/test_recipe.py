"""The recipe of docs/client.md for a machine without speclock: it agrees with ``verify``."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generator.base.portable import sha256_of
from generator.project.services.copies.verify import verify
from tests.support.command import Outcome, python
from tests.support.project import Farm

Mangling = Callable[[Random, Path], object]
"""Changes a folder with the package ``fruit`` and its tests in ``tests/fruit``."""

MANIFEST = Path("fruit", "speclock.json")
CACHES = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")
NAMES = ("mine.py", ".hidden", "a b.txt", "models.pyc", "x.pyo", ".pyc", "speclock.json", "é.py")


def files(farm: Path) -> list[Path]:
    """Return the files of the copy, without the manifest; no links."""
    found = [path for name in ("fruit", "tests") for path in sorted((farm / name).rglob("*"))]
    manifest = farm / MANIFEST
    return [one for one in found if one.is_file() and not one.is_symlink() and one != manifest]


def folders(farm: Path) -> list[Path]:
    """Return the folders that files of the copy are in."""
    return sorted({path.parent for path in files(farm)})


def on_file(change: Callable[[Random, Path], object]) -> Mangling:
    """Change a random file."""
    return lambda rng, farm: change(rng, rng.choice(files(farm)))


def on_folder(change: Callable[[Random, Path], object]) -> Mangling:
    """Change a random folder."""
    return lambda rng, farm: change(rng, rng.choice(folders(farm)))


def rewrite(change: Callable[[bytes], bytes]) -> Mangling:
    """Change the bytes of a random file."""
    return on_file(lambda _, path: path.write_bytes(change(path.read_bytes())))


def rewrite_all(_: Random, farm: Path) -> None:
    for path in files(farm):
        path.write_bytes(with_crlf(path.read_bytes()))


def change_a_byte(rng: Random, path: Path) -> None:
    data = bytearray(path.read_bytes() or b"x")
    data[rng.randrange(len(data))] ^= 1
    path.write_bytes(data)


def delete_a_folder(rng: Random, farm: Path) -> None:
    shutil.rmtree(rng.choice([one for one in folders(farm) if one != farm / "fruit"]))


def add(rng: Random, folder: Path) -> None:
    inside = folder / rng.choice([".", ".", "new", ".new", "new.pyc"])
    inside.mkdir(exist_ok=True)
    (inside / rng.choice(NAMES)).write_bytes(rng.choice([b"", b"x = 1\n"]))


def rename(rng: Random, path: Path) -> None:
    name = path.name
    path.rename(path.with_name(rng.choice([name.upper(), name.lower(), name.title(), f"x{name}"])))


def folder_as_file(_: Random, path: Path) -> None:
    path.unlink()
    path.mkdir()


def rename_a_folder(rng: Random, farm: Path) -> None:
    folder = farm / "fruit" / "resources"
    if folder.is_dir():
        folder.rename(folder.with_name(rng.choice(["Resources", "other"])))


def swap(rng: Random, farm: Path) -> None:
    one, other = rng.sample(files(farm), 2)
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)


def chmod(rng: Random, farm: Path) -> None:
    for path in rng.sample(files(farm), 5):
        path.chmod(rng.choice([0o400, 0o444, 0o600, 0o755, 0o777]))


def file_as_link(rng: Random, farm: Path) -> None:
    path = rng.choice(files(farm))
    outside = farm / "outside.py"
    path.rename(outside)
    path.symlink_to(rng.choice([outside, outside.with_name("nothing")]))


def folder_as_link(rng: Random, farm: Path) -> None:
    places = ("fruit/resources", "fruit", "tests/fruit", "tests")
    folder = farm / rng.choice(places)
    if folder.is_dir() and not folder.is_symlink():
        folder.rename(farm / "outside")
        folder.symlink_to(farm / "outside")


def add_a_link(rng: Random, farm: Path) -> None:
    name = rng.choice(["link", "link.pyc", "link.py", *CACHES])
    path = rng.choice(folders(farm)) / name
    if not path.exists():
        path.symlink_to(rng.choice([farm, Path("models.py"), Path("nothing")]))


def add_a_cache(rng: Random, inside: Path) -> None:
    folder = inside / rng.choice(CACHES)
    (folder / "below").mkdir(parents=True, exist_ok=True)
    (folder / "below" / "x.json").touch()
    (folder / "models.cpython-313.pyc").touch()


def add_a_file_named_as_a_cache(rng: Random, folder: Path) -> None:
    path = folder / rng.choice(CACHES)
    if not path.exists():
        path.touch()


def record(change: Callable[[Random, dict[str, Any]], object]) -> Mangling:
    """Change the manifest."""

    def mangle(rng: Random, farm: Path) -> None:
        path = farm / MANIFEST
        data = json.loads(path.read_bytes())
        change(rng, data)
        path.write_text(json.dumps(data), encoding="utf-8")

    return mangle


def change_a_hash(rng: Random, data: dict[str, Any]) -> None:
    part = data[rng.choice(["files", "tests"])]
    part[rng.choice(sorted(part))] = "0" * 64


def forget_a_file(rng: Random, data: dict[str, Any]) -> None:
    part = data[rng.choice(["files", "tests"])]
    del part[rng.choice(sorted(part))]


def record_another(rng: Random, data: dict[str, Any]) -> None:
    part = rng.choice(["files", "tests"])
    known = data[part].get("__init__.py", "0" * 64)
    data[part][rng.choice(["../fruit/__init__.py", "/etc/passwd", "new.py"])] = known


def with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def rewrite_the_record(change: Callable[[bytes], bytes]) -> Mangling:
    """Change the bytes of the manifest."""
    return lambda _, farm: (farm / MANIFEST).write_bytes(change((farm / MANIFEST).read_bytes()))


MANGLINGS: tuple[Mangling, ...] = (
    delete_a_folder, rename_a_folder, swap, chmod, file_as_link, folder_as_link, add_a_link,
    rewrite_all,
    on_file(change_a_byte),
    on_file(rename),
    on_file(lambda _, path: path.unlink()),
    on_file(folder_as_file),
    on_file(lambda _, path: shutil.copy(path, path.with_name(f"copy of {path.name}"))),
    on_file(lambda _, path: path.rename(path.with_name("moved.py"))),
    on_folder(add),
    on_folder(add_a_cache),
    on_folder(add_a_file_named_as_a_cache),
    on_folder(lambda _, folder: os.mkfifo(folder / "pipe.py")),
    on_folder(lambda _, folder: (folder / "empty" / "below").mkdir(parents=True, exist_ok=True)),
    on_folder(lambda _, folder: Path(os.fsdecode(os.fsencode(folder) + b"/\xff.py")).touch()),
    rewrite(lambda data: data + b"\n"),
    rewrite(lambda data: data.rstrip(b"\n")),
    rewrite(lambda _: b""),
    rewrite(lambda data: b"\xef\xbb\xbf" + data),
    rewrite(lambda data: data.replace(b"\n", b"\r")),
    rewrite(lambda data: data.replace(b"\n", b"\r\n", 3)),
    rewrite(lambda data: data.replace(b"\n", b"\r\r\n", 1)),
    rewrite(lambda data: data.replace(b"    ", b"\t")),
    rewrite(bytes.upper),
    record(change_a_hash),
    record(forget_a_file),
    record(record_another),
    record(lambda _, data: data),
    rewrite_the_record(lambda data: b"\xef\xbb\xbf" + data),
    rewrite_the_record(with_crlf),
    rewrite_the_record(lambda data: data[:-20]),
)  # fmt: skip


pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[3] / "docs" / "client.md"


def recipe() -> str:
    """Return the last Python of the page."""
    *_, found = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


CODE = compile(recipe(), "verify.py", "exec")


@pytest.fixture
def folder(farm: Farm) -> Iterator[Path]:
    """The folder with the copy, to spoil; the current one."""
    with chdir(farm.root):
        yield farm.root


def run_recipe(folder: Path, package: str) -> Outcome:
    """Run it with an interpreter that finds nothing but the standard library."""
    (folder / "verify.py").write_text(recipe(), encoding="utf-8")
    return python(folder, "-I", "-S", "-W", "error", "verify.py", package, code=None)


def found_by_recipe(package: str) -> set[Path] | None:
    """The files that the recipe prints; None if it fails."""
    before = sys.argv
    sys.argv = ["verify.py", package]
    try:
        exec(CODE, {"__name__": "__main__"})  # noqa: S102 - a page of this repository
    except SystemExit as end:
        return set(map(Path, str(end.code or "").splitlines()))
    except (OSError, ValueError, LookupError):
        return None
    finally:
        sys.argv = before
    raise AssertionError("the recipe has no exit code")


def found_by_verify(package: str) -> set[Path] | None:
    """The files that ``verify`` names; None if it refuses the copy."""
    found = verify(package)
    if found.state == "unknown":
        return None
    assert (found.state == "untouched") == (not found.edits)
    return {Path.cwd() / one.path for one in found.edits}


def test_the_recipe_is_short() -> None:
    assert len([line for line in recipe().splitlines() if line]) <= 25


def test_it_needs_only_the_standard_library(folder: Path) -> None:
    """In a process of its own: as it was copied, with one extra file, and without tests."""
    assert run_recipe(folder, "fruit").code == 0
    (folder / "fruit" / "mine.py").touch()
    found = run_recipe(folder, "fruit")
    assert (found.code, found.err) == (1, f"{folder / 'fruit' / 'mine.py'}\n")
    (folder / "fruit" / "mine.py").unlink()
    shutil.rmtree(folder / "tests")
    assert run_recipe(folder, "fruit").code == 1


def test_what_is_fine(farm: Farm, folder: Path) -> None:
    assert found_by_recipe("fruit") == set()
    assert found_by_recipe(str(folder / "fruit")) == set()
    with chdir(folder / "fruit"):
        assert found_by_recipe(".") == set()
    original = farm.maker.package
    assert found_by_recipe(str(original)) == set()
    installed = shutil.copytree(original, folder / "site-packages" / "orchard")
    assert found_by_recipe(str(installed)) == found_by_verify(str(installed)) == set()


@pytest.mark.parametrize(
    ("part", "inside", "name"),
    [("edited", "fruit", "models.py"), ("edited_tests", "tests/fruit", "conftest.py")],
)
def test_an_edit_that_is_recorded(folder: Path, part: str, inside: str, name: str) -> None:
    path = folder / inside / name
    good = path.read_bytes()
    edited = good + b"x = 1\n"
    path.write_bytes(edited)
    assert found_by_recipe("fruit") == {path}
    record(lambda _, data: data.update({part: {name: sha256_of(edited)}}))(Random(0), folder)
    assert found_by_recipe("fruit") == set()
    for other in (good, edited + b"y = 1\n"):
        path.write_bytes(other)
        assert found_by_recipe("fruit") == {path}


SEEDS = [
    *range(len(MANGLINGS)),
    *(pytest.param(n, marks=pytest.mark.nightly) for n in range(len(MANGLINGS), 220)),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_recipe_and_verify_agree(folder: Path, seed: int) -> None:
    """Each way alone at least once, and then up to three at a time."""
    rng = Random(seed)
    first = MANGLINGS[seed % len(MANGLINGS)]
    more = rng.choices(MANGLINGS, k=rng.choice([0, 0, 1, 2])) if seed >= len(MANGLINGS) else []
    for mangle in (first, *more):
        try:
            mangle(rng, folder)
        except (OSError, ValueError, LookupError):  # what it needs is gone
            continue
    ours, theirs = found_by_verify("fruit"), found_by_recipe("fruit")
    if ours is None:
        assert theirs is None or theirs
    else:
        assert theirs == ours
