"""The package in other interpreters, places and processes than a plain one."""

from __future__ import annotations

import asyncio
import copy
import pickle
import shutil
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pinterest_audiences import AsyncPinterest, Pinterest
from pinterest_audiences.testing import Fake

from tests.client.conftest import make_body
from tests.works_with.page import UserProject

CALLS = """\
import asyncio
import importlib
import sys

import httpx

package = importlib.import_module(sys.argv[1])
models = importlib.import_module(f"{package.__name__}.models")
errors = importlib.import_module(f"{package.__name__}.errors")


def answer(request):
    name = request.headers["x-status"]
    return httpx.Response(int(name), json={"id": "7", "code": 1, "message": "no"})


def options(status):
    return package.Options(headers={"x-status": status}, retry=package.Retry(attempts=1))


rule = models.AudienceRule(visitor_source_id="1", retention_days=90)
body = models.AudienceCreateRequest(audience_type="VISITOR", name="x", rule=rule)
transport = httpx.MockTransport(answer)
with package.Pinterest("token", transport=transport) as client:
    print(client.audiences.create("1", body, options=options("200")).id)
    try:
        client.audiences.create("1", body, options=options("403"))
    except errors.ApiError as error:
        print(error.status_code, error.error.code)
    try:
        client.audiences.create("not a number", body)
    except ValueError as error:
        print(type(error).__name__)


async def main():
    async with package.AsyncPinterest("token", transport=transport) as client:
        return (await client.audiences.create("1", body, options=options("200"))).id


print(asyncio.run(main()))
"""
PRINTED = "7\n403 1\nValidationError\n7\n"
INSERTED = f"import sys\nsys.path.insert(0, sys.argv[2])\n{CALLS}"
"""With an argument for the place of the package, since `-I` ignores PYTHONPATH."""


@pytest.mark.slow
@pytest.mark.parametrize("options", ["-W error -bb", "-O", "-OO", "-I -W error", "-P"])
def test_options_of_python(options: str, project: UserProject) -> None:
    project.write("program.py", INSERTED)
    arguments = ("program.py", "pinterest_audiences", str(project.output))
    done = project.python(*options.split(), *arguments)
    assert (done.out, done.err) == (PRINTED, "")


@pytest.mark.slow
def test_a_zip_file(project: UserProject) -> None:
    """Calls work; the fake needs a folder, which is a limit of the page."""
    with zipfile.ZipFile(project.root / "app.zip", "w") as file:
        for path in (project.output / "pinterest_audiences").rglob("*"):
            file.write(path, path.relative_to(project.output))
    shutil.rmtree(project.output)
    project.write("program.py", INSERTED)
    done = project.python("-W", "error", "program.py", "pinterest_audiences", "app.zip")
    assert (done.out, done.err) == (PRINTED, "")
    program = "from pinterest_audiences.testing import Fake; Fake()"
    done = project.python("-c", program, PYTHONPATH="app.zip")
    assert "NotADirectoryError" in done.err


PLACES = {
    "inside a package": "shop_app.vendor.pinterest_audiences",
    "inside a namespace package": "acme.pinterest_audiences",
    "under another name": "pins",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_places(place: str, project: UserProject) -> None:
    name = PLACES[place]
    *above, package = name.split(".")
    folder = project.root.joinpath("src", *above)
    folder.mkdir(parents=True)
    shutil.move(project.output / "pinterest_audiences", folder / package)
    if place == "inside a package":
        for each in (folder, folder.parent):
            (each / "__init__.py").touch()
    project.write("program.py", CALLS)
    done = project.python("-W", "error", "program.py", name, PYTHONPATH="src")
    assert (done.out, done.err) == (PRINTED, "")


def test_a_running_loop() -> None:
    """As in Jupyter: the loop runs already, and the cell awaits or calls."""

    async def cell() -> list[str | None]:
        asynchronous = AsyncPinterest("token", transport=Fake())
        synchronous = Pinterest("token", transport=Fake())
        return [
            (await asynchronous.audiences.create("1", make_body())).id,
            synchronous.audiences.create("1", make_body()).id,
        ]

    first, second = asyncio.run(cell())
    assert first == second == "2542620333444"


@pytest.mark.parametrize("make", [Pinterest, AsyncPinterest])
@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_client_is_not_pickled(make: Callable[[str], Any], copied: Callable[[Any], Any]) -> None:
    """So its credentials aren't written either."""
    with pytest.raises(TypeError, match="cannot pickle"):
        copied(make("token"))
