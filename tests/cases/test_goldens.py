"""Every case of ``tests/cases``: a description in, a package out that is exactly the expected one,
imports, type-checks, passes its own generated tests and behaves as the description says.

A case is a folder. After a change of output: ``python tests/update_goldens.py``, and read the diff.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import typing
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from tests.support.cases import CASES, case_goldens, generate_case, package_of, topics
from tests.support.command_line import Outcome

TOPICS = topics(CASES)
CODES = ("deprecated", "ignore-without-code", "redundant-expr", "truthy-bool")

Answer = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True, slots=True)
class Case:
    """One generated package, imported."""

    package: ModuleType
    models: ModuleType
    errors: ModuleType
    client: ModuleType

    @property
    def modules(self) -> dict[str, ModuleType]:
        """Every module of the package but the pytest plugin, by its name below the package."""
        folder = Path(str(self.package.__file__)).parent
        names = [
            ".".join(path.relative_to(folder).with_suffix("").parts)
            for path in sorted(folder.rglob("*.py"))
        ]
        return {
            name: importlib.import_module(f"{self.package.__name__}.{name}")
            for name in names
            if name.rpartition(".")[2] not in ("__init__", "pytest_plugin")
        }

    def connect(self, answer: Answer, **settings: Any) -> Any:
        """A client whose server is ``answer``."""
        settings.setdefault("retry", self.package.Retry(attempts=1))
        return self.package.Sample(transport=httpx.MockTransport(answer), **settings)


class Generated:
    """All cases, generated once below one folder, and what other tools say of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outcomes: dict[str, Outcome] = {t: generate_case(t, folder) for t in TOPICS}
        self.packages = [package_of(t) for t in TOPICS if not self.outcomes[t].code]
        settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "include": self.packages}
        (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        self.environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        # Side by side, because each starts slowly.
        self.processes = {
            "mypy": self._start(
                "mypy", "--strict", "--python-version", "3.11", "--config-file=",
                "--no-error-summary",
                *(f"--enable-error-code={code}" for code in CODES), *self.packages,
            ),
            "basedpyright": self._start(
                "basedpyright", "--project", str(folder), "--pythonpath", sys.executable,
                "--outputjson",
            ),
            "pytest": self._start(
                "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--import-mode=importlib",
                "--rootdir=.", "--tb=short", "--junitxml=junit.xml", "tests",
            ),
        }  # fmt: skip

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{arguments[0]}.txt").open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=self.folder,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def output(self, tool: str) -> str:
        """What a tool said of all packages."""
        self.processes[tool].wait(timeout=300)
        return (self.folder / f"{tool}.txt").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End the tools that nobody asked."""
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    """All cases."""
    made = Generated(tmp_path_factory.mktemp("cases"))
    yield made
    made.stop()


@pytest.fixture
def load(generated: Generated, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Case]:
    """Imports the package of a topic."""

    def imported(topic: str) -> Case:
        outcome = generated.outcomes[topic]
        assert outcome.code == 0, outcome.err
        monkeypatch.syspath_prepend(generated.folder)
        name = package_of(topic)
        modules = ("", ".models", ".errors", "._client")
        return Case(*(importlib.import_module(name + suffix) for suffix in modules))

    return imported


# ── every case ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("topic", TOPICS)
def test_is_as_expected(topic: str, generated: Generated) -> None:
    outcome = generated.outcomes[topic]
    assert outcome.code == 0, outcome.err
    found = case_goldens(topic, generated.folder, outcome)
    expected = CASES / topic / "expected"
    wanted = {
        path.relative_to(expected).as_posix(): path.read_text(encoding="utf-8")
        for path in expected.rglob("*")
        if path.is_file()
    }
    diff: list[str] = []
    for name in sorted({*found, *wanted}):
        old, new = wanted.get(name, "").splitlines(), found.get(name, "").splitlines()
        diff += difflib.unified_diff(old, new, f"{topic}/expected/{name}", "made", lineterm="")
    if found != wanted:
        pytest.fail("\n".join([*diff, "To accept: python tests/update_goldens.py"]), pytrace=False)


@pytest.mark.parametrize("topic", TOPICS)
def test_imports(topic: str, load: Callable[[str], Case]) -> None:
    """Every module imports without a warning, and every annotation means something."""
    case = load(topic)
    modules = case.modules
    for value in vars(case.models).values():
        if (
            isinstance(value, type)
            and issubclass(value, BaseModel)
            and value.__module__ == case.models.__name__
        ):
            typing.get_type_hints(value, include_extras=True)
            value.model_json_schema(mode="validation")
    public = [m for n, m in modules.items() if n == "_client" or n.startswith("resources.")]
    for module, value in [(m, v) for m in public for v in vars(m).values()]:
        if not (isinstance(value, type) and value.__module__ == module.__name__):
            continue
        assert value.__doc__, f"{value.__name__} has no docstring"
        for name, member in vars(value).items():
            if callable(member) and not name.startswith("_"):
                assert member.__doc__, f"{value.__name__}.{name} has no docstring"
                typing.get_type_hints(getattr(member, "__wrapped__", member), vars(module))


@pytest.mark.parametrize("topic", TOPICS)
def test_passes_its_own_tests(topic: str, generated: Generated) -> None:
    output = generated.output("pytest")
    report = generated.folder / "junit.xml"
    assert report.is_file(), output[-3000:]
    passed, failed = 0, list[str]()
    for test in ET.parse(report).getroot().iter("testcase"):
        place = f"{test.get('classname')} {test.get('name')}"
        if package_of(topic) not in re.split(r"[. /]", place):
            continue
        faults = [*test.iter("failure"), *test.iter("error")]
        passed += not faults and test.find("skipped") is None
        failed += [f"{place}: {fault.get('message')}"[:600] for fault in faults]
    assert not failed, "\n".join(failed[:8])
    assert passed, f"no generated test ran for {topic}"


@pytest.mark.parametrize("topic", TOPICS)
def test_mypy_is_silent(topic: str, generated: Generated) -> None:
    lines = generated.output("mypy").splitlines()
    own = [line for line in lines if line.startswith(f"{package_of(topic)}{os.sep}")]
    others = [line for line in lines if not line.startswith("case_")]
    assert [*own, *others] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_pyright_is_silent(topic: str, generated: Generated) -> None:
    output = generated.output("basedpyright")
    assert output.lstrip().startswith("{"), output[:3000]
    report = json.loads(output)
    assert report["summary"]["filesAnalyzed"] >= len(generated.packages)
    assert [
        f"{Path(d['file']).name}:{d['range']['start']['line'] + 1}: {d['message']}"
        for d in report["generalDiagnostics"]
        if Path(d["file"]).is_relative_to(generated.folder / package_of(topic))
    ] == []


def _top_level(source: str) -> dict[str, set[str]]:
    """Each definition of a module to the names that it mentions."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(source).body:
        names: list[str] = []
        if isinstance(node, ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        mentioned = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        found |= {name: mentioned - {name} for name in names}
    return found


@pytest.mark.parametrize("topic", TOPICS)
def test_every_model_is_of_use(topic: str, generated: Generated) -> None:
    """No class is left over from what was merged into another, and none is numbered."""
    assert generated.outcomes[topic].code == 0, generated.outcomes[topic].err
    package = generated.folder / package_of(topic)
    definitions = _top_level((package / "models.py").read_text(encoding="utf-8"))
    users = [p for p in package.rglob("*.py") if p.name != "models.py"]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in users]
    reached: set[str] = set()
    wanted = [n.attr for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in reached:
            reached.add(name)
            wanted += definitions[name]
    assert sorted(set(definitions) - reached) == []
    assert [name for name in definitions if re.search(r"[a-z_][0-9a-f]{6}(OrStr)?$", name)] == []


def test_no_folder_is_without_a_description() -> None:
    assert {path.parent.name for path in CASES.glob("*/*")} - {"__pycache__"} == set(TOPICS)
    for topic in TOPICS:
        (spec,) = (CASES / topic).glob("spec.*")
        assert 20 <= len(spec.read_text(encoding="utf-8").splitlines()) <= 120


# ── topics ───────────────────────────────────────────────────────────────────────────────────────


def test_a_kind_that_the_description_doesnt_know(load: Callable[[str], Case]) -> None:
    """A discriminator's new value: read with its members, sent again; made on purpose only."""
    case = load("one_of")
    drawing: dict[str, Any] = {"shape": {"kind": "heptagon", "corners": 7}}

    read = case.models.Drawing.model_validate(drawing)

    assert type(read.shape).__name__ == "UnknownVariant"
    assert read.shape.corners == 7
    assert sent(read) == drawing
    with pytest.raises(ValidationError):
        case.models.Drawing(**drawing)
    made = case.models.Drawing(shape=type(read.shape)(kind="heptagon", corners=7))
    assert sent(made) == drawing
    with pytest.raises(ValidationError):  # a known kind must be as described
        case.models.Drawing.model_validate({"shape": {"kind": "round", "corners": 7}})


def refused(make: Callable[..., Any], **values: Any) -> list[str]:
    """The kinds of fault for which a constructor refuses values."""
    with pytest.raises(ValidationError) as caught:
        make(**values)
    return [error["type"] for error in caught.value.errors()]


def sent(model: Any) -> Any:
    """A model as it goes out."""
    return json.loads(model.model_dump_json(exclude_unset=True, by_alias=True))


def answering(status: int, value: Any = None) -> Answer:
    """A server that always gives the same answer."""
    if value is None:
        return lambda _: httpx.Response(status)
    return lambda _: httpx.Response(status, json=value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "R1x"), ("name", "r-1"), ("name", "R" * 40 + "1"), ("name", "Rye-\u0663"),
        ("grams", 50), ("grams", 120), ("grams", 5050), ("grams", 200.5),
        ("salt", 0), ("salt", 3.5), ("salt", None),
        ("tins", []), ("tins", [1, 2, 3, 4]), ("tins", [0]), ("seeds", ["\u0663g"]),
        ("seeds", ["g"]),
        ("sliced", "perhaps"), ("grams", None), ("weight", 1),
    ],
)  # fmt: skip
def test_constraints_are_kept(field: str, value: object, load: Callable[[str], Case]) -> None:
    values = {"name": "Rye-1", "grams": 750, field: value}
    assert len(refused(load("scalars_and_constraints").models.Loaf, **values)) == 1


