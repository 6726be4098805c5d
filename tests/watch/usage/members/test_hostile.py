"""Programs whose dictionaries cost much: deep, wide and cyclic."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from generator.base.config import Client
from generator.project.services.comparison.drift import find_drift

HARBOUR = (Path(__file__).parent / "harbour.yaml").read_text(encoding="utf-8")
BASE = 'import requests\nBASE = "https://api.harbour.example/v1"\n'
GET = f"{BASE}def get(p):\n    return requests.get(BASE + p).json()\n"
SEND = '    return requests.post(BASE + "/boats", json=p)\n'
HOSTILE = {
    "many calls of a function": BASE
    + f"def f(p):\n{SEND}"
    + "".join(f'f({{"name": {n}, "owner": {{"name": 1}}}})\n' for n in range(2_000)),
    "many keys in many requests": BASE
    + 'p = {"name": 1}\n'
    + "".join(f'p["k{n}"] = {n}\n' for n in range(300))
    + 'requests.post(BASE + "/boats", json=p)\n' * 500,
    "a chain of functions": BASE
    + "".join(f"def f{n}(p):\n    return f{n + 1}(p)\n" for n in range(1_500))
    + f'def f1500(p):\n{SEND}f0({{"name": 1}})\n',
    "functions that call each other": BASE
    + f"def f(p):\n    g(p)\n{SEND}def g(p):\n    f(p)\n    p = p or q\n    q = p\n"
    + 'x = {}\nx["owner"] = x\nx["crew"] = [x]\nf(x)\n',
    "more keys at each level": BASE
    + "".join(f"def f{n}(p):\n" + f'    f{n + 1}({{**p, "n": p}})\n' * 8 for n in range(20))
    + f'def f20(p):\n{SEND}f0({{"name": 1}})\n',
    "deep": BASE
    + 'requests.post(BASE + "/boats", json={"name": '
    + '{"owner": ' * 80
    + "1"
    + "}" * 81
    + ")\n",
    "many members": GET
    + 'x = get("/ships")\n'
    + "".join(f's{n} = x[{n}]\ns{n}["title"]\n' for n in range(3_000)),
    "members of each other": BASE
    + "def get(p):\n    return requests.get(BASE + p).json()"
    + '["ships"]' * 400
    + '\nget("/fleet")\nget("/ships")\n',
    "responses that are passed on": GET
    + "".join(
        f'def f{n}(x):\n    f{n + 1}(x)\n    f{n + 1}(x["captain"])\n    x["title"]\n'
        for n in range(800)
    )
    + 'def f800(x):\n    return f0(x)\nf0(get("/ships")[0])\n',
    "classes of each other": GET
    + "from pydantic import BaseModel\n"
    + "".join(
        f'class C{n}(BaseModel):\n    ships: "list[C{n}]"\n    captain: "C{(n + 1) % 300}"\n'
        f'    title: str\nC{n}(**get("/fleet"))\nC{n}(**get("/ships")[0])\n'
        for n in range(300)
    ),
    "lists of themselves": GET
    + 'x = get("/ships")\n'
    + 'x = [x, x, {"a": x}]\n' * 300
    + 'x[0]["title"]\n',
    "a name that is bound again": BASE
    + 'p = {"name": 1}\n'
    + 'p = p or {**p, "owner": p}\n' * 800
    + 'requests.post(BASE + "/boats", json=p)\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_end_soon(tmp_path: Path, name: str) -> None:
    old, new, program = (tmp_path / file for file in ("old.yaml", "new.yaml", "program.py"))
    old.write_text(HARBOUR, encoding="utf-8")
    text = HARBOUR.replace("maxLength: 70", "maxLength: 7")
    text = text.replace("        title: {type: string}\n", "")
    new.write_text(text, encoding="utf-8")
    program.write_text(HOSTILE[name], encoding="utf-8")
    began = time.process_time()
    result = find_drift(Client(""), tmp_path, base=str(old), revision=str(new), code=[program])
    assert time.process_time() - began < 5  # a second where nothing else runs
    assert any(change.uses for change in result.report.changes)
