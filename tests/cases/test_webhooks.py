"""Webhooks of clients whose settings or descriptions differ from those of ``tests/cases``."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.command import ROOT, run_tests, speclock
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

pytestmark = pytest.mark.slow

SPEC = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths: {/orders: {get: {operationId: orders/list, responses: {"204": {description: None.}}}}}
webhooks:
  sold: {post: {HEADERS requestBody: {required: true, content: {application/json: {schema: {
    type: object, required: [id], properties: {id: {type: string}}}}}},
    responses: {"204": {description: Seen.}}}}
  lost: {post: {responses: {"204": {description: Seen.}}}}
"""
PLAIN = SPEC.replace("HEADERS ", "")
BASE64 = (
    'webhook_signature = {scheme = "hmac", header = "X-Sign", algorithm = "sha512", '
    'encoding = "base64"}'
)
BODY = b'{"id": "o1"}'


def digest(body: bytes, secret: bytes = b"secret", algorithm: str = "sha256") -> hmac.HMAC:
    return hmac.new(secret, body, getattr(hashlib, algorithm))


@pytest.fixture
def hub(cases: GeneratedCases) -> Case:
    """A package whose signature is `sha256=` and the digest in hexadecimal."""
    return cases.load("webhooks_alone")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (BODY + b" ", f"sha256={digest(BODY).hexdigest()}"),
        (BODY, ""),
        (BODY, "sha256="),
        (BODY, digest(BODY).hexdigest()),
        (BODY, f"sha1={digest(BODY).hexdigest()}"),
        (BODY, f"SHA256={digest(BODY).hexdigest()}"),
        (BODY, f"sha256={digest(BODY).hexdigest()[:-1]}"),
        (BODY, f"sha256={digest(BODY).hexdigest()}0"),
        (BODY, f"sha256={digest(BODY, b'other').hexdigest()}"),
        (BODY, f"sha256={digest(BODY, algorithm='sha1').hexdigest()}"),
        (BODY, "sha256=\udcff\u2028"),
    ],
)
def test_another_header_is_refused(body: bytes, value: str, hub: Case) -> None:
    with pytest.raises(hub.package.errors.SignatureError):
        hub.package.webhooks.parse("sold", body, {"X-Hub-Signature-256": value}, key="secret")


@pytest.mark.parametrize("key", ["", b"", [], ["secret", b""]])
def test_no_key_is_refused(key: Any, hub: Case) -> None:
    headers = {"X-Hub-Signature-256": f"sha256={digest(BODY, b'').hexdigest()}"}
    with pytest.raises(hub.package.errors.WebhookError, match="no key"):
        hub.package.webhooks.parse("sold", BODY, headers, key=key)


def test_another_algorithm_and_encoding(cases: GeneratedCases) -> None:
    case = load_spec(cases, "base64", PLAIN, BASE64)
    webhooks = case.modules["webhooks"]
    value = b64encode(digest(BODY, algorithm="sha512").digest()).decode()
    assert webhooks.parse("sold", BODY, {"X-Sign": value}, key="secret").id == "o1"
    with pytest.raises(case.errors.SignatureError):
        webhooks.parse("sold", BODY, {"X-Sign": value.swapcase()}, key="secret")


def test_without_a_scheme_there_is_no_key(cases: GeneratedCases) -> None:
    case = load_spec(cases, "unsigned", PLAIN)
    webhooks: ModuleType = case.modules["webhooks"]
    assert webhooks.parse("sold", BODY, {}).id == "o1"
    assert webhooks.parse("lost", BODY, {}) == BODY
    assert not hasattr(webhooks, "sign")
    assert not hasattr(case.errors, "SignatureError")
    assert "The description doesn't tell how they are signed" in str(webhooks.__doc__)


def modules_of(folder: Path, spec: str, *settings: str) -> set[str]:
    outcome = generate_spec(folder, "shop", spec, *settings)
    assert outcome.code == 0, outcome.err
    return {p.relative_to(folder / "shop").as_posix() for p in (folder / "shop").rglob("*.*")}


NAMES = ("webhook-id", "Webhook-Timestamp", "webhook-signature")
HEADERS = json.dumps([{"name": n, "in": "header", "schema": {"type": "string"}} for n in NAMES])
PARTLY = SPEC.replace("HEADERS", f"parameters: {HEADERS},")
WHOLE = PARTLY.replace("lost: {post: {", f"lost: {{post: {{parameters: {HEADERS}, ")
HOOK = "components: {securitySchemes: {hook: {type: apiKey, in: header, name: X-Hook}}}\n"
SECURED = PLAIN.replace("lost: {post: {", "lost: {post: {security: [{hook: []}], ") + HOOK


