"""The package as a module, and mocks of its classes."""

from __future__ import annotations

from unittest import mock

import pinterest_audiences
import pytest
from pinterest_audiences import AsyncPinterest, Pinterest

from tests.client.conftest import GOOD, HOME
from tests.support.clients import wait_for
from tests.support.command import ROOT, python

MODULES = """
import sys
import pinterest_audiences

for name in ("models", "testing"):
    assert f"pinterest_audiences.{name}" not in sys.modules, f"{name} is imported"
    assert getattr(pinterest_audiences, name) is sys.modules[f"pinterest_audiences.{name}"]
print(pinterest_audiences.models.Audience.__name__, pinterest_audiences.errors.ApiError.__name__)
"""


@pytest.mark.slow
def test_modules_of_the_package_are_attributes() -> None:
    """They are imported when they are first used."""
    done = python(ROOT, "-c", MODULES, path=[HOME])
    assert done.out == "Audience ApiError\n"


def test_the_package_has_no_other_attributes() -> None:
    name = "modles"
    with pytest.raises(AttributeError, match="'pinterest_audiences' has no attribute 'modles'"):
        getattr(pinterest_audiences, name)


@pytest.mark.parametrize("kind", [Pinterest, AsyncPinterest])
def test_a_mock_of_a_client_has_its_methods(kind: type) -> None:
    """With their signatures."""
    client = mock.create_autospec(kind, instance=True)
    wait_for(client.audiences.create("1", GOOD))
    client.audiences.create.assert_called_once_with("1", GOOD)
    with pytest.raises(TypeError, match="missing a required argument"):
        client.audiences.create("1")
    with pytest.raises(AttributeError, match="make"):
        client.audiences.make("1")
