"""The constructor arguments for security schemes, and the scopes that calls need.

Sources: OpenAPI 3.1.1 §4.8.27 (Security Scheme), §4.8.28 and §4.8.29 (OAuth Flows), §4.8.30
(Security Requirement); RFC 6749 (token endpoints).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...base.config import Client
from ...base.errors import Findings
from ...base.immutable import immutable
from ...reading.openapi.model.document import (
    Document,
    Operation,
    SecurityRequirement,
    SecurityScheme,
)
from ...reading.openapi.model.schemas import walk
from ...reading.openapi.normalize.operations import TOKEN
from ..ir.operations import NeededScope
from ..ir.package import Credential
from ..ir.types import Text
from ..names import (
    CREDENTIALS,
    Identifier,
    Spelling,
    check_pinned,
    make_distinct,
    only,
    snake,
    words,
)
from .naming import pins_of
from .servers import url_fault
from .types import text

_KEYS = ("header", "query", "cookie")
"""The kinds of the credentials that are API keys."""
_FRAMING = ("connection", "content-length", "host", "transfer-encoding")
_REFRESHING = ("authorizationCode", "deviceAuthorization", "password", "implicit")
Demand = frozenset[frozenset[str]]
"""The alternatives of one operation, each a set of keys of schemes."""


@immutable
class Security:
    """The credentials of one API by scheme."""

    credentials: tuple[Credential, ...]
    arguments: Mapping[str, Credential | None]
    """The credential of each scheme; None for mutual TLS, which needs none in the request."""
    unsupported: Mapping[str, SecurityScheme]
    """The schemes without a credential: of an unknown type, or with a key that HTTP can't carry."""
    findings: Findings

    @property
    def client_certificate(self) -> bool:
        """Return whether an operation requires a client certificate."""
        return None in self.arguments.values()

    def alternatives(self, operation: Operation) -> tuple[tuple[str, ...], ...]:
        """Return the alternatives of an operation's credentials, by name and in order.

        The empty alternative is the last, so that available credentials are sent.
        """
        alternatives: dict[tuple[str, ...], None] = {}
        impossible: list[tuple[SecurityRequirement, str]] = []
        for alternative in self._supported(operation):
            schemes = [key for key in alternative.schemes if key in self.arguments]
            made = [self.arguments[key] for key in schemes]
            credentials = list(dict.fromkeys(c for c in made if c is not None))
            if clash := _clash(credentials):
                impossible.append((alternative, clash))
            else:
                alternatives[tuple(c.name for c in credentials)] = None
        for alternative, clash in impossible:
            record = self.findings.assume if alternatives else self.findings.refuse
            end = "; this alternative isn't used" if alternatives else ""
            record(
                "security-scheme",
                alternative.location,
                f"{clash}{end}",
                "Make them alternatives, one list item each, or leave the operation out.",
            )
        if not any(alternatives):
            return ()
        return tuple(sorted(alternatives, key=lambda names: not names))

    def _supported(self, operation: Operation) -> Sequence[SecurityRequirement]:
        """Return the alternatives whose schemes all have a known type; all if there are none."""
        supported: list[SecurityRequirement] = []
        for alternative in operation.security:
            unsupported = [key for key in alternative.schemes if key not in self.arguments]
            for key in unsupported:
                if key in self.unsupported:
                    self._report(key, self.unsupported[key])
            if not unsupported:
                supported.append(alternative)
        return supported or operation.security

    def _report(self, key: str, scheme: SecurityScheme) -> None:
        """Record a scheme without a credential; refuse the operation if its key has no place."""
        if _is_key(scheme):
            self.findings.refuse(
                "security-scheme",
                scheme.at("name"),
                f"the key of the security scheme {key!r} cannot be sent in the {scheme.in_} "
                f"{scheme.name!r}",
                "Correct the name to the one that the API expects.",
            )
        else:
            self.findings.assume(
                "security-scheme",
                scheme.location,
                f"the security scheme {key!r} has an unknown type (type {scheme.type!r}, in "
                f"{scheme.in_!r}); the client sends no credential for it",
                "Correct 'type'; it is 'http' for a scheme that an httpx.Auth of the caller "
                "implements. Callers can pass Options(headers=…).",
            )


