"""Where calls go (OpenAPI 3.1.1 §4.8.5, Server Object)."""

from __future__ import annotations

from ..errors import Findings
from ..spec.nodes import Map, Seq


def base_url(node: Map, findings: Findings) -> str:
    """The first server of the document or of an operation; empty where none is absolute.

    Variables (OpenAPI 3.1.1 §4.8.6) take their defaults.
    """
    servers = node.get("servers")
    server = servers[0] if isinstance(servers, Seq) and servers else None
    if not isinstance(server, Map):
        return ""
    url = server.get("url")
    url = url if isinstance(url, str) else ""
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, Map) else ():
        if isinstance(variable, Map):
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    if not url.startswith(("https://", "http://")):
        if ":" in url.partition("/")[0]:
            findings.refuse(
                "server",
                server.at("url"),
                f"the server {url!r} is neither http nor https",
                "Give an https URL.",
            )
        return ""  # relative: the client then needs base_url
    if "@" in url.split("/")[2] or any(char <= " " for char in url):
        findings.refuse(
            "server", server.at("url"), "the server's URL holds a user or white space", "Remove it."
        )
    return url.rstrip("/")