def test_what_was_not_set_is_not_sent(load: Callable[[str], Case]) -> None:
    loaf = load("scalars_and_constraints").models.Loaf
    assert sent(loaf(name="Rye-1", grams=100)) == {"name": "Rye-1", "grams": 100}
    assert sent(loaf(name="Rye-1", grams=100, note=None, sliced=True)) == {
        "name": "Rye-1", "grams": 100, "note": None, "sliced": True,
    }  # fmt: skip


def test_the_words_of_the_description_are_docstrings(load: Callable[[str], Case]) -> None:
    source = inspect.getsource(load("scalars_and_constraints").models)
    assert '"""One loaf of bread."""' in source
    assert '"""How dark, from 1 to 5."""' in source
    move = load("json_description").models.Move
    assert move.__doc__ == "From one square to another: ♔ ends with a backslash \\"
    tree = ast.parse(inspect.getsource(load("json_description").models))
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    assert 'Says """e2"""' in strings


def test_a_deprecated_field_is_marked(load: Callable[[str], Case]) -> None:
    assert load("scalars_and_constraints").models.Loaf.model_fields["oven"].deprecated is True
    assert load("openapi_31").models.Report.model_fields["wind"].deprecated is True


def test_an_enumeration_reads_what_it_does_not_know(load: Callable[[str], Case]) -> None:
    models = load("enums").models
    read = models.Signal.model_validate(
        {"kind": "lamp", "colour": "mauve", "colours": ["red", "x"]}
    )
    assert read.colour == "mauve"
    assert read.colours == [models.Colour.RED, "x"]
    assert refused(models.Signal, kind="lamp", colour="mauve") != []
    assert refused(models.Signal, kind="lamp", colour="red", colours=["x"]) != []
    assert refused(models.Signal, kind="bell", colour="red") == ["literal_error"]


