"""The lines of a program that use what changed: of 25 uses of three clients, for 20 changes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.house.test_code_blocks import blocks
from tests.support.command import ROOT
from tests.support.labelled_program import LabelledProgram
from tests.support.project import Project, made_once, new_farm, settings

PROGRAM = LabelledProgram(Path(__file__).parent, ["store", "tests"])


@pytest.fixture(scope="module")
def program(shared_folder: Path) -> Project:
    return Project(made_once(shared_folder, "usage", PROGRAM.make))


def test_lines_by_source(program: Project) -> None:
    lines, listed = set(PROGRAM.expected(program.root)), set(PROGRAM.listed(program))
    assert (sorted(lines - listed), sorted(listed - lines)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_lines_by_type_checker(program: Project, checker: str) -> None:
    lines, listed = (
        set(PROGRAM.expected(program.root, checker)),
        {*PROGRAM.listed(program, checker)},
    )
    # the sum of weights is returned: no use of `Animal.weight` is there
    lines.add(("", "store/animals.py", 23))
    assert (sorted(lines - listed), sorted(listed - lines)) == ([], [])


# ── the page, the formats, and what is left out ──────────────────────────────────────────────────

DOCS = ROOT / "docs"
RELEASE = (
    ("required: [isbn, title]", "required: [isbn]"),
    ("        title: {type: string}\n", ""),
    ("minimum: 1", "minimum: 2"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The bookshop of the documentation, its client, a new release, and the page's program."""
    project = Project(tmp_path_factory.mktemp("bookshop"), "bookshop")
    text = (ROOT / "generator" / "project" / "services" / "bookshop.yaml").read_text(
        encoding="utf-8"
    )
    page = [*blocks((DOCS / "drift.md").read_text(encoding="utf-8"))]
    project.write("spec/bookshop.yaml", text)
    project.write("pyproject.toml", settings({"bookshop": {"spec": "spec/bookshop.yaml"}}))
    for old, new in RELEASE:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    project.write("new.yaml", text)
    project.write("src/shop.py", next(one.text for one in page if one.language == "python"))
    project.generate()
    return project


def drift(project: Project, form: str, *words: str) -> str:
    words = ("drift", "--revision", "new.yaml", "--fail-on", "never", "--format", form, *words)
    return project.does(*words, "--code", "src").out


@pytest.mark.parametrize("name", ["drift.md", "index.md"])
def test_the_page_shows_a_real_report(shop: Project, name: str) -> None:
    page = blocks((DOCS / name).read_text(encoding="utf-8"))
    *_, shown = (one.text for one in page if one.language == "text")
    pattern = re.escape(shown).replace("…", "(?s:.+)")
    assert re.match(pattern, drift(shop, "text")), drift(shop, "text")


def test_formats_have_the_places(shop: Project) -> None:
    place, expression = "src/shop.py:9:17", "book.title"
    for form in ("text", "markdown", "html"):
        printed = drift(shop, form)
        assert place in printed and expression in printed, form
    assert "::error file=src/shop.py,line=9,col=17," in drift(shop, "github")
    (run,) = json.loads(drift(shop, "sarif"))["runs"]
    result = next(r for r in run["results"] if "title" in r["message"]["text"])
    here = result["locations"][0]["physicalLocation"]
    assert here["artifactLocation"] == {"uri": "src/shop.py", "uriBaseId": "%SRCROOT%"}
    assert here["region"] == {"startLine": 9, "startColumn": 17}
    related = [
        one["physicalLocation"]["artifactLocation"]["uri"] for one in result["relatedLocations"]
    ]
    assert "spec/bookshop.yaml" in related
    prints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
    assert len({*prints}) == len(prints)
    schema = (DOCS / "drift.schema.json").read_text(encoding="utf-8")
    closed = schema.replace('"type": "object"', '"type": "object", "additionalProperties": false')
    jsonschema.Draft202012Validator(json.loads(closed)).validate(json.loads(drift(shop, "json")))


