"""The part of ``speclock drift`` that writes the overlay of recorded traffic."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path
from .console import Console

if TYPE_CHECKING:
    from ..services.comparison.traffic import TrafficResult

_NO_TERMINAL = "Use --yes to write the recorded values that are listed above."


def write(result: TrafficResult, root: Path, options: argparse.Namespace, console: Console) -> None:
    """Ask for the recorded values, write the overlay, and print what is left and what is next."""
    from ...watch.changes.formats.summary import listed
    from ..services.comparison.traffic_overlay import plan_overlay, renamed_by, write_overlay

    client, file = result.client, Path(options.write_overlay)
    overlay = plan_overlay(result, root, file, requests=options.requests)
    for finding, reason in overlay.left:
        rule, place = finding.deviation.rule, finding.deviation.location.place
        console.note(f"{place}: left to you: {rule} ({reason})")
    also = [
        f"{place.deviation.location.place}: the overlay loosens requests of {listed(labels)} too"
        for place, labels in overlay.loosened
    ]
    for line in dict.fromkeys(also):
        console.note(line)
    name = display_path(file)
    if not overlay.text:
        console.note(f"{name}: not written, there is nothing to describe.")
        return
    if overlay.values and not options.yes:
        console.note("Recorded values that the overlay adds to enumerations:")
        for pointer, values in overlay.values.items():
            for value in values:
                console.note(f"  #{pointer}: {json.dumps(value, ensure_ascii=False)}")
        if not console.confirm("Write them?", _NO_TERMINAL):
            console.note(f"{name}: not written.")
            return
    for sentence in renamed_by(overlay, result):
        console.note(f"{name}: {sentence}: code that uses it must change.")
    write_overlay(overlay, file)
    console.note(f"{name}: {counted(overlay.described, 'deviation')} described.")
    settings = f"[tool.speclock.clients.{client.package}]" if client.package else "the settings"
    inside = file.absolute()
    shown = inside.relative_to(root).as_posix() if inside.is_relative_to(root) else str(inside)
    files = ", ".join(json.dumps(path) for path in (*client.overlays, shown))
    console.note(f"Next: put overlays = [{files}] into {settings}, then speclock generate.")
