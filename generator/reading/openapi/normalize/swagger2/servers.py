"""Servers and security schemes of Swagger 2.0.

Sources: Swagger 2.0 (Swagger Object, Security Scheme Object); AutoRest's extensions
(x-ms-parameterized-host).
"""

from __future__ import annotations

from contextlib import suppress

from .....base.errors import Unsupported
from ....document.references import References
from ....document.tree import GatheredLocation, MappingNode, SequenceNode, Value
from ..nodes.node_values import child, mappings, pick, sequence

_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_FLOW = ("authorizationUrl", "tokenUrl", "scopes")


def swagger_servers(root: MappingNode, refs: References) -> SequenceNode | None:
    """Return the servers of a document: one for each scheme; None if it tells none."""
    host = root.get("host")
    named = child(root, "x-ms-parameterized-host")
    if host is not None and not isinstance(host, str):
        fact = "`host` must be text; it is ignored"
        refs.findings.assume("server", root.at("host"), fact, "Write it as api.example.com.")
    if isinstance(host, str) and not named and not _schemes(root):
        refs.findings.warn(
            "server",
            root.at("host"),
            f"`schemes` is missing; https is used for the host {host!r}",
            "Add `schemes: [https]`, or what the API is served by.",
        )
    return _servers(root, _schemes(root), refs)


def own_swagger_servers(
    operation: MappingNode, root: MappingNode, refs: References
) -> SequenceNode | None:
    """Return the servers of an operation that has other schemes than the document, else None."""
    schemes = _schemes(operation)
    return _servers(root, schemes, refs) if schemes and schemes != _schemes(root) else None


def _schemes(node: MappingNode) -> list[str]:
    return [one for one in sequence(node.get("schemes")) if one in ("http", "https")]


def _servers(root: MappingNode, schemes: list[str], refs: References) -> SequenceNode | None:
    base, host = root.get("basePath"), root.get("host")
    path = f"/{base.strip('/')}" if isinstance(base, str) and base.strip("/") else ""
    named = child(root, "x-ms-parameterized-host")
    variables: Value = None
    key = "basePath"
    if isinstance(template := named.get("hostTemplate"), str):
        key, host = "x-ms-parameterized-host", template
        variables = _variables(named, refs)
        if named.get("useSchemePrefix") is False:
            schemes = [""]
    elif isinstance(host, str) and host.strip():
        key, host = "host", host.strip().rstrip("/")
    else:
        host = ""
    if not host and not path:
        return None
    place = GatheredLocation(root.at(key), {"url": root.at(key)})
    starts = [f"{scheme}://" if scheme else "" for scheme in schemes or ["https"]]
    starts = starts if host and "://" not in str(host).partition("{")[0] else [""]
    out = SequenceNode(root.location)
    for start in starts:
        server = MappingNode(place, {"url": f"{start}{host}{path}"})
        if variables is not None:
            server["variables"] = variables
        out.append(server)
    return out


def _variables(named: MappingNode, refs: References) -> MappingNode:
    """Return the parameters of a host as the variables of a server."""
    out = MappingNode(named.location)
    for written in mappings(named.get("parameters")):
        node = written
        with suppress(Unsupported):
            node = refs.follow(written, written.location, "a parameter")
        if isinstance(name := node.get("name"), str):
            out[name] = pick(node, ("default", "enum", "description"))
    return out


def swagger_security_scheme(scheme: MappingNode) -> MappingNode:
    """Return a security scheme with its type and flow as OpenAPI 3 names them."""
    kind, flow = scheme.get("type"), scheme.get("flow")
    members = pick(scheme, ("type", "name", "in", "description"))
    if kind == "basic":
        members.update({"type": "http", "scheme": "basic"})
    elif kind == "oauth2":
        name = _FLOWS.get(str(flow), str(flow))
        members["flows"] = MappingNode(scheme.location, {name: pick(scheme, _FLOW)})
    return members
