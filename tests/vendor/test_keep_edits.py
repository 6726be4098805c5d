"""``speclock upgrade --keep-edits``: edits of a copy survive, with real git repositories."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.services.upgrade import upgrade
from tests.support.command_line import Outcome
from tests.support.orchard_project import Maker, make, manifest, python
from tests.support.orchard_project import tree as all_files
from tests.vendor.test_verify import run_recipe

pytestmark = pytest.mark.slow

FIG = ("PLUM]", "PLUM, FIG]")
QUINCE = ("FIG]", "FIG, QUINCE]")
LIMIT = ("maximum: 100", "maximum: 50")
AGE = ("maximum: 500", "maximum: 600")
WEIGHT = ("weight: {type: number}", "weight: {type: string}")
SHRUBS = (
    "operationId: baskets/list\n      tags: [baskets]",
    "operationId: shrubs/list\n      tags: [shrubs]",
)
"""Changes of the description; the last one removes ``resources/baskets.py``."""
ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but git's and caches."""
    return {name: data for name, data in all_files(folder).items() if "/.git/" not in f"/{name}"}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", *arguments],
        cwd=folder, env={**os.environ, **ENVIRONMENT}, check=True, capture_output=True,
    )  # fmt: skip


def commit(folder: Path) -> None:
    """Commit everything in a folder, which becomes a repository."""
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", "--allow-empty")


