"""``docs/rules.md``, from the table of the rules of drift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from generator.changes.change import BREAKING, RISK
from generator.changes.rules import API, REQUEST, RESPONSE, RULES, Rule

from .pages import DOCS, written_by

PATHS = (DOCS / "rules.md",)
AREAS = {
    "schema": "Schemas, of bodies, parameters and headers.",
    "body": "Bodies of requests and responses.",
    "parameter": "Parameters in the path, the query, headers and cookies.",
    "status": "Statuses of responses.",
    "header": "Headers of responses, and of the parts of multipart bodies.",
    "link": "Links of responses.",
    "incoming": "Webhooks and callbacks, which the API sends. Their bodies and parameters have the "
    "rules of responses, and the answers those of requests.",
    "operation": "Operations as a whole.",
    "server": "Servers.",
    "security": "Credentials.",
    "docs": "Texts and examples, which have no effect on the wire.",
    "python": "The generated client, where nothing changes on the wire.",
}
HEAD = f"""\
# Drift rules

{written_by("rules", "generator/changes/rules.py")}

Every change that `speclock drift` can report, and its severity on the wire for a caller:
[the levels](drift.md#three-axes). There are {{rules}} rules: {{levels}}.

The name of a rule in a report starts with the direction: `request/schema/enum/added` is the rule
`schema/enum/added` below, in a request. Rules without a direction start with `api/`.
`speclock explain RULE` prints one rule, and names the rule for the reverse change.

The report also names what to do:

| direction | severity | what to do |
|---|---|---|
{{remedies}}"""


def written(_text: str) -> str:
    """Return the whole page."""
    counts = Counter(rule.wire for rule in RULES.values())
    head = HEAD.format(
        rules=len(RULES),
        levels=", ".join(f"{count} {level}" for level, count in counts.most_common()),
        remedies="".join(f"| {' | '.join(row)} |\n" for row in _remedies()),
    )
    areas: dict[str, dict[str, dict[str, Rule]]] = {}
    for rule in RULES.values():
        area = areas.setdefault(rule.area, {})
        area.setdefault(rule.name, {})[rule.direction or API] = rule
    parts = [f"## {area}\n\n{AREAS[area]}\n\n{_tables(rules)}" for area, rules in areas.items()]
    return "\n".join([head, *parts])


def _remedies() -> list[tuple[str, str, str]]:
    """Return the remedies for each direction and severity."""
    found: dict[tuple[str, str], set[str]] = {}
    for rule in RULES.values():
        is_serious = rule.wire in (BREAKING, RISK)
        direction = rule.direction or API if is_serious else "any"
        severity = "breaking, risk" if is_serious else "safe, none"
        found.setdefault((direction, severity), set()).add(rule.do)
    return [(*key, remedy) for key, remedies in found.items() for remedy in sorted(remedies)]


def _tables(rules: dict[str, dict[str, Rule]]) -> str:
    """Return the tables of an area: of rules with a direction, and of those without."""
    directed = [by for by in rules.values() if API not in by]
    neutral = [by for by in rules.values() if API in by]
    parts = [
        _table("| rule and change | in a request | in a response |", directed, REQUEST, RESPONSE),
        _table("| rule and change | effect |", neutral, API),
    ]
    return "\n".join(filter(None, parts))


def _table(head: str, rules: Iterable[dict[str, Rule]], *directions: str) -> str:
    """Return a table with a row for each change; empty without any."""
    rows = [
        f"| {' | '.join([_subject(by), *(_effect(by.get(one)) for one in directions)])} |\n"
        for by in rules
    ]
    line = "|" + "---|" * (head.count("|") - 1)
    return "".join([f"{head}\n{line}\n", *rows]) if rows else ""


def _subject(by: dict[str, Rule]) -> str:
    """Return the cell that names a change and describes it."""
    rule = next(iter(by.values()))
    return f"`{rule.id.partition('/')[2]}` {rule.what}"


def _effect(rule: Rule | None) -> str:
    """Return the cell with the severity and the reason."""
    return f"**{rule.wire}**: {rule.why}" if rule else "–"