@pytest.mark.parametrize(
    ("spec", "settings", "module", "is_there"),
    [
        (PARTLY, [], "_runtime/standard_webhooks.py", False),
        (WHOLE, [], "_runtime/standard_webhooks.py", True),
        (WHOLE, ['webhook_signature = {scheme = "none"}'], "_runtime/standard_webhooks.py", False),
        (SECURED, [], "_runtime/auth.py", False),
    ],
    ids=["headers of some", "headers of all", "by the settings", "credentials of the sender"],
)
def test_a_module_is_there_when_it_is_needed(
    spec: str, settings: list[str], module: str, is_there: bool, tmp_path: Path
) -> None:
    assert (module in modules_of(tmp_path, spec, *settings)) is is_there


@pytest.mark.parametrize(
    ("selectors", "names"),
    [
        (None, ["sold", "lost"]),
        (["orders/list", "webhook sold"], ["sold"]),
        (["orders/list", "webhook *"], ["sold", "lost"]),
        (["!webhook *"], []),
    ],
)
def test_selectors_take_webhooks(
    selectors: list[str] | None, names: list[str], tmp_path: Path
) -> None:
    settings = [f"operations = {json.dumps(selectors)}"] if selectors else []
    assert ("webhooks.py" in modules_of(tmp_path, PLAIN, *settings)) is bool(names)
    if names:
        source = (tmp_path / "shop/webhooks.py").read_text()
        assert [name for name in ("sold", "lost") if f'"{name}": Webhook(' in source] == names


def test_a_selector_that_matches_no_webhook_is_an_error(tmp_path: Path) -> None:
    outcome = generate_spec(tmp_path, "shop", PLAIN, 'operations = ["webhook sod"]')
    assert outcome.code == 2
    assert "Did you mean 'webhook sold'" in outcome.err


def test_a_webhook_with_a_fault_is_left_out_and_told(tmp_path: Path) -> None:
    spec = PLAIN.replace(
        "type: object, required: [id]", "$ref: https://other.example/lost.json, x: [id]"
    )
    outcome = generate_spec(tmp_path, "shop", spec)
    assert outcome.code == 0
    assert "left out" in outcome.err
    assert '"sold"' not in (tmp_path / "shop/webhooks.py").read_text()
    manifest = json.loads((tmp_path / "shop/speclock.json").read_bytes())
    assert [one["operation"] for one in manifest["left_out"]] == ["webhook sold"]
    named = generate_spec(tmp_path, "shop", spec, 'operations = ["webhook sold", "orders/list"]')
    assert named.code == 2
    assert "other.example" in named.err


def test_a_resource_may_be_called_webhooks(tmp_path: Path) -> None:
    """Its tests take no fixture of that name, which only a package with webhooks has."""
    paths = "/webhooks: {get: {operationId: webhooks/list, responses: {'204': {description: No.}}}}"
    spec = PLAIN.replace("{/orders:", f"{{{paths}, /orders:")
    for name, text in (("both", spec), ("alone", spec.partition("webhooks:\n")[0])):
        (tmp_path / "spec.yaml").write_text(text)
        arguments = ("generate", "--spec", "spec.yaml", "--package", name, "--output", "out")
        assert speclock(tmp_path, *arguments).code == 0
    run_tests(tmp_path / "out", "tests")
    tests = {path.name for path in (tmp_path / "out/tests/both").glob("test_*.py")}
    assert {"test_webhooks_.py", "test_webhooks.py"} <= tests


def test_ls_and_slice_know_webhooks(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(PLAIN, encoding="utf-8")
    listed = speclock(tmp_path, "ls", "spec.yaml")
    assert "webhook sold" in listed.out
    assert "1 operation, 2 webhooks" in listed.err + listed.out
    shown = speclock(tmp_path, "show", "webhook sold", "spec.yaml")
    assert shown.code == 2
    assert "webhooks.parse('sold', body, headers)" in shown.err
    for name, others in (("webhook lost", "orders/list"), ("orders/list", "orders/list")):
        chosen = [f"--operation={one}" for one in (name, others)]
        cut = speclock(tmp_path, "slice", "spec.yaml", "-o", "cut.yaml", "--force", *chosen)
        assert cut.code == 0, cut.err
        text = (tmp_path / "cut.yaml").read_text()
        assert ("lost:" in text, "sold:" in text) == (name == "webhook lost", False)


def test_the_program_of_the_page(cases: GeneratedCases, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "calls.md").read_text(encoding="utf-8")
    section = page.partition("## Webhooks and callbacks")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    case = cases.load("webhooks")
    program: dict[str, Any] = {}
    own = code.replace("from shop import", f"from {case.package.__name__} import")
    exec(own, program)  # noqa: S102 - the program of a page
    body, webhooks = b'{"amount": 3}', case.modules["webhooks"]
    headers = webhooks.sign(body, program["KEY"])
    assert program["receive"]("paid of orders/create", body, headers) == 204
    assert program["receive"]("paid of orders/create", body + b" ", headers) == 401
    assert program["receive"]("lost", body, headers) == 400
    assert capsys.readouterr().out.splitlines() == [
        "amount=3",
        "lost: no request of this name is described",
    ]
