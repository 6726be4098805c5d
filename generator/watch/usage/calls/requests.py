"""The requests of a program: the calls of HTTP libraries with the texts of method and URL."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ....base.immutable import immutable
from ..scopes import Expression, NameScope, anytime
from ..values import Own
from .arguments import CallSite, parameters_of
from .callers import LibraryCall
from .evaluate import TextEvaluator
from .joints import joined
from .libraries import CLASSES, SENDERS, Sender
from .receivers import ReceiverFinder
from .texts import (
    EMPTY,
    Choice,
    Hole,
    Texts,
    either,
    has_literals,
    literal,
    parameters_in,
    substituted,
    unknown,
)

_VERB_NAMES = ("method", "verb", "http_method")
_REQUEST = "requests.request"
"""The function whose arguments others with such parameters have, too."""
_URL_NAMES = ("url", "path", "endpoint", "uri")


@immutable(eq=False)
class Request:
    """A request as a line of the program sends it."""

    expression: Expression
    """The call: of the library, or of a function that sends the request."""
    verbs: Texts
    """The methods that it may have."""
    urls: Texts
    """The URLs that it may have."""
    call: LibraryCall
    """The call of the library, whose arguments have the parameters and the body."""
    callers: tuple[tuple[NameScope, CallSite], ...] = ()
    """The functions around it that this request is followed through, each with its call."""
    base: Texts = EMPTY
    """What URLs without a host are below, where that isn't seen in the URLs."""

    @property
    def is_typed(self) -> bool:
        """False if the name of an object alone tells that it sends requests."""
        return self.call.is_typed


