"""The data of the generated tests: calls with their expected requests and responses."""

from __future__ import annotations

from ...errors import Findings
from ...openapi.model.document import Document
from ...recursion import deeply_recursive
from ..ir.operations import Case
from ..ir.package import Api
from .cases import Cases
from .pagination import PageCases


@deeply_recursive
def build_cases(document: Document, api: Api, findings: Findings) -> tuple[Case, ...]:
    """Return the cases of every operation; warn of an operation without one."""
    collector = Cases(document, api, findings)
    cases = collector.build()
    pages = PageCases(collector.examples, cases, findings)
    return (*cases, *pages.build(api.operations))
