"""Values of parameters and response headers, compared with their texts (OpenAPI 3.1.1 §4.8.12.3,
§4.8.21).
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from tests.qa.corpus.source import is_json
from tests.qa.values.differences import differences, is_beyond, is_text_of, texts

_IN_PATH = "/:@!$&'()*+,;="
_JOINS = re.compile(r"[,=]|^\s|\s$|^$")
"""Parts of a header that can't be told from others."""
_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


def is_defined(parameter: dict[str, Any], value: Any) -> bool:
    """Tell whether OpenAPI defines how a value is written there, and whether HTTP can carry it."""
    if value is None:  # it is left out
        return False
    if "content" in parameter:
        return bool(parameter["in"] == "query")
    parts = _parts(value)
    if not parts or any(isinstance(part, (dict, list)) or part is None for part in parts):
        return False
    if parameter["in"] == "cookie" and isinstance(value, dict) and parameter.get("explode", True):
        return False  # OpenAPI 3.1.1 §4.8.12.4: no cookie has such a form
    if parameter["in"] in ("header", "cookie"):
        keys = list(value) if isinstance(value, dict) else []
        return all(
            text.isascii() and text.isprintable() and text == text.strip() and text
            for text in texts([keys, parts])
        )
    if parameter["in"] == "path":
        return all(text.strip(".") for text in texts(parts))
    return True


def fault(parameter: dict[str, Any], value: Any, template: str, request: Any) -> str:
    """Return how a request differs from what a parameter's value should have become, or ""."""
    name, place = parameter["name"], parameter["in"]
    if "content" in parameter:
        texts = [text for key, text in _query(request) if key == name]
        if next(iter(parameter["content"]), "").startswith("text/"):
            return "" if texts == [_text(value)] else f"{value!r} became {texts!r}"
        try:
            return next((f"{at} {how}" for at, how in differences(value, json.loads(texts[0]))), "")
        except (ValueError, IndexError):
            return f"{value!r} became {texts!r}"
    style = parameter.get("style") or ("form" if place in ("query", "cookie") else "simple")
    explode = parameter.get("explode", style in ("form", "cookie"))
    if place == "query":
        return _query_fault(name, value, style, explode, _query(request))
    if place == "header":
        text = request.headers.get(name)
        return _joined_fault(value, text, _DELIMITERS.get(style, ","), explode=explode)
    if place == "cookie":
        pairs = [one.strip().partition("=") for one in request.headers.get("cookie", "").split(";")]
        found = [(key, unquote(text)) for key, _, text in pairs]
        return _query_fault(name, value, "form", explode and style == "cookie", found)
    return _path_fault(name, value, style, explode, template, request)


def header_fault(headers: Any, name: str, header: Any, value: Any) -> tuple[str, str] | None:
    """Return the kind of the fault, and what the class of headers makes of the text of a value;
    empty for none, and None where that isn't defined.
    """
    is_plain = not isinstance(value, (dict, list))
    is_in_json = any(map(is_json, header.get("content") or ()))
    write = partial(joined, delimiter=",", explode=header.get("explode") is True)
    if is_beyond(value) or not (is_plain or not any(map(_JOINS.search, texts(value)))):
        return None
    if not is_in_json and not is_defined({**header, "in": "header"}, value):
        return None
    text = json.dumps(value) if is_in_json else write(value)
    try:
        members = headers.read({name: text}).model_dump_json(by_alias=True, exclude_unset=True)
    except ValueError as error:
        return "refused", " ".join(str(error).split())
    got = json.loads(members).get(name.lower(), value)  # Content-Type has no field
    is_rounded = isinstance(got, float) and is_plain and got == float(text)
    if is_rounded or (is_plain and is_text_of(got, text)) or write(got) == text:
        return "", ""  # a union may admit every text
    fact = next((f"{at} {how}" for at, how in differences(value, got)), "")
    return "altered" * bool(fact), fact


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _query(request: Any) -> list[tuple[str, str]]:
    raw = request.url.query.decode("ascii")
    pairs = [one.partition("=") for one in raw.split("&") if one]
    return [(unquote_plus(key), unquote_plus(text)) for key, _, text in pairs]


