"""The text of ``speclock upgrade``: as lines, as Markdown, as JSON, on the screen and in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from generator.codegen.apidiff.compare import compare
from generator.codegen.apidiff.from_source import from_source
from generator.project.cli import upgrade_text
from generator.project.services.copies.upgrade import Upgrade, upgrade
from tests.support.project import Project, make_orchard

pytestmark = pytest.mark.slow

KNOWN = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open",
    "bullet_list_close", "list_item_open", "list_item_close", "inline", "text", "code_inline",
    "strong_open", "strong_close", "em_open", "em_close", "softbreak", "text_special",
}  # fmt: skip
"""What our own Markdown is made of."""
AGE = "Tree.age: Annotated[int, Field(le=500)] | None = None → age: int | None = None"


def of_one(kind: str) -> Callable[[str, Upgrade], str]:
    """The text of one copy in a format."""
    return lambda dest, plan: upgrade_text.FORMATS[kind]([(dest, plan)], is_list=False)


FORMATS = {kind: of_one(kind) for kind in upgrade_text.FORMATS}
text, as_json, markdown = (FORMATS[kind] for kind in ("text", "json", "markdown"))


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with two copies, one of which is outdated."""
    made = make_orchard(tmp_path_factory.mktemp("maker") / "maker")
    made.does("vendor", made.root.parent / "farm" / "fruit")
    made.describe(("PLUM]", "FIG]"), ("age: {type: integer, maximum: 500}", "age: {type: integer}"))
    made.does("vendor", made.root.parent / "farm" / "pear")
    return made


@pytest.fixture(scope="module")
def plan(maker: Project) -> Upgrade:
    """The upgrade of the outdated one."""
    copy = maker.root.parent / "farm" / "fruit"
    return upgrade(copy, source_folder=maker.package)


def with_changes(plan: Upgrade, old: str, new: str) -> Upgrade:
    """The plan with the changes between two modules of models."""
    apis = [from_source({"models.py": one.encode()}) for one in (old, new)]
    return replace(plan, differences=compare(*apis))


def test_text_is_a_commit_message(plan: Upgrade) -> None:
    assert text("lib/fruit", plan).splitlines() == [
        "lib/fruit: to API version 1.0, 2 files change.",
        "",
        "Suggested version bump: major.",
        "Breaking: 1 change (1 removed).",
        "Compatible: 2 changes (1 widened, 1 added).",
        "",
        "  breaks  removed   Kind.PLUM = 'PLUM'",
        "          added     Kind.FIG = 'FIG'",
        f"          widened   {AGE}",
    ]


def test_markdown_has_counts_first_and_what_breaks_before_the_rest(plan: Upgrade) -> None:
    assert markdown("lib/fruit", plan) == (
        "## Upgrade of `lib/fruit`\n\n"
        "To API version 1.0: 2 files change.\n\n"
        "**Suggested version bump: major.** Breaking: 1 change (1 removed). "
        "Compatible: 2 changes (1 widened, 1 added).\n\n"
        "### Breaking\n\n"
        "- **removed** `Kind.PLUM = 'PLUM'`\n\n"
        "### Compatible\n\n"
        "- **added** `Kind.FIG = 'FIG'`\n"
        f"- **widened** `{AGE}`\n"
    )


def test_no_public_name_changes(plan: Upgrade) -> None:
    same = replace(plan, differences=())
    assert text("a", same).endswith("bump: patch.\n\n  No public name changes.\n")
    assert markdown("a", same).endswith("**Suggested version bump: patch.**\n")


def test_nothing_to_do(plan: Upgrade) -> None:
    done = replace(plan, differences=(), changed=())
    assert text("a/b", done) == markdown("a/b", done) == "a/b: up to date with orchard.\n"
    assert json.loads(as_json("a/b", done))["bump"] == "none"