def test_members_of_an_enumeration(load: Callable[[str], Case]) -> None:
    models = load("enums").models
    colours = {member.value: name for name, member in models.Colour.__members__.items()}
    assert colours["DARK_RED"] == "DARK_RED"
    assert colours["red"] == "RED"
    assert all(
        re.fullmatch(r"DARK_RED_[0-9A-Fa-f]{6}", colours[v]) for v in ("dark-red", "dark red")
    )
    order = {member.value: name for name, member in models.SignalOrder.__members__.items()}
    assert {value: order[value] for value in ("", "+1", "-1", "1", "class", "None", "%", "é")} == {
        "": "EMPTY", "+1": "PLUS_1", "-1": "MINUS_1", "1": "VALUE_1", "class": "CLASS",
        "None": "NONE", "%": "PERCENT", "é": "É",
    }  # fmt: skip
    assert {m.value: m.name for m in models.Level} == {
        1: "VALUE_1", 2: "VALUE_2", 3: "VALUE_3", -1: "MINUS_1",
    }  # fmt: skip


def test_constants_are_literals(load: Callable[[str], Case]) -> None:
    models = load("enums").models
    hints = typing.get_type_hints(models.Signal)
    assert hints["kind"] == typing.Literal["lamp"]
    assert hints["strict"] == typing.Literal[True] | None
    assert {typing.get_args(one) for one in typing.get_args(hints["mixed"])} == {(1,), ("one",), ()}
    assert sent(models.Signal(kind="lamp", colour="red", mixed="one"))["mixed"] == "one"
    assert refused(models.Signal, kind="lamp", colour="red", strict=False) == ["literal_error"]