def test_every_place_is_listed_if_asked(shop: Project) -> None:
    path = shop.write("src/many.py", f"{BOOK}def f(b: Book):\n" + "    b.title\n" * 30)
    try:
        assert "and 21 more" in drift(shop, "text")
        assert "and 21 more" in drift(shop, "markdown")
        assert "more" not in drift(shop, "text", "--verbose").split("OrderRequest")[0]
        assert drift(shop, "html").count("src/many.py") == 30
    finally:
        path.unlink()


BOOK = "from bookshop.models import Book\n"
CIRCLE = """\
from .circle import *
x = x
y = [y for y in y]
def f(): return f().title
f().title
class A(A): pass
A().title
z.title
"""


def test_a_program_that_is_hostile_or_odd(shop: Project, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    code = f"open({str(ran)!r}, 'w')\n"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "linked.py").write_text(
        "from bookshop.models import Book\nBook().title\n", encoding="utf-8"
    )
    folder = shop.root / "src" / "odd"
    try:
        for name in (
            "conftest.py",
            "sitecustomize.py",
            "usercustomize.py",
            "plugin.py",
            "setup.py",
        ):
            shop.write(f"src/odd/{name}", code)
        shop.write("src/odd/broken.py", "def f(:\n")
        shop.write("src/odd/deep.py", "(" * 5000 + ")" * 5000)
        shop.write("src/odd/large.py", "#" * 2_000_001)
        shop.write(
            "src/odd/circle.py",
            "x = x\ny = [y for y in y]\ndef f(): return f().title\nf().title\n"
            "class A(A): pass\nA().title\nfrom .circle import *\nz.title\n",
        )
        chain = "".join(f"x{n + 1} = [x{n}]\n" for n in range(3000))
        shop.write(
            "src/odd/chain.py",
            f"from bookshop.models import Book\nx0 = Book()\n{chain}x3000.title\n",
        )
        turns = "".join(f"if x:\n    book = book.twin{n}\n" for n in range(5000))
        shop.write(
            "src/odd/turns.py",
            f"from bookshop.models import Book\nbook = Book()\n{turns}book.title\n",
        )
        (folder / "link.py").symlink_to(outside / "linked.py")
        (folder / "links").symlink_to(outside, target_is_directory=True)
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        data = json.loads(drift(shop, "json"))
    finally:
        shutil.rmtree(folder)
    assert not ran.exists()
    assert data["usage"]["unread"] == [f"src/odd/{name}.py" for name in ("broken", "deep", "large")]
    files = {use["place"]["file"] for change in data["changes"] for use in change["uses"]}
    assert files == {"src/shop.py"}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_checker_that_cannot_be_asked(
    shop: Project, checker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the project has instead of a checker prints nothing, or isn't there."""
    monkeypatch.setenv("PATH", str(shop.root))
    if checker == "mypy":
        path = shop.write(".venv/bin/mypy", "#!/bin/sh\nexit 0\n")
        path.chmod(0o755)
    try:
        data = json.loads(drift(shop, "json", "--checker", checker))
    finally:
        shutil.rmtree(shop.root / ".venv", ignore_errors=True)
    reason = "doesn't see a break" if checker == "mypy" else "isn't installed"
    assert data["usage"]["checker"] is None
    assert reason in data["usage"]["note"]
    assert any(change["uses"] for change in data["changes"])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--code", "nowhere"), "--code: nowhere doesn't exist."),
        (("--checker", "mypy"), "--checker needs the folders of your program: --code PATH"),
    ],
)
def test_misuse(shop: Project, words: tuple[str, ...], error: str) -> None:
    assert error in shop.refuses("drift", "--revision", "new.yaml", *words)


def test_a_client_that_isnt_generated(shop: Project, tmp_path: Path) -> None:
    project = Project(Path(shutil.copytree(shop.root, tmp_path / "project")), "bookshop")
    shutil.rmtree(project.package)
    error = project.refuses("drift", "--revision", "new.yaml", "--code", "src")
    assert "Run: speclock generate bookshop" in error


