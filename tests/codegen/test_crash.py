"""A write that is killed, that meets another one, or that has no room left."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.project.output.fileset import FileSet
from tests.support.command import ROOT, python, speclock
from tests.support.project import ORCHARD, tree

pytestmark = pytest.mark.slow

NEWER = (
    ORCHARD.replace('"1.0"', '"2.0"')
    .replace("title: Orchard", "title: Grove")
    .replace("trees", "shrubs")
    .replace("weight", "mass")
)
"""Changes files, adds ``resources/shrubs.py`` and takes ``resources/trees.py`` away."""
CONFIG = '[tool.speclock.clients.orchard]\nspec = "orchard.yaml"\n'

# Copies a folder and writes over the copy, or upgrades in it, in a child that is killed before
# the N-th time that it asks the file system to change something there. Does so for every moment N,
# or for the first one, the last one and some between, each in a copy of its own; prints them.
KILLER = """\
import os, random, shutil, signal, sys
from pathlib import Path
root, task, source, start, copies, wanted = sys.argv[1:]
sys.path.insert(0, root)
from generator.project.cli import main
from generator.project.output.fileset import FileSet, write
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
count = 0

def write_over(folder):
    files = {p.relative_to(source).as_posix(): p.read_bytes()
             for p in Path(source).rglob("*") if p.is_file()}
    write(folder, [FileSet("orchard", files)])

def upgrade(folder):
    assert main(["upgrade", f"{folder}/lib/fruit", "--from", source, "--yes", "-q"]) == 0

def run(moment):
    folder = Path(copies, str(moment))
    shutil.copytree(start, folder)
    def hook(event, arguments):
        global count
        reads = event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if event not in EVENTS or reads or str(folder) not in "".join(map(str, arguments)):
            return
        count += 1
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if not child:
        sys.addaudithook(hook)
        {"write": write_over, "upgrade": upgrade}[task](folder)
        os.write(pipe, str(count).encode())
        os._exit(0)
    return os.waitpid(child, 0)[1]

end, pipe = os.pipe()
assert run(0) == 0
last = int(os.read(end, 10))
moments = range(1, last + 1)
if int(wanted):
    moments = sorted({1, last, *random.Random(6).sample(moments[1:-1], int(wanted) - 2)})
assert {run(moment) for moment in moments} == {signal.SIGKILL}
print(*moments)
"""
# Writes the files of two folders over a third one, in four children at once, with the locks of a
# platform.
RIVALS = """\
import os, sys, types
from pathlib import Path
root, platform, output, *sources = sys.argv[1:]
sys.path.insert(0, root)
from generator.project.output import lock
from generator.project.output.fileset import FileSet, write
lock.sys = types.SimpleNamespace(platform=platform)
for source in sources * 2:
    files = {p.relative_to(source).as_posix(): p.read_bytes()
             for p in Path(source).rglob("*") if p.is_file()}
    if not os.fork():
        write(Path(output), [FileSet("orchard", files)])
        os._exit(0)
