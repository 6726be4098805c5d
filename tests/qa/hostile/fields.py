"""The models of a package as JSON: model → wire name → field.

python tests/qa/hostile/fields.py PACKAGE
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys

from pydantic import BaseModel


def main() -> int:
    """List what the argument names."""
    package = importlib.import_module(sys.argv[1])
    names = [m.name for m in pkgutil.walk_packages(package.__path__, f"{sys.argv[1]}.")]
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if name.split(".")[1].strip("_") != "models":
            continue
        for key, value in vars(importlib.import_module(name)).items():
            if (
                isinstance(value, type)
                and issubclass(value, BaseModel)
                and value.__module__ == name
            ):
                wires = {(field.alias or name): name for name, field in value.model_fields.items()}
                if len(wires) != len(value.model_fields):
                    raise ValueError(f"{key}: two fields have one wire name")
                found[key] = wires
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
