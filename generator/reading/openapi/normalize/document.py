"""One OpenAPI 3.1 document that contains the selected operations, and what they refer to.

References to parameters, headers, responses, request bodies and examples are resolved, so
``components`` has schemas and security schemes only.

Sources: OpenAPI 3.0.4 and 3.1.1, §4.7/§4.8 (Schema of the document).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from ....base.errors import Findings, Unsupported
from ....base.recursion import deeply_recursive
from ...document.declared import is_swagger, path_of_section, section
from ...document.operations import (
    OperationNode,
    callbacks,
    iter_operations,
)
from ...document.references import References
from ...document.tree import MappingNode, SequenceNode, SourceFile
from ...document.version import read_version
from ..model.document import (
    Document,
    IncomingRequest,
    Operation,
    SecurityRequirement,
    SecurityScheme,
    Tag,
)
from ..model.schemas import Schema, map_schemas, reachable, schemas_in
from ..server_checks import ServerChecks
from .nodes.context import Context
from .nodes.node_values import child, mappings, members
from .operations import OperationNormalizer
from .schemas.canonical import unshared
from .schemas.components import add_required_properties
from .schemas.implied_discriminators import ImpliedDiscriminators
from .schemas.intersect import open_empty
from .schemas.read_write_only import relax
from .schemas.rename import settle_keys
from .schemas.schemas import SchemaNormalizer
from .schemas.tags import tag_branches
from .schemas.union_circles import cut_circles
from .servers import servers_in, typed_servers
from .swagger2.servers import own_swagger_servers, swagger_security_scheme, swagger_servers
from .typed import read, requirement

Operation_ = TypeVar("Operation_", bound=Operation)
_Requests: TypeAlias = tuple[tuple[Operation, ...], tuple[IncomingRequest, ...]]
_PROGRESS = 50  # operations between two reports


@deeply_recursive
def canonicalise(
    document: SourceFile,
    refs: References,
    operations: Sequence[OperationNode],
    findings: Findings,
    progress: Callable[[str], None] = lambda _: None,
    *,
    partial: bool = False,
    callbacks: bool = False,
    models: bool = False,
    others: Sequence[OperationNode] | None = None,
) -> Document:
    """Return ``operations``, webhooks among them, and what they refer to in canonical form.

    An operation with a part that is refused is recorded in ``findings`` and left out, with all
    that was made for it alone. With ``partial`` it is left in, without that part. With
    ``callbacks`` those of ``operations`` are in the result too; one with a part that is refused is
    left out, and so is such a webhook. With ``models`` every schema under ``components/schemas`` is
    in it, as one that is sent and received; one that is refused is left out as an operation is.
    ``others`` are operations whose names count although they aren't in the result; by default all
    of the description.
    """
    version = read_version(document)
    checks = ServerChecks(findings)
    context = Context(
        refs,
        findings,
        is_draft_4=version < "3.1",
        is_swagger=is_swagger(refs.root),
        checks=checks,
        keeps_refusals=partial,
    )
    reader = _DocumentReader(document, context, callbacks=callbacks, models=models)
    if others is None:
        with refs.apart():
            others = tuple(iter_operations(refs))
    result = reader.document(version, operations, others, progress)
    checks.settle()
    return result


@deeply_recursive
def read_access(
    document: SourceFile, refs: References, operations: Sequence[OperationNode]
) -> Document:
    """Return operations with their servers and security alone, webhooks not among them.

    Nothing is recorded: :func:`canonicalise` does that.
    """
    with refs.apart() as findings:
        context = Context(
            refs,
            findings,
            is_draft_4=read_version(document) < "3.1",
            is_swagger=is_swagger(refs.root),
            checks=ServerChecks(findings),
            keeps_refusals=False,
        )
        reader = _DocumentReader(document, context, callbacks=False, models=False)
        return reader.access(operations, tuple(iter_operations(refs)))


class _DocumentReader:
    def __init__(
        self, source: SourceFile, context: Context, *, callbacks: bool, models: bool
    ) -> None:
        self.source = source
        self.refs = context.refs
        self.findings = context.findings
        self.partial = context.keeps_refusals
        self.is_swagger = context.is_swagger
        self.reads_callbacks = callbacks
        self.schemas = SchemaNormalizer(context)
        self.components = self.schemas.components
        self.models: list[Schema] = []
        """References to the declared schemas, where these are wanted."""
        self._unions: list[Schema] = []
        self._with_models = models
        self.schemes: dict[str, SecurityScheme] = {}
        self._operations = OperationNormalizer(context, self.schemas)

    def document(
        self,
        version: str,
        nodes: Sequence[OperationNode],
        others: Sequence[OperationNode],
        progress: Callable[[str], None],
    ) -> Document:
        root = self.refs.root
        for declaring in (root, child(root, "components")):
            self.refs.report_left_out(declaring)
        info = self._info()
        reads = swagger_servers if self.is_swagger else servers_in
        servers = reads(root, self.refs)
        hook_nodes = [node for node in nodes if node.incoming]
        nodes = [node for node in nodes if not node.incoming]
        self.schemas.resources.add([*nodes, *_without(others, nodes)])
        described: dict[tuple[str, str], tuple[OperationNode, Operation]] = {}
        for index, node in enumerate(nodes):
            if index % _PROGRESS == 0:
                progress(f"reading operation {index + 1} of {len(nodes)}")
            if operation := self._request(Operation, node, shares_id=node.shares_id):
                # `x-ms-paths` may have it once more
                described[node.path, node.method] = node, operation
        operations = dict(described.values())
        for node, operation in operations.items() if self.reads_callbacks else ():
            incoming = (self._incoming(*named) for named in callbacks(node, self.refs))
            operations[node] = replace(operation, callbacks=tuple(filter(None, incoming)))
        incoming = (self._incoming(node.path, node) for node in hook_nodes)
        webhooks = tuple(filter(None, incoming))
        if self._with_models:
            self._declare(progress)
        requests, webhooks = self._settled((tuple(operations.values()), webhooks))
        used = {name for node in operations for name in node.tags}
        tags = [tag for tag in mappings(root.get("tags")) if str(tag.get("name")) in used]
        document = Document(
            root.location,
            openapi=version,
            **info,
            operations=requests,
            webhooks=webhooks,
            schemas=self.components.schemas,
            declared=frozenset(filter(self.components.is_declared, self.components.schemas)),
            security_schemes=dict(sorted(self.schemes.items())),
            servers=typed_servers(servers) or (),
            tags=tuple(read(Tag, tag) for tag in tags),
            origins={key: tuple(places) for key, places in self.components.origins.items()},
            models=tuple(reference.ref for reference in self.models),
            **self._others(_without(others, operations)),
        )
        return self._pruned(relax(tag_branches(document)))

    def access(self, nodes: Sequence[OperationNode], others: Sequence[OperationNode]) -> Document:
        """Return operations as :func:`read_access`; ``others`` count as in a whole document."""
        root = self.refs.root
        reads = swagger_servers if self.is_swagger else servers_in
        operations: list[Operation] = []
        for node in nodes:
            if node.incoming:
                continue
            with self.findings.operation(node.label, is_optional=True):
                operations.append(
                    Operation(
                        node.node.location,
                        path=node.path,
                        method=node.method,
                        responses={},
                        operation_id=node.operation_id,
                        shares_id=node.shares_id,
                        servers=typed_servers(self._own_servers(node)),
                        **self._security(node.node),
                    )
                )
        return Document(
            root.location,
            openapi="",
            title="",
            version="",
            operations=tuple(operations),
            schemas={},
            declared=frozenset(),
            security_schemes=dict(sorted(self.schemes.items())),
            servers=typed_servers(reads(root, self.refs)) or (),
            tags=(),
            **self._others(_without(others, nodes)),
        )

    def _settled(self, requests: _Requests) -> _Requests:
        """Give the components their final form and keys; return the requests with these."""
        schemas = self.components.schemas
        own = [*schemas_in(requests), *self.models, *self._unions]
        for key in schemas.keys() - reachable(schemas, *own):
            del schemas[key]  # those of which an allOf made others
        for key in self.components.stated & schemas.keys():
            schemas[key] = schemas[key].replace(is_type_implied=False)
        cut_circles(schemas, self.findings)
        requests = ImpliedDiscriminators(self.components).add(*requests)
        for key, schema in schemas.items():
            schemas[key] = open_empty(schema, self.findings)
        named = {
            key
            for key, node in members(self.components.main)
            if self.components.analysis.is_named(node)
        }
        renamed = settle_keys(schemas, self.components.hints, named)
        add_required_properties(schemas, self.findings)
        self.models = [*map(renamed, self.models)]
        self._unions = [*map(renamed, self._unions)]
        seen = set[Schema]()
        for key, schema in schemas.items():
            schemas[key] = unshared(schema, seen)
        return map_schemas(
            requests, lambda one: unshared(renamed(open_empty(one, self.findings)), seen)
        )

    def _pruned(self, document: Document) -> Document:
        """Return a document with the schemas alone that are in use, sorted by key."""
        roots = {reference.ref for reference in (*self.models, *self._unions)}
        used = schemas_in(document.operations, document.webhooks)
        keys = roots | document.reachable(*used, *(document.schemas[key] for key in roots))
        return replace(
            document,
            schemas={key: document.schemas[key] for key in sorted(keys)},
            declared=document.declared & keys,
            rivals=self.schemas.resources.inline.rivals(keys),
        )

    def _request(
        self, kind: type[Operation_], op: OperationNode, **given: object
    ) -> Operation_ | None:
        """Return one operation or incoming request, unless something in it was refused."""
        before, schemes = len(self.components.schemas), dict(self.schemes)
        is_partial = self.partial and not op.incoming
        is_optional = self.partial and bool(op.incoming)
        with self.findings.operation(op.label, is_optional=is_optional) as scope:
            request = self._operations.read(kind, op, **given)
            if not op.incoming:
                request = replace(request, servers=typed_servers(self._own_servers(op)))
            if not op.incoming or "security" in op.node:
                request = replace(request, **self._security(op.node))
            if is_partial or not scope.failed:
                return request
        # What failed once must fail for the next that needs it, not be there half made.
        if not is_partial:
            self.components.discard(before)
            self.schemes = schemes
        return None

    def _incoming(self, name: str, op: OperationNode) -> IncomingRequest | None:
        return self._request(IncomingRequest, op, name=name)

    def _declare(self, progress: Callable[[str], None]) -> None:
        """Make a component of each declared schema, unless something in it is refused."""
        declared = self.components.main
        for index, key in enumerate(declared):
            if index % _PROGRESS == 0:
                progress(f"reading schema {index + 1} of {len(declared)}")
            before = len(self.components.schemas)
            with self.findings.schema(key) as scope:
                reference, union = self.schemas.declare(key)
                if not scope.failed or self.partial:
                    self.models.append(reference)
                    self._unions += [union] if union else []
                    continue
            if not self.partial:
                self.components.discard(before)

    def _info(self) -> dict[str, Any]:
        info = child(self.refs.root, "info")
        self.refs.touch(info)
        values = {key: info.get(key) for key in ("title", "version", "description")}
        return {"title": "API", "version": ""} | {
            key: str(value)
            for key, value in values.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool)
        }

    def _own_servers(self, op: OperationNode) -> SequenceNode | None:
        if self.is_swagger:
            return own_swagger_servers(op.node, self.refs.root, self.refs)
        own = servers_in(op.node, self.refs)
        return servers_in(op.item, self.refs) if own is None else own

    # ── security ─────────────────────────────────────────────────────────────────────────────

    def _security(self, node: MappingNode) -> dict[str, Any]:
        """Return the alternatives whose schemes are all declared; warn of the others."""
        owner = node if "security" in node else self.refs.root
        if owner.get("security") is None:
            return {}
        given = owner["security"]
        if isinstance(given, MappingNode) and isinstance(given.get("$ref"), str):
            self.refs.follow(given, owner.at("security"), "security")
        elif isinstance(given, MappingNode):
            fact, place = "security must be a list; read as a list of one", owner.at("security")
            self.findings.assume("shape", place, fact, "Make `security` a list of requirements.")
            given = SequenceNode(given.location, [given])
        elif not isinstance(given, SequenceNode):
            fact = "security must be a list; the client sends no credential for it"
            remedy = "Make `security` a list of requirements."
            self.findings.assume("shape", owner.at("security"), fact, remedy)
            return {}
        declared = section(self.refs.root, "securitySchemes")
        path = "/".join(path_of_section(self.refs.root, "securitySchemes"))
        kept: list[SecurityRequirement] = []
        for alternative in mappings(given):
            if isinstance(alternative.get("$ref"), str):
                self.refs.follow(alternative, alternative.location, "a security requirement")
            unknown = [name for name in alternative if name not in declared]
            for name in unknown:
                self.findings.assume(
                    "security-scheme",
                    alternative.at(name),
                    f"there is no security scheme {name!r}; this requirement is left out",
                    f"Declare {name!r} under {path}.",
                )
            if not unknown:
                kept.append(requirement(alternative))
                for name in alternative:
                    self._read_scheme(name, declared, self.schemes)
        return {"security": tuple(kept), "security_location": given.location}

    def _read_scheme(
        self, name: str, declared: MappingNode, schemes: dict[str, SecurityScheme]
    ) -> None:
        if name in schemes:
            return
        with suppress(Unsupported):
            scheme = self.refs.follow(declared[name], declared.at(name), "a security scheme")
            if self.is_swagger:
                scheme = swagger_security_scheme(scheme)
            schemes[name] = read(SecurityScheme, scheme)

    def _others(self, operations: Sequence[OperationNode]) -> dict[str, Any]:
        """Return operations that weren't selected, with the schemes that they name."""
        root = self.refs.root
        declared = section(root, "securitySchemes")
        schemes: dict[str, SecurityScheme] = {}
        demands: set[frozenset[frozenset[str]]] = set()
        for operation in operations:
            owner = operation.node if "security" in operation.node else root
            alternatives = {frozenset(mapping) for mapping in mappings(owner.get("security"))}
            demands.add(frozenset(names for names in alternatives if names <= declared.keys()))
        with self.refs.apart():
            for name in sorted({name for demand in demands for names in demand for name in names}):
                self._read_scheme(name, declared, schemes)
        return {
            "others": tuple(operations),
            "other_schemes": schemes,
            "other_demands": frozenset(demands),
        }


def _without(
    others: Iterable[OperationNode], nodes: Iterable[OperationNode]
) -> list[OperationNode]:
    """Return those of the other operations that aren't among the nodes."""
    places = {(node.path, node.method) for node in nodes}
    return [other for other in others if (other.path, other.method) not in places]