@dataclass(frozen=True, slots=True)
class Both:
    """The maker's project, and the farm's copy with tests."""

    maker: Maker
    farm: Path

    @property
    def copy(self) -> Path:
        return self.farm / "fruit"

    @property
    def models(self) -> Path:
        return self.copy / "models.py"

    def upgrade(self, *options: str, code: int = 0) -> Outcome:
        """Upgrade the copy; it must end with ``code``."""
        found = self.maker.run("upgrade", self.copy, "--yes", *options)
        assert found.code == code, found.out + found.err
        return found

    def keep(self, *options: str, code: int = 0) -> Outcome:
        return self.upgrade("--keep-edits", *options, code=code)

    def verify(self, code: int = 0) -> Outcome:
        found = self.maker.run("verify", self.copy)
        assert found.code == code, found.out + found.err
        return found

    def refuses(self, *options: str) -> str:
        """Upgrade with the edits, which must be refused; nothing may change. Return the error."""
        before = tree(self.farm)
        error = self.keep(*options, code=2).err
        assert tree(self.farm) == before
        return error

    def line_of(self, text: str, path: Path | None = None) -> int:
        """The number of the only line that contains a text."""
        lines = (path or self.models).read_text(encoding="utf-8").split("\n")
        (number,) = (i for i, line in enumerate(lines, 1) if text in line)
        return number


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that a file contains once."""
    text = path.read_bytes().decode()
    assert text.count(old) == 1, (text.count(old), old)
    path.write_bytes(text.replace(old, new).encode())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("both")
    maker = make(root / "maker")
    maker.does("vendor", root / "farm" / "fruit", "--tests", root / "farm" / "tests" / "fruit")
    return root


@pytest.fixture
def plain(template: Path, tmp_path: Path) -> Both:
    """Both, neither in git."""
    root = Path(shutil.copytree(template, tmp_path / "both"))
    return Both(Maker(root / "maker"), root / "farm")


@pytest.fixture
def both(plain: Both) -> Both:
    """Both, committed as they were generated."""
    commit(plain.maker.root)
    commit(plain.farm)
    return plain


METHOD = "\n    @property\n    def is_old(self) -> bool:\n        return (self.age or 0) > 100\n"
NOTE = "    note: str | None = None\n"
CLASS = "class Baskets:\n"
COMMENT = CLASS + "    # Ours.\n"
ID = "    id: str | None = None\n"
DEFAULT = '    id: str | None = "new"\n'
AGE_LINE = "    age: Annotated[int | None, Field(le=500)] = None\n"
MINE = "    age: Annotated[int | None, Field(le=400)] = None\n"
THEIRS = "    age: Annotated[int | None, Field(le=600)] = None\n"


def edit_all(both: Both) -> None:
    """Add a method, add a comment amid a class, change a default, and edit a test."""
    edit(both.models, NOTE, NOTE + METHOD)
    edit(both.copy / "resources" / "baskets.py", CLASS, COMMENT)
    edit(both.models, ID, DEFAULT)
    edit(both.copy / "_retry.py", "attempts: int = 3", "attempts: int = 9")
    edit(both.farm / "tests" / "fruit" / "conftest.py", "import json\n", "import json  # ours\n")


USE = """\
from fruit.models import Kind, Planted, Tree
print(Tree(kind=Kind.FIG, age=101).is_old, Planted().id)
"""


def test_edits_survive_two_upgrades(both: Both) -> None:
    edit_all(both)
    commit(both.farm)
    both.maker.describe(FIG)
    commit(both.maker.root)
    both.keep()
    assert python(both.farm, "-c", USE) == "True new\n"
    assert manifest(both.copy)["edited"].keys() == {
        "models.py", "resources/baskets.py", "_retry.py",
    }  # fmt: skip
    assert manifest(both.copy)["edited_tests"].keys() == {"conftest.py"}
    original = manifest(both.maker.package)
    assert manifest(both.copy)["files"].items() >= original["files"].items(), "as generated"
    both.verify()
    commit(both.farm)

    both.maker.describe(QUINCE, LIMIT)
    commit(both.maker.root)
    edit(both.models, "is_old", "is_ancient")  # one more edit, of an edit
    both.keep()
    models = both.models.read_text(encoding="utf-8")
    assert "QUINCE" in models and "is_ancient" in models and DEFAULT in models
    baskets = (both.copy / "resources" / "baskets.py").read_text(encoding="utf-8")
    assert COMMENT in baskets and "Field(le=50)" in baskets
    assert "attempts: int = 9" in (both.copy / "_retry.py").read_text(encoding="utf-8")
    both.verify()
    before = tree(both.farm)
    assert "up to date" in both.keep().out
    assert tree(both.farm) == before


def test_what_verify_reports(both: Both) -> None:
    edit(both.models, ID, DEFAULT)
    edited = both.models.read_bytes()
    assert "models.py: edited\n" in both.verify(1).err
    both.keep()
    found = both.verify()
    assert f"{both.models}: edited, as recorded\n" in found.err
    assert f"{both.copy}: edited, as recorded; a copy of orchard" in found.out
    (shown,) = json.loads(both.maker.does("verify", both.copy, "--json").out)
    assert shown["state"] == "recorded"
    assert shown["edits"] == [{"kind": "recorded", "file": both.models.as_posix()}]
    assert run_recipe(both.farm, "fruit").returncode == 0

    both.models.write_bytes(edited + b"# more\n")
    assert "models.py: edited\n" in both.verify(1).err
    assert run_recipe(both.farm, "fruit").stderr == f"{Path('fruit/models.py')}\n"

    edit(both.models, DEFAULT, ID)
    edit(both.models, "# more\n", "")
    assert "models.py: edited: the recorded edit was undone\n" in both.verify(1).err
    assert run_recipe(both.farm, "fruit").returncode == 1
    both.upgrade()
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out

    both.models.write_bytes(edited)
    both.keep()
    both.maker.describe(FIG)
    assert "older: " in both.verify(1).err


def test_only_if_told(both: Both) -> None:
    """Edits, recorded or not, are neither merged nor overwritten without an option."""
    edit(both.models, ID, DEFAULT)
    both.maker.describe(FIG)
    for kind in ("edited", "edited, as recorded"):
        before = tree(both.farm)
        for command in ("upgrade", "vendor"):
            found = both.maker.run(command, both.copy, *(["--yes"] if command == "upgrade" else []))
            assert found.code == 2
            assert f"models.py: {kind}; writing would lose that." in found.err
            assert "speclock upgrade --keep-edits" in found.err
        assert tree(both.farm) == before
        both.keep()
    assert both.maker.run("upgrade", both.copy, "--keep-edits", "--force").code == 2
    assert DEFAULT in both.models.read_text(encoding="utf-8")
    both.upgrade("--force")
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out


def test_a_dry_run_merges_nothing(both: Both) -> None:
    edit(both.models, ID, DEFAULT)
    both.maker.describe(FIG)
    before = tree(both.farm)
    found = both.keep("--dry-run", code=1)
    assert "added    Kind.FIG" in found.out
    assert "Planted.id" not in found.out, "the edit stays"
    assert tree(both.farm) == before


def test_a_conflict_is_reported_then_resolved_and_recorded(both: Both) -> None:
    edit(both.models, NOTE, NOTE + METHOD)
    edit(both.models, "    PLUM = ", "    PRUNE = ")
    edit(both.models, AGE_LINE, MINE)
    both.maker.describe(("PLUM]", "DAMSON]"), AGE)
    error = both.refuses()
    original = both.maker.package / "models.py"
    found = [line for line in error.splitlines() if "models.py:" in line]
    assert [line.partition(": ")[0] for line in found] == [
        f"{both.models}:{both.line_of('PRUNE')}", f"{both.models}:{both.line_of(MINE.strip())}",
    ]  # fmt: skip
    for line, text in zip(found, ("DAMSON", THEIRS.strip()), strict=True):
        assert f"too: to line {both.line_of(text, original)} of " in line
    assert "2 conflicts; nothing was written." in error
    both.refuses("--dry-run")

    edit(both.models, '    PRUNE = "PLUM"', '    DAMSON = "DAMSON"')
    assert "1 conflict;" in both.refuses()
    edit(both.models, MINE, THEIRS)
    both.keep()
    assert METHOD in both.models.read_text(encoding="utf-8")
    both.verify()
    edit(both.models, THEIRS, MINE)  # the edit is made again
    both.keep()
    both.verify()


def test_lines_that_were_removed(both: Both) -> None:
    edit(both.models, AGE_LINE, "")
    both.maker.describe(AGE)
    line = both.line_of("    note: ")
    error = both.refuses()
    assert f"models.py:{line}: the new version changes the lines before line {line}, too" in error


def test_lines_that_the_new_version_removes(both: Both) -> None:
    edit(both.models, AGE_LINE, MINE)
    both.maker.describe(("        age: {type: integer, maximum: 500}\n", ""))
    error = both.refuses()
    assert f"models.py:{both.line_of(MINE.strip())}: " in error
    assert "too: it removes them." in error


@pytest.mark.parametrize("resolve", ["remove", "rename"])
def test_an_edited_file_that_the_new_version_does_not_have(resolve: str, both: Both) -> None:
    path = both.copy / "resources" / "baskets.py"
    edit(path, CLASS, COMMENT)
    both.maker.describe(SHRUBS)
    assert f"{path}:1: the file was edited, and the new version doesn't have it." in both.refuses()
    mine = path.with_name("mine.py")
    if resolve == "remove":
        path.unlink()
    else:
        path.rename(mine)
    both.keep()
    assert not path.exists()
    assert mine.exists() == (resolve == "rename")


def test_an_edit_that_breaks_the_new_version(both: Both) -> None:
    """A merge without conflicts whose result isn't Python."""
    edit(both.models, "class Basket(Model):\n", '_OFF = """\nclass Basket(Model):\n')
    edit(both.models, "    weight: Annotated[float | None, EXACT] = None\n", MULTILINE)
    both.maker.describe(("    Basket:\n", "    Basket:\n      description: A basket.\n"))
    error = both.refuses()
    assert f"models.py:{both.line_of('    weight: ')}: " in error
    assert "isn't valid Python" in error


