"""The JSON Schema of the settings: it refuses what speclock refuses when it reads them."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import referencing
from validate_pyproject.api import Validator
from validate_pyproject.errors import ValidationError
from validate_pyproject.plugins import PluginWrapper

from generator.base.errors import UsageError
from generator.project.settings_file import parse_settings
from generator.project.settings_schema import tool_schema
from tests.support.command import ROOT, build_wheel, python, speclock

VALIDATOR = Validator(plugins=[PluginWrapper("speclock", cast("Any", tool_schema))])
HEAD = '[tool.speclock.clients.pets]\nspec = "pets.yaml"\n'
PAGES = "[tool.speclock.clients.pets.pagination]\n"


def is_refused_by_speclock(text: str) -> bool:
    try:
        parse_settings(text, Path("pyproject.toml"))
    except UsageError:
        return True
    return False


def is_refused_by_schema(text: str) -> bool:
    try:
        VALIDATOR(tomllib.loads(text))
    except ValidationError:
        return True
    return False


def client(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\n"


def pages(*lines: str) -> str:
    return HEAD + PAGES + "\n".join(lines) + "\n"


def signed(*lines: str) -> str:
    return HEAD + "[tool.speclock.clients.pets.webhook_signature]\n" + "\n".join(lines) + "\n"


CLIENT = tool_schema()["definitions"]["client"]
OF_OTHER_TYPES = {"string": "1", "boolean": '"true"', "array": '"one"', "object": '["a.b"]'}
TYPES = {
    key: OF_OTHER_TYPES.get(str(shape["type"]), "1") if "type" in shape else '"text"'
    for key, shape in CLIENT["properties"].items()
}
"""A value of a wrong type for each setting of a client."""
WRONG = {
    "section is no table": "[tool]\nspeclock = 1",
    "limits is a number": "[tool.speclock]\nlimits = 1",
    "unknown limit": "[tool.speclock.limits]\nmegabytes = 1",
    "a limit of nothing": "[tool.speclock.limits]\ndocuments = 0",
    "a limit that is text": '[tool.speclock.limits]\nbytes = "1"',
    "a limit that is a boolean": "[tool.speclock.limits]\nseconds = true",
    "a fraction of a second": "[tool.speclock.limits]\nseconds = 0.5",
    "no limit": "[tool.speclock.limits]\nnodes = 10_000_001",
    "unknown key of the section": '[tool.speclock]\nouput = "src"',
    "output is a number": "[tool.speclock]\noutput = 1",
    "clients is a list": "[tool.speclock]\nclients = []",
    "a client is text": '[tool.speclock.clients]\npets = "pets.yaml"',
    "no spec": '[tool.speclock.clients.pets]\nclient = "Pets"',
    "a list of clients": '[[tool.speclock.clients.pets]]\nspec = "pets.yaml"',
    "package with a hyphen": '[tool.speclock.clients.my-pets]\nspec = "pets.yaml"',
    "package with a dot": '[tool.speclock.clients."my.pets"]\nspec = "pets.yaml"',
    "package ends with a line break": '[tool.speclock.clients."pets\\n"]\nspec = "pets.yaml"',
    "package is a keyword": '[tool.speclock.clients.class]\nspec = "pets.yaml"',
    "unknown key": client('spek = "pets.yaml"'),
    "package is given twice": client('package = "pets"'),
    "no selector": client("operations = []"),
    "number in a list": client("operations = [1]"),
    "number as a pin": client("calls = { a = 1 }"),
    "table as a pin": client("names.pet.name = 'Pet'"),
    "models and operations": client("models = true", 'operations = ["pets/list"]'),
    "models and calls": client("models = true", 'calls.a = "b"'),
    "models and credentials": client("models = true", 'credentials.a = "b"'),
    "models and a condition of errors": client("models = true", 'error_when = "ok == false"'),
    "a condition without a value": client('error_when = "ok"'),
    "a condition of Python": client('error_when = "ok == False"'),
    "another comparison": client('error_when = "code != 0"'),
    "a condition with a list": client('error_when = "ok == [1]"'),
    "a condition of an operation without a value": client('error_when = { a = "ok" }'),
    "a list of conditions": client('error_when = ["ok == false"]'),
    "an empty condition": client('error_when = ""'),
    "models and prefixes": client("models = true", 'credential_prefixes.a = "b "'),
    "a prefix of a key beyond ASCII": client('credential_prefixes.a = "é"'),
    "models and pagination": client("models = true", 'pagination = [{ style = "link" }]'),
    "models and a table of pagination": client("models = true")
    + pages('style = "link"')[len(HEAD) :],
    "a parameter without a place": client('globals = ["X-Tenant"]'),
    "a parameter of an unknown place": client('globals = ["body tenant"]'),
    "a parameter without a name": client('globals = ["header "]'),
    "models and parameters": client("models = true", 'globals = ["header X-Tenant"]'),
    "unknown HTTP library": client('http = "requests"'),
    "unknown unit": client('rate_limit_reset_unit = "minutes"'),
    "header with a space": client('idempotency_header = "Idempotency Key"'),
    "header with a line break": client('idempotency_header = "Key\\n"'),
    "path with a backslash": "[tool.speclock.clients.pets]\nspec = 'a\\b.yaml'\n",
    "copy with a backslash": client("vendored = ['..\\shop']"),
    "output with a backslash": "[tool.speclock]\noutput = 'a\\b'\n",
    "a device as a package": '[tool.speclock.clients.Aux]\nspec = "a.yaml"\n',
    "the folder of the tests": '[tool.speclock.clients.tests]\nspec = "a.yaml"\n',
    "copy without a path": client('vendored = [""]'),
    "copy with a line break": client('vendored = ["a\\n"]'),
    "pagination without a style": pages('parameter = "page"'),
    "unknown style": pages('style = "pages"', 'parameter = "page"'),
    "style is a list": pages('style = ["page"]', 'parameter = "page"'),
    "unknown key of pagination": pages('style = "page"', 'parameter = "page"', 'last = "x"'),
    "page without a parameter": pages('style = "page"'),
    "offset without a parameter": pages('style = "offset"', 'total = "n"'),
    "cursor without a parameter": pages('style = "cursor"', 'next = "n"'),
    "cursor without a place": pages('style = "cursor"', 'parameter = "c"'),
    "cursor in two places": pages(
        'style = "cursor"', 'parameter = "c"', 'next = "n"', 'header = "X"'
    ),
    "link with a parameter": pages('style = "link"', 'parameter = "page"'),
    "offset with a first page": pages('style = "offset"', 'parameter = "o"', "first = 1"),
    "page with a header": pages('style = "page"', 'parameter = "p"', 'header = "n"'),
    "first is text": pages('style = "page"', 'parameter = "p"', 'first = "1"'),
    "first is a boolean": pages('style = "page"', 'parameter = "p"', "first = true"),
    "first is a fraction": pages('style = "page"', 'parameter = "p"', "first = 1.5"),
    "empty parameter": pages('style = "page"', 'parameter = ""'),
    "empty total": pages('style = "page"', 'parameter = "p"', 'total = ""'),
    "number as a member": pages('style = "page"', 'parameter = "p"', "items = 1"),
    "number as a selector": pages('style = "link"', "operations = [1]"),
    "no selector of pagination": pages('style = "link"', "operations = []"),
    "text as selectors": pages('style = "link"', 'operations = "a"'),
    "a wrong one of two": client('pagination = [{ style = "link" }, { style = "page" }]'),
    "a list of text": client('pagination = ["link"]'),
    "signature without a scheme": signed('header = "X"'),
    "unknown scheme": signed('scheme = "md5"'),
    "unknown key of a signature": signed('scheme = "none"', 'key = "a"'),
    "hmac without a header": signed('scheme = "hmac"'),
    "hmac with an empty header": signed('scheme = "hmac"', 'header = ""'),
    "hmac with a header of two words": signed('scheme = "hmac"', 'header = "a b"'),
    "unknown algorithm": signed('scheme = "hmac"', 'header = "X"', 'algorithm = "md5"'),
    "unknown encoding": signed('scheme = "hmac"', 'header = "X"', 'encoding = "hexa"'),
    "a number as a prefix": signed('scheme = "hmac"', 'header = "X"', "prefix = 1"),
    "a prefix beyond ASCII": signed('scheme = "hmac"', 'header = "X"', 'prefix = "é"'),
    "a header without hmac": signed('scheme = "standard-webhooks"', 'header = "X"'),
    **{
        f"type of {key}": client(f"{key} = {value}")
        if key != "spec"
        else client().replace('"pets.yaml"', value)
        for key, value in TYPES.items()
    },
}
RIGHT = {
    "no section": "[tool.other]\na = 1",
    "empty section": "[tool.speclock]",
    "no client": "[tool.speclock.clients]",
    "no limits": "[tool.speclock.limits]",
    "every limit": "[tool.speclock.limits]\ndocuments = 1\nbytes = 1_342_177_280\nseconds = 3000\n"
    "hosts = 100\nnodes = 10_000_000",
    "a client": client(),
    "two clients": client() + '[tool.speclock.clients._2]\nspec = "b.json"\nclient = "B"\n',
    "package beyond ASCII": '[tool.speclock.clients."ménü"]\nspec = "pets.yaml"',
    "package is a soft keyword": '[tool.speclock.clients.match]\nspec = "pets.yaml"',
    "every text": client(
        'output = "src"', 'client = "Pets"', 'http = "httpx2"', 'idempotency_header = "X-Key"',
        'request_id_header = "X-Id"', 'rate_limit_reset_header = "X-Reset"', 'root = ".."',
        'rate_limit_reset_unit = "epoch"', 'upstream = "https://pets.example/a.yaml"',
        'allowed = "allowed.toml"', 'templates = "templates"',
    ),
    "every flag": client(
        "strict = true", "tests = false", "fake = false", "insecure = true",
        "allow_unmatched = true",
    ),
    "every list": client(
        'operations = ["pets/list", "!tag:x"]', "remote = []", 'redacted = ["REDACTED"]',
        'path_slashes = ["a", "GET /a/{b}:b"]',
        'globals = ["header X-Tenant", "query a[b]", "path id", "cookie c"]',
        'vendored = ["../app/pets", "ünï"]', 'overlays = ["fix.yaml"]',
    ),
    "models": client("models = true", 'names = { Pet = "Pets" }', "calls = {}", "pagination = []"),
    "no models, and operations": client("models = false", 'operations = ["pets/list"]'),
    "pins": client('calls = { "GET /pets" = "list" }', 'names."pet" = "Pet"'),
    "nearly a device": '[tool.speclock.clients.com10]\nspec = "con"\nupstream = "https://a.example"\n',
    "a condition of errors": client('error_when = "ok == false"'),
    "conditions of operations": client(
        "error_when = { a = 'a.b == \"x\"', 'GET /b' = 'c == -1.5' }"
    ),
    "header that is left empty": client('idempotency_header = ""'),
    "cursor": pages('style = "cursor"', 'parameter = "c"', 'next = "meta.next"'),
    "cursor in a header": pages('style = "cursor"', 'parameter = "c"', 'header = "X-Next"'),
    "offset": pages('style = "offset"', 'parameter = "o"', 'total = "n"', 'items = ""'),
    "page": pages('style = "page"', 'parameter = "p"', 'total = "n"', "first = 0"),
    "link": pages('style = "link"', 'next = "/next"', 'operations = ["tag:pets"]'),
    "two tables": client('pagination = [{ style = "link" }, { style = "page", parameter = "p" }]'),
    "no table": client("pagination = []"),
    "standard webhooks": signed('scheme = "standard-webhooks"'),
    "no signature": signed('scheme = "none"'),
    "hmac": signed('scheme = "hmac"', 'header = "X-Hub-Signature-256"', 'prefix = "sha256="'),
    "all of hmac": signed(
        'scheme = "hmac"', 'header = "X"', 'algorithm = "sha512"', 'encoding = "base64"',
        'prefix = ""',
    ),
}  # fmt: skip
ONLY_SPECLOCK = {
    "1.0 is an integer in JSON Schema": pages('style = "page"', 'parameter = "p"', "first = 1.0"),
    "a sign beyond ASCII in a package's name": HEAD.replace("pets]", '"pets–x"]'),
    "a line separator in a path": client('vendored = ["a\\u2028"]'),
    "a file that isn't there": HEAD.replace("pets.yaml", "pet.yaml"),
    "an overlay that isn't there": client('overlays = ["fix.yaml"]'),
    "a folder of templates that isn't there": client('templates = "templates"'),
    "packages that differ in case": client() + '[tool.speclock.clients.Pets]\nspec = "b.json"\n',
    "a selector that selects nothing": client('operations = ["pets/lst"]'),
    "a pinned call that is no name": client('calls = { "pets/list" = "a-b" }'),
}
"""What depends on more than the settings' text, or is beyond JSON Schema."""
WARNED_OF = {
    "a pinned call of no operation": client('calls = { "pets/lst" = "list" }'),
    "a pinned name of no schema": client('names = { Pt = "Pet" }'),
    "pagination of no operation": pages('style = "link"', 'operations = ["pets/lst"]'),
}
"""What has no effect with the description, and is no fault."""
PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example}]
paths:
  /pets:
    get:
      operationId: pets/list
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components: {schemas: {Pet: {type: object, properties: {a: {type: string}}}}}
"""


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(tool_schema())


def test_each_setting_has_a_text_and_a_type() -> None:
    schema = tool_schema()
    shapes = [schema, *schema["definitions"].values()]
    for name, shape in (pair for one in shapes for pair in one["properties"].items()):
        assert shape["description"].endswith("."), name
        assert "``" not in shape["description"], name
        assert {"type", "enum", "anyOf"} & shape.keys(), name


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_both_refuse(text: str) -> None:
    assert (is_refused_by_speclock(text), is_refused_by_schema(text)) == (True, True)


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_both_accept(text: str) -> None:
    assert (is_refused_by_speclock(text), is_refused_by_schema(text)) == (False, False)


@pytest.mark.slow
@pytest.mark.parametrize("text", ONLY_SPECLOCK.values(), ids=ONLY_SPECLOCK.keys())
def test_only_speclock_refuses(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "pets.yaml").write_text(PETS, encoding="utf-8")
    assert not is_refused_by_schema(text)
    found = speclock(tmp_path, "generate")
    assert found.code == 2, found.err


@pytest.mark.slow
@pytest.mark.parametrize("text", WARNED_OF.values(), ids=WARNED_OF.keys())
def test_only_speclock_warns(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "pets.yaml").write_text(PETS, encoding="utf-8")
    assert not is_refused_by_schema(text)
    found = speclock(tmp_path, "generate")
    assert (found.code, found.err.count("[stray-pin]")) == (0, 1), found.err


@pytest.mark.slow
def test_the_project_of_that_table_is_right(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "pets.yaml").write_text(PETS, encoding="utf-8")
    assert speclock(tmp_path, "generate").code == 0


@pytest.mark.slow
@pytest.mark.nightly
def test_validate_pyproject_finds_it_in_the_wheel(tmp_path: Path) -> None:
    """Where speclock is installed, with the descriptions."""
    with zipfile.ZipFile(build_wheel(tmp_path)) as wheel:
        wheel.extractall(tmp_path / "installed")

    path = [tmp_path / "installed"]
    for text, code in ((RIGHT["page"], 0), (WRONG["unknown HTTP library"], 1)):
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        command = ("-OO", "-m", "validate_pyproject", "pyproject.toml")
        done = python(tmp_path, *command, code=code, path=path)
    assert "`tool.speclock.clients.pets.http` must be one of" in done.out + done.err
    asked = "import json, speclock.project.settings_schema as s; print(json.dumps(s.tool_schema()))"
    assert json.loads(python(tmp_path, "-OO", "-c", asked, path=path).out) == tool_schema()


def test_the_schema_of_the_page_has_ours(tmp_path: Path) -> None:
    """The schema that an editor is given refuses a wrong setting of a whole pyproject.toml.

    The empty registry fails where a part of it would have to be fetched.
    """
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    python(tmp_path, "-c", program.replace("from speclock", "from generator"), path=[ROOT])
    schema = json.loads((tmp_path / "pyproject.schema.json").read_text(encoding="utf-8"))
    elsewhere = schema.pop("allOf")
    assert [one["$ref"] for one in elsewhere] == ["https://json.schemastore.org/pyproject.json"]
    validator = jsonschema.Draft7Validator(schema, registry=referencing.Registry())
    assert validator.is_valid(tomllib.loads(RIGHT["every text"]))
    assert not validator.is_valid(tomllib.loads(WRONG["unknown HTTP library"]))