CHECKERS = ["", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mypy", "basedpyright"))]


@pytest.mark.parametrize("checker", CHECKERS)
def test_update_lists_the_places(shop: Project, tmp_path: Path, checker: str) -> None:
    project = Project(Path(shutil.copytree(shop.root, tmp_path / "project")), "bookshop")
    project.configure('upstream = "new.yaml"\n')
    words = ("--checker", checker) if checker else ()
    shown = project.run("update", "--dry-run", "--code", "src", *words, code=1).out
    title = "breaks at" if checker else "used at"
    assert re.search(rf"{title} +src/shop.py:9:17  book.title", shown)


def test_update_that_changes_no_client_breaks_nothing(shop: Project, tmp_path: Path) -> None:
    """Texts of upstream don't go into a description of one's own, so the client stays."""
    project = Project(Path(shutil.copytree(shop.root, tmp_path / "project")), "bookshop")
    text = (project.root / "spec/bookshop.yaml").read_text(encoding="utf-8")
    project.write("prose.yaml", text.replace("title: Bookshop", "title: Bookshop by the river"))
    project.configure('upstream = "prose.yaml"\n')
    shown = project.run("update", "--dry-run", "-v", "--code", "src", "--checker", "mypy").out
    assert "Your program, 1 file" in shown
    assert "of no change" not in shown


@pytest.mark.parametrize("checker", CHECKERS)
def test_upgrade_lists_the_places(shared_folder: Path, tmp_path: Path, checker: str) -> None:
    farm = new_farm(shared_folder, tmp_path / "home")
    lines = [
        "from fruit import models as m",
        "",
        "",
        "def g(t: m.Tree) -> int | None:",
        "    return t.age",
    ]
    farm.write("app.py", "\n".join([*lines, ""]))
    farm.write("pyproject.toml", "")
    farm.maker.describe(("        age: {type: integer, maximum: 500}\n", ""))
    for form in ("text", "markdown", "json"):
        words = [
            "upgrade",
            "fruit",
            "--from",
            str(farm.maker.package),
            "--dry-run",
            "--format",
            form,
        ]
        words += ["--checker", checker] if checker else []
        shown = farm.run(*words, "--code", "app.py", code=1).out
        if form == "json":
            data = json.loads(shown)
            (use,) = (use for change in data["changes"] for use in change["uses"])
            error = {"": "None", "mypy": '"Tree" has no', "basedpyright": "Cannot access"}[checker]
            assert str(use.pop("error")).startswith(error)
            place = {"file": "app.py", "line": 5, "column": 12, "pointer": ""}
            assert use == {"place": place, "expression": "t.age"}
            assert data["usage"]["checker"] == (checker or None)
            assert len(data["usage"]["others"]) == 0
        else:
            title = "breaks at" if checker else "used at"
            assert re.search(rf"{title} +`?app.py:5:12  t.age", shown), shown


def test_upgrade_tells_why_a_type_checker_is_not_asked(
    shared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    farm = new_farm(shared_folder, tmp_path / "home")
    farm.write("app.py", "import fruit\n")
    farm.maker.describe(("        age: {type: integer, maximum: 500}\n", ""))
    words = ("upgrade", "fruit", "--from", farm.maker.package, "--dry-run", "--checker", "pyright")
    shown = farm.run(*words, "--code", "app.py", code=1).out
    assert "pyright isn't installed in this project: uses are listed by source." in shown


@pytest.mark.slow
def test_an_unrelated_program_has_no_uses(program: Project) -> None:
    for client in PROGRAM.clients:
        data = json.loads(
            program.does(
                "drift", client, "--revision", f"new-{client}.yaml", "--format", "json",
                "--fail-on", "never", "--code", ROOT / "generator",
            ).out
        )  # fmt: skip
        assert data["usage"]["files"] > 200
        assert [use for change in data["changes"] for use in change["uses"]] == []
