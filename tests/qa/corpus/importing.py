"""Import every module of a package and complete every model in it.

    python -W error tests/qa/corpus/importing.py PACKAGE

Prints JSON: ``failures``, module (or ``module:Model``) → why it can't be used; ``models``, model
→ wire name → field. A model whose types are looked up late imports well and breaks at its first
use, so each is completed here.
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
        for key, value in _models(name):
            try:
                value.model_rebuild()
            except Exception as error:  # noqa: BLE001 - as above
                failures[f"{name}:{key}"] = f"{type(error).__name__}: {error}"
    return failures


def _models(module: str) -> list[tuple[str, type[BaseModel]]]:
    return [
        (key, value)
        for key, value in vars(sys.modules[module]).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module
    ]


def wire_names(package: str) -> dict[str, dict[str, str]]:
    """Return the fields of the models of an imported package: model → wire name → field."""
    found: dict[str, dict[str, str]] = {}
    for module in sys.modules:
        if module.replace("._", ".").startswith(f"{package}.models"):
            for key, model in _models(module):
                found[key] = {info.alias or name: name for name, info in model.model_fields.items()}
                if len(found[key]) != len(model.model_fields):
                    raise ValueError(f"{key}: two fields have one wire name")
    return found


def main() -> int:
    """Import the package that the argument names."""
    failures = import_failures(sys.argv[1])
    models = {} if failures else wire_names(sys.argv[1])
    print(json.dumps({"failures": failures, "models": models}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
