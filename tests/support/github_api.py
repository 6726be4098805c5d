"""A stand-in for GitHub on this machine: the part of its REST API that workflows call."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
REPOSITORY = "orchards/client"
TOKEN = "the-token-of-the-job"
PAGE = 2
"""The items of a page: few, so that tests have several pages."""


class GitHubAPI:
    """The issues, pull requests and comments of a repository, and the requests that change them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.issues: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.writes: list[str] = []
        self.forbids_pull_requests = False

    def add_issue(self, title: str, user: str = BOT, *, body: str = "", head: str = "") -> int:
        """Add an issue, or with ``head`` (``owner:branch``) a pull request; return its number."""
        issue: dict[str, Any] = {"number": len(self.issues) + 1, "state": "open", "title": title}
        issue |= {"user": {"login": user}, "body": body}
        if head:
            issue |= {"pull_request": {}, "head": {"label": head}}
        self.issues.append(issue)
        return len(self.issues)

    def add_comment(self, number: int, body: str, user: str = BOT) -> dict[str, Any]:
        """Add a comment to an issue or pull request."""
        comment = {"id": 100 + len(self.comments), "issue": number, "body": body}
        self.comments.append(comment | {"user": {"login": user}})
        return self.comments[-1]

    def answer(self, method: str, path: str, query: dict[str, str], sent: Any) -> tuple[int, Any]:
        """Return the status and the body of a response."""
        if method != "GET":
            self.writes.append(f"{method} {path}")
        if len(sent.get("body", "")) > 65_536:
            return 422, {"message": "body is too long (maximum is 65536 characters)"}
        is_open = [issue for issue in self.issues if issue["state"] == query.get("state", "open")]
        pulls = [issue for issue in is_open if "pull_request" in issue]
        number = int((re.search(r"\d+", path) or ["0"])[0])
        match method, re.sub(r"\d+", "N", path):
            case "GET", "pulls":
                return 200, [pull for pull in pulls if pull["head"]["label"] == query["head"]]
            case "POST", "pulls" if self.forbids_pull_requests:
                return 403, {"message": "GitHub Actions is not permitted to create pull requests"}
            case "POST", "pulls":
                assert sent["base"] == "main"
                head = f"orchards:{sent['head']}"
                return 201, {"number": self.add_issue(sent["title"], body=sent["body"], head=head)}
            case "GET", "issues":
                return 200, is_open
            case "POST", "issues":
                return 201, {"number": self.add_issue(sent["title"], body=sent["body"])}
            case "GET", "issues/N/comments":
                return 200, [one for one in self.comments if one["issue"] == number]
            case "POST", "issues/N/comments":
                return 201, self.add_comment(number, sent["body"])
            case "PATCH", "issues/comments/N":
                (comment,) = (one for one in self.comments if one["id"] == number)
                comment["body"] = sent["body"]
                return 200, comment
            case unknown:
                return 404, {"message": f"Not Found: {unknown}"}


@contextmanager
def github_api() -> Iterator[GitHubAPI]:
    """Serve the stand-in until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            url = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(url.query).items()}
            sent = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
            prefix = f"/api/repos/{REPOSITORY}/"
            if self.headers["Authorization"] != f"Bearer {TOKEN}" or not url.path.startswith(
                prefix
            ):
                status, found = 401, {"message": "Bad credentials"}
            else:
                path = url.path.removeprefix(prefix)
                status, found = api.answer(self.command, path, query, sent)
            self.send_response(status)
            if isinstance(found, list):
                start = PAGE * (int(query.get("page", "1")) - 1)
                if len(found) > start + PAGE:
                    following = f"{self.path.partition('&page')[0]}&page={start // PAGE + 2}"
                    self.send_header("Link", f'<{api.url[:-4]}{following}>; rel="next"')
                found = found[start : start + PAGE]
            body = json.dumps(found).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api = GitHubAPI(f"http://127.0.0.1:{server.server_port}/api")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