@pytest.mark.parametrize("topic", ["nullable_and_absent", "nullable_31"])
def test_required_and_nullable(topic: str, load: Callable[[str], Case]) -> None:
    entry = load(topic).models.Entry
    assert sent(entry(title=None, body="b")) == {"title": None, "body": "b"}
    assert refused(entry, body="b") == ["missing"]
    assert refused(entry, title="t" * 81, body="b") == ["string_too_long"]
    assert refused(entry, title="t", body=None) != []


@pytest.mark.parametrize(
    ("topic", "field"),
    [
        ("nullable_and_absent", "mood"), ("nullable_and_absent", "place"),
        ("nullable_and_absent", "author"), ("nullable_31", "mood"), ("nullable_31", "place"),
        ("nullable_31", "tags"), ("nullable_31", "gone"),
    ],
)  # fmt: skip
def test_null_is_sent_where_the_description_allows_it(
    topic: str, field: str, load: Callable[[str], Case]
) -> None:
    entry = load(topic).models.Entry
    values: dict[str, Any] = {"title": "t", "body": "b", field: None}
    assert sent(entry(**values)) == values
    assert entry.model_validate(values).model_fields_set == set(values)


@pytest.mark.parametrize("field", ["pages", "tags", "links"])
def test_null_is_refused_elsewhere_but_read(field: str, load: Callable[[str], Case]) -> None:
    entry = load("nullable_and_absent").models.Entry
    assert refused(entry, title="t", body="b", **{field: None}) == ["none_forbidden"]
    read = entry.model_validate({"title": "t", "body": "b", field: None})
    assert getattr(read, field) is None


def test_null_inside_lists_and_maps(load: Callable[[str], Case]) -> None:
    entry = load("nullable_and_absent").models.Entry
    values: dict[str, Any] = {"title": "t", "body": "b", "tags": [None, "x"], "links": {"a": None}}
    assert sent(entry(**values)) == values


def test_a_result_may_be_null(load: Callable[[str], Case]) -> None:
    case = load("nullable_31")
    body = case.models.Entry(title=None, body=7)
    null: Answer = lambda _: httpx.Response(200, content=b"null")  # noqa: E731
    with case.connect(null) as client:
        assert client.entries.change(body) is None


