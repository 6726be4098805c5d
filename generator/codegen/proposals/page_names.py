"""The names that parameters and members of pages have, each family with its source.

A name is compared in lower case and without other characters than letters and digits, so that
``page_token``, ``pageToken`` and ``page[token]`` are one. A path has dots between its names.
"""

from __future__ import annotations

import re

from ...base.immutable import immutable

_OTHER = re.compile(r"[^a-z0-9]")


def plain(name: str) -> str:
    """Return a name in the form that the tables have."""
    return _OTHER.sub("", name.lower())


@immutable
class CursorNames:
    """A parameter that takes a cursor, and the members that may hold the next one."""

    source: str
    parameters: frozenset[str]
    members: frozenset[str]
    """Names, or ends of paths."""
    needs_more: bool = False
    """True if the member isn't empty in the last page, so that another member must tell it."""
    needs_text: bool = False
    """True if the member may also be the cursor of the page itself: a description must tell."""


def _cursors(
    source: str, parameters: str, members: str, *, more: bool = False, text: bool = False
) -> CursorNames:
    return CursorNames(
        source, frozenset(parameters.split()), frozenset(members.split()), more, text
    )


CURSORS = (
    _cursors("AIP-158; Google APIs", "pagetoken", "nextpagetoken"),
    _cursors("Slack, Notion, Zendesk: cursor pagination", "cursor startcursor pagecursor",
             "nextcursor cursornext cursors.next cursor.next"),
    _cursors("Box, AWS: markers", "marker startmarker", "nextmarker"),
    _cursors("AWS: NextToken; X API v2", "nexttoken paginationtoken", "nexttoken"),
    _cursors("AWS S3, Azure: continuation tokens", "continuationtoken continuation",
             "nextcontinuationtoken continuationtoken continuation", text=True),
    _cursors("Pinterest v5: bookmarks", "bookmark", "bookmark", text=True),
    _cursors("Kubernetes API concepts: large sets in chunks; gRPC-Gateway's nested names",
             "continue listoptionscontinue", "metadata.continue"),
    _cursors("Intercom: cursor-based pagination", "startingafter", "pages.next.startingafter"),
    _cursors("LND: indices of invoices and payments", "indexoffset", "lastindexoffset"),
    _cursors("Square: pagination", "cursor", "cursor", text=True),
    _cursors("HubSpot: paging", "after", "paging.next.after"),
    _cursors("Asana: pagination", "offset", "nextpage.offset"),
    _cursors("GraphQL Cursor Connections (Relay)", "after cursor", "pageinfo.endcursor endcursor",
             more=True),
    _cursors("Zendesk: page[after]", "pageafter", "meta.aftercursor", more=True),
    _cursors("OpenAI, Anthropic: last_id", "after afterid", "lastid", more=True),
    _cursors("Stripe: search results; Kaminari", "page pagenumber", "nextpage nextpagenumber"),
    _cursors("Offsets that the response tells", "offset skip", "nextoffset"),
)  # fmt: skip
"""The cursors in members of the response."""

LAST_ITEMS = {
    "startingafter": "endingbefore",
    "after": "before",
    "afterid": "beforeid",
}
"""A parameter that takes the id of the last item, and the one for the way back, which must be there
too. Source: Stripe, list objects."""

LINKS = frozenset({
    "next", "nexturl", "nexturi", "nexthref", "nextlink", "nextpage", "nextpageurl", "nextpageuri",
    "nextpagelink", "odatanextlink", "nextresultsurl", "urlnext",
})  # fmt: skip
"""Members with the next page's URL. Sources: Django REST framework (next), OData 4.01 JSON §4.5.5
(@odata.nextLink), Azure REST guidelines (nextLink), Laravel, Twilio (next_page_url)."""
LINK_PATHS = frozenset({
    "links.next", "links.next.href", "next.href", "next.url", "nextpage.uri", "nextpage.url",
})  # fmt: skip
"""Ends of paths. Sources: JSON:API 1.1 §Pagination (links.next), HAL draft §8 (_links.next.href),
JupyterHub, Asana (next_page.uri)."""
URL_WORDS = re.compile(r"(?i)\b(?:ur[li]s?|links?|href|hyperlink)\b")
"""Words in the description of a member that holds a URL."""
URL_NAMES = ("url", "uri", "href", "link", "links.next")
URL_FORMATS = frozenset({"uri", "url", "uri-reference", "iri", "iri-reference"})

