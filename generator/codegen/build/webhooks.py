"""The requests that the API sends to its users: webhooks and callbacks, under distinct names.

Sources: OpenAPI 3.1.1 §4.8.1 (webhooks), §4.8.18 (Callback); Standard Webhooks 1.0.0 (headers).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...base.config import WebhookSignature
from ...reading.openapi.model.document import Document, IncomingRequest
from ...reading.openapi.model.media_types import json_in
from ..ir.package import SignatureScheme, Webhook
from ..ir.types import Text, UnionType
from .types import Types, text

_STANDARD_HEADERS = {"webhook-id", "webhook-timestamp", "webhook-signature"}


def build_webhooks(document: Document, types: Types) -> tuple[Webhook, ...]:
    """Return the webhooks and the callbacks, each under a name that no other payload has."""
    requests = [(_payload(webhook, types), "") for webhook in document.webhooks]
    for operation in document.operations:
        requests += [(_payload(one, types), operation.label) for one in operation.callbacks]
    return tuple(_named(requests))


def signature_of(document: Document, configured: WebhookSignature | None) -> SignatureScheme | None:
    """Return how requests of the API are signed: by the settings, else by the webhooks' headers."""
    if configured is not None:
        made = SignatureScheme(
            configured.scheme,
            configured.header.lower(),
            configured.algorithm,
            configured.encoding,
            configured.prefix,
        )
        return made if configured.scheme != "none" else None
    headers = [{p.name.lower() for p in hook.parameters} for hook in document.webhooks]
    is_standard = bool(headers) and all(names >= _STANDARD_HEADERS for names in headers)
    return SignatureScheme("standard-webhooks") if is_standard else None


def _spellings(request: IncomingRequest, owner: str) -> Iterator[str]:
    """Yield the names that a request may have, the plain one first."""
    name, verb = request.name, request.verb
    of, at = (f" of {owner}", f" at {request.path}") if owner else ("", "")
    yield from (name, f"{verb} {name}", f"{name}{of}", f"{verb} {name}{of}")
    yield from (f"{name}{at}", f"{verb} {name}{at}", f"{verb} {name}{at}{of}")


def _named(requests: Sequence[tuple[Webhook, str]]) -> Iterator[Webhook]:
    """Yield the payloads with their names; a name keeps several requests of the same payload.

    Those of one plain name have the first spelling that tells their payloads apart. Each request
    is given with the operation that it belongs to, which is empty for a webhook.
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, (payload, _) in enumerate(requests):
        groups[payload.origin.name].append(index)
    names: dict[int, str] = {}
    for group in groups.values():
        each = [_spellings(requests[index][0].origin, requests[index][1]) for index in group]
        for spelled in zip(*each, strict=True):
            names |= zip(group, spelled, strict=True)
            payloads = {(names[index], _content(requests[index][0])) for index in group}
            if len(payloads) == len(set(spelled)):
                break
    webhooks: dict[str, Webhook] = {}
    for index, (payload, _) in enumerate(requests):
        name = names[index]
        while name in webhooks and _content(webhooks[name]) != _content(payload):
            name += "_"  # a webhook may be called like another one with its method
        webhooks.setdefault(name, replace(payload, name=Text(name)))
    yield from webhooks.values()


def _content(payload: Webhook) -> Webhook:
    """Return a payload as that of any request with the same one."""
    return replace(payload, name=Text(""), doc=Text(""))


def _payload(request: IncomingRequest, types: Types) -> Webhook:
    """Return what the body of a request is read as: JSON as its type, any other body as bytes.

    One that isn't described is bytes, too: an API may send what its description leaves out.
    """
    body, media_types = request.request_body, request.media_types
    typed = json_in(media_types)
    json = tuple(dict.fromkeys(types.type(media.schema) for media in typed))
    made = (json[0] if len(json) == 1 else UnionType(json)) if json else None
    return Webhook(
        origin=request,
        name=Text(request.name),
        doc=text(request.summary) or text(request.description),
        type=made,
        takes_bytes=not typed or len(typed) < len(media_types),
        is_optional=body is None or body.is_optional or not media_types,
    )
