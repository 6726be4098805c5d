"""The overlay of recorded traffic: what may be written, and the writing."""

from __future__ import annotations

from pathlib import Path

from ....base.config import Client
from ....base.errors import UsageError
from ....base.portable import resolved
from ....base.printable import display_path
from ....base.recursion import deeply_recursive
from ....codegen.apidiff.compare import compare
from ....codegen.description.description import Description
from ....reading.document.load import parse
from ....reading.document.overlay.apply import apply_overlays
from ....watch.drift.python_api import ClientApi
from ....watch.traffic.findings import Finding
from ....watch.traffic.overlay.write import HEADER, TrafficOverlay, overlay_of, sent_schemas
from ...output.boundary import check_typed
from ...output.write import locate
from ..project.descriptions import no_progress
from ..project.written_paths import write_typed
from .traffic import TrafficResult


def plan_overlay(
    result: TrafficResult, root: Path, file: Path, *, requests: bool = False
) -> TrafficOverlay:
    """Return the overlay of what recordings show; what the allow-list has is left out.

    With ``requests`` it also describes the requests that a response 2xx took.
    Raise :class:`UsageError` if it must not be written to ``file``.
    """
    check_target(result.client, root, file)
    allowed = {change.fingerprint for change in result.report.changes if change.allowed}
    findings: list[Finding] = []
    for finding in result.findings:
        if finding.fingerprint not in allowed:
            is_wanted = finding.parts and "response_headers" in result.client.features
            findings += finding.parts if is_wanted else [finding]
    sent = sent_schemas(result.input.canonical)
    return overlay_of(findings, result.description, sent, result.accepted if requests else ())


@deeply_recursive
def renamed_by(overlay: TrafficOverlay, result: TrafficResult) -> list[str]:
    """Return a sentence for each name of the client that an overlay gives to another member."""
    before = ClientApi.of(result.input)
    overlaid = parse(overlay.text.encode(), path=Path("overlay.yaml"), name="overlay.yaml")
    document = apply_overlays(result.description, [overlaid], allow_unmatched=True)
    description = Description(document, no_progress)
    operations = tuple(description.match(result.input.nodes).values())
    after = ClientApi.of(description.read(operations, result.client))
    if before is None or after is None:
        return []
    return [
        f"the overlay renames {change.name} to {change.new.name or change.new.owner}"
        for change in compare(before.api, after.api)
        if change.new is not None and change.action == "renamed"
    ]


def check_target(client: Client, root: Path, file: Path) -> None:
    """Raise :class:`UsageError` if an overlay must not be written to ``file``."""
    path = locate(file.parent, file.name)
    check_typed(path)
    shown = display_path(file)
    if any(resolved(root / overlay) == resolved(path) for overlay in client.overlays):
        raise UsageError(
            f"{shown} is in use: the recordings were compared with the description as it changes "
            "it. Name another file, or take it out of `overlays`."
        )
    if path.is_file():
        try:
            with path.open("rb") as opened:
                is_ours = opened.read(len(HEADER)).decode("utf-8", "replace") == HEADER
        except OSError as error:
            raise UsageError(f"{shown} cannot be read: {error.strerror}.") from None
        if not is_ours:
            raise UsageError(
                f"{shown} exists and isn't an overlay of recorded traffic. Name another file."
            )


def write_overlay(overlay: TrafficOverlay, file: Path) -> None:
    """Write an overlay; a file that was written before is replaced, a link is refused."""
    write_typed(locate(file.parent, file.name), overlay.text)