def _query_fault(
    name: str, value: Any, style: str, explode: bool, found: list[tuple[str, str]]
) -> str:
    if style == "deepObject" and isinstance(value, dict):
        wanted = [(f"{name}[{key}]", one) for key, one in value.items()]
    elif isinstance(value, dict) and explode:
        wanted = [(str(key), one) for key, one in value.items()]
    elif isinstance(value, list) and explode:
        wanted = [(name, one) for one in value]
    else:
        texts = [text for key, text in found if key == name]
        if len(texts) != 1:
            return f"{value!r} became {texts!r}"
        return _joined_fault(value, texts[0], _DELIMITERS.get(style, ","), explode=False)
    rest = list(found)
    for key, one in wanted:
        pair = next((p for p in rest if p[0] == key and is_text_of(one, p[1])), None)
        if pair is None:
            return f"{value!r} became {found!r}"
        rest.remove(pair)
    # An exploded object has no name of its own: another parameter may have one of its members.
    more = [key for key, _ in rest if key in dict(wanted)]
    is_nameless = isinstance(value, dict) and style != "deepObject"
    return f"{value!r} became {found!r}" if more and not is_nameless else ""


def joined(value: Any, delimiter: str, *, explode: bool) -> str:
    """Return the text of a value in one place (RFC 6570 §3.2.2 and §3.2.3)."""
    if not isinstance(value, dict):
        return delimiter.join(map(_text, _parts(value)))
    pairs = [(str(key), _text(one)) for key, one in value.items()]
    return delimiter.join(("=" if explode else delimiter).join(pair) for pair in pairs)


def _joined_fault(value: Any, text: str | None, delimiter: str, *, explode: bool) -> str:
    if text is not None and not isinstance(value, (dict, list)) and is_text_of(value, text):
        return ""
    if text == joined(value, delimiter, explode=explode):
        return ""
    found = (text or "").split(delimiter)
    if isinstance(value, list) and len(found) == len(value):
        is_right = all(is_text_of(one, other) for one, other in zip(value, found, strict=True))
        return "" if is_right else f"{value!r} became {text!r}"
    return f"{value!r} became {text!r}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _path_fault(
    name: str, value: Any, style: str, explode: bool, template: str, request: Any
) -> str:
    path, _, query = template.partition("#")[0].partition("?")
    for key, _, text in (one.partition("=") for one in query.split("&")):
        if text == f"{{{name}}}":
            return _query_fault(key, value, style, explode, _query(request))
    if re.search(r"\}[^/]*\{", path):  # where one ends can't be told
        return ""
    pattern = "".join(
        ("([^/]*)" if piece.casefold() == f"{{{name}}}".casefold() else "[^/]*")
        if piece.startswith("{")
        else f"(?:{re.escape(piece)}|{re.escape(quote(piece, safe=_IN_PATH))})"
        for piece in re.split(r"(\{[^{}]+\})", path)
    )
    raw = request.url.raw_path.decode("ascii").partition("?")[0]
    found = re.search(pattern + "$", raw)
    if found is None or not found.groups():
        return f"{raw} isn't {path}"
    text = unquote(found[1])
    if style == "label":
        return _joined_fault(
            value, text.removeprefix("."), "." if explode else ",", explode=explode
        )
    if style == "matrix":
        if isinstance(value, dict) and explode:
            return _joined_fault(value, text.removeprefix(";"), ";", explode=True)
        if isinstance(value, list) and explode:
            text = ",".join(part.partition("=")[2] for part in text.removeprefix(";").split(";"))
        else:
            text = text.removeprefix(f";{name}=")
        return _joined_fault(value, text, ",", explode=False)
    return _joined_fault(value, text, _DELIMITERS.get(style, ","), explode=explode)