sys.exit(any(os.wait()[1] for _ in sources * 2))
"""


def is_temporary(name: str) -> bool:
    """Tell whether a file is a temporary one."""
    return name.rpartition("/")[2].startswith(".speclock-")


def assert_whole(left: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Each file that is left is wholly the old or the new one, or a temporary one."""
    for name, data in left.items():
        assert is_temporary(name) or data in (old.get(name), new.get(name)), name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two trees, ``old`` and ``new``."""
    root = tmp_path_factory.mktemp("trees")
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    for name, text in (("old", ORCHARD), ("new", NEWER)):
        (root / "orchard.yaml").write_text(text, encoding="utf-8", newline="\n")
        assert speclock(root, "generate", "--output", name, layout=False).code == 0
    return root


def kill(task: str, source: Path, start: Path, copies: Path, wanted: int = 0) -> list[Path]:
    """Return the copies of a folder in which a task was killed, one for each moment."""
    done = python(ROOT, "-c", KILLER, str(ROOT), task, source, start, copies, str(wanted))
    return [copies / moment for moment in done.out.split()]


@pytest.fixture(scope="module")
def killed(made: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The trees that are left when the new one is written over the old one, at every moment."""
    copies = tmp_path_factory.mktemp("killed")
    found = kill("write", made / "new", made / "old", copies)
    assert tree(copies / "0") == tree(made / "new")
    return found


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A project whose client is the old one, of a description that has moved on."""
    (tmp_path / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    shutil.copytree(made / "old", tmp_path / "generated")
    return tmp_path


def test_killed_at_every_moment(made: Path, killed: list[Path], tmp_path: Path) -> None:
    """No file is half written, and the next run does the rest, with nothing in its way."""
    old, new = tree(made / "old"), tree(made / "new")
    assert len(killed) > 30
    client, known = FileSet("orchard", new), {"orchard/mine.txt", *(old.keys() - new.keys())}
    kinds = set[str]()
    for folder in killed:
        assert_whole(tree(folder), old, new)
        output = Path(shutil.copytree(folder, tmp_path / folder.name))
        (output / "orchard" / "mine.txt").write_text("mine", encoding="utf-8")
        found = {change.kind for change in client.compare(output) if change.path not in known}
        assert found, f"moment {folder.name}"
        kinds |= found
        client.write(output)
        assert tree(output) == new | {"orchard/mine.txt": b"mine"}, f"moment {folder.name}"
    assert kinds == {"missing", "changed", "unfinished"}  # and none that is hand-edited


WORKERS = """\
import os, sys, time
sys.path.insert(0, sys.argv[1])
os.cpu_count = lambda: 2
from generator.codegen.render.models import _pool
pool = _pool(2)
busy = [pool.submit(time.sleep, 60) for _ in range(2)]
print(*pool._processes, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_a_killed_parent_leaves_no_worker(tmp_path: Path) -> None:
    script = tmp_path / "workers.py"
    script.write_text(WORKERS, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, script, ROOT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
    for _ in range(200):
        if not any(map(_is_running, workers)):
            return
        time.sleep(0.1)
    pytest.fail(f"{workers} are left")


def _is_running(process: int) -> bool:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] != "Z"


def test_check_reports_a_run_that_was_cut_off(
    made: Path, killed: list[Path], project: Path
) -> None:
    """It changes nothing; ``generate`` finishes the run, and then both are content."""
    output = project / "generated"
    temporary = 0
    for folder in (killed[0], killed[-1], *killed[5:-5:10]):
        shutil.rmtree(output)
        shutil.copytree(folder, output)
        left = tree(output)
        found = speclock(project, "check", layout=False)
        assert (found.code, found.out) == (1, "")
        assert "hand-edited" not in found.err
        assert "-m generator generate" in found.err
        for name in filter(is_temporary, left):
            assert f"unfinished: {Path('generated') / name}\n" in found.err
            temporary += 1
        assert tree(output) == left
        assert speclock(project, "generate", layout=False).code == 0
        assert tree(output) == tree(made / "new")
        assert speclock(project, "check", layout=False).code == 0
    assert temporary


def test_a_first_run_that_was_cut_off(made: Path, tmp_path: Path) -> None:
    """Without a manifest, files with the wanted bytes are in nobody's way."""
    (tmp_path / "empty").mkdir()
    for output in kill("write", made / "new", tmp_path / "empty", tmp_path / "copies", 8):
        assert not (output / "orchard" / "speclock.json").exists()
        FileSet("orchard", tree(made / "new")).write(output)
        assert tree(output) == tree(made / "new")


def test_the_description_moves_on_after_a_crash(killed: list[Path], project: Path) -> None:
    """Then the files are as neither record says, and are written all the same."""
    shutil.rmtree(project / "generated")
    shutil.copytree(killed[len(killed) * 2 // 3], project / "generated")
    spec = project / "orchard.yaml"
    spec.write_text(NEWER.replace("mass", "grams"), encoding="utf-8", newline="\n")
    assert speclock(project, "generate", layout=False).code == 0
    assert speclock(project, "check", "--full", layout=False).code == 0


def test_only_temporary_files_of_ours_are_removed(made: Path, project: Path) -> None:
    """By their whole name, if they are regular files, in the two folders alone."""
    output = project / "generated"
    ours = ".speclock-0123456789abcdef.tmp"
    mine = [
        output / ours, project / ours, output / "orchard" / ".speclock-mine.tmp",
        output / "orchard" / ".git" / ours, output / "orchard" / "__pycache__" / ours,
        output / "tests" / ours,
    ]  # fmt: skip
    for path in (*mine, output / "orchard" / ours, output / "tests" / "orchard" / ours):
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine", encoding="utf-8")
    (output / "orchard" / "linked").symlink_to(output)
    link = output / "orchard" / "resources" / ours
    link.symlink_to(mine[0])
    FileSet("orchard", tree(made / "old")).write(output)
    assert all(path.is_file() for path in mine)
    assert link.is_symlink()
    assert not (output / "orchard" / ours).exists()
    assert not (output / "tests" / "orchard" / ours).exists()


def test_an_upgrade_that_is_killed(made: Path, tmp_path: Path) -> None:
    """Half a copy isn't taken for an edited one: ``upgrade`` finishes it."""
    first = tmp_path / "first"
    first.mkdir()
    (first / "pyproject.toml").touch()
    source = ("--from", str(made / "old" / "orchard"), "--tests", "tests/deep/fruit")
    assert speclock(first, "vendor", "lib/fruit", *source).code == 0
    newer = ("--from", str(made / "new" / "orchard"))
    farms = kill("upgrade", made / "new" / "orchard", first, tmp_path / "copies", 12)
    old, new = tree(first), tree(tmp_path / "copies" / "0")
    states = set[str]()
    for farm in farms:
        left = tree(farm)
        assert_whole(left, old, new)
        alone, beside = (speclock(farm, "verify", "lib/fruit", *more) for more in ((), newer))
        states |= {line.split(": ")[1].split(":")[0] for line in alone.err.splitlines()}
        assert beside.code == 1
        assert ": edited" not in beside.err
        assert tree(farm) == left
        found = speclock(farm, "upgrade", "lib/fruit", *newer, "--yes")
        assert found.code == 0, found.err
        assert tree(farm) == new
    assert states == {"edited", "missing", "extra"}


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_two_writers_at_once(platform: str, made: Path, project: Path) -> None:
    """One after the other, so that the end is the work of one."""
    output, cache = project / "generated", str(project / "cache")
    for _ in range(5):
        words = (ROOT, platform, output, made / "old", made / "new")
        python(ROOT, "-c", RIVALS, *words, XDG_CACHE_HOME=cache)
        assert tree(project / "generated") in (tree(made / "old"), tree(made / "new"))


def full(real: Callable[..., object], folder: Path, after: int) -> Callable[..., object]:
    """A call of the system that finds no room in a folder from the N-th time on."""
    done = 0

    def fails(*args: object, **kwargs: object) -> object:
        nonlocal done
        writes = str(folder) in str(args[0]) and args[1:2] != ("rb",)
        done += writes
        if done > after and writes:
            raise OSError(28, "No space left on device", str(args[0]))
        return real(*args, **kwargs)

    return fails


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("open", 0),
        ("open", 1),
        ("open", 5),
        ("replace", 0),
        ("replace", 5),
        ("mkdir", 0),
        ("unlink", 0),
    ],
)
def test_no_space_left(
    call: str, after: int, made: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is named, each is whole, and with room the next run does the rest."""
    output = project / "generated"
    with monkeypatch.context() as patch:
        patch.chdir(project)
        patch.setattr(Path, call, full(getattr(Path, call), Path("generated/orchard"), after))
        found = speclock(project, "generate", layout=False)
    left = tree(output)
    assert_whole(left, tree(made / "old"), tree(made / "new"))
    assert found.code == 2
    assert "No space left on device" in found.err
    assert left["orchard/speclock.json"] == tree(made / "old")["orchard/speclock.json"]
    assert speclock(project, "check", layout=False).code == 1
    assert speclock(project, "generate", layout=False).code == 0
    assert tree(output) == tree(made / "new")