def test_all_of_is_one_flat_class(load: Callable[[str], Case]) -> None:
    models = load("all_of").models
    assert list(models.Truck.model_fields) == [
        "plate",
        "wheels",
        "paint",
        "load",
        "owner",
        "keeper",
    ]
    truck = models.Truck(plate="A", load=1, wheels=4, paint="red", owner=models.Owner(name="Ann"))
    assert sent(truck)["owner"] == {"name": "Ann"}
    assert refused(models.Truck, plate="A", load=1, wheels=3) == ["greater_than_equal"]
    assert refused(models.Truck, plate="A") == ["missing"]
    assert refused(models.Truck, plate="A", load=1, paint="blue") != []  # only the vehicle may
    assert refused(models.Truck, plate="A", load=1, paint="green") != []  # only the truck may
    assert refused(models.Truck, plate="A", load=1, keeper={"phone": "x"}) == [
        "string_pattern_mismatch"
    ]
    assert typing.get_type_hints(models.Truck)["owner"] == models.Owner | None


def test_all_of_in_a_response_extends(load: Callable[[str], Case]) -> None:
    case = load("all_of")
    answer = answering(200, {"plate": "A", "load": 1, "bay": 4})
    with case.connect(answer) as client:
        assert client.vehicles.park(case.models.Truck(plate="A", load=1)).bay == 4


def test_a_discriminator_tells_branches_apart(load: Callable[[str], Case]) -> None:
    case = load("one_of")
    circle = case.models.Circle(kind="round", size=2)
    drawing = case.models.Drawing(shape=circle)
    for value, wanted in (
        ({"kind": "round", "size": 2}, case.models.Circle),
        ({"kind": "Square", "size": 3}, case.models.Square),
        ({"kind": "Square", "size": 3, "since": 1}, case.models.Square),
    ):
        with case.connect(answering(200, value)) as client:
            assert type(client.shapes.draw(drawing)) is wanted


def test_unions_without_a_discriminator(load: Callable[[str], Case]) -> None:
    models = load("one_of").models
    circle = models.Circle(kind="round", size=2)
    for values in (
        {"label": 7, "size": 1},
        {"label": "7", "size": [1, 2]},
        {"fill": {"rgb": "abc"}, "either": {"a": "x"}},
        {"fill": {"name": "red"}},
    ):
        assert sent(models.Drawing(shape=circle, **values)) == {"shape": sent(circle), **values}
    assert refused(models.Drawing, shape=circle, fill={"rgb": "1234567"}) != []
    assert refused(models.Drawing, shape=circle, fill={}) != []


def test_maps_and_further_members(load: Callable[[str], Case]) -> None:
    case = load("maps_and_extras")
    stock = case.models.Stock
    good: tuple[dict[str, Any], ...] = (
        {"jars": {"jam": 2}}, {"shelves": {"top": {"depth": 3}}},
        {"loose": {"x": [1, {"y": None}]}},
        {"closed": {"a": "1"}}, {"open": {"a": "1", "b": {"c": 2}}},
        {"priced": {"unit": "kg", "rye": 2.5}}, {"nested": {"a": {"b": True}}},
    )  # fmt: skip
    for values in good:
        assert sent(stock(**values)) == values
        assert sent(stock.model_validate(values)) == values
    bad: tuple[dict[str, Any], ...] = (
        {"jars": {"jam": -1}}, {"jars": {"jam": "many"}}, {"shelves": {"top": {"width": 3}}},
        {"closed": {"b": "1"}}, {"priced": {"rye": "dear"}}, {"nested": {"a": True}}, {"jugs": {}},
    )  # fmt: skip
    for values in bad:
        assert refused(stock, **values) != []
    with case.connect(answering(200, {"top": [{"depth": 3, "new": 1}]})) as client:
        labels = client.labels.list()
    assert labels["top"][0].depth == 3
    assert labels["top"][0].model_extra == {"new": 1}


