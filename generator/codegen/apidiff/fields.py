"""A field of a class in source as a declaration."""

from __future__ import annotations

import ast

from .annotation import constant, decorators, field_keywords, last_name, read_type
from .api import ANY, Declaration
from .modules import Modules, SourceModule, literal_of


class FieldReader:
    """A reader of the fields in a package."""

    def __init__(self, modules: Modules) -> None:
        """Read fields of ``modules``."""
        self._modules = modules
        self._lists_nullable = any(_lists_nullable(module) for module in modules)
        """True if models list the fields that may be null, in place of marking the others."""

    def is_open(self, node: ast.ClassDef) -> bool:
        """Return whether the keywords of a model let it have members that no field describes."""
        values = [constant(keyword.value) for keyword in node.keywords if keyword.arg == "extras"]
        return values == [True]

    def field(
        self,
        module: SourceModule,
        class_: ast.ClassDef,
        node: ast.AnnAssign,
        owner: str,
        *,
        is_model: bool,
    ) -> Declaration:
        """Return a field of ``class_``; ``owner`` is the public name of the class that has it."""
        assert isinstance(node.target, ast.Name)
        name = node.target.id
        type_, keywords = read_type(node.annotation), field_keywords(node.annotation, node.value)
        flags: set[str] = set()
        is_dataclass = "dataclass" in decorators(class_)
        has_init = is_model or (is_dataclass and keywords.get("init") != "False")
        if has_init:
            flags.add("init")
        default = self._default(module, node, keywords)
        is_absent = last_name(_outer(node.annotation)) == "Opt"
        if self._lists_nullable and default:
            is_absent = name not in _listed(class_)
        if is_model and not is_absent and (type_.takes_none or type_ == ANY):
            flags.add("nullable")
        wire = str(constant(keywords.get("alias", repr(name))))
        has_place = has_init and is_dataclass and not _is_by_name(class_)
        return Declaration(
            "field",
            owner,
            name,
            type_,
            default,
            0 if has_place else None,
            wire=wire,
            flags=frozenset(flags),
        )

    def _default(self, module: SourceModule, node: ast.AnnAssign, keywords: dict[str, str]) -> str:
        """Return the source of a field's default, empty if it needs a value."""
        if node.value is None:
            return ""
        if isinstance(node.value, ast.Call) and last_name(node.value.func) in ("Field", "field"):
            for argument in node.value.args[:1]:
                if ast.unparse(argument) != "...":
                    return ast.unparse(argument)
            return keywords.get("default") or keywords.get("default_factory", "")
        return ast.unparse(literal_of(self._modules, module, node.value))


def _lists_nullable(module: SourceModule) -> bool:
    """Return whether a module defines the base of models with a keyword for nullable fields."""
    match module.definitions.get("Model"):
        case ast.ClassDef(body=body) if not module.is_public:
            for item in body:
                if isinstance(item, ast.FunctionDef) and item.name == "__init_subclass__":
                    return any(argument.arg == "nullable" for argument in item.args.kwonlyargs)
            return False
        case _:
            return False


def _listed(class_: ast.ClassDef) -> list[object]:
    """Return the fields of a model that may be null, as its keywords list them."""
    for keyword in class_.keywords:
        if keyword.arg == "nullable" and isinstance(keyword.value, ast.Tuple | ast.List):
            return [constant(item) for item in keyword.value.elts]
    return []


def _outer(annotation: ast.expr) -> ast.expr:
    """Return the generic of an annotation; of another one the annotation."""
    return annotation.value if isinstance(annotation, ast.Subscript) else annotation


def _is_by_name(class_: ast.ClassDef) -> bool:
    """Return whether a dataclass takes its fields by name alone."""
    for decorator in class_.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "kw_only" and constant(keyword.value) is True:
                    return True
    return False
