"""GitHub's REST API, version 2022-11-28: the requests of a workflow about its own repository."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from ...base.errors import Unreachable, UsageError
from ...base.version import __version__

BOT = "github-actions[bot]"
"""The user whose token a workflow has."""
MAX_COMMENT = 65_000
"""The characters of a comment that are kept; GitHub refuses more than 65,536."""


class Forbidden(UsageError):
    """A request that the token may not make."""


class GitHub:
    """A repository on GitHub, read and written with the token of a workflow.

    Raise :class:`UsageError` for a request that GitHub refuses, and :class:`Unreachable` if it
    doesn't answer.
    """

    def __init__(self, api: str, repository: str, token: str) -> None:
        self.owner = repository.partition("/")[0]
        self._client = httpx.Client(
            base_url=f"{api.rstrip('/')}/repos/{repository}/",
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": f"speclock/{__version__}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            timeout=60,
        )

    def pull_request(self, branch: str) -> int | None:
        """Return the number of the open pull request from a branch of this repository."""
        pulls = self._pages(f"pulls?state=open&head={self.owner}:{branch}")
        return next((pull["number"] for pull in pulls), None)

    def issue(self, title: str) -> int | None:
        """Return the number of the open issue that a workflow opened with this title."""
        issues = self._pages("issues?state=open&per_page=100")
        own = (issue for issue in issues if _is_own(issue) and "pull_request" not in issue)
        return next((issue["number"] for issue in own if issue["title"] == title), None)

    def create(self, kind: str, **fields: str) -> int:
        """Create one of the ``pulls`` or ``issues``, and return its number."""
        return int(self._send("POST", kind, json=fields).json()["number"])

    def write_comment(self, number: int, marker: str, text: str, *, creates: bool = True) -> None:
        """Write the one comment of an issue or pull request that begins with ``marker``.

        A comment of a workflow with that beginning is replaced; without one, nothing is written
        unless ``creates``. What doesn't fit is cut off.
        """
        body = {"body": f"{marker}{text}"[:MAX_COMMENT]}
        for comment in self._pages(f"issues/{number}/comments?per_page=100"):
            if _is_own(comment) and comment["body"].startswith(marker):
                self._send("PATCH", f"issues/comments/{comment['id']}", json=body)
                return
        if creates:
            self._send("POST", f"issues/{number}/comments", json=body)

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages of a list (``Link``, RFC 8288)."""
        while path:
            response = self._send("GET", path)
            yield from response.json()
            path = response.links.get("next", {}).get("url", "")

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **more)
        except httpx.TransportError as error:
            address = str(self._client.base_url)
            raise Unreachable(address, str(error) or type(error).__name__, "Try again.") from None
        if response.is_success:
            return response
        fact = f"GitHub answered {method} {path} with status {response.status_code}"
        kind = Forbidden if response.status_code == 403 else UsageError
        raise kind(f"{fact}. Check the permissions of the job.")


def _is_own(item: dict[str, Any]) -> bool:
    """Return True for an issue or a comment that a workflow wrote."""
    return bool(item["user"] and item["user"]["login"] == BOT)