class RequestReader:
    """Reads calls of libraries and of the functions that make them."""

    def __init__(self, texts: TextEvaluator) -> None:
        self.texts = texts
        self._attributes = texts.attributes

    def requests(self) -> Iterator[Request]:
        """Yield the requests of the calls of libraries, in the order of the program."""
        calls = self.texts.calls
        receivers = ReceiverFinder(calls)
        receivers.follow()
        for call in (*calls.library_calls, *receivers.library_calls()):
            request = self._request(call)
            if request is not None:
                yield request

    def assumed(self) -> Iterator[Request]:
        """Yield the calls of functions whose parameters are named as those of a request.

        They send one, though what they do with their arguments isn't understood.
        """
        for function, sites in self.texts.calls.called_functions():
            verb = _first_of(_VERB_NAMES, function)
            url = _first_of(_URL_NAMES, function)
            if verb is None or url is None:
                continue
            base = unknown(url.name, function)
            for site in sites:
                values = self.texts.values(((verb,), (url,)), function, site)
                call = LibraryCall(_REQUEST, site, is_assumed=True)
                yield Request(site.expression, values[verb], values[url], call, base=base)

    def _request(self, call: LibraryCall) -> Request | None:
        sender, site = SENDERS[call.name], call.site
        urls = self._argument(site, sender, "url")
        if not urls:  # it is where the request is made that is sent here
            return None
        if sender.verb:
            verbs = literal(sender.verb)
        elif call.name.startswith("urllib."):
            verbs = self._urllib_verb(site, sender)
        else:
            verbs = self._argument(site, sender, "method")
        urls = joined(self._base(call), urls, is_appended=sender.is_appended)
        return Request(site.expression, verbs, urls, call)

    def _argument(self, site: CallSite, sender: Sender, name: str) -> Texts:
        argument = self.texts.arguments.of_call(site, sender.positions, name)
        if argument is None:
            return unknown()
        return self.texts.argument(argument)

    def _urllib_verb(self, site: CallSite, sender: Sender) -> Texts:
        """Return the method of a request: POST with a body, unless it is told."""
        arguments = self.texts.arguments
        verb = arguments.of_call(site, sender.positions, "method")
        if verb is not None:
            return self.texts.argument(verb)
        body = arguments.of_call(site, sender.positions, "data")
        if body is None:
            return literal("GET")
        match self.texts.argument(body):
            case ():
                return literal("GET")
            case ((Hole(is_parameter=True) as hole,),):
                return ((Choice(hole, literal("POST"), literal("GET")),),)
            case _:
                return literal("POST")

    def _base(self, call: LibraryCall) -> Texts:
        """Return the base URL of the client that a method is called of."""
        function = call.site.call.func
        if call.owner is not None:
            return self._attributes.of_class(*call.owner)
        if call.name.rpartition(".")[0] not in CLASSES or not isinstance(function, ast.Attribute):
            return EMPTY
        expression, receiver = call.site.expression, function.value
        for item in self.texts.types.at(expression, receiver):
            if isinstance(item, Own) and item.kind == "instance":
                return self._attributes.base_of(item.scope)
        is_super = isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name)
        class_ = expression.scope.enclosing(ast.ClassDef)
        if is_super and class_ is not None and self._attributes.library_class(class_):
            return self._attributes.base_of(class_)
        base = self.texts.part(expression, receiver)
        assigned = self.texts.types.assignments(receiver, "base_url")
        if assigned and not has_literals(base):
            return self.texts.names.bound("base_url", assigned, anytime(receiver, expression.scope))
        return base

    # ── the functions that send requests ─────────────────────────────────────────────────────

    def callers(self, request: Request) -> list[Request]:
        """Return the request as each caller of the function around it sends it.

        Empty if its texts don't depend on parameters, or nobody calls the function.
        """
        holes = parameters_in([*request.verbs, *request.urls])
        heads = parameters_in([url[:1] for url in request.urls if len(url) > 1])
        functions: dict[object, None] = {}
        for hole in holes:
            if hole not in heads or _is_around(hole.owner, request):
                functions[hole.owner] = None
        # The function around the request precedes a constructor that has the others.
        for function in sorted(functions, key=lambda owner: not _is_around(owner, request)):
            if isinstance(function, NameScope):
                sites = self.texts.calls.sites(function)
                requests: list[Request] = []
                for site in sites:
                    requests += self._called(request, function, site)
                if requests:
                    return requests
        return []

    def _called(self, request: Request, function: NameScope, site: CallSite) -> Iterator[Request]:
        """Yield the requests of a call: one for each text of the argument that has several."""
        values = self.texts.values((*request.verbs, *request.urls), function, site)
        callers = (*request.callers, (function, site))
        for argument in _alternatives(values):
            verbs = substituted(request.verbs, argument)
            urls = substituted(request.urls, argument)
            yield Request(site.expression, verbs, urls, request.call, callers, request.base)

    def with_bases(self, request: Request) -> Request:
        """Return a request with what callers pass as the start of its URLs."""
        values: dict[Hole, Texts] = {}
        heads = [url[:1] for url in request.urls if len(url) > 1]
        for hole in parameters_in(heads):
            values[hole] = self._attributes.settled(((hole,),), hole.name, hole.owner)
        urls = substituted(request.urls, values)
        return replace(request, urls=_below(request.base, urls))


def _first_of(names: Sequence[str], function: NameScope) -> Hole | None:
    """Return the first parameter that has one of the names."""
    for name in parameters_of(function):
        if name in names:
            return Hole(name, function, is_parameter=True)
    return None


def _below(base: Texts, urls: Texts) -> Texts:
    """Return URLs, below a base URL those that begin with a literal part."""
    results: list[Texts] = []
    for url in urls:
        match url:
            case (str(), *_):
                results.append(joined(base, (url,), is_appended=True))
            case _:
                results.append((url,))
    return either(results)


def _alternatives(values: Mapping[Hole, Texts]) -> Iterator[Mapping[Hole, Texts]]:
    for hole, texts in values.items():
        if len(texts) > 1:
            for text in texts:
                yield {**values, hole: (text,)}
            return
    yield values


def _is_around(function: object, request: Request) -> bool:
    scope: NameScope | None = request.expression.scope
    while scope is not None:
        if scope is function:
            return True
        scope = scope.parent
    return False
