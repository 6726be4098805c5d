"""The plugins that answer httpx2; they need the package index, in an environment of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import clean_environment, speclock

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

CALLS = """\
import asyncio

import httpx2

from bookshop import AsyncBookshop, Bookshop, models

URL = "https://bookshop.example/v1/orders"
BODY = models.OrderRequest(isbn="978-0-14-044926-6", copies=2)


def order(**arguments):
    with Bookshop(**arguments) as bookshop:
        return bookshop.orders.place(BODY).id


def order_asynchronously():
    async def place():
        async with AsyncBookshop() as bookshop:
            return (await bookshop.orders.place(BODY)).id

    return asyncio.run(place())


def test_both_clients(httpx2_mock):
    {answer}
    assert order() == "Z-1"
    {answer}
    assert order_asynchronously() == "Z-1"


def test_a_transport_of_ones_own():
    def answer(request):
        return httpx2.Response(201, json={{"id": "own", "copies": 2}})

    assert order(transport=httpx2.MockTransport(answer)) == "own"
"""
ROUTER = """

import respx


def test_the_router_of_respx(httpx2_mock):
    assert isinstance(httpx2_mock, respx.Router)
"""
REPLY = 'json={"id": "Z-1", "copies": 2}'
PLUGINS = {
    "pytest-httpx2": (f"httpx2_mock.post(URL).respond(201, {REPLY})", ROUTER),
    "httpx2-pytest": (f"httpx2_mock.add_response(url=URL, status_code=201, {REPLY})", ""),
}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_plugins_answer_httpx2(plugin: str, tmp_path: Path) -> None:
    answer, more = PLUGINS[plugin]
    assert speclock(tmp_path, "init", "--example", "bookshop", "--no-ci").code == 0
    with (tmp_path / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('http = "httpx2"\n')
    assert speclock(tmp_path, "generate").code == 0
    test = CALLS.format(answer=answer) + more
    (tmp_path / "test_calls.py").write_text(test, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "environment"], check=True)
    python = str(tmp_path / "environment" / "bin" / "python")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([python, *install, "httpx2", "pydantic", "pytest", plugin], check=True)
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "test_calls.py"],
        cwd=tmp_path,
        env=clean_environment([tmp_path / "generated"]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