@pytest.mark.parametrize("length", [1, 40, 3_000])
def test_markdown_has_whole_entries_in_its_limit(plan: Upgrade, length: int) -> None:
    old = "".join(f"class C{i}x{'y' * length}(Model): ...\n" for i in range(4_000))
    many = with_changes(plan, old, "class Last(Model): ...\n")
    shown = markdown("d" * 5_000, many)
    assert 50_000 < len(shown) <= 60_000
    assert "Breaking: 4,000 changes (4,000 removed). Compatible: 1 change (1 added)." in shown
    entries = [line for line in shown.splitlines() if line.startswith("- ")]
    assert all(re.fullmatch(r"- \*\*removed\*\* `[^`]+`", line) for line in entries)
    assert shown.endswith(
        f"\n*{4_001 - len(entries):,} changes are not shown here; `--format json` has all.*\n"
    )
    assert len(json.loads(as_json("a", many))["changes"]) == 4_001


EVIL = (
    "`` </details> <b>x</b> @user #1 https://evil.example [a](b) *b* ::error::x ##[group]y "
    "\\u202e \\x1b[31m"
)


@pytest.mark.parametrize("place", ["dest", "version", "member", "alias"])
def test_hostile_text_has_no_meaning(plan: Upgrade, place: str) -> None:
    evil = EVIL.encode().decode("unicode_escape") + "\n# head\n::error::y\n- item"
    dest, hostile = "a", plan
    if place == "dest":
        dest = evil
    elif place == "version":
        manifest = replace(plan.copy.manifest, info_version=evil)
        hostile = replace(plan, copy=replace(plan.copy, manifest=manifest))
    elif place == "member":
        hostile = with_changes(
            plan,
            f"class K(StrEnum):\n    A = {evil!r}\n    B = 1\n",
            "class K(StrEnum):\n    B = 1\n",
        )
    else:
        alias = f'A = TypeAliasType("A", Literal[{evil!r}])\n'
        hostile = with_changes(plan, alias, alias.replace("evil", "other"))
    for kind in ("text", "markdown", "json"):
        shown = FORMATS[kind](dest, hostile)
        assert shown.replace("\n", "").isprintable()
        assert "##[" not in shown
        assert not re.search(r"^\s*::", shown, re.MULTILINE)
    before = text("a", plan).count("\n") if place in ("dest", "version") else 6
    assert text(dest, hostile).count("\n") == before
    blocks = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(
        markdown(dest, hostile)
    )  # fmt: skip
    tokens = [token for block in blocks for token in (block, *(block.children or []))]
    assert {token.type for token in tokens} <= KNOWN
    assert len([token for token in tokens if token.type == "heading_open"]) <= 3
    for token in tokens:
        if token.type == "text":
            assert not re.search(r"@\w|#\d|\w://", token.content)


@pytest.mark.parametrize("kind", ["text", "json", "markdown"])
def test_a_file_is_written_anew(maker: Project, tmp_path: Path, kind: str) -> None:
    copy, file = maker.root.parent / "farm" / "fruit", tmp_path / "out"
    file.write_text("old\n" * 9, encoding="utf-8")
    words = ("upgrade", copy, "--dry-run", "--format", kind)
    on_screen = maker.run(*words)
    found = maker.run(*words, "--output", file)
    assert (found.code, found.out) == (1, f"{file}: written.\n")
    assert file.read_text(encoding="utf-8") == on_screen.out
    assert "where cannot be written: No such file" in maker.refuses(
        *words, "--output", tmp_path / "no" / "where"
    )


@pytest.mark.parametrize("kind", ["json", "markdown"])
def test_the_screen_has_only_the_text(maker: Project, tmp_path: Path, kind: str) -> None:
    """For a pipe; also where the copy is written."""
    copy = maker.root.parent / "farm" / "pear"
    found = maker.does("upgrade", copy, "--yes", "--format", kind, "--quiet")
    assert found.out == FORMATS[kind](str(copy), upgrade(copy, source_folder=maker.package))
    done = maker.does("upgrade", copy, "--yes", "--output", tmp_path / "out")
    assert done.out == f"{tmp_path / 'out'}: written.\n"
    assert (tmp_path / "out").read_text("utf-8") == f"{copy}: up to date with orchard.\n"
