"""Cases of the drift check: pairs of small descriptions, and what is to be found between them."""

from __future__ import annotations

import contextlib
import copy
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from generator.cli import main
from generator.drift.rules import RULES

CASES = Path(__file__).with_name("cases")
NEUTRAL = "api"


@dataclass(frozen=True)
class Case:
    """Two descriptions, and what is found from the one to the other and back."""

    name: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    forth: Mapping[str, str]
    """Wire level by rule id."""
    back: Mapping[str, str]
    python: tuple[frozenset[str], frozenset[str]]
    """The directions in which code may stop working, forth and back."""


def report(old: Mapping[str, Any], new: Mapping[str, Any], folder: Path, *more: str) -> Any:
    """The report of two descriptions, as ``speclock drift --format json`` prints it."""
    for name, tree in (("old.json", old), ("new.json", new)):
        (folder / name).write_text(json.dumps(tree), encoding="utf-8")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(
            ["drift", "--base", str(folder / "old.json"), "--revision", str(folder / "new.json"),
             "--format", "json", "--fail-on", "none", *more]
        )  # fmt: skip
    assert code == 0
    return json.loads(out.getvalue())


def found(told: Any) -> dict[str, str]:
    """The wire levels of a report by rule id, each verdict on its own."""
    return {v["rule"]: v["wire"] for change in told["changes"] for v in change["verdicts"]}


def breaks(told: Any) -> frozenset[str]:
    """The directions of the changes that reach Python code; ``api`` of those without one."""
    return frozenset(
        change["direction"] or NEUTRAL for change in told["changes"] if change["python"]
    )


def read(name: str) -> Any:
    """A file of cases."""
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def cases() -> Iterator[Case]:
    """Every case."""
    yield from _of_schemas()


def _of_schemas() -> Iterator[Case]:
    frame = read("frame.yaml")
    for given in read("schemas.yaml"):
        sides = [_framed(frame, given, given[key]) for key in ("old", "new")]
        forth: dict[str, str] = {}
        back: dict[str, str] = {}
        for kind, levels in given.get("rules", {}).items():
            words = levels.split()
            for direction, (one, other) in (("request", words[:2]), ("response", words[2:])):
                rule = f"{NEUTRAL if kind.startswith('docs/') else direction}/{kind}"
                if one != "-":
                    forth[rule] = one
                    back[RULES[rule].opposite] = other
        marks = given.get("python", "- - - -").split()
        python = [
            frozenset(d for d, mark in zip(("request", "response"), pair, strict=True) if mark == "x")
            for pair in (marks[0::2], marks[1::2])
        ]  # fmt: skip
        yield Case(given["name"], sides[0], sides[1], forth, back, (python[0], python[1]))


def _framed(frame: Any, given: Any, schema: Any) -> Any:
    made = copy.deepcopy(frame)
    made["openapi"] = given.get("openapi", "3.1.0")
    body = made["paths"]["/sent"]["post"]["requestBody"]
    answer = made["paths"]["/got"]["get"]["responses"]["200"]
    for holder in (body, answer):
        holder["content"]["application/json"]["schema"]["properties"]["value"] = schema
    return made