def test_a_type_may_contain_itself(load: Callable[[str], Case]) -> None:
    models = load("recursion").models
    value: dict[str, Any] = {
        "name": "a", "children": [{"name": "b", "parent": {"name": "c"}}],
        "index": {"x": {"name": "d"}},
        "filter": {"all": [{"field": "x"}, {"all": []}]}, "nested": [1, [2, [3]]],
        "owner": {"trees": [{"name": "e"}]},
    }  # fmt: skip
    tree = models.Tree(**value)
    assert sent(tree) == value
    assert isinstance(tree.children[0].parent, models.Tree)
    assert isinstance(tree.filter.all[1], models.All)
    assert refused(models.Tree, name="a", children=[{"nam": "b"}]) != []
    assert refused(models.Tree, name="a", nested=[1, ["two"]]) != []


def test_names_of_fields(load: Callable[[str], Case]) -> None:
    models = load("names").models
    fields = {
        name if info.alias is None else info.alias: name
        for name, info in models.AcmeLibOddThing.model_fields.items()
    }
    hashed = {wire: fields.pop(wire) for wire in ("adAccountId", "a-b", "a.b")}
    assert fields == {
        "class": "class_", "None": "none", "model_config": "model_config_", "copy": "copy_",
        "+1": "plus_1", "-1": "minus_1", "ad_account_id": "ad_account_id", "über": "über",
        "日本": "日本", "_private": "private", "int": "int_", "other_int": "other_int",
        "list": "list_", "others": "others", "2fa": "field_2fa", "URLPath": "url_path",
        "$ref$": "ref", "date": "date_", "other_date": "other_date", "Field": "field",
    }  # fmt: skip
    assert re.fullmatch(r"ad_account_id_[0-9a-f]{6}", hashed["adAccountId"])
    assert re.fullmatch(r"a_b_[0-9a-f]{6}", hashed["a-b"])
    assert hashed["a-b"] != hashed["a.b"]
    thing = models.AcmeLibOddThing(class_="a", none="b", plus_1=1, other_date="2026-01-02")
    assert sent(thing) == {"class": "a", "None": "b", "+1": 1, "other_date": "2026-01-02"}


def test_names_of_calls(load: Callable[[str], Case]) -> None:
    case = load("names")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"Field": "f"})

    with case.connect(answer) as client:
        body = case.models.AcmeLibOddThing(class_="a")
        made = getattr(client, "import_").class_("a/b", 7, body, x_trace_id="t")  # noqa: B009
    assert made.field == "f"
    assert seen[0].url.raw_path == b"/things/a%2Fb/7"
    assert seen[0].headers["x-trace-id"] == "t"
    with case.connect(answering(204)) as client:
        assert client.list() is None


