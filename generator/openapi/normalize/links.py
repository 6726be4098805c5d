"""Links of a response: those to the operation itself, which declare pages.

Sources: OpenAPI 3.1.1 §4.8.20 (Link Object), §4.8.20.4 (runtime expressions).
"""

from __future__ import annotations

from ...document.operations import OperationNode
from ...document.pointer import escape
from ...document.references import References
from ...document.tree import MappingNode


def own_links(response: MappingNode, found: OperationNode, refs: References) -> MappingNode | None:
    """Return the links from a response to the same operation; warn of the others."""
    if "links" not in response:
        return None
    links = refs.mapping(response["links"], response.at("links"), "links")
    out = MappingNode(links.location)
    for name, value in links.items():
        link = refs.follow(value, links.at(name), "a link")
        parameters = link.get("parameters")
        if (
            not _leads_to(found, link)
            or not isinstance(parameters, MappingNode)
            or "server" in link
        ):
            refs.findings.warn(
                "link",
                link.location,
                f"the link {name!r} leads to another call; nothing is generated for it",
                "Nothing needs doing.",
            )
            continue
        keys = ("operationId", "operationRef", "parameters", "description")
        members = {key: link[key] for key in keys if key in link}
        out[name] = MappingNode(link.location, members, link.positions)
    return out or None


def _leads_to(found: OperationNode, link: MappingNode) -> bool:
    path = escape(found.path)
    reference = link.get("operationRef", "")
    if isinstance(reference, str) and reference.endswith(f"#/paths/{path}/{found.method}"):
        return True
    return bool(found.operation_id) and link.get("operationId") == found.operation_id
