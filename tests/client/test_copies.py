"""Models and errors that are copied and pickled."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pinterest_audiences import errors, models
from pinterest_audiences._runtime.errors import Exchange
from pinterest_audiences.models import (
    Audience,
    AudienceCreateRequest,
    AudienceRule,
    EventData,
    UrlCondition,
)
from pydantic import BaseModel

from tests.client.conftest import GOOD, refusal

COPIES: list[Callable[[Any], Any]] = [
    lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301
    lambda value: pickle.loads(pickle.dumps(value, protocol=2)),  # noqa: S301
    copy.copy,
    copy.deepcopy,
]

VALUES: list[BaseModel] = [
    AudienceCreateRequest(**GOOD),
    AudienceRule(url=UrlCondition(equal="/a"), objective_type=["AWARENESS"]),
    Audience.model_validate({"id": "1", "size": None, "new": [1], "rule": {"newer": 2}}),
    EventData.model_validate({"currency": "XTS", "line_items": [{"product_id": 1}]}),
    models.Error(code=1, message="x"),
]


@pytest.mark.parametrize("again", COPIES, ids=["pickle", "pickle2", "copy", "deepcopy"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_models_survive(value: BaseModel, again: Callable[[Any], Any]) -> None:
    """Pickling and copying keep values, what was set, and what wasn't known."""
    made = again(value)
    assert type(made) is type(value)
    assert made == value
    assert made.model_fields_set == value.model_fields_set
    assert made.model_extra == value.model_extra
    assert made.model_dump_json(exclude_unset=True) == value.model_dump_json(exclude_unset=True)
    if not isinstance(value, EventData):  # which takes fields of one's own
        assert refusal(lambda: setattr(made, "bogus", 1)) == {"bogus": "extra_forbidden"}


EXCHANGE = Exchange(
    method="POST",
    url="https://api.example.com/v5/x",
    status_code=429,
    headers={"retry-after": "7", "x-pinterest-rid": "1234"},
    content=b"{}",
    retry_after=7.0,
)

MODEL = models.Error(code=8, message="Slow down.")

ERRORS: list[errors.PinterestError] = [
    errors.PinterestError("one"),
    errors.RequestError("two"),
    errors.TransportError("POST", "https://x", "gone", may_have_reached_server=True),
    errors.ApiError(EXCHANGE, MODEL, "no", " (code 8)"),
    errors.BadRequestError(EXCHANGE, MODEL, "bad", ""),
    errors.AuthenticationError(EXCHANGE, MODEL, "who?", ""),
    errors.PermissionDeniedError(EXCHANGE, MODEL, "not you", ""),
    errors.NotFoundError(EXCHANGE, MODEL, "nothing", ""),
    errors.ConflictError(EXCHANGE, MODEL, "another", ""),
    errors.UnprocessableEntityError(EXCHANGE, MODEL, "bad member", ""),
    errors.RateLimitError(EXCHANGE, MODEL, "slow down", ""),
    errors.InternalServerError(EXCHANGE, MODEL, "oops", ""),
    errors.ResponseError(EXCHANGE, "unreadable"),
]


@pytest.mark.parametrize("again", COPIES, ids=["pickle", "pickle2", "copy", "deepcopy"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive(error: errors.PinterestError, again: Callable[[Any], Any]) -> None:
    """Class, message and every attribute."""
    made = again(error)
    assert type(made) is type(error)
    assert (str(made), made.args, repr(made)) == (str(error), error.args, repr(error))
    assert made.__dict__ == error.__dict__


def test_every_error_class_is_tried() -> None:
    assert {type(error) for error in ERRORS} == {getattr(errors, name) for name in errors.__all__}
    assert all(isinstance(error, errors.PinterestError) for error in ERRORS)


def test_errors_need_no_http_library_to_be_caught() -> None:
    """The tree in the docstring is the tree of classes."""
    tree = inspect.getdoc(errors) or ""
    assert all(name in tree for name in errors.__all__)
    assert issubclass(errors.RateLimitError, errors.ApiError)
    assert not issubclass(errors.ResponseError, errors.ApiError)
    assert not hasattr(errors, "httpx")
