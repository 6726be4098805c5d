"""A stand-in for ``gh``, run as a program: the part of GitHub's REST API that the workflow calls.

The first argument is a JSON file with the pull requests, issues and comments of the repository
``orchards/client``, and what was written. Filters are evaluated by ``jq``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
MAX_BODY = 65_536
EMPTY: dict[str, Any] = {"issues": [], "comments": [], "writes": [], "is_forbidden": False}


class Refused(Exception):
    """An answer with a status of an error."""


def issue(
    state: dict[str, Any], title: str, user: str, *, body: str = "", head: str = ""
) -> dict[str, Any]:
    """Add an issue, or with ``head`` (``owner:branch``) a pull request; GitHub numbers both."""
    made: dict[str, Any] = {"number": len(state["issues"]) + 1, "state": "open", "title": title}
    made |= {"user": {"login": user}, "body": body}
    if head:
        made |= {"pull_request": {}, "head": {"label": head}}
    state["issues"].append(made)
    return made


def comment(state: dict[str, Any], number: int, body: str, user: str) -> dict[str, Any]:
    """Add a comment to the issue or pull request of that number."""
    made = {"id": 100 + len(state["comments"]), "issue": number, "body": body}
    made |= {"user": {"login": user}}
    state["comments"].append(made)
    return made


def answer(state: dict[str, Any], method: str, address: str, fields: dict[str, str]) -> Any:
    """Return GitHub's answer to one request, and change the state."""
    url = urlsplit(address)
    query = {key: values[0] for key, values in parse_qs(url.query).items()}
    path = url.path.removeprefix("repos/orchards/client/")
    if method != "GET":
        state["writes"].append(f"{method} {path}")
    if len(fields.get("body", "")) > MAX_BODY:
        raise Refused("Validation Failed: body is too long (HTTP 422)")
    issues = [one for one in state["issues"] if one["state"] == query.get("state", one["state"])]
    pulls = [one for one in issues if "pull_request" in one]
    number = int((re.search(r"\d+", path) or ["0"])[0])
    match method, re.sub(r"\d+", "N", path):
        case "GET", "pulls":
            return [one for one in pulls if one["head"]["label"] == query["head"]]
        case "POST", "pulls":
            if state["is_forbidden"]:
                raise Refused("GitHub Actions is not permitted to create pull requests (HTTP 403)")
            head = f"orchards:{fields['head']}"
            if any(one["head"]["label"] == head and one["state"] == "open" for one in pulls):
                raise Refused("Validation Failed: a pull request already exists (HTTP 422)")
            made = issue(state, fields["title"], BOT, body=fields["body"], head=head)
            return made | {"base": fields["base"]}
        case "GET", "issues":
            return issues
        case "POST", "issues":
            return issue(state, fields["title"], BOT, body=fields["body"])
        case "GET", "issues/N/comments":
            return [one for one in state["comments"] if one["issue"] == number]
        case "POST", "issues/N/comments":
            return comment(state, number, fields["body"], BOT)
        case "PATCH", "issues/comments/N":
            (found,) = (one for one in state["comments"] if one["id"] == number)
            found["body"] = fields["body"]
            return found
        case unknown:
            raise Refused(f"Not Found (HTTP 404): {unknown}")


def main(file: Path, arguments: list[str]) -> int:
    """Do what ``gh`` does with these arguments."""
    if arguments == ["auth", "setup-git"]:
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("address")
    parser.add_argument("--method")
    parser.add_argument("--jq")
    parser.add_argument("--paginate", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("-f", action="append", default=[])
    parser.add_argument("-F", action="append", default=[])
    options = parser.parse_args(arguments)
    fields = dict(field.split("=", 1) for field in options.f)
    for name, value in (field.split("=", 1) for field in options.F):
        fields[name] = Path(value.removeprefix("@")).read_text(encoding="utf-8")
    state = json.loads(file.read_text(encoding="utf-8"))
    method = options.method or ("POST" if fields else "GET")
    try:
        found = answer(state, method, options.address, fields)
    except Refused as error:
        print(f"gh: {error}", file=sys.stderr)
        return 1
    file.write_text(json.dumps(state), encoding="utf-8")
    if not options.silent:
        subprocess.run(
            ["jq", "-r", options.jq or "."], input=json.dumps(found), text=True, check=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
