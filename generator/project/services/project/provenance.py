"""The facts that a manifest records about a client's generation, and the comparison with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from ....base.config import Client
from ....base.portable import read_bytes, sha256_of
from ....codegen.templates import own_digests
from ...output.manifest import Manifest
from .tools import tool_change

_CHANGE_NO_FILE = (
    "output", "upstream", "insecure", "remote", "allowed", "redacted", "vendored", "budget",
    "upstream_headers", "written", "beside", "code", "bindings", "lock",
)  # fmt: skip
"""Settings that don't shape the output."""


def config_hash(client: Client) -> str:
    """Return the SHA-256 of the settings that shape the output; paths count by their file name."""
    settings = asdict(client)
    for name in ("spec", "templates", "root"):
        settings[name] = Path(settings[name]).name
    settings["overlays"] = [Path(overlay).name for overlay in client.overlays]
    newer = (
        "overlays", "allow_unmatched", "templates", "strict", "root", "webhook_signature", "models",
        "credentials", "credential_prefixes", "features", "tests_output", "poll", "runtime",
    )  # fmt: skip
    for name in newer:
        if not settings[name]:
            del settings[name]
    for name, usual in (("tests", True), ("fake", True), ("arguments", "body")):
        if settings[name] == usual:
            del settings[name]
    for name in _CHANGE_NO_FILE:
        del settings[name]
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def is_current(client: Client, root: Path) -> bool:
    """Return True if description, settings, tools and files all have the recorded hashes.

    Nothing is generated.
    """
    manifest = Manifest.read(root / client.output, client.package)
    if manifest is None or tool_change(manifest) is not None:
        return False
    return _is_as_recorded(manifest, client, root)


def is_as_recorded(client: Client, root: Path) -> bool:
    """Return as :func:`is_current` does, whatever tools wrote the client."""
    manifest = Manifest.read(root / client.output, client.package)
    return manifest is not None and _is_as_recorded(manifest, client, root)


def _is_as_recorded(manifest: Manifest, client: Client, root: Path) -> bool:
    if changed_sources(manifest, client, root):
        return False
    return manifest.is_intact(root / client.output, client.package, client.beside)


def changed_sources(manifest: Manifest, client: Client, root: Path) -> tuple[str, ...]:
    """Return what a client is made from and what isn't as its manifest records it.

    These are ``description``, with its overlays, ``settings`` and ``templates``.
    """
    changed: list[str] = []
    if not _has_description(manifest, client, root):
        changed.append("description")
    if manifest.config != config_hash(client):
        changed.append("settings")
    own = own_digests(root / client.templates) if client.templates else {}
    if own != manifest.templates:
        changed.append("templates")
    return tuple(changed)


def _has_description(manifest: Manifest, client: Client, root: Path) -> bool:
    """Return whether the files of a client's description have the recorded hashes."""
    spec = root / client.spec
    folder = root / client.root if client.root else spec.parent
    overlays = [root / overlay for overlay in client.overlays]
    if [path.name for path in overlays] != [overlay.file for overlay in manifest.overlays]:
        return False
    sources = [(spec, manifest.spec_sha256)]
    sources += [(folder / name, digest) for name, digest in manifest.references.items()]
    sources += zip(overlays, (overlay.sha256 for overlay in manifest.overlays), strict=True)
    try:
        return all(sha256_of(read_bytes(path)) == digest for path, digest in sources)
    except OSError:
        return False
