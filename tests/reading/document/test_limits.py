"""RunLimits on the size, the depth and the growth of descriptions and overlays."""

from __future__ import annotations

import tracemalloc
from contextlib import nullcontext
from pathlib import Path

import pytest

from generator.base.budget import RunBudget, RunLimits
from generator.base.errors import SpecError
from generator.reading.document.load import load, parse
from generator.reading.document.overlay import tree_edit
from generator.reading.document.overlay.apply import apply_overlays
from generator.reading.document.tree import MappingNode, SequenceNode, SourceFile, Sources
from tests.support.command import speclock
from tests.support.overlays import Json, read, written

pytestmark = pytest.mark.slow

MOST = 1_000
HEAD = 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\n'


def sources(**limits: int) -> Sources:
    return Sources(RunBudget(RunLimits(**{"nodes": MOST, **limits})))


def read_text(text: str, given: Sources | None = None) -> SourceFile:
    return parse(text.encode(), path=Path("api"), name="api", sources=given or Sources())


def refusal(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        read_text(text, sources())
    (problem,) = caught.value.problems
    assert problem.code == "limit", problem
    return f"{problem.place.line}: {problem.fact}. {problem.remedy}"


NODES = (
    "1: more than 1,000 nodes. If all of it is needed, set `nodes` in [tool.speclock.limits], at "
    "most 10_000_000."
)


@pytest.mark.parametrize("item", ["[],", "{},", "0,", '"",', '"[,{",', "1e5,", '"\\"",'])
def test_json_is_counted_before_it_is_parsed(item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'{{"a": [{item * MOST}0]}}'
    monkeypatch.setattr("json.loads", lambda *_, **__: pytest.fail("it is parsed"))
    assert refusal(text) == NODES


@pytest.mark.parametrize("filler", ["[,{" * MOST, " " * MOST, '\\"[,' * MOST])
def test_what_is_in_a_text_is_no_node(filler: str) -> None:
    """Also where the JSON ends in it."""
    for end in ('"}', ""):
        given = sources()
        with nullcontext() if end else pytest.raises(SpecError, match="not well-formed JSON"):
            read_text(f'{{"a": "{filler}{end}', given)
        assert given.nodes.spent == 2
    assert len(str(read_text("a: |\n" + "  {{{{{{{{[[[[[[[[\n" * 2_000).root["a"])) > 30_000


def test_the_nodes_of_json_are_as_many_as_those_of_yaml() -> None:
    value: Json = {"a": [1, [], {}, {"b": {}}, "x, [y", [[2]]], "c": {"d": None}}
    counts: list[int] = []
    for style in ("json", "yaml"):
        given = sources()
        read_text(written(value, style), given)
        counts.append(given.nodes.spent)
    assert counts == [13, 13]


def test_yaml_is_counted_while_it_is_read() -> None:
    """The rest of the text isn't read, as its fault shows."""
    assert refusal(f"a: [{'[],' * MOST}]\nb: [").startswith("1: more than 1,000 nodes.")


def test_a_node_of_yaml_takes_little_memory() -> None:
    """With the text of 64 MiB twice, 1,000,000 nodes are within 500 MB."""
    text = "a:\n" + "- {a: {}}\n" * 10_000 + "#" * 1_000_000
    tracemalloc.start()
    document = read_text(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - 2 * len(text) < 330 * document.sources.nodes.spent


def test_positions_in_yaml(tmp_path: Path) -> None:
    """They are those in the text, also after members were added and removed."""
    path = tmp_path / "a.yaml"
    path.write_text("a: {b: 1,\n  c: [x,\n   {d: 2}]}\n<<: {e: 3}\nb: []\n", encoding="utf-8")
    root = load(path).root
    inner = root["a"]
    assert isinstance(inner, MappingNode)
    assert [root.at(key).place.line for key in ("a", "e", "b")] == [1, 1, 5]
    inner["new"] = 3
    assert inner.at("c").position == (2, 3)
    assert inner.at("new").position is None
    items = inner["c"]
    assert isinstance(items, SequenceNode)
    assert items.at(0).position == (2, 7)
    assert items.at(1).position == (3, 4)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("a: &a [0, 0]\nb: [" + "*a, " * 200_000 + "]", "more than 300,000 nodes copied by alias"),
        (
            "a: &a0 [0, 0]\n"
            + "".join(f"b{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 30)),
            "more than 300,000 nodes copied by alias",
        ),
        (
            "a: &a0 {k: 0}\n"
            + "".join(
                f"b{n}: &a{n} {{<<: [{f'*a{n - 1}, ' * 9}], k{n}: 0}}\n" for n in range(1, 30)
            ),
            "more than 300,000 nodes copied by alias",
        ),
        (
            f"a: &a [{'x' * 100_000}]\nb: [" + "*a, " * 700 + "]",
            "more than 67,108,864 characters repeated by alias",
        ),
        ("a:\n" + "".join(f"- &a{n} 0\n" for n in range(100_001)), "more than 100,000 anchors"),
        ("a: &a {b: [*a]}", "an alias is inside the value that it refers to"),
    ],
    ids=["copies", "copies of copies", "merges", "texts", "anchors", "itself"],
)
def test_aliases_have_limits(text: str, fact: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_text(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.fact) == ("limit", fact)


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 100_000, "a: " + "{a: " * 500, "? " * 5_000, "- " * 500],
    ids=["flow", "flow mappings", "keys", "sequences"],
)
def test_depth_has_a_limit(text: str) -> None:
    assert "nested more than 400 deep" in refusal(text)


def test_an_anchor_may_be_defined_again() -> None:
    """An alias refers to the last one before it (YAML 1.2.2 §7.1)."""
    root = read_text("a: &x 1\nb: &x {c: 2}\nd: *x\ne: &y t\n*y : 3\n").root
    assert root == {"a": 1, "b": {"c": 2}, "d": {"c": 2}, "e": "t", "t": 3}


def test_a_tag_of_text_makes_text_of_a_word() -> None:
    assert read_text("a: !!str null\nb: !!str 012\nc: ! true\n").root == {
        "a": "null", "b": "012", "c": "true",
    }  # fmt: skip


def test_a_copy_has_its_own_pointer_and_the_position_of_the_original() -> None:
    document = read_text("a: &x {b: [{c: 1}]}\nd: *x\n")
    copy = document.resolve("/d/b/0")
    assert copy.location.pointer == "/d/b/0"  # type: ignore[attr-defined]
    assert copy.location.place.line == 1  # type: ignore[attr-defined]


def test_positions_in_json_cost_no_pointers() -> None:
    """A long key isn't repeated for each member below it."""
    text = f'{{"{"k" * 10_000}": {{"a": 1, "b": [2, {{"c": 3, "c": 4}}]}}}}'
    document = parse(text.encode(), path=Path("api"), name="api", lenient=True)
    assert document.locate(f"/{'k' * 10_000}/b/1/c")[1] == text.rindex('"c"') + 1
    assert [fault.fact for fault in document.faults] == [
        "the key 'c' occurs twice in one object; first at line 1"
    ]
    assert document.offsets is not None
    assert sum(len(key) for _, key in document.offsets) < 10_020


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(SpecError, match="the file has more than 67,108,864 bytes"):
        load(path)


# ── chains of files ──────────────────────────────────────────────────────────────────────────────

SPEC = HEAD + (
    "paths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200':\n"
    "          description: Fine.\n          content: {application/json: {schema: {$ref: %s}}}\n"
)


def chain(folder: Path, limits: str, *, length: int = 20, extra: str = "") -> None:
    settings = f'[tool.speclock.limits]\n{limits}\n[tool.speclock.clients.a]\nspec = "a.yaml"\n'
    (folder / "pyproject.toml").write_text(settings)
    (folder / "a.yaml").write_text(SPEC % "b0.yaml#/S")
    for n in range(length):
        next_one = f'{{$ref: "b{n + 1}.yaml#/S"}}' if n < length - 1 else "{type: string}"
        text = f"{extra}S: {{type: object, properties: {{a: {next_one}, b: {next_one}}}}}\n"
        (folder / f"b{n}.yaml").write_text(text)


@pytest.mark.parametrize(
    ("limits", "extra", "fact"),
    [
        ("documents = 5", "", "b4.yaml:1:36: error: $ref 'b5.yaml' {}: more than 5 documents"),
        ("bytes = 5000", f"x: {'y' * 1000}\n", "b3.yaml:2:36: error: $ref 'b4.yaml' {}: more"),
        ("nodes = 1000", f"x: [{'0, ' * 150}]\n", "b5.yaml:2:"),
    ],
    ids=["documents", "bytes", "nodes"],
)  # fmt: skip
def test_a_chain_of_files_has_limits(limits: str, extra: str, fact: str, tmp_path: Path) -> None:
    chain(tmp_path, limits, extra=extra)
    outcome = speclock(tmp_path, "generate")
    assert outcome.code == 2
    assert fact.format("leads beyond the limit of a run") in outcome.err
    name = limits.partition(" ")[0]
    assert f"set `{name}` in [tool.speclock.limits], at most " in outcome.err
    assert not (tmp_path / "generated").exists()


@pytest.mark.parametrize(
    "command",
    [
        "drift --base a.yaml --revision a.yaml",
        "generate --spec a.yaml --package other --output out",
        "slice a.yaml --operation a",
    ],
)
def test_the_limits_are_those_of_a_description_without_a_client(
    command: str, tmp_path: Path
) -> None:
    chain(tmp_path, "documents = 5")
    (tmp_path / "pyproject.toml").write_text("[tool.speclock.limits]\ndocuments = 5\n")
    outcome = speclock(tmp_path, *command.split(), layout=False)
    assert outcome.code == 2
    assert "leads beyond the limit of a run: more than 5 documents" in outcome.err


def test_a_document_counts_once(tmp_path: Path) -> None:
    chain(tmp_path, "documents = 20\nbytes = 3000")
    assert speclock(tmp_path, "show", "a", "a").code == 0
    assert speclock(tmp_path, "slice", "a.yaml", "--operation", "a", "-o", "b.yaml").code == 0


def test_texts_of_examples_count(tmp_path: Path) -> None:
    chain(tmp_path, "bytes = 5000", length=1)
    examples = ", ".join(f'e{n}: {{externalValue: "t{n}.json"}}' for n in range(9))
    text = (SPEC % '"b0.yaml#/S"').replace("{schema:", f"{{examples: {{{examples}}}, schema:")
    (tmp_path / "a.yaml").write_text(text)
    for n in range(9):
        (tmp_path / f"t{n}.json").write_text(f'"{"x" * 1000}"')
    outcome = speclock(tmp_path, "generate")
    assert "'t4.json' leads beyond the limit of a run: more than 5,000 bytes" in outcome.err
    assert outcome.code == 2


def test_overlays_count(tmp_path: Path) -> None:
    chain(tmp_path, "documents = 3", length=1)
    names = [f"o{n}.yaml" for n in range(9)]
    with (tmp_path / "pyproject.toml").open("a") as file:
        file.write(f"overlays = {names}\n")
    for name in names:
        (tmp_path / name).write_text("overlay: 1.0.0\ninfo: {title: o, version: '1'}\nactions: []")
    outcome = speclock(tmp_path, "generate")
    assert "o3.yaml: error: beyond the limit of a run: more than 3 documents" in outcome.err


# ── targets of overlays ──────────────────────────────────────────────────────────────────────────

DEEP: Json = {
    "openapi": "3.1.0",
    "x": [{"description": "a" * 60 + "!", "y": [{"z": n}]} for n in range(200)],
}


def apply(target: str, document: Json = DEEP) -> str:
    overlay: Json = {
        "overlay": "1.0.0",
        "info": {"title": "o", "version": "1"},
        "actions": [{"target": target, "remove": True}],
    }
    try:
        apply_overlays(read(document, "api", "json"), [read(overlay, "o", "json")])
    except SpecError as error:
        return error.problems[0].fact
    return ""


@pytest.mark.parametrize(
    "target",
    [
        "$" + "..[*,*,*,*]" * 3 + ".nope",
        "$" + "..*..*..*..*" * 9 + ".nope",
        "$..[?$..[?$..[?$..a]]]",
        "$..[?count($..*) > 1]",
        "$..['" + "','".join("abcdefgh" * 500) + "']",
        "$..[?" + " || ".join(["@.nope"] * 150) + "]",
    ],
    ids=["selectors", "descendants", "filters in filters", "counts", "names", "terms"],
)
def test_an_expression_has_a_number_of_steps(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_edit, "MAX_STEPS", 5_000)
    nodes = 3 + 200 * 5
    assert apply(target).endswith(f" takes more than {5_000 + 10 * nodes:,} steps")


@pytest.mark.parametrize("function", ["search", "match"])
@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*c", "(a{1,9}){1,9}$"])
def test_a_pattern_is_matched_in_linear_time(function: str, pattern: str) -> None:
    assert "steps" not in apply(f"$.x[?{function}(@.description, '{pattern}')]")


@pytest.mark.parametrize(
    ("call", "is_found"),
    [
        ("match(@.a, 'a.c')", True), ("match(@.a, 'b')", False), ("search(@.a, 'b')", True),
        ("search(@.a, '^abc$')", True), ("match(@.n, 'a.b')", False),
        ("match(@.n, 'a[^x]b')", True), ("match(@.s, 'a[&]{2}b')", True),
        ("match(@.u, '\\\\p{Lu}')", True), ("match(@.a, @.a)", True), ("search(@.a, @.bad)", False),
        ("match(@.o, 'a')", False), ("match(@.s, '[a&&b]+')", True),
    ],
)  # fmt: skip
def test_patterns_are_those_of_rfc_9485(call: str, is_found: bool) -> None:
    item: Json = {"a": "abc", "n": "a\nb", "u": "É", "bad": "(", "o": ["a"], "s": "a&&b"}
    fact = apply(f"$.x[?{call}]", {"openapi": "3.1.0", "x": [item]})
    assert (fact == "") is is_found, fact


@pytest.mark.parametrize("pattern", ["(?=a)b", "(a)\\\\1", "(", "(a{1000}){1000}"])
def test_a_pattern_that_is_not_supported_is_an_error(pattern: str) -> None:
    fact = apply(f"$.x[?search(@.a, '{pattern}')]")
    assert "the pattern isn't one of RFC 9485 (column 6)" in fact


@pytest.mark.parametrize(
    ("target", "fact"),
    [
        ("$" + ".a" * 40_000, "more than 400 segments"),
        ("$" + "[?@" * 300 + "]" * 300, ""),
        ("$." + "a" * 200_000, "has more than 100,000 characters"),
        ("$.openapi[0:1]", "matches nothing"),
        ("$[?@.a == 1e999]", "has a number that is too large"),
        ("$[?@.a == -1E400]", "has a number that is too large"),
        ("$[" + "9" * 5_000 + "]", "has a number that is too large"),
    ],
)
def test_a_long_expression_is_refused(target: str, fact: str) -> None:
    assert fact in apply(target)
