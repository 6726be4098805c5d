"""A description that has webhooks and no operations: a package without a client."""

from __future__ import annotations

import hashlib
import hmac
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.generated_case import Case

BODY = b'{"id": "p1", "price": 12.50, "kind": "swap"}'


def test_the_package_has_no_client(case: Case) -> None:
    names = {path.name for path in Path(str(case.package.__file__)).parent.iterdir()}
    assert not {"client.py", "_runtime/call.py", "testing.py", "resources"} & names
    assert case.package.__all__ == ["Deviation", "errors", "models", "webhooks"]


def test_it_needs_no_http_library(case: Case) -> None:
    folder, name = Path(str(case.package.__file__)).parent.parent, case.package.__name__
    code = f"import sys, {name}; sys.exit('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=False)
    assert done.returncode == 0


def test_a_signed_request_is_read(case: Case) -> None:
    webhooks = case.package.webhooks
    told: list[Any] = []
    value = "sha256=" + hmac.new(b"secret", BODY, hashlib.sha256).hexdigest()
    sale = webhooks.parse(
        "sold", BODY, {"X-Hub-Signature-256": value}, key="secret", on_deviation=told.append
    )
    assert (type(sale), sale.id, sale.price) == (case.models.Sale, "p1", 12.5)
    assert [one.rule for one in told] == ["response/schema/enum/value-added"]
    assert isinstance(told[0], case.package.Deviation)


def test_another_is_refused(case: Case) -> None:
    errors, webhooks = case.package.errors, case.package.webhooks
    with pytest.raises(errors.SignatureError) as caught:
        webhooks.parse("sold", BODY, {"X-Hub-Signature-256": "sha256=00"}, key="secret")
    assert isinstance(caught.value, errors.SampleError)
    assert set(errors.__all__) == {"SampleError", "SignatureError", "WebhookError"}


def test_sign_and_parse_agree(case: Case) -> None:
    webhooks = case.package.webhooks
    headers = webhooks.sign(BODY, "secret")
    assert headers == {
        "x-hub-signature-256": f"sha256={hmac.new(b'secret', BODY, hashlib.sha256).hexdigest()}"
    }
    upper = headers["x-hub-signature-256"].upper().replace("SHA256=", "sha256=")
    for value in (headers["x-hub-signature-256"], upper):
        given = {"X-Hub-Signature-256": value}
        assert webhooks.parse("sold", BODY, given, key=["other", "secret"]).id == "p1"
    assert webhooks.parse("lost", b"", headers | webhooks.sign(b"", b"k"), key=b"k") is None
