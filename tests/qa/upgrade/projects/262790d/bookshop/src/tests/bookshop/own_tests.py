"""Tests of the project's own beside the generated ones, with their fixtures."""

from typing import Any


def test_client(client: Any) -> None:
    assert client.books is not None


def test_server(client: Any, server: Any) -> None:  # breaks: fixtures server; page: `server`
    server.answer(200, json=[])
    assert client.books.search() == []
    assert str(server.request("get", "/books").url).endswith("/books")


def test_models(models: Any) -> None:  # breaks: fixtures models; page: `models`
    assert models.Genre.CRIME == "crime"


def test_errors(errors: Any) -> None:  # breaks: fixtures errors; page: `errors`
    assert issubclass(errors.ApiError, Exception)


def test_options(options: Any) -> None:  # breaks: fixtures options; page: `options`
    assert options.headers == {"x-test": "yes"}