def _clash(credentials: Sequence[Credential]) -> str:
    """Return the fact that two credentials are sent in one place; empty if each has its own."""
    places: dict[tuple[str, str], str] = {}
    for credential in credentials:
        place, name = _place(credential), credential.name
        first = places.setdefault(place, name)
        if first != name:
            return (
                f"{first} and {name} are required together, but both are sent in the same "
                f"{' '.join(place)}"
            )
    return ""


def build_security(document: Document, client: Client, findings: Findings) -> Security:
    """Return the credentials that the operations of a canonical document need.

    A single bearer scheme (or OAuth 2, or OpenID Connect) is named ``token``, a single basic one
    ``basic``; several are named by their keys. Schemes share a credential if every operation
    accepts them interchangeably, or if one alternative combines them in the same header. The
    schemes of operations that aren't selected count. Raise :class:`UsageError` for a pin that isn't
    possible; one of no scheme has no effect.
    """
    own = _own_schemes(document)
    schemes = schemes_of(document)
    kinds = {key: _kind(scheme) for key, scheme in schemes.items()}
    groups, final = _named_groups(document, kinds, client)
    credentials: dict[str, Credential] = {}
    for group in groups:
        members = {key: own[key] for key in group if key in own}
        if not members:
            continue
        prefix = ""
        if kinds[group[0]] in _KEYS:
            prefix = next(filter(None, map(client.credential_prefixes.get, members)), "")
        credential = _credential(final[group[0]], members, kinds[group[0]], prefix)
        for key in members:
            _check_token_urls(credential, schemes[key], findings)
        credentials |= dict.fromkeys(members, credential)
    arguments: dict[str, Credential | None] = {}
    unsupported: dict[str, SecurityScheme] = {}
    for key, scheme in own.items():
        if kinds[key]:
            arguments[key] = credentials.get(key)
        else:
            unsupported[key] = scheme
    every = tuple(dict.fromkeys(c for c in arguments.values() if c))
    return Security(every, arguments, unsupported, findings)


def _named_groups(
    document: Document, kinds: Mapping[str, str], client: Client
) -> tuple[list[list[str]], Mapping[str, Identifier]]:
    """Return the schemes that share a credential, and its name by the first scheme of each group.

    ``kinds`` are those of all schemes, by key.
    """
    demands = _demands(document)
    groups: list[list[str]] = []
    spelled: dict[str, str] = {}
    wanted: dict[str, Identifier] = {}
    for kind, usual in (("bearer", "token"), ("basic", "basic")):
        keys = [key for key, kind_of_key in kinds.items() if kind_of_key == kind]
        alike: list[list[str]] = []
        for group in _grouped(keys, demands):
            alike += _by_pin(group, client.credentials)
        groups += alike
        for first, *_ in alike:
            suffix = "_token" if kind == "bearer" and words(first)[-1:] != ("token",) else ""
            spelled[first] = f"{first}{suffix}"
            if len(alike) == 1:
                wanted[first] = Identifier(usual)
    groups += [[key] for key, kind in kinds.items() if kind in (*_KEYS, "auth")]
    pins: dict[str, Identifier] = {}
    for group in groups:
        pin = next(filter(None, map(client.credentials.get, group)), "")
        if pin:
            pins[group[0]] = check_pinned(pin, pins_of(client, "credentials", group[0]))

    def spell(key: str, level: Spelling) -> Identifier:
        if key in wanted and not level:
            return wanted[key]
        return snake(spelled.get(key, key), CREDENTIALS, level)

    def keeper(group: Sequence[str], name: str) -> str | None:
        return name if name in group else only([key for key in group if _is_spelled(key, name)])

    keys = [first for first, *_ in groups]
    return groups, make_distinct(keys, spell, keeper, pins, pins_of(client, "credentials"))


def _demands(document: Document) -> set[Demand]:
    """Return the alternatives of all operations, selected or not."""
    demands = {*document.other_demands}
    for operation in document.operations:
        demands.add(frozenset(frozenset(each.schemes) for each in operation.security))
    return demands


