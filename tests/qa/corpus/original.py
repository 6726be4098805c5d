"""The original description and a request, as openapi-core wants to see them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema.exceptions import best_match
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.qa.corpus.source import read

BESIDE_REF = "beside $ref"
UNDESCRIBED = "required without a property"
UNTYPED_NULL = "nullable beside no type"
EMPTY = "an empty value in the query"


class Sent:
    """An httpx request as openapi-core wants to see one."""

    def __init__(self, request: Any) -> None:
        url = urlsplit(str(request.url))
        self.host_url = f"{url.scheme}://{url.netloc}"
        # Web servers hand on the path unquoted; a quoted slash must not look like a separator.
        self.path = unquote(url.path.replace("%2F", "%252F").replace("%2f", "%252f"))
        self.method = str(request.method).lower()
        self.content_type: str = request.headers.get("content-type", "")
        self.body: bytes | None = request.content or None
        cookies = SimpleCookie(request.headers.get("cookie", ""))
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(url.query, keep_blank_values=True)),
            header=Headers(list(request.headers.items())),
            cookie=ImmutableMultiDict({name: unquote(one.value) for name, one in cookies.items()}),
            path={},
        )


class Original:
    """The description as it was written, one operation of it at a time."""

    def __init__(self, path: Path, without: str = "") -> None:
        self.document = read(path)
        if without == BESIDE_REF:
            if str(self.document.get("openapi")).startswith("3.0"):
                _strip_beside(self.document)
        elif without == UNDESCRIBED:
            _strip_undescribed(self.document)
        elif without == UNTYPED_NULL:
            _admit_null(self.document)
        elif without == EMPTY:
            _admit_empty(self.document)
        elif without:
            _strip(self.document, without)
        self.uri = path.resolve().as_uri()
        # Of the types that end in +json (RFC 6839 §3.1) it knows one; it is told of the rest.
        self.json_types = {kind.partition(";")[0] for kind in _json_types(self.document)}
        self.rest = {key: value for key, value in self.document.items() if key != "webhooks"}
        self.rest[_PATHS] = self.document["paths"]
        _straighten(self.document)

    def operation(self, operation: dict[str, Any], base_url: str) -> OpenAPI:
        """A description of this operation alone, with everything that it may refer to."""
        method = str(operation["method"])
        path = self._key(operation)
        item = self.document["paths"][path]
        kept = {key: item[key] for key in item if key in _BESIDE or key == method.lower()}
        # A fragment tells operations apart; it is no part of the URL.
        document = {**self.rest, "paths": {path.partition("#")[0]: kept}}
        config = Config(
            spec_validator_cls=None,  # type: ignore[arg-type]  # its documentation says None
            server_base_url=base_url or None,
            extra_media_type_deserializers=dict.fromkeys(self.json_types, _json),
        )
        return OpenAPI.from_dict(document, config=config, base_uri=self.uri)

    def _key(self, operation: dict[str, Any]) -> str:
        """The path as the description has it, where a fragment tells operations apart."""
        path, method = str(operation["path"]), str(operation["method"]).lower()
        for key, item in self.document["paths"].items():
            given = item.get(method, {}).get("operationId") if "#" in key else None
            if key.partition("#")[0] == path and given == operation["operation_id"]:
                return str(key)
        return path


_PATHS = "x-paths"
"""All paths, for the references that lead into them."""
_BESIDE = ("parameters", "servers", "summary", "description", "$ref")


def problems(check: Any, *values: Any) -> list[str]:
    try:
        return [reason_of(error) for error in check(*values)]
    except Exception as error:  # noqa: BLE001 - a crash of the validator is reported as such
        return [f"openapi-core crashed: {reason_of(error)}"]


def reason_of(error: BaseException) -> str:
    """What happened in one line: where in the data the schema says no, or the chain of causes."""
    chain: list[BaseException] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 5:
        chain.append(seen)
        seen = seen.__cause__ or seen.__context__
    for link in chain:
        mismatch: Any = best_match(getattr(link, "schema_errors", ()))
        if mismatch is not None:
            value = repr(mismatch.instance)
            message = str(mismatch.message)
            if len(value) > 100 and message.startswith(value):  # what is said of it comes after
                message = f"{value[:100]}…{value[-1]}{message[len(value) :]}"
            text = _short(f"{mismatch.json_path}: {message}")
            return f"{type(error).__name__}: {text}"
    return " ← ".join(_short(f"{type(link).__name__}: {link}") for link in chain)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:200]} … {line[-100:]}"


def _strip(data: object, keyword: str) -> None:
    """Take a keyword out of every schema, in place; of properties one may be called so."""
    waiting: list[tuple[object, bool]] = [(data, False)]
    while waiting:
        one, is_names = waiting.pop()
        if isinstance(one, dict):
            if not is_names:
                one.pop(keyword, None)
            waiting += [(value, key in ("properties", "schemas")) for key, value in one.items()]
        elif isinstance(one, list):
            waiting += [(value, False) for value in one]


def _mappings(data: object) -> Iterator[dict[Any, Any]]:
    """Yield every mapping, before those inside of it; it may be changed then."""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _strip_beside(data: object) -> None:
    """Take out what is beside ``$ref``, in place; of properties one may be called so."""
    for one in _mappings(data):
        if isinstance(one.get("$ref"), str):
            for key in one.keys() - {"$ref"}:
                del one[key]


def _strip_undescribed(data: object) -> None:
    """Take out of ``required`` what has no property beside it, in place."""
    for one in _mappings(data):
        required, properties = one.get("required"), one.get("properties")
        if isinstance(required, list) and isinstance(properties, dict):
            one["required"] = [name for name in required if name in properties]


def _admit_null(data: object) -> None:
    """Allow this or null where ``nullable`` is beside no type. Branches of a ``oneOf`` that null
    tells apart can then overlap, so any of them will do.
    """
    for one in _mappings(data):
        if isinstance(one.get("oneOf"), list):
            one["anyOf"] = one.pop("oneOf")
        if one.get("nullable") is True and "type" not in one:
            rest = {key: one.pop(key) for key in [*one]}
            rest.pop("nullable")
            null = {"type": "string", "nullable": True, "enum": [None]}
            one["anyOf"] = [rest, null]


def _admit_empty(data: object) -> None:
    """Allow an empty text in the query wherever the schema does, in place."""
    for one in _mappings(data):
        if one.get("in") == "query":
            one["allowEmptyValue"] = True


def _straighten(data: object) -> None:
    """Write references and servers, in place, as the program finds them: it has one path at a
    time, and compares the text of a URL with that of a server, which may have the default port
    and no scheme.
    """
    for one in _mappings(data):
        if isinstance(one.get("$ref"), str):
            one["$ref"] = re.sub("^#/paths/", f"#/{_PATHS}/", one["$ref"])
        elif isinstance(one.get("url"), str):
            url = re.sub("^//", "https://", one["url"])
            one["url"] = re.sub(r"^(https://[^/]+):443(?=/|$)", r"\1", url)


def _json(data: bytes, **_parameters: str) -> Any:
    return json.loads(data)


def _json_types(data: object) -> Iterator[str]:
    """Yield every media type that is anywhere and is JSON, but the one that is known."""
    for one in _mappings(data):
        names = (str(key).partition(";")[0] for key in one)
        yield from (name for name in names if name.endswith("+json") or name == "text/json")
