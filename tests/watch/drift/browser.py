"""A headless Chromium, driven over its DevTools protocol through a pipe: no driver, no library.

https://chromedevtools.github.io/devtools-protocol/, `--remote-debugging-pipe`: JSON messages that
end in a NUL, from descriptor 3 and to descriptor 4 of the browser.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE = 60.0
"""Seconds that an answer may take: a busy machine starts a browser slowly."""


def program() -> str | None:
    found = os.environ.get("SPECLOCK_CHROMIUM")
    return found or next(filter(None, map(shutil.which, PROGRAMS)), None)


class Tab:
    def __init__(self, to: int, answers: int) -> None:
        self._to, self._from = to, answers
        self._number, self._unread = 0, b""
        self._session = ""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def _message(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._from, 1 << 20) if ready else b""
            if not data:
                raise TimeoutError("the browser is gone, or says nothing")
            self._unread += data
        message, _, self._unread = self._unread.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read

    def ask(self, method: str, **params: object) -> dict[str, Any]:
        """Send a command; what it returns. Events met meanwhile are kept."""
        self._number += 1
        command: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while (message := self._message(deadline)).get("id") != self._number:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def wait_for(self, event: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while (message := self._message(deadline)).get("method") != event:
            self.events.append(message)
        params: dict[str, Any] = message["params"]
        return params

    def open(self, path: Path, *, width: int = 1280, dark: bool = False, query: str = "") -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self.events.clear()
        search = f"?q={query}" if query else ""
        self.ask("Page.navigate", url=path.as_uri() + search)
        self.wait_for("Page.loadEventFired")

    def run(self, script: str) -> Any:
        found = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key and let it go; `code` is the Windows virtual key code."""
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code="Space" if key == " " else key,
                windowsVirtualKeyCode=code, **(text if kind == "keyDown" else {}),
            )  # fmt: skip

    def picture(self, path: Path) -> None:
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def requests(self) -> list[str]:
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]


@contextmanager
def opened(binary: str, profile: Path) -> Iterator[Tab]:
    commands, to = os.pipe()
    answers, reply = os.pipe()
    wanted = [f"--user-data-dir={profile}", "about:blank"]
    # The shell puts the two ends where the browser looks for them.
    script = f'exec "$@" 3<&{commands} 4>&{reply}'
    process = subprocess.Popen(
        ["bash", "-c", script, "bash", binary, *FLAGS, *wanted],
        pass_fds=(commands, reply), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    os.close(commands)
    os.close(reply)
    try:
        yield Tab(to, answers)
    finally:
        os.close(to)  # a browser whose pipe ends goes by itself
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(answers)