def _is_spelled(key: str, name: str) -> bool:
    """Return whether a scheme's name is a credential's, in any case of its letters."""
    return "".join(words(key)).casefold() == name.replace("_", "").casefold()


def schemes_of(document: Document) -> dict[str, SecurityScheme]:
    """Return the schemes whose names count: those of all operations, selected or not."""
    return dict(sorted({**document.other_schemes, **_own_schemes(document)}.items()))


def _own_schemes(document: Document) -> dict[str, SecurityScheme]:
    """Return the schemes that the selected operations name."""
    used: set[str] = set()
    for operation in document.operations:
        for alternative in operation.security:
            used.update(alternative.schemes)
    return {key: scheme for key, scheme in document.security_schemes.items() if key in used}


def key_schemes(schemes: Mapping[str, SecurityScheme]) -> set[str]:
    """Return the schemes whose value may have a prefix: API keys."""
    return {key for key, scheme in schemes.items() if _kind(scheme) in _KEYS}


def _kind(scheme: SecurityScheme) -> str:
    """Return the kind of a scheme's credential; empty for one that isn't supported."""
    name = scheme.name
    match scheme.type:
        case "oauth2" | "openIdConnect":
            return "bearer"
        case "http":
            kind = scheme.scheme.lower()
            return kind if kind in ("bearer", "basic") else "auth"
        case "mutualTLS":
            return "certificate"
        case _ if not _is_key(scheme):
            return ""
        case _ if scheme.in_ == "query":
            return scheme.in_ if name else ""
        case _:
            is_framing = scheme.in_ == "header" and name.lower() in _FRAMING
            return scheme.in_ if TOKEN.match(name) and not is_framing else ""


def _is_key(scheme: SecurityScheme) -> bool:
    return scheme.type == "apiKey" and scheme.in_ in _KEYS


def _credential(
    name: Identifier, group: Mapping[str, SecurityScheme], kind: str, prefix: str
) -> Credential:
    schemes = [*group.values()]
    token_url = refresh_url = ""
    fetched = False
    for scheme in schemes:
        flows = [scheme.flows[name] for name in _REFRESHING if name in scheme.flows]
        others = [_usable(flow.token_url) for flow in flows]
        if own := scheme.flows.get("clientCredentials"):
            token_url = token_url or _usable(own.token_url)
            flows.append(own)
        declared = [_usable(flow.refresh_url) for flow in flows]
        refresh_url = refresh_url or next(filter(None, [*declared, *others]), "")
        fetched = fetched or bool(token_url or any(declared))
    return Credential(
        name=name,
        kind=kind,
        wire=schemes[0].name if kind in _KEYS else "",
        scheme=Text("; ".join(f"{key}{_detail(scheme)}" for key, scheme in group.items())),
        doc=text(" ".join(dict.fromkeys(s.description for s in schemes if s.description))),
        token_url=Text(token_url),
        refresh_url=Text(refresh_url or token_url),
        fetched=fetched,
        prefix=Text(prefix),
    )


def _detail(scheme: SecurityScheme) -> str:
    """Return what tells a scheme apart besides its name and its header."""
    if scheme.type == "oauth2":
        flows = ", ".join(" ".join(words(flow)).lower() for flow in scheme.flows)
        return f", OAuth 2 by {flows}" if flows else ", OAuth 2"
    if scheme.type == "http" and scheme.scheme.lower() not in ("bearer", "basic"):
        return f", HTTP {scheme.scheme}"
    return ", OpenID Connect" if scheme.type == "openIdConnect" else ""


def _usable(url: str) -> str:
    """Return a token URL, or ``""`` for one that nothing may be sent to."""
    return "" if url_fault(url) else url