MULTILINE = '    weight: Annotated[float | None, EXACT] = None\n    height: int\n"""\n'


def test_an_edit_that_is_no_python(both: Both) -> None:
    path = both.farm / "tests" / "fruit" / "conftest.py"
    edit(path, "import json\n", "import json\nclass ???\n")
    assert f"{path}:{both.line_of('???', path)}: " in both.refuses()


def test_an_edit_that_is_no_text(both: Both) -> None:
    both.models.write_bytes(both.models.read_bytes() + b"# \x00\n")
    both.maker.describe(FIG)
    assert f"{both.models}:1: git merge-file cannot merge" in both.refuses()


def test_an_edit_that_the_new_version_has_too(both: Both) -> None:
    edit(both.models, AGE_LINE, THEIRS)
    both.maker.describe(AGE)
    both.upgrade()
    assert "edited" not in manifest(both.copy)
    assert "untouched" in both.verify().out


# ── where the text before the edit is ────────────────────────────────────────────────────────────


def test_a_copy_without_git(plain: Both) -> None:
    edit(plain.copy / "_retry.py", "attempts: int = 3", "attempts: int = 9")
    plain.maker.describe(FIG)
    plain.keep()  # the new version has the same text, so git isn't needed
    edit(plain.models, ID, DEFAULT)
    plain.maker.describe(QUINCE)
    error = plain.refuses()
    assert f"{plain.models}:1: the file was edited, and its text before that is needed" in error
    assert "The copy isn't in a git repository." in error
    assert "--force" in error


