"""The labels themselves: does the generated client raise where they say ``breaking``?"""

from __future__ import annotations

import sys
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import httpx
import pytest

from tests.support.command_line import speclock
from tests.traffic.labelled import Label, labels
from tests.traffic.making import SPECS, UUID

ANSWERED: Final = [one for one in labels() if not one.rule.startswith("request/")]
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
_CREDENTIALS: Final = {"audiences": {"token": "t"}, "shop": {"key": "k"}}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, ModuleType]]:
    """Return a package of each description."""
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


@pytest.mark.parametrize("label", ANSWERED, ids=lambda one: f"{one.spec}:{one.pointer}")
def test_breaking_is_what_the_client_cannot_read(
    label: Label, packages: Mapping[str, ModuleType]
) -> None:
    if label.rule == "api/operation/presence/added":
        return  # the client has no such call
    package = packages[label.spec]
    errors = import_module(f"{package.__name__}.errors")
    one = label.exchange
    answer = httpx.Response(one.status, headers=one.headers, content=one.body)
    client = package.Sample(
        transport=httpx.MockTransport(lambda _: answer),
        retry=package.Retry(attempts=1),
        base_url="https://api.example.com",
        **_CREDENTIALS.get(label.spec, {}),
    )
    path = "/" + one.url.split("://")[1].split("/", 1)[1].removeprefix("v1/").removeprefix("api/")
    target = f"{label.spec} {one.method} {path}"
    call = next(call for start, call in _CALLS.items() if target.startswith(start))
    raised, told = False, list[str]()
    client._sender.settings.reading.on_deviation = lambda one: told.append(one.rule)  # noqa: SLF001
    try:
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            call(client, import_module(f"{package.__name__}.models"))
    except errors.ApiError:
        assert one.status >= 300
    except errors.ResponseError:
        raised = True
    assert raised == (label.level == "breaking")
    import os

    if not raised and label.rule not in told:
        print("MISSING", label.rule, label.pointer, told, file=open("/tmp/miss", "a"))
    if not raised and set(told) - {label.rule}:
        print("EXTRA", label.rule, label.pointer, told, file=open("/tmp/miss", "a"))
