"""An API and its authorization server, scripted."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.support.answers import Answer
from tests.support.generated_case import Case

SECRET = "s3cr3t:&é"

TOKEN_URL = "https://mill.example/oauth/token"


class Server:
    """The API and its authorization server; ``answers`` are those of the token endpoint."""

    def __init__(self, *answers: Any, expires_in: Any = 3600) -> None:
        self.answers: list[Any] = list(answers)
        self.expires_in = expires_in
        self.tokens: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.signed: list[str] = []
        self.log: list[str] = []
        self.revoked: set[str] = set()
        self.status = 200
        self.pause = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/oauth"):
            return self._token(request)
        token = request.headers.get("authorization", "")
        self.calls.append(request)
        self.signed.append(token)
        self.log.append(request.method)
        return httpx.Response(401 if token in self.revoked else self.status, json=5)

    def _token(self, request: httpx.Request) -> httpx.Response:
        self.tokens.append(request)
        self.log.append("token")
        time.sleep(self.pause)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        given = {"access_token": f"t{len(self.tokens)}", "token_type": "Bearer", **answer}
        return httpx.Response(200, json={"expires_in": self.expires_in, **given})

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(r.content.decode())) for r in self.tokens]


def run(
    case: Case, mode: str, server: Answer, token: Any, *calls: str, **settings: Any
) -> list[Any]:
    """Call one client, once after the other."""
    with case.connect(server, mode, token=token, **settings) as client:
        return [
            getattr(client.flour, name)(*([{"kind": "rye"}] if name == "grind" else []))
            for name in calls
        ]