def test_only_the_original_is_in_git(plain: Both) -> None:
    commit(plain.maker.root)
    edit_all(plain)
    plain.maker.describe(FIG)
    plain.keep()
    plain.verify()
    assert python(plain.farm, "-c", USE) == "True new\n"


def test_only_the_copy_is_in_git(plain: Both) -> None:
    """It has the first text, but never had the one of the second version alone."""
    commit(plain.farm)
    edit(plain.models, ID, DEFAULT)
    plain.maker.describe(FIG)
    plain.keep()
    commit(plain.farm)
    plain.maker.describe(QUINCE)
    error = plain.refuses()
    assert "neither in the git history of the copy nor in that of " in error
    assert "isn't in a git repository" not in error


def test_an_older_version_is_the_base(both: Both) -> None:
    """The original was generated and committed several times since the copy was made."""
    edit_all(both)
    commit(both.farm)
    shutil.rmtree(both.farm / ".git")
    for change in (FIG, QUINCE):
        both.maker.describe(change)
        commit(both.maker.root)
    both.keep()
    both.verify()


def test_other_line_ends(both: Both) -> None:
    """A checkout of Windows, also in the repository itself."""
    for path in both.farm.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    shutil.rmtree(both.farm / ".git")
    shutil.rmtree(both.maker.root / ".git")
    git(both.farm, "init", "-q")
    git(both.farm, "config", "core.autocrlf", "false")
    commit(both.farm)
    edit(both.models, ID.replace("\n", "\r\n"), DEFAULT.replace("\n", "\r\n"))
    edit(both.models, AGE_LINE.replace("\n", "\r\n"), MINE.replace("\n", "\r\n"))
    both.maker.describe(AGE)
    assert f"models.py:{both.line_of(MINE.strip())}: " in both.refuses()
    edit(both.models, "le=400", "le=600")
    both.keep()
    assert 'id: str | None = "new"' in both.models.read_text(encoding="utf-8")
    both.verify()


# ── interrupted, or changed meanwhile ────────────────────────────────────────────────────────────


def test_an_interrupted_run_is_finished(both: Both) -> None:
    edit_all(both)
    record = (both.copy / "speclock.json").read_bytes()
    both.maker.describe(FIG)
    both.keep()
    done = tree(both.farm)
    (both.copy / "speclock.json").write_bytes(record)
    both.keep()
    assert tree(both.farm) == done


