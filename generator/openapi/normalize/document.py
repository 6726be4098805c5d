"""One OpenAPI 3.1 document that contains the selected operations, and what they refer to.

References to parameters, headers, responses, request bodies and examples are resolved, so
``components`` has schemas and security schemes only.

Sources: OpenAPI 3.0.4 and 3.1.1, §4.7/§4.8 (Schema of the document).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from ...document.component_keys import PREFIX
from ...document.declared import is_swagger, path_of_section, section
from ...document.operations import (
    OperationNode,
    callbacks,
    iter_operations,
)
from ...document.references import References
from ...document.tree import MappingNode, SequenceNode, SourceFile, Value
from ...document.version import read_version
from ...errors import Findings, Unsupported
from ...recursion import deeply_recursive
from .. import model
from . import swagger2, typed
from .nodes.context import Context
from .nodes.intersect import IMPLIED, open_empty
from .nodes.node_values import child, listed, mappings, members, pick
from .nodes.server_side_constraints import ServerChecked, ServerChecks
from .operations import OperationNormalizer
from .schemas.components import add_required_properties
from .schemas.read_write_only import relax
from .schemas.rename import settle_keys
from .schemas.schemas import SchemaNormalizer
from .schemas.tags import tag_branches
from .schemas.union_circles import cut_circles

_SERVER = ("url", "description", "variables")
_TAG = ("name", "summary", "description", "parent", "kind")
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
) -> model.Document:
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
        is_swagger=is_swagger(document.root),
        checks=checks,
        keeps_refusals=partial,
    )
    writer = _Writer(document, context, partial=partial, callbacks=callbacks, models=models)
    if others is None:
        with refs.apart():
            others = tuple(iter_operations(document, refs))
    root = writer.document(operations, others, progress)
    checks.settle()
    written = {(operation.path, operation.method) for operation in writer.operations}
    rest = tuple(one for one in others if (one.path, one.method) not in written)
    return typed.document(
        root,
        version,
        writer.operations,
        writer.others(rest),
        frozenset(writer.declared),
        writer.models,
        writer.rivals,
        writer.components.origins,
    )


def _reachable(node: Value, components: Mapping[str, Value]) -> set[str]:
    """Return the keys of the components that references at or below ``node`` lead to."""
    keys: set[str] = set()
    todo: list[Value] = [node]
    while todo:
        value = todo.pop()
        if isinstance(value, MappingNode) and not isinstance(value, ServerChecked):
            ref = value.get("$ref")
            key = ref.removeprefix(PREFIX) if isinstance(ref, str) else ""
            if key in components and key not in keys:
                keys.add(key)
                todo.append(components[key])
            todo += value.values()
        elif isinstance(value, SequenceNode):
            todo += value
    return keys


class _Writer:
    def __init__(
        self,
        source: SourceFile,
        context: Context,
        *,
        partial: bool,
        callbacks: bool,
        models: bool,
    ) -> None:
        self.source = source
        self.refs = context.refs
        self.findings = context.findings
        self.partial = partial
        self.is_swagger = context.is_swagger
        self.reads_callbacks = callbacks
        self.schemas = SchemaNormalizer(context)
        self.components = self.schemas.components
        self.models = SequenceNode(source.root.location)
        """References to the declared schemas, where these are wanted."""
        self._unions = SequenceNode(source.root.location)
        self._with_models = models
        self.schemes: dict[str, MappingNode] = {}
        self.operations: list[OperationNode] = []
        self.declared: set[str] = set()
        self.rivals: Mapping[str, str] = {}
        self._operations = OperationNormalizer(context, self.schemas)

    def document(
        self,
        operations: Sequence[OperationNode],
        others: Sequence[OperationNode],
        progress: Callable[[str], None],
    ) -> MappingNode:
        location = self.source.root.location
        root = MappingNode(location, {"openapi": "3.1.0", "info": self._info()})
        if self.is_swagger:
            servers = swagger2.servers(self.source.root, self.refs)
        else:
            servers = self._servers(self.source.root)
        if servers is not None:
            root["servers"] = servers
        paths, hooks = MappingNode(location), MappingNode(location)
        hook_nodes = [operation for operation in operations if operation.incoming]
        operations = [operation for operation in operations if not operation.incoming]
        places = {(operation.path, operation.method) for operation in operations}
        rest = (op for op in others if (op.path, op.method) not in places)
        self.schemas.resources.add([*operations, *rest])
        for index, found in enumerate(operations):
            if index % _PROGRESS == 0:
                progress(f"reading operation {index + 1} of {len(operations)}")
            self._add(found, paths)
        if self.reads_callbacks:
            for found in self.operations:
                self._callbacks(found, child(child(paths, found.path), found.method))
        for found in hook_nodes:
            self._add_incoming(found, hooks)
        tags = self._tags()
        if tags:
            root["tags"] = tags
        root["paths"] = paths
        if hooks:
            root["webhooks"] = hooks
        requests = MappingNode(location, {"paths": paths, "webhooks": hooks})
        if self._with_models:
            self._declare(progress)
        schemas = self._schemas(requests)
        schemes = MappingNode(location, sorted(self.schemes.items()))
        parts = {"schemas": schemas, "securitySchemes": schemes}
        components = MappingNode(location, {key: part for key, part in parts.items() if part})
        if components:
            root["components"] = components
        return root

    def _schemas(self, requests: MappingNode) -> MappingNode:
        schemas = self.components.schemas
        own = SequenceNode(requests.location, [*self.models, *self._unions])
        every = MappingNode(requests.location, {**requests, "models": own})
        for key in schemas.keys() - _reachable(every, schemas):
            del schemas[key]  # those of which an allOf made others
        for key in self.components.stated & schemas.keys():
            schemas[key].pop(IMPLIED, None)
        cut_circles(schemas, self.findings)
        open_empty([every, *schemas.values()], self.findings)
        named = {
            key
            for key, node in members(self.components.main)
            if self.components.analysis.is_named(node)
        }
        settle_keys(every, schemas, self.components.hints, named)
        add_required_properties(schemas, self.findings)
        tag_branches(requests, schemas)
        relax(every, schemas, lambda node: _reachable(node, schemas))
        keys = _reachable(every, schemas)
        self.declared = {key for key in keys if self.components.is_declared(key)}
        self.rivals = self.schemas.resources.inline.rivals(keys)
        return MappingNode(self.source.root.location, {key: schemas[key] for key in sorted(keys)})

    def _add(self, op: OperationNode, paths: MappingNode) -> None:
        """Write one operation into ``paths``, unless something in it was refused."""
        before, schemes = len(self.components.schemas), dict(self.schemes)
        with self.findings.operation(op.label) as scope:
            operation = self._operations.write(op)
            servers = self._own_servers(op)
            if servers is not None:
                operation["servers"] = servers
            if self.partial:
                self._put(op, operation, paths)
            self._security(op.node, operation)
            if not scope.failed:
                self._put(op, operation, paths)
                return
        if self.partial:
            return
        # What failed once must fail for the next that needs it, not be there half made.
        self.components.discard(before)
        self.schemes = schemes

    def _put(self, op: OperationNode, operation: MappingNode, paths: MappingNode) -> None:
        if op.method not in child(paths, op.path):
            self.operations.append(op)
        _put(op, operation, paths)

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

    # ── incoming requests ────────────────────────────────────────────────────────────────────

    def _callbacks(self, op: OperationNode, operation: MappingNode) -> None:
        out = MappingNode(op.node.location)
        for name, request in callbacks(op, self.refs):
            out[name] = child(out, name)
            self._add_incoming(request, child(out, name))
        if any(out.values()):
            operation["callbacks"] = out

    def _add_incoming(self, op: OperationNode, requests: MappingNode) -> None:
        """Write one request that the API sends, unless something in it is refused."""
        before, schemes = len(self.components.schemas), dict(self.schemes)
        with self.findings.operation(op.label, is_optional=self.partial) as scope:
            request = self._operations.write(op)
            if "security" in op.node:
                self._security(op.node, request)
            if not scope.failed:
                _put(op, request, requests)
                return
        self.components.discard(before)
        self.schemes = schemes

    def _info(self) -> MappingNode:
        info = child(self.source.root, "info")
        self.refs.touch(info)
        result = MappingNode(self.source.root.location)
        for key in ("title", "version", "summary", "description"):
            value = info.get(key)
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                result[key] = str(value)
        result.setdefault("title", "API")
        result.setdefault("version", "")
        return result

    def _own_servers(self, op: OperationNode) -> SequenceNode | None:
        if self.is_swagger:
            return swagger2.own_servers(op.node, self.source.root, self.refs)
        own = self._servers(op.node)
        return self._servers(op.item) if own is None else own

    def _servers(self, node: MappingNode) -> SequenceNode | None:
        found = node.get("servers")
        if not isinstance(found, SequenceNode):
            return None
        servers = SequenceNode(found.location)
        for index, value in enumerate(found):
            with suppress(Unsupported):
                server = self.refs.mapping(value, found.at(index), "a server")
                servers.append(pick(server, _SERVER))
        return servers

    def _tags(self) -> SequenceNode:
        used = {name for op in self.operations for name in op.tags}
        tags = [
            pick(tag, _TAG)
            for tag in mappings(self.source.root.get("tags"))
            if str(tag.get("name")) in used
        ]
        return SequenceNode(self.source.root.location, tags)

    # ── security ─────────────────────────────────────────────────────────────────────────────

    def _security(self, node: MappingNode, out: MappingNode) -> None:
        """Set the alternatives whose schemes are all declared; warn of the others."""
        owner = node if "security" in node else self.source.root
        if owner.get("security") is None:
            return
        given = owner["security"]
        if isinstance(given, MappingNode):
            fact, place = "security must be a list; read as a list of one", owner.at("security")
            self.findings.assume("shape", place, fact, "Make `security` a list of requirements.")
            given = SequenceNode(given.location, [given])
        else:
            given = listed(owner, "security", self.findings, of="requirements")
        declared = section(self.source.root, "securitySchemes")
        path = "/".join(path_of_section(self.source.root, "securitySchemes"))
        kept = out["security"] = SequenceNode(given.location)
        for alternative in mappings(given):
            unknown = [name for name in alternative if name not in declared]
            for name in unknown:
                self.findings.assume(
                    "security-scheme",
                    alternative.at(name),
                    f"there is no security scheme {name!r}; this requirement is left out",
                    f"Declare {name!r} under {path}.",
                )
            if not unknown:
                kept.append(alternative)
                for name in alternative:
                    self._scheme(name, declared)

    def _scheme(self, name: str, declared: MappingNode) -> None:
        if name not in self.schemes:
            self.schemes[name] = self._read_scheme(name, declared)

    def _read_scheme(self, name: str, declared: MappingNode) -> MappingNode:
        scheme = self.refs.follow(declared[name], declared.at(name), "a security scheme")
        if self.is_swagger:
            scheme = swagger2.security_scheme(scheme)
        members = {key: value for key, value in scheme.items() if not key.startswith("x-")}
        return MappingNode(scheme.location, members, scheme.positions)

    def others(self, operations: tuple[OperationNode, ...]) -> typed.OtherOperations:
        """Return operations that weren't selected, with the schemes that they name."""
        root = self.source.root
        declared = section(root, "securitySchemes")
        schemes = MappingNode(root.location)
        demands: set[frozenset[frozenset[str]]] = set()
        for operation in operations:
            owner = operation.node if "security" in operation.node else root
            alternatives = {frozenset(mapping) for mapping in mappings(owner.get("security"))}
            demands.add(frozenset(names for names in alternatives if names <= declared.keys()))
        with self.refs.apart():
            for name in sorted({name for demand in demands for names in demand for name in names}):
                with suppress(Unsupported):
                    schemes[name] = self._read_scheme(name, declared)
        return typed.OtherOperations(operations, schemes, frozenset(demands))


def _put(op: OperationNode, operation: MappingNode, items: MappingNode) -> None:
    """Write an operation into its path item."""
    items[op.path] = child(items, op.path, op.item.location)
    child(items, op.path)[op.method] = operation