def _check_token_urls(credential: Credential, scheme: SecurityScheme, findings: Findings) -> None:
    urls = (credential.token_url.value, credential.refresh_url.value)
    used = urls if credential.fetched else ()
    for flow in scheme.flows.values():
        for name, url in (("tokenUrl", flow.token_url), ("refreshUrl", flow.refresh_url)):
            fault = url_fault(url)
            if fault:
                findings.assume(
                    "token-url",
                    flow.at(name),
                    f"the token URL {url!r} {fault}; it isn't used",
                    "Write an https URL, or one relative to the server.",
                )
            elif url in used and url.lower().startswith("http://"):
                findings.warn(
                    "token-url",
                    flow.at(name),
                    f"the token URL {url!r} is plain http, so no secret is sent to it",
                    "Write an https URL, or let callers pass token_url.",
                )


def _place(credential: Credential) -> tuple[str, str]:
    if credential.kind in ("bearer", "basic", "auth"):
        return "header", "authorization"
    is_header = credential.kind == "header"
    return credential.kind, credential.wire.lower() if is_header else credential.wire


def secret_members(document: Document) -> set[str]:
    """Return the names of members that are passwords, or texts of any value that are only sent.

    Sources: OpenAPI 3.1.1 §4.4.1 (format ``password``), JSON Schema 2020-12 §9.4 (``writeOnly``).
    """
    members: set[str] = set()
    used = (schema for op in document.operations for schema in op.schemas())
    for schema in walk(*document.schemas.values(), *used):
        for name, member in (schema.properties or {}).items():
            of = document.resolve(member)
            is_text = "string" in of.types and of.enum is None
            if is_text and (of.format == "password" or of.write_only or member.write_only):
                members.add(name)
    return members


def _grouped(keys: list[str], demands: set[Demand]) -> list[list[str]]:
    """Return the schemes in groups that share a credential."""
    groups: list[list[str]] = []
    for key in keys:
        alike = [g for g in groups if any(_interchangeable(key, other, demands) for other in g)]
        joined = [member for group in alike for member in group]
        groups = [*(g for g in groups if g not in alike), [*joined, key]]
    return groups


def _by_pin(group: list[str], pins: Mapping[str, str]) -> list[list[str]]:
    """Return schemes that share a credential, apart from each other if their pins differ."""
    names = list(dict.fromkeys(pins[key] for key in group if key in pins)) or [""]
    groups: dict[str, list[str]] = {name: [] for name in names}
    for key in group:
        groups[pins.get(key, names[0])].append(key)
    return [*groups.values()]


def _interchangeable(one: str, other: str, demands: set[Demand]) -> bool:
    if any({one, other} <= alternative for demand in demands for alternative in demand):
        return True
    swap = {one: other, other: one}
    return all(
        frozenset(frozenset(swap.get(k, k) for k in alternative) for alternative in demand)
        == demand
        for demand in demands
    )


# ── scopes ───────────────────────────────────────────────────────────────────────────────────────


def needed_scopes(
    operation: Operation, schemes: Mapping[str, SecurityScheme]
) -> tuple[tuple[NeededScope, ...], ...]:
    """Return the alternatives of an operation's scopes; empty if it needs none at all.

    An alternative without scopes counts where it is about a token, or needs no credential.
    """
    alternatives: dict[tuple[NeededScope, ...], None] = {}
    for requirement in operation.security:
        if not all(key in schemes for key in requirement.schemes):
            continue  # left out, with a warning
        scopes = _scopes(requirement, schemes)
        kinds = {schemes[key].type for key in requirement.schemes}
        if scopes or not kinds or kinds.intersection(("oauth2", "openIdConnect")):
            alternatives[scopes] = None
    if not any(alternatives):
        return ()
    return tuple(sorted(alternatives, key=lambda scopes: not scopes))


def _scopes(
    requirement: SecurityRequirement, schemes: Mapping[str, SecurityScheme]
) -> tuple[NeededScope, ...]:
    fields: dict[str, str] = {}
    for key, wanted in requirement.schemes.items():
        for name in wanted:
            flows = schemes[key].flows.values()
            docs = (flow.scopes[name] for flow in flows if flow.scopes.get(name))
            fields[name] = fields.get(name) or next(docs, "")
    scopes = {name.strip(): doc for name, doc in fields.items() if name.strip()}
    return tuple(NeededScope(Text(name), text(doc)) for name, doc in scopes.items())
