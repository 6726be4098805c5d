"""The files that a client can come to, by imports, fixtures and attributes; others aren't read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.watch.usage import search
from generator.watch.usage.files import ProgramFile
from generator.watch.usage.reader import Reader
from tests.support.project import Project, settings

SPEC = """\
openapi: 3.1.0
info: {title: Library, version: "1"}
paths:
  /books/{isbn}:
    get:
      operationId: getBook
      parameters: [{name: isbn, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: OK
          content:
            application/json: {schema: {$ref: "#/components/schemas/Book"}}
components:
  schemas:
    Book:
      type: object
      properties:
        isbn: {type: string}
        title: {type: string}
"""
USERS = {
    "app/main.py": "from library.models import Book\nfrom .web import app\n"
    "app.state.favourite = Book()\n",
    "app/views.py": "def view(request):\n    return request.app.state.favourite.title\n",
    "app/inner/books.py": "import library\n\n\ndef first() -> library.models.Book: ...\n",
    "app/through_package.py": "import app.inner\n\nprint(app.inner.books.first().title)\n",
    "app/chain.py": "from .inner import books\n\nnovel = books.first()\n",
    "app/star.py": "from .chain import *\n\nprint(novel.title)\n",
    "app/inner/relative.py": "def f():\n    from .. import chain as c\n    return c.novel.title\n",
    "tests/conftest.py": "import pytest\nfrom app.inner.books import first\n\n\n"
    "@pytest.fixture(name='story')\ndef _story():\n    return first()\n",
    "tests/deep/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef tale(story):\n"
    "    return story\n",
    "tests/deep/test_tale.py": "def test_tale(tale):\n    assert tale.title\n",
}
OTHERS = {
    "app/__init__.py": "",
    "app/inner/__init__.py": "",
    "app/web.py": "app = object()\n",
    "app/unrelated.py": "def f(book):\n    return book.title\n",
    "other/test_tale.py": "def test_tale(tale):\n    assert tale.title\n",
}
USES = [
    "app/inner/relative.py:3",
    "app/star.py:3",
    "app/through_package.py:3",
    "app/views.py:2",
    "tests/deep/test_tale.py:2",
]


def test_uses_in_files_that_do_not_import_the_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path, "library")
    project.write("library.yaml", SPEC)
    project.write("new.yaml", SPEC.replace("        title: {type: string}\n", ""))
    project.write("pyproject.toml", settings({"library": {"spec": "library.yaml"}}))
    project.generate()
    for name, text in {**USERS, **OTHERS}.items():
        project.write(name, text)
    read: list[str] = []

    def reader(file: ProgramFile) -> Reader:
        read.append(file.name)
        return Reader(file)

    monkeypatch.setattr(search, "Reader", reader)
    code = [word for folder in ("app", "tests", "other") for word in ("--code", folder)]
    words = ("drift", "--revision", "new.yaml", "--fail-on", "never", "--format", "json", *code)
    data = json.loads(project.does(*words).out)
    uses = [use["place"] for change in data["changes"] for use in change["uses"]]
    assert sorted({f"{place['file']}:{place['line']}" for place in uses}) == USES
    assert data["usage"]["files"] == len(USERS) + len(OTHERS)
    assert {*USERS} <= {*read}
    assert {*read}.isdisjoint(("app/unrelated.py", "other/test_tale.py"))
    assert len(read) == len({*read})
