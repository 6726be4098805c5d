"""The labels themselves: what the generated client raises and reports is what they say."""

from __future__ import annotations

import json
import sys
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import httpx
import pytest
from pydantic import BaseModel

from tests.support.command import speclock
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.labelled import Label, labels
from tests.watch.traffic.making import SPECS, UUID

ANSWERED: Final = [
    one
    for one in labels()
    # The client has no call of what isn't described.
    if not one.rule.startswith(("request/", "api/operation/presence"))
]
_CALLS: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "measures GET /measures": lambda c, _: c.measures.get(),
    "measures POST /measures": lambda c, _: c.measures.set(),
    "shop GET /items/": lambda c, _: c.items.get(1),
    "files POST /uploads": lambda c, m: c.uploads.send(
        m.UploadsSendRequest(file=b"1", title="A title")
    ),
    "files GET /notes/": lambda c, _: c.notes.get("ab"),
    "files GET /reports": lambda c, _: c.reports.list(),
    "zoo GET /animals/latest": lambda c, _: c.animals.latest(),
    "zoo GET /animals/": lambda c, _: c.animals.get(uuid.UUID(UUID)),
    "zoo GET /animals": lambda c, _: c.animals.list(),
    "zoo POST /animals/": lambda c, _: c.animals.feed(uuid.UUID(UUID)),
    "zoo POST /animals": lambda c, m: c.animals.add(m.NewAnimal(name="A", secret="s")),
    "audiences POST": lambda c, m: c.audiences.create(
        "12", m.AudienceCreateRequest(audience_type="PERSONA", name="A", rule=m.AudienceRule())
    ),
}
"""How the client makes a call, by the beginning of description, method and path."""
_UNTOLD: Final[Mapping[str, str]] = {
    "/headers": "response headers are read by the program that wants them",
    "status/error/added": "an error of the API, which has its status",
    "responses/404": "an error of the API without the documented body has no `error`",
    "responses/default": "an error of the API without the documented body has no `error`",
    "maxLength/widened files /paths/~1notes": "text is taken as it is",
    "uniqueItems": "no Python type has it",
    "Properties/widened": "no Python type has it",
    "propertyNames": "no Python type has it",
    "dependentRequired": "no Python type has it",
    "contains": "no Python type has it",
    "/never/not": "no Python type has it",
    "prefixItems": "a list has one type of items",
    "/mail/format": "text of this format stays text",
    "/address/format": "text of this format stays text",
}
"""Parts of labels that the client doesn't tell, with the reason."""
_CREDENTIALS: Final = {"audiences": {"token": "t"}, "shop": {"key": "k"}}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, ModuleType]]:
    folder = tmp_path_factory.mktemp("labelled")
    for name, file in SPECS.items():
        outcome = speclock(
            folder, "generate", "--spec", str(file), "--package", f"labelled_{name}",
            "--client", "Sample", "--output", str(folder),
        )  # fmt: skip
        assert outcome.code == 0, outcome.err
    sys.path.insert(0, str(folder))
    yield {name: import_module(f"labelled_{name}") for name in SPECS}
    sys.path.remove(str(folder))


@pytest.mark.slow
@pytest.mark.parametrize("label", ANSWERED, ids=lambda one: f"{one.spec}:{one.pointer}")
def test_the_client_tells_the_same(label: Label, packages: Mapping[str, ModuleType]) -> None:
    """The client raises where a label is ``breaking``, or its value isn't of the described type.

    It reports the label's rule where it doesn't raise.
    """
    package = packages[label.spec]
    errors = import_module(f"{package.__name__}.errors")
    one, told = label.exchange, list[Any]()
    response = httpx.Response(one.status, headers=one.headers, content=one.body)
    path = "/" + one.url.split("://")[1].split("/", 1)[1].removeprefix("v1/").removeprefix("api/")
    target = f"{label.spec} {one.method} {path}"
    call = next(call for start, call in _CALLS.items() if target.startswith(start))
    result: Any = None
    raised = False
    with (
        warnings.catch_warnings(action="ignore", category=DeprecationWarning),
        package.Sample(
            retry=package.Retry(attempts=1),
            transport=httpx.MockTransport(lambda _: response),
            on_deviation=told.append,
            **_CREDENTIALS.get(label.spec, {}),
        ) as client,
    ):
        try:
            result = call(client, import_module(f"{package.__name__}.models"))
        except errors.ApiError:
            assert one.status >= 300
            raised = one.status < 400  # a redirect that isn't followed
        except errors.ResponseError:
            raised = True
    is_unread = any(_is_unread(each, result, one) for each in told)
    assert (raised or is_unread) == (label.level == "breaking")
    if not raised:
        why = next((why for part, why in _UNTOLD.items() if part in _described(label)), "")
        assert {each.rule for each in told} == (set() if why else {label.rule})


def _is_unread(deviation: Any, result: Any, exchange: Exchange) -> bool:
    """Return whether the value of a deviation isn't of the described type."""
    rule = deviation.rule.removeprefix("response/schema/")
    if exchange.status >= 300 or rule not in ("type/changed", "format/changed", "nullable/added"):
        return False
    recorded: Any = json.loads(exchange.body or b"")
    takes_none = False
    for step in deviation.pointer.split("/")[1:]:
        key: Any = int(step) if isinstance(result, list) else step
        if step == "*":  # a key of a map
            key = next(iter(result))
        takes_none = False
        if isinstance(result, BaseModel):
            fields = type(result).model_fields
            field = next(name for name, info in fields.items() if key in (info.alias, name))
            takes_none = not fields[field].is_required()
            result = getattr(result, field)
        else:
            result = result[key]
        recorded = recorded[key]
    is_kept = type(result) is type(recorded) and result == recorded
    return is_kept and not (recorded is None and takes_none)


def _described(label: Label) -> str:
    return f"{label.rule} {label.spec} {label.pointer}"


def test_every_reason_not_to_tell_is_needed() -> None:
    for part in _UNTOLD:
        assert any(part in _described(label) for label in ANSWERED), part
