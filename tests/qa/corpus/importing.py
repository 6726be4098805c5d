"""Import every module of a package and complete every model in it.

    python -W error tests/qa/corpus/importing.py PACKAGE

Prints JSON: module (or ``module:Model``) → why it can't be used. A model whose types are looked up
late imports well and breaks at its first use, so each is completed here.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys

from pydantic import BaseModel


def import_failures(package: str) -> dict[str, str]:
    """Return why modules and models of a package can't be used, by their names."""
    failures: dict[str, str] = {}
    names = [package]
    for name in names:
        try:
            module = importlib.import_module(name)
            if hasattr(module, "__path__"):
                names += [m.name for m in pkgutil.iter_modules(module.__path__, f"{name}.")]
        except BaseException as error:  # noqa: BLE001 - whatever it is, the module is unusable
            failures[name] = f"{type(error).__name__}: {error}"
            continue
        for key, value in vars(module).items():
            if not (isinstance(value, type) and issubclass(value, BaseModel)):
                continue
            if value.__module__ != name:
                continue
            try:
                value.model_rebuild()
            except Exception as error:  # noqa: BLE001 - as above
                failures[f"{name}:{key}"] = f"{type(error).__name__}: {error}"
    return failures


def main() -> int:
    """Import the package that the argument names."""
    print(json.dumps(import_failures(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
