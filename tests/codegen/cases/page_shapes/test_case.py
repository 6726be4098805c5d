"""The shapes of pages that are recognised in a description, and those that could mean more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.proposals.page_proposals import propose
from generator.project.services.generation.pagination import summary
from generator.project.services.project.descriptions import no_progress
from generator.project.services.project.read_api import read_package

LIMIT = {"limit": {"type": "integer"}}
OFFSET = {"offset": {"type": "integer"}}
ZERO, ONE = ({"page": {"type": "integer", "default": first}} for first in (0, 1))
TEXT, COUNT, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
LIST = {"type": "array", "items": {"type": "object", "properties": {"id": TEXT}}}
URL = {"type": "string", "format": "uri"}


def holder(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


def about(text: str, **schema: Any) -> dict[str, Any]:
    return {"description": text, **(schema or TEXT)}


def found(
    tmp_path: Path,
    queries: Any,
    members: Any,
    header: str = "",
    verb: str = "get",
    path: str = "/things",
) -> str:
    """Return the settings that are proposed for an operation, or else why there are none."""
    schema = members if members is LIST else holder(**members)
    response: dict[str, Any] = {"description": "OK"}
    response["content"] = {"application/json": {"schema": schema}}
    if header:
        response["headers"] = {"Link": {"description": header, "schema": TEXT}}
    operation = {
        "operationId": "things/list",
        "parameters": [
            *({"name": n, "in": "query", "schema": one} for n, one in queries.items()),
            *([{"name": "id", "in": "path", "required": True, "schema": TEXT}] * ("{id}" in path)),
        ],
        "responses": {"200": response},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {path: {verb: operation}},
    }
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    client = Client(spec="spec.yaml", package="sample")
    source, _ = read_package(client, tmp_path, Findings(), no_progress)
    paged = propose(source.canonical, client).operations
    return "".join(summary(one.rule) if one.rule else one.missing for one in paged)


@pytest.mark.parametrize(
    ("queries", "members", "settings"),
    [
        # cursors
        ({"page_token": TEXT}, {"things": LIST, "next_page_token": TEXT},
         "cursor parameter=page_token items=things next=next_page_token"),
        ({"page[cursor]": TEXT}, {"data": LIST, "meta": holder(nextCursor=TEXT)},
         "cursor parameter=page[cursor] items=data next=meta.nextCursor"),
        ({"NextToken": TEXT}, {"Things": LIST, "NextToken": TEXT},
         "cursor parameter=NextToken items=Things next=NextToken"),
        ({"bookmark": about("Leads to the next page")}, {"items": LIST, "bookmark": TEXT},
         "cursor parameter=bookmark items=items next=bookmark"),
        ({"after": TEXT}, {"edges": LIST, "pageInfo": holder(endCursor=TEXT, hasNextPage=FLAG)},
         "cursor parameter=after items=edges next=pageInfo.endCursor more=pageInfo.hasNextPage"),
        ({"after": TEXT}, {"data": LIST, "last_id": TEXT, "has_more": FLAG},
         "cursor parameter=after items=data next=last_id more=has_more"),
        ({"starting_after": TEXT, "ending_before": TEXT}, {"data": LIST, "has_more": FLAG},
         "cursor parameter=starting_after items=data last=id more=has_more"),
        ({"cursor": about("Of the next page")}, {"cards": LIST, "errors": LIST, "cursor": TEXT},
         "cursor parameter=cursor items=cards next=cursor"),
        ({"listOptions.continue": TEXT}, {"items": LIST, "metadata": holder(**{"continue": TEXT})},
         "cursor parameter=listOptions.continue items=items next=metadata.continue"),
        ({"starting_after": TEXT, "per_page": COUNT},
         {"data": LIST, "pages": holder(next=holder(starting_after=TEXT, per_page=COUNT))},
         "cursor parameter=starting_after items=data next=pages.next.starting_after"),
        ({"index_offset": TEXT, "reversed": FLAG},
         {"invoices": LIST, "last_index_offset": TEXT, "first_index_offset": TEXT},
         "cursor parameter=index_offset items=invoices next=last_index_offset"),
        ({"page": COUNT}, {"things": LIST, "meta": holder(next_page=COUNT)},
         "cursor parameter=page items=things next=meta.next_page"),
        # links
        (LIMIT, {"results": LIST, "next": URL, "count": COUNT}, "link items=results next=next"),
        ({}, {"value": LIST, "@odata.nextLink": TEXT}, "link items=value next=/@odata.nextLink"),
        ({}, {"things": LIST, "_links": holder(next=holder(href=TEXT))},
         "link items=things next=_links.next.href"),
        (ONE | LIMIT, {"data": LIST, "included": LIST, "links": holder(next=TEXT)},
         "link items=data next=links.next"),
        ({}, {"things": LIST, "warnings": LIST, "links": LIST, "next": URL},
         "link items=things next=next"),
        # numbers
        (ONE, {"data": holder(rows=LIST), "messages": LIST, "total": COUNT},
         "page parameter=page items=data.rows"),
        (ONE | LIMIT, {"Errors": LIST, "Things": LIST}, "page parameter=page items=Things"),
        (ONE | LIMIT, {"things": LIST, "more": FLAG}, "page parameter=page items=things more=more"),
        (ONE | LIMIT, {"data": LIST, "pages": holder(next=TEXT, page=COUNT)},
         "page parameter=page items=data next=pages.next"),
        (ONE | LIMIT, {"data": LIST, "pages": holder(next=holder(page=COUNT))},
         "page parameter=page items=data next=pages.next"),
        (OFFSET | LIMIT, {"data": LIST, "paging": holder(next=TEXT)},
         "offset parameter=offset items=data next=paging.next"),
        (OFFSET | LIMIT, LIST, "offset parameter=offset"),
        (OFFSET, {"things": LIST, "total_count": COUNT},
         "offset parameter=offset items=things total=total_count"),
        (OFFSET | LIMIT, {"things": LIST, "total": about("Those in this page", **COUNT)},
         "offset parameter=offset items=things"),
        ({"$skip": COUNT, "$top": COUNT}, {"value": LIST, "hasMore": FLAG},
         "offset parameter=$skip items=value more=hasMore"),
        (ONE | LIMIT, LIST, "page parameter=page"),
        (ZERO | {"size": COUNT}, {"content": LIST, "totalPages": COUNT, "totalElements": COUNT},
         "page parameter=page items=content total=totalPages"),
        ({"page": COUNT, "size": COUNT}, {"content": LIST, "totalElements": COUNT},
         "page parameter=page items=content first=0"),
        ({"page": about("0-based", **COUNT)} | LIMIT, LIST, "page parameter=page first=0"),
        ({"page": about("Pages begin with 1.", **COUNT)} | LIMIT, LIST, "page parameter=page"),
        (ONE | LIMIT, {"data": holder(items=LIST)}, "page parameter=page items=data.items"),
    ],
)  # fmt: skip
def test_a_shape_that_is_clear(queries: Any, members: Any, settings: str, tmp_path: Path) -> None:
    assert found(tmp_path, queries, members) == settings


MARKERS: dict[str, Any] = {"entries": LIST, "next_marker": TEXT, "total_count": COUNT}


@pytest.mark.parametrize(
    ("queries", "members", "reason"),
    [
        (LIMIT, LIST, ""),
        ({}, {"things": LIST, "total": COUNT}, ""),
        ({"cursor": TEXT}, {"things": LIST}, "takes 'cursor', but no member of its response"),
        ({"cursor": TEXT}, {"things": LIST, "cursor": TEXT}, "takes 'cursor', but no member"),
        ({"cursor": TEXT}, {"a": LIST, "b": LIST, "next_cursor": TEXT}, "has 2 lists in its"),
        ({"cursor": TEXT}, {"data": LIST, "next": TEXT}, "takes 'cursor', but no member"),
        ({"after": TEXT}, {"data": LIST, "last_id": TEXT}, "takes 'after', but no member"),
        ({"after": TEXT}, {"data": LIST, "has_more": FLAG}, "takes 'after', but no member"),
        ({"marker": TEXT}, {"entries": LIST, "next_marker": COUNT}, "takes 'marker', but no"),
        ({"page": TEXT}, {"data": LIST, "next_page": about("True if there are more pages")},
         "takes 'page', but neither a page's size nor a total"),
        ({"cursor": TEXT}, {"data": LIST, "next_cursor": TEXT, "meta": holder(next_cursor=TEXT)},
         "has several members with a cursor: 'next_cursor', 'meta.next_cursor'"),
        (OFFSET | {"marker": TEXT}, MARKERS, "takes 'marker' and 'offset': a list without both"),
        (OFFSET | {"usemarker": FLAG}, MARKERS, "takes 'usemarker', without which it may have"),
        (OFFSET | LIMIT, {"things": LIST, "id": TEXT}, "answers with one resource"),
        (OFFSET | LIMIT | {"tags": LIST}, {"tags": LIST, "total": COUNT}, "has no list"),
        (OFFSET | LIMIT, {"errors": LIST}, "takes 'offset', but 'errors' may not be the list"),
        (OFFSET | LIMIT, {"errors": LIST, "links": LIST}, "has 2 lists in its response"),
        (OFFSET, LIST, "takes 'offset', but neither a page's size nor a total"),
        ({"offset": about("Page offset", **COUNT)} | LIMIT, LIST, "which may not count the items"),
        ({"offset": {"type": "integer", "minimum": 1}} | LIMIT, LIST, "which may not count"),
        (OFFSET | ONE | LIMIT, LIST, "are two ways to ask for a page"),
        ({"page": COUNT} | LIMIT, LIST, "no default, minimum or text tells the first"),
        ({"page": {"type": "integer", "default": 7}} | LIMIT, LIST, "is not the first page"),
        (OFFSET | LIMIT, {"a": holder(items=LIST), "b": holder(items=LIST)}, "has several members"),
        (LIMIT, {"data": LIST, "next": TEXT}, "it is not a URL, and no parameter takes it"),
    ],
)  # fmt: skip
def test_one_that_could_mean_two_things(
    queries: Any, members: Any, reason: str, tmp_path: Path
) -> None:
    """An operation without a sign of pages isn't listed at all."""
    text = found(tmp_path, queries, members)
    assert reason in text
    assert bool(reason) == bool(text)
    assert not text.startswith(("cursor ", "link", "offset ", "page "))


def test_the_header_link(tmp_path: Path) -> None:
    assert found(tmp_path, ONE | LIMIT, LIST, 'As `<…>; rel="next"`') == "link"
    assert (
        found(tmp_path, ONE | LIMIT, LIST, "The profile of the media type") == "page parameter=page"
    )


def test_a_list_beside_the_items_that_the_path_names(tmp_path: Path) -> None:
    members = {"messages": LIST, "errors": LIST, "total": COUNT}
    settings = "page parameter=page items=messages"
    assert found(tmp_path, ONE, members, path="/users/{id}/messages") == settings
    assert "has 2 lists" in found(tmp_path, ONE, members)


def test_other_methods(tmp_path: Path) -> None:
    members = {"things": LIST, "next_cursor": TEXT}
    assert "is a POST" in found(tmp_path, {"cursor": TEXT}, members, verb="post")
