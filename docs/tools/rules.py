"""``docs/rules.md``, from the table of the rules of drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from generator.watch.changes.change import BREAKING, RISK
from generator.watch.changes.rules import API, REQUEST, RESPONSE, RULES, Rule

from .pages import DOCS, written_by

PATHS = (DOCS / "rules.md",)
AREAS = {
    "schema": "schemas of bodies, parameters and headers",
    "body": "bodies",
    "parameter": "parameters in the path, the query, headers and cookies",
    "status": "statuses of responses",
    "header": "headers of responses, and of the parts of multipart bodies",
    "link": "links of responses",
    "incoming": "webhooks and callbacks, which the API sends; their bodies and parameters have the "
    "rules of responses, the answers to them those of requests",
    "operation": "operations as a whole",
    "server": "servers",
    "security": "credentials",
    "docs": "texts and examples, which have no effect on the wire",
    "python": "the generated client, where nothing changes on the wire",
}
LONG = 5
"""The changes with the same effects that a list shows better than a row of a table."""
HEAD = f"""\
# Drift rules

{written_by("rules", "generator/watch/changes/rules.py")}

Every change that `speclock drift` can report, and its severity on the wire for a caller:
[the levels](drift.md#three-axes). There are {{rules}} rules: {{levels}}.

The name of a rule in a report starts with the direction: `request/schema/enum/added` is the rule
`schema/enum/added` below, in a request. Rules without a direction start with `api/`.
`speclock explain RULE` prints one rule, and names the rule for the reverse change.

The report also names what to do:

| direction | severity | what to do |
|---|---|---|
{{remedies}}
| area | what changed |
|---|---|
{{areas}}"""


def written(_text: str) -> str:
    """Return the whole page."""
    counts = Counter(rule.wire for rule in RULES.values())
    head = HEAD.format(
        rules=len(RULES),
        levels=", ".join(f"{count} {level}" for level, count in counts.most_common()),
        remedies="".join(f"| {' | '.join(row)} |\n" for row in _remedies()),
        areas="".join(f"| `{area}` | {about} |\n" for area, about in AREAS.items()),
    )
    rules: dict[str, dict[str, Rule]] = {}
    for rule in RULES.values():
        name = rule.id.partition("/")[2]
        rules.setdefault(name, {})[rule.direction or API] = rule
    return f"{head}\n{_parts(rules)}"


def _remedies() -> list[tuple[str, str, str]]:
    """Return the remedies for each direction and severity."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in RULES.values():
        is_serious = rule.wire in (BREAKING, RISK)
        direction = rule.direction or API if is_serious else "any"
        severity = "breaking, risk" if is_serious else "safe, none"
        found.setdefault((direction, severity), set()).add(rule.do)
    return [(*key, remedy) for key, remedies in found.items() for remedy in sorted(remedies)]


def _parts(rules: dict[str, dict[str, Rule]]) -> str:
    """Return lists of the rules with the same effects, and tables of the rest."""
    groups: dict[tuple[tuple[str, str], ...], list[dict[str, Rule]]] = {}
    for by in rules.values():
        effects = tuple((direction, _effect(rule)) for direction, rule in by.items())
        groups.setdefault(effects, []).append(by)
    neutral = [group for group in groups.values() if API in group[0]]
    directed = [group for group in groups.values() if API not in group[0]]
    lists = [_list(group) for group in directed if len(group) >= LONG]
    rows = [group for group in directed if len(group) < LONG]
    parts = [
        "## Rules with a direction\n",
        *lists,
        _table("| rule and change | in a request | in a response |", rows, REQUEST, RESPONSE),
        "## Rules without a direction\n",
        _table("| rule and change | effect |", neutral, API),
    ]
    return "\n".join(parts)


def _list(group: list[dict[str, Rule]]) -> str:
    """Return a list of changes with the same effects, which are above it."""
    effects = [f"in a {direction} {_effect(rule)}" for direction, rule in group[0].items()]
    title = "; ".join(effects)
    changes = [f"- {_subject(by)}\n" for by in group]
    return "".join([f"{title[0].upper()}{title[1:]}:\n\n", *changes])


def _table(head: str, groups: Iterable[list[dict[str, Rule]]], *directions: str) -> str:
    """Return a table with a row for the changes that have the same effects; empty without any."""
    rows: list[str] = []
    for group in groups:
        subjects = "<br> ".join(_subject(by) for by in group)
        effects = [_effect(group[0].get(direction)) for direction in directions]
        if len(effects) > len({*effects}):
            effects[1:] = ["the same"]
        rows.append(f"| {' | '.join([subjects, *effects])} |\n")
    line = "|" + "---|" * (head.count("|") - 1)
    return "".join([f"{head}\n{line}\n", *rows]) if rows else ""


def _subject(by: dict[str, Rule]) -> str:
    """Return the name of a change, and what changed unless the name tells it."""
    rule = next(iter(by.values()))
    name = rule.id.partition("/")[2]
    _, subject, action = name.split("/", 2)
    what = rule.what.replace("`", "")
    is_told = what in (f"{subject} was {action}", f"{subject} {action}")
    return f"`{name}`" if is_told else f"`{name}` {rule.what}"


def _effect(rule: Rule | None) -> str:
    """Return the severity and the reason."""
    return f"**{rule.wire}**: {rule.why}" if rule else "–"
