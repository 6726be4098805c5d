"""A write that is killed, that meets another one, or that has no room left."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.codegen.output import swap
from generator.codegen.output.fileset import recover
from tests.support.command_line import Outcome, speclock

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

# Writes the files of one folder over another's as `speclock generate` does. Ends itself by SIGKILL
# before the N-th time that the file system is asked to change something there, or says how often.
WRITER = """\
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from generator.codegen.output.fileset import FileSet, recover, write
source, output, moment = Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
names = [p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()]
files = {n: (source / n).read_bytes() for n in names}
packages = sorted({n.split("/")[0] for n in names} - {"tests"})
EVENTS = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir")
count = 0

def hook(event, arguments):
    global count
    reads = event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if event not in EVENTS or reads or sys.argv[3] not in "".join(map(str, arguments)):
        return
    count += 1
    if count == moment:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
write(output, [
    FileSet(one, {n: d for n, d in files.items() if one in n.split("/")[:2]}) for one in packages
])
print(count)
"""


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two trees, ``old`` and ``new``."""
    root = tmp_path_factory.mktemp("trees")
    for name, text in (("old", SPEC), ("new", NEWER)):
        (root / "orchard.yaml").write_text(text, encoding="utf-8", newline="\n")
        spec = ("--spec", "orchard.yaml", "--package", "orchard", "--output", name)
        client = ("--client", "Grove") if name == "new" else ()
        assert speclock(root, "generate", *spec, *client).code == 0
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A project whose client is the old one, with files of other people in it."""
    (tmp_path / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "orchard.yaml").write_text(SPEC, encoding="utf-8", newline="\n")
    shutil.copytree(made / "old", tmp_path / "generated")
    return tmp_path


def write(made: Path, output: Path, moment: int = 0) -> subprocess.CompletedProcess[str]:
    """Write the new tree over another in a process of its own, killed at that moment."""
    command = [sys.executable, "-c", WRITER, str(ROOT), str(made / "new"), str(output), str(moment)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def moments(made: Path, folder: Path) -> int:
    """How many moments a write has."""
    shutil.copytree(made / "old", folder)
    found = write(made, folder)
    assert found.returncode == 0, found.stderr
    assert tree(folder) == tree(made / "new")
    return int(found.stdout)


def test_killed_at_fifty_moments(made: Path, project: Path, tmp_path: Path) -> None:
    """After the next command the tree is wholly the old one or wholly the new one."""
    output, old, new = project / "generated", tree(made / "old"), tree(made / "new")
    count = moments(made, tmp_path / "whole")
    assert count > 50
    chosen = {1, count, *random.Random(6).sample(range(2, count), 48)}
    ends: dict[str, int] = {"old": 0, "new": 0, "reported": 0}
    for moment in sorted(chosen):
        shutil.rmtree(output)
        shutil.copytree(made / "old", output)
        (output / "orchard" / "mine.txt").write_text("mine", encoding="utf-8")
        (output / "notes.txt").write_text("mine", encoding="utf-8")
        assert write(made, output, moment).returncode == -signal.SIGKILL, moment
        begun = swap.is_unfinished(output)
        found = speclock(project, "check", "--config", str(project / "pyproject.toml"))
        left = tree(output)
        assert left.pop("orchard/mine.txt") == b"mine"
        assert left.pop("notes.txt") == b"mine"
        assert left in (old, new), f"moment {moment} of {count}: {sorted(left)}"
        assert not (output / swap.STAGE).exists()
        assert ("unfinished" in found.err) == begun
        assert found.code == 1
        ends["old" if left == old else "new"] += 1
        ends["reported"] += begun
    assert min(ends.values()) > 0, ends


def test_two_clients_are_written_as_one(made: Path, tmp_path: Path) -> None:
    """Both are old, or both are new."""
    trees: dict[str, dict[str, bytes]] = {}
    for name in ("old", "new"):
        for package in ("orchard", "apples"):
            for folder in ("", "tests/"):
                shutil.copytree(
                    made / name / f"{folder}orchard", tmp_path / name / f"{folder}{package}"
                )
        trees[name] = tree(tmp_path / name)
    count = moments(tmp_path, tmp_path / "whole")
    for moment in random.Random(6).sample(range(1, count + 1), 12):
        output = Path(shutil.copytree(tmp_path / "old", tmp_path / str(moment)))
        assert write(tmp_path, output, moment).returncode == -signal.SIGKILL
        recover(output)
        assert tree(output) in trees.values(), f"moment {moment} of {count}"


def test_check_reports_an_unfinished_write_once(made: Path, project: Path, tmp_path: Path) -> None:
    """It puts the old files back, fails, and says how to finish; the next one is content."""
    output = project / "generated"
    moment = moments(made, tmp_path / "whole") // 2
    assert write(made, output, moment).returncode == -signal.SIGKILL
    found = speclock(project, "check")
    assert found.code == 1
    assert "unfinished: generated: a write was cut off; the old files are back" in found.err
    assert "To finish it: python -m generator generate" in found.err
    assert speclock(project, "check") == Outcome(
        0, "orchard: up to date (by recorded hashes).\n", ""
    )


def test_generate_finishes_what_was_cut_off(made: Path, project: Path, tmp_path: Path) -> None:
    output = project / "generated"
    (project / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    moment = moments(made, tmp_path / "whole") // 2
    assert write(made, output, moment).returncode == -signal.SIGKILL
    assert speclock(project, "generate").code == 0
    assert sorted(tree(output)) == sorted(tree(made / "new"))
    assert speclock(project, "check", "--full").code == 0


RECOVERER = WRITER.replace("write(output, [", "recover(output) or ([", 1)


def test_the_recovery_may_be_killed_too(made: Path, project: Path, tmp_path: Path) -> None:
    """It goes on where it was: at the end the old files are all there."""
    output, old = project / "generated", tree(made / "old")
    assert write(made, output, moments(made, tmp_path / "whole") // 2).returncode < 0
    half = shutil.copytree(output, tmp_path / "half")

    def recovery(moment: int) -> subprocess.CompletedProcess[str]:
        shutil.rmtree(output)
        shutil.copytree(half, output)
        new = str(made / "new")
        command = [sys.executable, "-c", RECOVERER, str(ROOT), new, str(output), str(moment)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    whole = recovery(0)
    assert whole.returncode == 0, whole.stderr
    assert tree(output) == old
    count = int(whole.stdout)
    for moment in {1, count, *random.Random(6).sample(range(2, count), 12)}:
        assert recovery(moment).returncode == -signal.SIGKILL
        speclock(project, "check")
        assert tree(output) == old, f"moment {moment} of {count}"


def test_what_was_edited_after_the_crash_is_kept(made: Path, project: Path, tmp_path: Path) -> None:
    output = project / "generated"
    moment = moments(made, tmp_path / "whole") // 2
    assert write(made, output, moment).returncode == -signal.SIGKILL
    edited = output / "orchard" / "_options.py"
    edited.write_text("mine = 1\n", encoding="utf-8")
    found = speclock(project, "check")
    assert edited.read_text(encoding="utf-8") == "mine = 1\n"
    assert "hand-edited" in found.err


UPGRADER = """\
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from generator.cli import main
EVENTS = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir")
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
code = main(["upgrade", sys.argv[3] + "/lib/fruit", "--from", sys.argv[2], "--yes", "-q"])
print(count)
sys.exit(code)
"""


def test_an_upgrade_that_is_killed(made: Path, tmp_path: Path) -> None:
    """Of a copy whose tests lie elsewhere: both folders are old, or both are new."""

    def upgrade(farm: Path, moment: int) -> subprocess.CompletedProcess[str]:
        source = str(made / "new" / "orchard")
        command = [sys.executable, "-c", UPGRADER, str(ROOT), source, str(farm), str(moment)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    first = tmp_path / "first"
    first.mkdir()
    (first / "pyproject.toml").touch()
    source = ("--from", str(made / "old" / "orchard"), "--tests", "tests/deep/fruit")
    assert speclock(first, "vendor", "lib/fruit", *source).code == 0
    old = tree(first)
    whole = Path(shutil.copytree(first, tmp_path / "whole"))
    done = upgrade(whole, 0)
    assert done.returncode == 0, done.stderr
    new, count = tree(whole), int(done.stdout)
    ends = set[str]()
    for moment in {1, count, *random.Random(6).sample(range(2, count), 14)}:
        farm = Path(shutil.copytree(first, tmp_path / str(moment)))
        assert upgrade(farm, moment).returncode == -signal.SIGKILL
        begun = swap.is_unfinished(farm)
        found = speclock(farm, "verify", "lib/fruit")
        left = tree(farm)
        assert left in (old, new), f"moment {moment} of {count}"
        assert found.code == int(begun)
        assert ("unfinished: lib/fruit: a write was cut off" in found.err) == begun
        ends |= {"old" if left == old else "new", "reported" if begun else "silent"}
    assert ends == {"old", "new", "reported", "silent"}


def test_two_writers_at_once(made: Path, project: Path) -> None:
    """Each is whole, and one after the other."""
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


def test_a_writer_waits_for_another(
    made: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_PATIENCE", 0.05)
    (project / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    with swap.locked(project / "generated"):
        found = speclock(project, "generate")
    assert found.code == 2
    assert "another speclock is writing in" in found.err
    assert tree(project / "generated") == tree(made / "old")


def full(real: Callable[..., object], folder: Path, after: int) -> Callable[..., object]:
    """A call of the system that finds no room in a folder from the N-th time on."""
    done = 0

    def fails(*args: object, **kwargs: object) -> object:
        nonlocal done
        done += any(str(folder) in str(arg) for arg in args)
        if done > after and any(str(folder) in str(arg) for arg in args):
            raise OSError(28, "No space left on device", str(args[0]))
        return real(*args, **kwargs)

    return fails


@pytest.mark.parametrize("after", [0, 1, 5, 9])
@pytest.mark.parametrize("call", ["write_bytes", "replace", "mkdir"])
def test_no_space_left_for_good(
    call: str, after: int, made: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every such call fails from some moment on, so that putting things back fails as well."""
    output = project / "generated"
    (project / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    with monkeypatch.context() as patch:
        patch.setattr(Path, call, full(getattr(Path, call), output, after))
        found = speclock(project, "generate")
    if found.code == 0:
        assert speclock(project, "check", "--full").code == 0  # it isn't called so often
        return
    assert found.code == 2
    assert "No space left on device" in found.err
    said = "the next speclock command puts the old files back" in found.err
    assert said == swap.is_unfinished(output)
    assert said or tree(output) == tree(made / "old")
    assert speclock(project, "check").code == 1
    assert tree(output) == tree(made / "old")


def test_a_plan_that_leads_outside_is_refused(project: Path) -> None:
    """A checkout may hold anything: what it says about other folders isn't done."""
    stage = project / "generated" / swap.STAGE
    stage.mkdir()
    (stage / "old-0").write_text("planted", encoding="utf-8")
    for name in ("../../planted.txt", "/planted.txt", "orchard/../../planted.txt"):
        (stage / "plan.json").write_text(
            f'{{"steps": [["{name}", true, "00"]], "folders": []}}', encoding="utf-8"
        )
        found = speclock(project, "check")
        assert found.code == 2
        assert "outside" in found.err
        assert not (project / "planted.txt").exists()
        assert not (project.parent / "planted.txt").exists()
    (project / "elsewhere").mkdir()
    (project / "generated" / "link").symlink_to(project / "elsewhere")
    (stage / "plan.json").write_text(
        '{"steps": [["link/planted.txt", true, "00"]], "folders": []}', encoding="utf-8"
    )
    assert speclock(project, "check").code == 2
    assert not (project / "elsewhere" / "planted.txt").exists()


def test_a_file_in_the_way_of_one_client_stops_the_other(project: Path) -> None:
    """A run is one thing: nothing of it is written."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('[tool.speclock.clients.apples]\nspec = "orchard.yaml"\n')
    (project / "orchard.yaml").write_text(NEWER, encoding="utf-8", newline="\n")
    mine = project / "generated" / "apples" / "models.py"
    mine.parent.mkdir()
    mine.write_text("mine = 1\n", encoding="utf-8")
    before = tree(project)
    found = speclock(project, "generate")
    assert (found.code, "was not written by speclock" in found.err) == (2, True)
    assert tree(project) == before
