"""The data of the generated tests: calls with their expected requests and responses."""

from __future__ import annotations

from dataclasses import replace

from ...base.errors import Findings
from ...base.recursion import deeply_recursive
from ...reading.openapi.model.document import Document
from ..ir.operations import Case
from ..ir.package import Api
from .cases import Cases
from .pagination import PageCases
from .remembered.resources import find_remembered


@deeply_recursive
def build_cases(document: Document, api: Api, findings: Findings) -> tuple[Case, ...]:
    """Return the cases of every operation; warn of an operation without one."""
    collector = Cases(document, api, findings)
    cases = collector.build()
    pages = PageCases(collector.examples, cases, findings)
    return (*cases, *pages.build(api.operations))


def with_remembered(document: Document, api: Api) -> Api:
    """Return an API with the resources that its fake remembers, if the settings ask for that."""
    if not api.has_fake or "remember" not in api.features:
        return api
    return replace(api, remembered=find_remembered(document, api.operations))
