"""The lines that name the members of responses."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ....codegen.apidiff.annotation import last_name
from ....reading.openapi.model.document import Document
from ..calls.requests import Request
from ..calls.search import ProgramRequests
from ..containers import text_of
from ..scopes import Expression, NameScope
from ..values import Own, Value, classes_of, union
from .evaluate import MemberEvaluator, SentRequests
from .makers import ClassParameter, ClassPasses, parameter_of, sent_by
from .models import ModelMatcher
from .schemas import NamedPart, PartKey, parts_of_type
from .types import DescribedValue, ResponseTypes

SCHEMAS = "#/components/schemas/"
_READERS = ("get", "pop")
_VALIDATORS = ("model_validate", "parse_obj", "validate_python", "model_construct", "from_dict")
"""Methods of classes, and of adapters of types, that take objects."""
_OF_TEXTS = ("model_validate_json", "parse_raw", "validate_json")
"""Those that take the text of a body."""
_OF_TYPES = ("parse_obj_as", "cast")
"""Functions that take a type and an object."""


class ReadMembers:
    """Finds what a program reads of the responses of operations."""

    def __init__(
        self,
        program: ProgramRequests,
        requests: Mapping[str, Sequence[Request]],
        document: Document,
        bindings: Mapping[str, str],
    ) -> None:
        """``bindings`` has the pointers of schemas by the full names of classes."""
        sent: dict[ast.AST, SentRequests] = {}
        for label, own in requests.items():
            for request in own:
                here = sent.setdefault(request.expression.node, SentRequests())
                here.labels[label] = None
                for function, _ in request.callers[-1:]:
                    here.functions[function] = None
        self.types = ResponseTypes(document)
        bound = self._bound(program, document, bindings)
        self.evaluator = MemberEvaluator(program, self.types, sent, bound)
        self.models = ModelMatcher(self.evaluator, self._add)
        self.parts: dict[str, dict[PartKey, list[NamedPart]]] = {}
        """The lines of each operation by what they name."""
        self._makers: dict[ClassParameter, None] = {}
        """The parameters whose classes functions make objects of."""
        for module in program.reached:
            for candidate in module.candidates:
                self._candidate(candidate)
        for class_, objects in bound.items():
            self.models.match((Own("class", class_),), objects)
        for declared, described in self.evaluator.pairs:
            self.models.match(declared, described)
        for passed in ClassPasses(self.evaluator, sent_by(requests)).of([*self._makers]):
            self.models.match(passed.declared, passed.described)
        self.is_complete = self.models.is_complete
        """False if there may be lines that aren't found."""

    def _bound(
        self, program: ProgramRequests, document: Document, bindings: Mapping[str, str]
    ) -> dict[NameScope, Value]:
        """Return the objects that classes hold, as the user tells."""
        bound: dict[NameScope, Value] = {}
        for name, pointer in bindings.items():
            key = pointer.removeprefix(SCHEMAS)
            class_ = _class_of(program, name)
            if key == pointer or class_ is None:
                continue
            objects: list[Value] = []
            for operation in document.operations:
                if key in document.reachable(*operation.response_schemas()):
                    value = DescribedValue("object", operation.label, key=key)
                    objects.append((self.types.instance(value),))
            bound[class_] = union(objects)
        return bound

    def _candidate(self, expression: Expression) -> None:
        node = expression.node
        match node:
            case ast.Subscript(value=owner, slice=key, ctx=ast.Load()):
                self._read(expression, owner, key)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[owner]):
                self._read(expression, owner, key)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[key, *_]):
                if name in _READERS:
                    self._read(expression, owner, key)
                self._validated(expression, node)
            case ast.Call():
                self._validated(expression, node)
            case _:
                pass

    def _read(self, expression: Expression, owner: ast.expr, key: ast.expr) -> None:
        """Record that a key is read of an object."""
        name = text_of(key)
        if not name:
            return
        for item in self.evaluator.at(expression, owner):
            value = self.types.described(item)
            if value is not None and value.kind == "object":
                self._add(value, name, NamedPart(expression.scope.file, key))

    def _validated(self, expression: Expression, node: ast.Call) -> None:
        """Pair the class of a model with what it is made of."""
        evaluator, name = self.evaluator, last_name(node.func)
        arguments = [evaluator.at(expression, argument) for argument in node.args[:2]]
        if name in _OF_TYPES and len(arguments) == 2:
            declared = evaluator.annotation(_part(expression, node.args[0]))
            self.models.match(declared, arguments[1])
            self._made(expression, node.args[0])
        elif isinstance(node.func, ast.Attribute) and name in (*_VALIDATORS, *_OF_TEXTS):
            owner = evaluator.at(expression, node.func.value)
            first = arguments[0] if arguments else ()
            described = evaluator.decoded(first) if name in _OF_TEXTS else first
            self.models.match(owner, described)
            self._made(expression, node.func.value)
        for keyword in node.keywords:
            if keyword.arg is None:
                classes: Value = classes_of(evaluator.at(expression, node.func))
                self.models.match(classes, evaluator.at(expression, keyword.value))
                self._made(expression, node.func)

    def _made(self, expression: Expression, type_: ast.expr) -> None:
        """Record the parameters in a type that objects are made of: ``list[model]``."""
        for node in ast.walk(type_):
            parameter = parameter_of(_part(expression, node))
            if parameter is not None:
                self._makers[parameter] = None

    def _add(self, value: DescribedValue, name: str, part: NamedPart) -> None:
        parts = self.parts.setdefault(value.label, {})
        parts.setdefault((f"#{value.key}", name), []).append(part)
        described = self.types.property_of(value, name)
        if described is not None:
            for key in parts_of_type(described, self.types.schemas):
                parts.setdefault(key, []).append(part)


def _class_of(program: ProgramRequests, name: str) -> NameScope | None:
    """Return the class of a program that has a full name."""
    module, _, class_ = name.rpartition(".")
    modules = program.reader.texts.types.modules
    for path in modules.files:
        parts = [*path.with_suffix("").parts]
        if parts[-1] == "__init__":
            parts.pop()
        if f".{'.'.join(parts)}".endswith(f".{module}"):
            for binding in modules[path].scope.names.get(class_, ()):
                if binding.scope is not None and binding.scope.is_class:
                    return binding.scope
    return None


def _part(expression: Expression, node: ast.AST) -> Expression:
    return Expression(node, expression.scope, expression.block, expression.time)
