"""The operations that no client can send: by their servers, or by the credentials they need."""

from __future__ import annotations

from ...base.config import Client
from ...base.errors import Findings, LeftOut, UsageError
from ...reading.openapi.model.document import Document
from ..build.security import build_security
from ..build.servers import Servers


def find_unsendable(document: Document, client: Client) -> list[LeftOut]:
    """Return the operations of a document that no client can send, each with a problem.

    Their servers and security are enough.
    """
    findings = Findings(required=(), package=client.package)
    try:
        security = build_security(document, client, findings)
    except UsageError:  # a pin that isn't possible, which building the package reports
        return []
    servers = Servers(document, findings)
    for operation in document.operations:
        with findings.operation(operation.label):
            security.alternatives(operation)
            servers.own(operation, secured=False)
    return findings.left_out