OFFSETS = frozenset({"offset", "skip", "pageoffset", "startat"})
"""Parameters with the number of items to skip. Sources: SQL's OFFSET, as in Spotify and Box; OData
4.01 §11.2.6.4 ($skip); JSON:API (page[offset]); Jira (startAt)."""
PAGES = frozenset({"page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage"})
"""Parameters with a page's number. Sources: Django REST framework, Spring Data, GitHub (page);
JSON:API (page[number])."""
SIZES = frozenset({
    "limit", "size", "pagesize", "perpage", "pagelimit", "itemsperpage", "resultsperpage", "top",
    "maxresults", "maxitems", "take", "count", "rows", "pagecount", "maxpagesize", "max", "pagetop",
    "recordsperpage", "numresults",
})  # fmt: skip
"""Parameters with the number of items in a page. Sources: the same, OData ($top), AIP-158
(page_size), AWS (MaxResults), Jira (maxResults)."""
TOTALS = frozenset({
    "total", "totalcount", "totalitems", "totalresults", "totalentries", "totalrecords",
    "totalelements", "totalsize", "totalhits", "itemstotal", "totalrows", "totalnumber",
    "totalitemcount", "recordcount", "numfound",
})  # fmt: skip
"""Members that count all items. Sources: Spotify (total), Box (total_count), Airflow
(total_entries), Spring Data (totalElements), SCIM (totalResults), Solr (numFound)."""
SWITCHES = re.compile(r"(?:use|with|enable|is)?(?:paginat\w*|paging|paged|marker|cursor|offset)")
"""Parameters that are true or false and turn a kind of pages on. Sources: Clerk (paginated), Box
(usemarker)."""
PAGE_TOTALS = frozenset({
    "totalpages", "lastpage", "pagestotal", "numpages", "numberofpages", "totalpagecount",
    "pagecount", "pages",
})  # fmt: skip
"""Members that count all pages. Sources: Spring Data (totalPages), Laravel (last_page)."""
MORE = frozenset({
    "hasmore", "hasnext", "hasnextpage", "hasmoreresults", "hasmorepages", "hasmoreitems",
    "moreresults", "morepages", "ismore", "moreavailable", "more",
})  # fmt: skip
"""Members that are false in the last page. Sources: Stripe, Notion (has_more); Relay
(hasNextPage)."""
NEXT_PATHS = frozenset({"pages.next", "pagination.next", "paging.next", "pageinfo.next"})
"""Ends of the paths of members that are absent or null in the last page. Source: Intercom."""
ZERO_BASED = frozenset({"totalelements", "numberofelements"})
"""Members that tell Spring Data's pages, whose first number is 0."""
FIRST = re.compile(
    r"(?i)\b(?:start|begin|count)\w*\s+(?:at|from|with)\s+(?:page\s+)?(?P<start>0|1|zero|one)\b"
    r"|\b(?P<based>0|1|zero|one)[- ](?:based|indexed)\b"
    r"|\bpage number within the (?P<drf>paginated) result set"  # Django REST framework
    r"|\bfirst page\b\W+(?:is|has)\s+(?:the number\s+|number\s+|page\s+)?(?P<first>0|1|zero|one)\b"
)
"""The number of the first page in a description."""
IN_PAGES = re.compile(r"(?i)\bpage (?:number|index|offset)|\bnumber of pages|\bpages to skip")
"""The description of an offset that counts pages."""
NEXT = re.compile(r"(?i)\bnext\b|\bmore\b|\bsubsequent|\bfollowing\b|\bcontinu")
"""The description of a cursor that leads to the next page."""
FLAG = re.compile(r"(?i)\b(?:true|false|boolean|flag)\b")
"""The description of a member that tells whether there is a next page, and not which."""
OF_PAGE = re.compile(r"(?i)\b(?:in|on|of|for) (?:this|the current|each) (?:page|response|result)")
"""The description of a number that counts one page alone."""

ITEMS = frozenset({
    "items", "data", "results", "entries", "values", "records", "content", "resources", "rows",
    "elements", "objects", "list", "value", "hits", "entities", "result",
})  # fmt: skip
"""Members that hold the list, where a response has several. Sources: JSON:API (data), DRF
(results), OData (value), SCIM (Resources), Spring Data (content), Box (entries), Spotify."""
HOLDERS = frozenset({
    "meta", "metadata", "paging", "pagination", "page", "pageinfo", "links", "responsemetadata",
    "cursors", "cursor", "next", "nextpage", "paginationinfo", "resultinfo", "listmetadata",
    "pagemetadata", "pagemeta", "paginationmetadata", "pager", "resultset", "pages",
})  # fmt: skip
"""Members that hold the facts about a page. Sources: JSON:API (links, meta), HAL
(_links), Kubernetes (metadata), Slack (response_metadata), Spring HATEOAS (page)."""
