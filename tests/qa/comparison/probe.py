"""Make one call with a tool's client, and print what became of it, as JSON.

``python probe.py CALL URL DESCRIPTION`` in the environment of the client. The file ``CALL`` reads
``url`` and ``spec``, and assigns ``result``.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any, cast

DEPTH = 9
"""How far the parts of the result are read."""


class Reports(logging.Handler):
    """The warnings that a call logs."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def attributes_of(value: Any) -> dict[str, Any]:
    """Return what an object holds, also where it keeps members that it doesn't know."""
    attributes = {name: getattr(value, name, None) for name in getattr(value, "__slots__", ())}
    attributes |= getattr(value, "__dict__", {})
    attributes |= getattr(value, "__pydantic_extra__", None) or {}
    attributes |= getattr(value, "_raw_element", None) or {}
    return attributes


def parts_of(value: Any, depth: int = 0) -> Any:
    """Return a value as texts, with all that it holds."""
    if isinstance(value, dict):
        value = [*cast("dict[str, Any]", value).items()]
    if isinstance(value, list | tuple):
        return [parts_of(item, depth + 1) for item in cast("list[Any]", value)]
    attributes = attributes_of(value)
    if attributes and depth < DEPTH:
        return [str(value), parts_of(attributes, depth + 1)]
    return str(value)


def main(call: str, url: str, spec: str) -> None:
    reports = Reports()
    logging.getLogger().addHandler(reports)
    names: dict[str, Any] = {"url": url, "spec": Path(spec)}
    code = compile(Path(call).read_text(encoding="utf-8"), call, "exec", dont_inherit=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            exec(code, names)  # noqa: S102 - a call of tools.toml
        except BaseException as error:  # noqa: BLE001 - the way that a client fails is measured
            print(json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}))
            return
    texts = [*reports.texts, *(str(warning.message) for warning in caught)]
    print(json.dumps({"result": str(parts_of(names["result"])), "reports": texts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
