"""YAML over libyaml's events: values that are scalars, lists and mappings, one at a time.

No tag constructs anything. A scalar is null, bytes (``!!binary``) or the text as it is written.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator

import yaml

from ....base.budget import Budget, BudgetExceeded
from .flaws import Broken

MAX_NODES = 500_000
"""Values of an entry. Those of a file are as many, and one more for two bytes on the disk."""
MAX_DEPTH = 64
MAX_COPIED = 32 * 2**20
"""Characters that a text may have more when its aliases are replaced by what they refer to."""
_NODE_SIZE = 20
"""What a node counts beside its characters."""
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_CORE = "tag:yaml.org,2002:"
_BINARY = f"{_CORE}binary"
_NULL = f"{_CORE}null"
_KINDS = "str map seq int float bool timestamp null binary python/unicode python/str python/tuple"
_PLAIN_TAGS = {None, "!", *(_CORE + kind for kind in _KINDS.split())}


class YamlEvents:
    """A place in a YAML text: the counterpart of :class:`~.json_reader.JsonReader`."""

    def __init__(self, text: bytes, size: int, fault: str = "") -> None:
        """Begin a text, which ends early if there is a ``fault``; ``size`` is that of its file."""
        self.flaw = ""
        """Why the last value isn't plain data."""
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self._text = text
        self._fault = fault
        self._next: yaml.Event | None = None
        self._anchors: dict[str, tuple[object, int]] = {}
        """The values with an anchor, and their sizes."""
        self._nodes = Budget(MAX_NODES + size // 2, "values")
        self._of_entry = 0
        self._size = 0
        self._copied = 0

    @property
    def line(self) -> int:
        """The line of the place, from 1."""
        return _line(self._event())

    def peek(self) -> str:
        """Return ``{`` before a mapping, ``[`` before a list; empty at the end of the text."""
        while isinstance(self._event(), yaml.StreamStartEvent | yaml.DocumentStartEvent):
            self._next = None
        event = self._event()
        if isinstance(event, yaml.StreamEndEvent):
            return ""
        if isinstance(event, yaml.MappingStartEvent):
            return "{"
        return "[" if isinstance(event, yaml.SequenceStartEvent) else "?"

    def members(self, depth: int = 0) -> Iterator[str]:
        """Yield the keys of a mapping; the caller reads each value."""
        self._take()
        while not isinstance(event := self._event(), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
                self._note(event, "the merge key (<<) isn't allowed")
            key = self._value(depth)
            if not isinstance(key, str):
                self._note(event, "a key isn't text")
            yield str(key)
        self._take()

    def elements(self) -> Iterator[int]:
        """Yield the line of each element of a list; the caller reads the value."""
        self._take()
        while not isinstance(self._event(), yaml.SequenceEndEvent):
            yield self.line
        self._take()

    def value(self) -> object:
        """Return the next value, which is read as a whole."""
        self.flaw = ""
        self._of_entry = self._nodes.spent
        return self._value(0)

    def end(self) -> None:
        """Check that nothing follows."""
        if isinstance(self._event(), yaml.DocumentEndEvent):
            self._take()
        if self._fault:
            raise Broken(self._fault, self.line)
        if self.peek():
            raise Broken("a second document begins; a recording is a single one", self.line)

    def _event(self) -> yaml.Event:
        if self._next is None:
            try:
                self._next = next(self._events)
            except yaml.MarkedYAMLError as error:
                mark = error.problem_mark or error.context_mark
                fact = f"not well-formed YAML: {error.problem or error.context or 'unreadable'}"
                raise Broken(self._fault or fact, mark.line + 1 if mark else 1) from None
            except yaml.YAMLError as error:
                line = self._text.count(b"\n", 0, getattr(error, "position", 0)) + 1
                raise Broken("a character that YAML doesn't allow", line) from None
        return self._next

    def _take(self) -> yaml.Event:
        event = self._event()
        self._next = None
        return event

    def _value(self, depth: int) -> object:
        event = self._event()
        self._size += _NODE_SIZE
        self._spend(event)
        if self._nodes.spent - self._of_entry > MAX_NODES:
            self._pass_over(event, f"more than {MAX_NODES:,} values")
            return None
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.tag not in _PLAIN_TAGS:
            self._note(event, "a YAML tag isn't allowed")
        if isinstance(event, yaml.CollectionStartEvent) and depth > MAX_DEPTH:
            self._pass_over(event, "nested too deep")
            return None
        before = self._size
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            value = {key: self._value(depth + 1) for key in self.members(depth + 1)}
        else:
            value = [self._value(depth + 1) for _ in self.elements()]
        if event.anchor is not None:
            self._anchors[event.anchor] = value, self._size - before
        return value

    def _spend(self, event: yaml.Event) -> None:
        try:
            self._nodes.spend()
        except BudgetExceeded as error:
            raise Broken(str(error), _line(event)) from None

    def _pass_over(self, event: yaml.Event, flaw: str) -> None:
        """Move to the end of a value, which is not read."""
        self._note(event, flaw)
        depth = 0
        while True:
            event = self._take()
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return
            self._spend(event)

    def _alias(self, event: yaml.AliasEvent) -> object:
        self._take()
        line = _line(event)
        if event.anchor not in self._anchors:
            raise Broken("an alias refers to nothing before it", line)
        value, size = self._anchors[event.anchor]
        self._size += size
        self._copied += size
        if self._copied > MAX_COPIED:
            raise Broken("too much text is repeated by aliases", line)
        return value

    def _scalar(self, event: yaml.ScalarEvent) -> object:
        self._take()
        text: str = event.value
        self._size += len(text)
        if event.tag == _BINARY:
            try:
                return binascii.a2b_base64("".join(text.split()), strict_mode=True)
            except ValueError:
                self._note(event, "a binary value isn't base64")
                return None
        is_null = text in _NULLS and (event.implicit[0] or event.tag == _NULL)
        return None if is_null else text

    def _note(self, event: yaml.Event, flaw: str) -> None:
        self.flaw = self.flaw or f"{flaw} (line {_line(event)})"


def _line(event: yaml.Event) -> int:
    assert event.start_mark
    return event.start_mark.line + 1