def test_an_edit_made_before_it_is_written(both: Both) -> None:
    edit(both.models, ID, DEFAULT)
    both.maker.describe(FIG)
    plan = upgrade(both.copy, source_folder=both.maker.package, edits="merge")
    edit(both.models, NOTE, NOTE + METHOD)
    before = tree(both.farm)
    with pytest.raises(UsageError, match="edited; writing would lose that"):
        plan.write()
    assert tree(both.farm) == before


def test_new_tests_in_another_folder(both: Both) -> None:
    """Those in the former folder are left as they are, edits and all."""
    edit_all(both)
    edited = tree(both.farm / "tests")
    both.maker.describe(FIG)
    both.keep("--tests", str(both.farm / "more" / "fruit"))
    assert tree(both.farm / "tests") == edited
    assert "edited_tests" not in manifest(both.copy)
    both.verify()


# ── copies by somebody hostile ───────────────────────────────────────────────────────────────────


NAMES = [
    "../../x", "/etc/x", "a\x00b", "", ".", "C:x", ".git/config", "x/../../y", "no.py", "a" * 2000,
]  # fmt: skip


def record_edit(both: Both, part: str, names: list[str]) -> None:
    data = manifest(both.copy)
    data[part] = dict.fromkeys(names, "0" * 64)
    (both.copy / "speclock.json").write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("part", ["edited", "edited_tests"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere(name: str, part: str, both: Both) -> None:
    record_edit(both, part, [name])
    both.maker.describe(FIG)
    root = both.farm.parent
    before = tree(root)
    for options in (["--keep-edits"], ["--force"], []):
        found = both.upgrade(*options, code=2)
        assert f"speclock.json: {part}[" in found.err
    assert both.verify(2).err.startswith("unknown: ")
    assert tree(root) == before


def test_edits_of_a_client_that_is_no_copy(both: Both) -> None:
    data = manifest(both.maker.package)
    data["edited"] = {"models.py": "0" * 64}
    (both.maker.package / "speclock.json").write_text(json.dumps(data), encoding="utf-8")
    found = both.maker.run("verify", both.maker.package)
    assert (found.code, "edited is only allowed in a copy" in found.err) == (2, True)


def test_a_link_in_place_of_an_edited_file(both: Both) -> None:
    edit(both.models, ID, DEFAULT)
    both.keep()
    outside = both.farm.parent / "mine.py"
    both.models.rename(outside)
    both.models.symlink_to(outside)
    both.maker.describe(FIG)
    before = tree(both.farm.parent)
    both.keep(code=2)
    assert tree(both.farm.parent) == before


def test_a_hundred_thousand_entries(both: Both) -> None:
    names = [f"x{number}/y.py" for number in range(100_000)]
    data = manifest(both.copy)
    data["files"] |= dict.fromkeys(names, "0" * 64)
    data["edited"] = dict.fromkeys(names, "1" * 64)
    (both.copy / "speclock.json").write_text(json.dumps(data), encoding="utf-8")
    edit(both.models, ID, DEFAULT)
    both.maker.describe(FIG)
    both.keep()
    assert manifest(both.copy)["edited"].keys() == {"models.py"}


def test_a_repository_that_names_programs(both: Both) -> None:
    """None of them is run."""
    program = both.farm.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {both.farm.parent}/ran\n", encoding="utf-8")
    program.chmod(0o755)
    edit(both.models, ID, DEFAULT)
    commit(both.farm)
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external",
        "filter.all.smudge", "filter.all.clean", "diff.all.textconv", "merge.all.driver",
        "alias.cat-file", "alias.merge-file", "gpg.program",
    ):  # fmt: skip
        git(both.farm, "config", key, str(program))
    for folder in (both.farm, both.copy):
        (folder / ".gitattributes").write_text("* filter=all diff=all merge=all\n")
    both.maker.describe(FIG)
    both.keep()
    assert not (both.farm.parent / "ran").exists()
