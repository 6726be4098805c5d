"""A write that is killed, that meets another one, or that has no room left."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.codegen.output.fileset import FileSet
from tests.support.command import speclock

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SPEC = """\
openapi: 3.0.3
info: {title: Orchard, version: "1.0"}
servers: [{url: https://orchard.example}]
paths:
  /trees:
    get:
      operationId: trees/list
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {type: object, properties: {kind: {type: string}}}
"""
NEWER = SPEC.replace('"1.0"', '"2.0"').replace("trees/list", "shrubs/list").replace("kind", "sort")
NEWER = NEWER.replace("title: Orchard", "title: Grove").replace(
    "      responses:",
    "      parameters: [{name: page, in: query, schema: {type: integer}}]\n      responses:",
)
"""Changes files, adds ``resources/shrubs.py`` and takes ``resources/trees.py`` away."""
CONFIG = '[tool.speclock.clients.orchard]\nspec = "orchard.yaml"\n'

# Ends the process by SIGKILL before the N-th time that the file system is asked to change something
# below a folder; at the end it prints how often that was.
KILLER = """\
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
count = 0

def hook(event, arguments):
    global count
    reads = event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if event not in EVENTS or reads or sys.argv[3] not in "".join(map(str, arguments)):
        return
    count += 1
    if count == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
"""
# Writes the files of one folder over another's as `speclock generate` does.
WRITER = (
    KILLER
    + """\
from generator.codegen.output.fileset import FileSet, write
source, output = Path(sys.argv[2]), Path(sys.argv[3])
files = {p.relative_to(source).as_posix(): p.read_bytes() for p in source.rglob("*") if p.is_file()}
packages = sorted({n.split("/")[0] for n in files} - {"tests"})
write(output, [
    FileSet(one, {n: d for n, d in files.items() if one in n.split("/")[:2]}) for one in packages
])
print(count)
"""
)
UPGRADER = (
    KILLER
    + """\
from generator.cli import main
code = main(["upgrade", sys.argv[3] + "/lib/fruit", "--from", sys.argv[2], "--yes", "-q"])
print(count)
sys.exit(code)
"""
)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


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
    for name, text in (("old", SPEC), ("new", NEWER)):
        (root / "orchard.yaml").write_text(text, encoding="utf-8", newline="\n")
        assert speclock(root, "generate", "--output", name).code == 0
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A project whose client is the old one, of a description that has moved on."""
    (tmp_path / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    shutil.copytree(made / "old", tmp_path / "generated")
    return tmp_path


def run(program: str, source: Path, output: Path, moment: int) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, killed at a moment; 0 for never."""
    command = [sys.executable, "-c", program, str(ROOT), str(source), str(output), str(moment)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def moments(program: str, source: Path, output: Path) -> int:
    """Return how many moments a run has, which it does to its end."""
    found = run(program, source, output, 0)
    assert found.returncode == 0, found.stderr
    return int(found.stdout)


def some(count: int, wanted: int) -> list[int]:
    """Return the first moment, the last one, and some between."""
    return sorted({1, count, *random.Random(6).sample(range(2, count), wanted - 2)})


def test_killed_at_every_moment(made: Path, project: Path, tmp_path: Path) -> None:
    """No file is half written, and the next run does the rest, with nothing in its way."""
    output, old, new = project / "generated", tree(made / "old"), tree(made / "new")
    shutil.copytree(made / "old", tmp_path / "whole")
    count = moments(WRITER, made / "new", tmp_path / "whole")
    assert tree(tmp_path / "whole") == new
    assert count > 30
    client, known = FileSet("orchard", new), {"orchard/mine.txt", *(old.keys() - new.keys())}
    kinds = set[str]()
    for moment in range(1, count + 1):
        shutil.rmtree(output)
        shutil.copytree(made / "old", output)
        (output / "orchard" / "mine.txt").write_text("mine", encoding="utf-8")
        assert run(WRITER, made / "new", output, moment).returncode == -signal.SIGKILL, moment
        left = tree(output)
        assert left.pop("orchard/mine.txt") == b"mine"
        assert_whole(left, old, new)
        found = {change.kind for change in client.compare(output) if change.path not in known}
        assert found, f"moment {moment} of {count}"
        kinds |= found
        client.write(output)
        assert tree(output) == new | {"orchard/mine.txt": b"mine"}, f"moment {moment} of {count}"
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


def test_check_reports_a_run_that_was_cut_off(made: Path, project: Path, tmp_path: Path) -> None:
    """It changes nothing; ``generate`` finishes the run, and then both are content."""
    output = project / "generated"
    shutil.copytree(made / "old", tmp_path / "whole")
    count = moments(WRITER, made / "new", tmp_path / "whole")
    temporary = 0
    for moment in some(count, 6):
        shutil.rmtree(output)
        shutil.copytree(made / "old", output)
        assert run(WRITER, made / "new", output, moment).returncode == -signal.SIGKILL
        left = tree(output)
        found = speclock(project, "check")
        assert (found.code, found.out) == (1, "")
        assert "hand-edited" not in found.err
        assert "-m generator generate" in found.err
        for name in filter(is_temporary, left):
            assert f"unfinished: {Path('generated') / name}\n" in found.err
            temporary += 1
        assert tree(output) == left
        assert speclock(project, "generate").code == 0
        assert tree(output) == tree(made / "new")
        assert speclock(project, "check").code == 0
    assert temporary


def test_a_first_run_that_was_cut_off(made: Path, project: Path, tmp_path: Path) -> None:
    """Without a manifest, files with the wanted bytes are in nobody's way."""
    output = project / "generated"
    shutil.rmtree(output)
    count = moments(WRITER, made / "new", tmp_path / "whole")
    for moment in some(count, 8):
        assert run(WRITER, made / "new", output, moment).returncode == -signal.SIGKILL
        assert not (output / "orchard" / "speclock.json").exists()
        FileSet("orchard", tree(made / "new")).write(output)
        assert tree(output) == tree(made / "new")
        shutil.rmtree(output)


def test_the_description_moves_on_after_a_crash(made: Path, project: Path, tmp_path: Path) -> None:
    """Then the files are as neither record says, and are written all the same."""
    output = project / "generated"
    shutil.copytree(made / "old", tmp_path / "whole")
    count = moments(WRITER, made / "new", tmp_path / "whole")
    assert run(WRITER, made / "new", output, count * 2 // 3).returncode == -signal.SIGKILL
    spec = project / "orchard.yaml"
    spec.write_text(NEWER.replace("sort", "species"), encoding="utf-8", newline="\n")
    assert speclock(project, "generate").code == 0
    assert speclock(project, "check", "--full").code == 0


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
    old, newer = tree(first), ("--from", str(made / "new" / "orchard"))
    whole = Path(shutil.copytree(first, tmp_path / "whole"))
    count = moments(UPGRADER, made / "new" / "orchard", whole)
    new = tree(whole)
    states = set[str]()
    for moment in some(count, 12):
        farm = Path(shutil.copytree(first, tmp_path / str(moment)))
        killed = run(UPGRADER, made / "new" / "orchard", farm, moment)
        assert killed.returncode == -signal.SIGKILL
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


def test_two_writers_at_once(made: Path, project: Path) -> None:
    """One after the other, so that the end is the work of one."""
    output = project / "generated"
    for _ in range(5):
        commands = [
            [sys.executable, "-c", WRITER, str(ROOT), str(made / name), str(output), "0"]
            for name in ("old", "new", "old", "new")
        ]
        running = [subprocess.Popen(c, stderr=subprocess.PIPE, text=True) for c in commands]
        for process in running:
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
        assert tree(output) in (tree(made / "old"), tree(made / "new"))


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


@pytest.mark.parametrize("after", [0, 1, 5, 9])
@pytest.mark.parametrize("call", ["open", "replace", "mkdir", "unlink"])
def test_no_space_left(
    call: str, after: int, made: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is named, each is whole, and with room the next run does the rest."""
    output = project / "generated"
    with monkeypatch.context() as patch:
        patch.chdir(project)
        patch.setattr(Path, call, full(getattr(Path, call), Path("generated/orchard"), after))
        found = speclock(project, "generate")
    left = tree(output)
    assert_whole(left, tree(made / "old"), tree(made / "new"))
    if found.code == 0:  # it isn't called so often
        assert left == tree(made / "new")
        return
    assert found.code == 2
    assert "No space left on device" in found.err
    assert left["orchard/speclock.json"] == tree(made / "old")["orchard/speclock.json"]
    assert speclock(project, "check").code == 1
    assert speclock(project, "generate").code == 0
    assert tree(output) == tree(made / "new")


def test_a_file_in_the_way_of_one_client_stops_the_other(project: Path) -> None:
    """It is found before anything is written."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.speclock.clients.apples]\nspec = "orchard.yaml"\n')
    mine = project / "generated" / "apples" / "models.py"
    mine.parent.mkdir()
    mine.write_text("mine = 1\n", encoding="utf-8")
    before = tree(project)
    found = speclock(project, "generate")
    assert (found.code, "was not written by speclock" in found.err) == (2, True)
    assert tree(project) == before
