"""The requests of a program: the calls of HTTP libraries with the texts of method and URL."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..scopes import Expression, NameScope
from ..values import Instance, Own
from .arguments import CallSite
from .attributes import AttributeTexts
from .callers import LibraryCall
from .evaluate import TextEvaluator
from .libraries import CLASSES, REQUESTS, SENDERS, Sender
from .receivers import ReceiverFinder
from .texts import Choice, Hole, Texts, joined, literal, parameters_in, substituted, unknown

_NO_BODY = ast.Constant(None)


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """A request as a line of the program sends it."""

    expression: Expression
    """The call: of the library, or of a function that sends the request."""
    verbs: Texts
    """The methods that it may have."""
    urls: Texts
    """The URLs that it may have."""
    is_typed: bool = True
    """False if the name of an object alone tells that it sends requests."""


class RequestReader:
    """Reads calls of libraries and of the functions that make them."""

    def __init__(self, texts: TextEvaluator) -> None:
        self.texts = texts
        self._attributes = AttributeTexts(texts)

    def requests(self) -> Iterator[Request]:
        """Yield the requests of the calls of libraries, in the order of the program."""
        calls = self.texts.calls
        for call in (*calls.library_calls, *ReceiverFinder(calls).library_calls()):
            request = self._request(call)
            if request is not None:
                yield request

    def _request(self, call: LibraryCall) -> Request | None:
        sender, site = SENDERS[call.name], call.site
        urls = self._argument(site, sender, "url")
        if call.name.startswith("urllib."):
            verbs = self._urllib_verb(site, sender)
            first = site.call.args[0] if site.call.args else None
            if first is not None and self._is_request(site.expression, first):
                return None  # it is where it is made
        else:
            verbs = literal(sender.verb) if sender.verb else self._argument(site, sender, "method")
            urls = joined(self._base(call), urls, is_appended=sender.is_appended)
        return Request(site.expression, verbs, urls, call.is_typed) if urls else None

    def _argument(self, site: CallSite, sender: Sender, name: str) -> Texts:
        argument = self.texts.arguments.of_call(site, sender.positions, name)
        if isinstance(argument, Hole):
            return ((argument,),)
        return unknown() if argument is None else self.texts.texts(argument)

    def _urllib_verb(self, site: CallSite, sender: Sender) -> Texts:
        """Return the method of a request: POST with a body, unless it is told."""
        if sender.verb:
            return literal(sender.verb)
        arguments = self.texts.arguments
        verb = arguments.of_call(site, sender.positions, "method")
        if isinstance(verb, Expression):
            return self.texts.texts(verb)
        body = arguments.of_call(site, sender.positions, "data")
        if body is None:
            return literal("GET")
        texts = ((body,),) if isinstance(body, Hole) else self.texts.texts(body)
        match texts:
            case ():
                return literal("GET")
            case ((Hole(is_parameter=True) as hole,),):
                return ((Choice(hole, literal("POST"), literal("GET")),),)
            case _:
                return literal("POST")

    def _is_request(self, expression: Expression, node: ast.AST) -> bool:
        value = self.texts.types.at(expression, node)
        return any(isinstance(item, Instance) and item.name in REQUESTS for item in value)

    def _base(self, call: LibraryCall) -> Texts:
        """Return the base URL of the client that a method is called of."""
        function = call.site.call.func
        if call.owner is not None:
            return self._attributes.of_class(*call.owner)
        if call.name.rpartition(".")[0] not in CLASSES or not isinstance(function, ast.Attribute):
            return ((),)
        expression, receiver = call.site.expression, function.value
        for item in self.texts.types.at(expression, receiver):
            if isinstance(item, Own) and item.kind == "instance":
                return self._attributes.base_of(item.scope)
        is_super = isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name)
        class_ = expression.scope.enclosing(ast.ClassDef)
        if is_super and class_ is not None and self._attributes.library_class(class_):
            return self._attributes.base_of(class_)
        return self.texts.part(expression, receiver)

    # ── the functions that send requests ─────────────────────────────────────────────────────

    def callers(self, request: Request) -> list[Request]:
        """Return the request as each caller of the function around it sends it.

        Empty if its texts don't depend on parameters, or nobody calls the function.
        """
        holes = parameters_in([*request.verbs, *request.urls])
        functions = [hole.owner for hole in holes if isinstance(hole.owner, NameScope)]
        for function in dict.fromkeys(functions):
            requests = [
                self._called(request, function, site) for site in self.texts.calls.sites(function)
            ]
            if requests:
                return requests
        return []

    def _called(self, request: Request, function: NameScope, site: CallSite) -> Request:
        values = self.texts.values((*request.verbs, *request.urls), function, site)
        verbs = substituted(request.verbs, values)
        urls = substituted(request.urls, values)
        return Request(site.expression, verbs, urls, request.is_typed)

    def with_bases(self, request: Request) -> Request:
        """Return a request with what callers pass as the start of its URLs."""
        heads = [url[:1] for url in request.urls if url[:1]]
        values: dict[Hole, Texts] = {}
        for hole in parameters_in(heads):
            values[hole] = self._attributes.settled(((hole,),), hole.name, hole.owner)
        return replace(request, urls=substituted(request.urls, values))