def test_names_of_the_runtime_may_be_used_by_a_description(load: Callable[[str], Case]) -> None:
    case = load("runtime_names")
    fault = {"message": "no"}
    with (
        case.connect(answering(400, fault)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.json.operation("x", {"path": {"text": {"kind": "a"}}})
    assert caught.value.error.message == "no"
    with case.connect(answering(200, {"sender": "s"})) as client:
        assert client.retry.get_retry().sender == "s"
        assert client.options.get_options() is not None


def test_without_ids_and_tags(load: Callable[[str], Case]) -> None:
    case = load("no_tags_no_ids")
    public = {name for name in vars(case.package.Sample) if not name.startswith("_")}
    assert public == {
        "close", "get_root", "get_models_id_unions", "delete_models_id_unions", "post_close",
    }  # fmt: skip
    with case.connect(answering(200, {"count": 2})) as client:
        assert client.post_close().count == 2


def test_resources_and_methods(load: Callable[[str], Case]) -> None:
    case = load("resources")
    with case.connect(lambda request: httpx.Response(200, json=[request.url.path])) as client:
        assert client.books.list() == ["/api/books"]
        assert client.books.recent() == ["/api/books/new"]
    calls = ("books.create", "library_shelves.list", "library_shelves.clear", "get_health",
             "close_", "reading_rooms.list_rooms")  # fmt: skip
    with case.connect(answering(204)) as client:
        for call in calls:
            method = client
            for name in call.split("."):
                method = getattr(method, name)
            assert method() is None
        with pytest.warns(DeprecationWarning, match="deprecated"):
            client.reading_rooms.open_room()
    rooms = case.modules["resources.reading_rooms"].ReadingRooms
    doc = inspect.getdoc(rooms.list_rooms) or ""
    assert doc.splitlines()[0] == "List the rooms."
    assert "- so are rooms that don't exist" in doc.splitlines()
    assert rooms.__doc__ == "Where people read."


@pytest.mark.parametrize(
    ("call", "header", "value", "query"),
    [
        ("default", "authorization", "Bearer t0", b""),
        ("open", "authorization", None, b""),
        ("optional", "authorization", "Bearer t0", b""),
        ("header", "x-vault-key", "k0", b""),
        ("query", "authorization", None, b"vault%20key=q0%26"),
        ("cookie", "cookie", "SID=s0", b""),
        ("basic", "authorization", "Basic dTpw", b""),
        ("both", "x-vault-key", "k0", b""),
        ("both", "authorization", "Bearer t0", b""),
        ("either", "authorization", "Basic dTpw", b""),
    ],
)
def test_secrets_go_where_the_description_wants_them(
    call: str, header: str, value: str | None, query: bytes, load: Callable[[str], Case]
) -> None:
    case = load("security")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    secrets = {"token": "t0", "basic": ("u", "p"), "key": "k0", "query_key": "q0&", "session": "s0"}
    with case.connect(answer, **secrets) as client:
        getattr(client.vault, call)()
    assert seen[0].headers.get(header) == value
    assert seen[0].url.query.replace(b"+", b"%20") == query
    if call in ("open", "query", "cookie"):
        assert "x-vault-key" not in seen[0].headers


def test_alternatives_of_secrets(load: Callable[[str], Case]) -> None:
    case = load("security")
    with case.connect(lambda r: httpx.Response(204, headers=r.headers)) as client:
        client.vault.open()
        client.vault.optional()
        with pytest.raises(case.errors.RequestError, match="token"):
            client.vault.default()
        with pytest.raises(case.errors.RequestError, match="basic or oauth_token"):
            client.vault.either()
    with case.connect(answering(204), token="t0", oauth_token="o0") as client:
        client.vault.either()
        with pytest.raises(case.errors.RequestError, match="key"):
            client.vault.both()


def test_text_and_bytes(load: Callable[[str], Case]) -> None:
    case = load("text_and_bytes")
    echo: Answer = lambda r: httpx.Response(  # noqa: E731
        200, content=r.content, headers={"x-type": r.headers.get("content-type", "none")}
    )
    with case.connect(echo) as client:
        assert client.notes.write("naïve ✓") == "naïve ✓"
        assert client.blobs.put(b"\x00\xff") == b"\x00\xff"
        assert client.blobs.put() == b""
        assert client.pages.post(case.models.Page(title="t")).title == "t"
        assert client.free.send({"a": [1, None]}) == {"a": [1, None]}
    with case.connect(lambda _: httpx.Response(400, text="no ✓")) as client:
        with pytest.raises(case.errors.ApiError) as caught:
            client.notes.write("x")
        assert caught.value.error == "no ✓"


def test_several_successes(load: Callable[[str], Case]) -> None:
    case = load("several_successes")
    results = {200: {"value": 1}, 202: {"ticket": "t"}}
    for status, kind in ((200, case.models.Result), (202, case.models.Ticket)):
        with case.connect(answering(status, results[status])) as client:
            assert type(client.jobs.start()) is kind
    with case.connect(answering(204)) as client:
        assert client.jobs.start() is None
    with case.connect(answering(206, {"value": 3})) as client:
        assert client.jobs.any().value == 3
        assert client.jobs.only_default().value == 3


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (409, {"until": 3}, "Busy"), (404, {"message": "m"}, "Fault"),
        (500, {"message": "m"}, "Fault"), (409, {"message": "m"}, None), (500, ["x"], None),
    ],
)  # fmt: skip
def test_documented_errors(
    status: int, body: Any, kind: str | None, load: Callable[[str], Case]
) -> None:
    case = load("several_successes")
    with (
        case.connect(answering(status, body)) as client,
        pytest.raises(case.errors.ApiError) as caught,
    ):
        client.jobs.start()
    assert (type(caught.value.error).__name__ if caught.value.error is not None else None) == kind
    assert caught.value.status_code == status


def test_not_modified_is_no_success(load: Callable[[str], Case]) -> None:
    case = load("several_successes")
    with case.connect(answering(304)) as client, pytest.raises(case.errors.ApiError):
        client.jobs.moved()


def test_what_a_path_item_says_holds_for_its_operations(load: Callable[[str], Case]) -> None:
    case = load("path_item_and_refs")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"nights": 2})

    with case.connect(answer) as client:
        client.berths.assign("9074729", 4, {"nights": 1}, x_pilot="Ann")
        client.berths.get("9074729", "four")
        assert refused(lambda: client.berths.assign("9", 4, {"nights": 1})) != []
        assert refused(lambda: client.berths.assign("9074729", 0, {"nights": 1})) != []
    assert [request.url.path for request in seen] == [
        "/v2/ships/9074729/berths/4", "/v2/ships/9074729/berths/four",
    ]  # fmt: skip
    assert {request.url.host for request in seen} == {"berths.example"}
    assert seen[0].headers["x-pilot"] == "Ann"
    assert "x-pilot" not in seen[1].headers


def test_formats_are_types(load: Callable[[str], Case]) -> None:
    models = load("formats").models
    trip = models.Trip.model_validate(
        {
            "at": "2026-03-01T22:15:00+01:00", "day": "2026-03-01", "lasts": "P1DT2H",
            "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "days": ["2026-03-01"], "odd": "x",
            "price": "12.50",
        }
    )  # fmt: skip
    assert trip.at == datetime(2026, 3, 1, 22, 15, tzinfo=timezone(timedelta(hours=1)))
    assert trip.day == date(2026, 3, 1)
    assert trip.lasts == timedelta(days=1, hours=2)
    assert trip.price == Decimal("12.50")
    assert trip.id == UUID("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    assert sent(trip) == {
        "at": "2026-03-01T22:15:00+01:00", "day": "2026-03-01", "lasts": "P1DT2H", "price": "12.50",
        "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "days": ["2026-03-01"], "odd": "x",
    }  # fmt: skip
    assert refused(models.Trip, at="yesterday") != []
    assert refused(models.Trip, at="2026-03-01T00:00:00Z", mail="m" * 61) == ["string_too_long"]
    assert sent(models.Trip(at="2026-03-01T00:00:00Z", until=None))["until"] is None


def test_formats_in_paths_and_headers(load: Callable[[str], Case]) -> None:
    case = load("formats")
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"at": "2026-03-01T22:15:00Z"})

    identity = UUID("3fa85f64-5717-4562-b3fc-2c963f66afa6")
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with case.connect(answer) as client:
        client.trips.book(identity, date(2026, 3, 1), case.models.Trip(at=moment), if_since=moment)
    assert seen[0].url.path == f"/trips/{identity}/2026-03-01"
    assert seen[0].headers["if-since"] == "2026-01-02T03:04:05Z"


def test_keywords_of_31(load: Callable[[str], Case]) -> None:
    models = load("openapi_31").models
    hints = typing.get_type_hints(models.Report)
    assert hints["kind"] == typing.Literal["report"]
    assert hints["version"] == typing.Literal[2] | None
    good: tuple[dict[str, Any], ...] = (
        {"temperature": 1.5, "version": 2}, {"temperature": "cold"},
        {"temperature": 1, "anything": None},
        {"temperature": 1, "wind": {"speed": 2.5}}, {"temperature": 1, "point": [1.0, 2.0]},
        {"temperature": 1, "place": "Oslo"},
    )  # fmt: skip
    for values in good:
        assert sent(models.Report(kind="report", **values)) == {"kind": "report", **values}
    bad: tuple[dict[str, Any], ...] = (
        {"version": 3}, {"temperature": None}, {"wind": {"speed": 0}}, {"gust": {}}, {"place": "O"},
        {"place": "Trondheim"}, {"point": [1.0]}, {"point": [1.0, "x"]},
    )  # fmt: skip
    for values in bad:
        assert refused(models.Report, **{"kind": "report", "temperature": 1, **values}) != []
    assert typing.get_type_hints(models.Report)["wind"] == models.Wind | None
