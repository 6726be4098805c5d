"""Text of a description as docstrings, literals and Markdown that it can't break out of."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from typing import cast

from ....base.printable import shortened
from ...ir.types import Code, Text

_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~#!:@$^]|(?<=www)\.", re.IGNORECASE)
"""What CommonMark, or GitHub's tables, links and formulas, may take for markup within a line."""
_MODEL_WIDTH = 90
"""The columns of a docstring in the models, without its indentation."""
_LONGEST = 200
"""The characters of a text on a line of Markdown."""
_LINE = re.compile(r"\s*([-*+>|]|\d+[.)]|```|    )")


def wrap(text: str, width: int) -> str:
    """Return ``text`` with long lines broken at spaces; tables and code keep their lines."""
    lines: list[str] = []
    fenced = False
    for line in re.split(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", text.expandtabs(4)):
        line = line.rstrip()
        fenced ^= line.lstrip().startswith("```")
        if len(line) <= width or fenced or line.startswith("|"):
            lines.append(line)
            continue
        match = _LINE.match(line)
        indent = " " * (match.end() + 1 if match and match[1] not in ("```", "    ") else 0)
        lines += textwrap.wrap(
            line,
            width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def docstring(text: Text | str, indent: int = 4, width: int = 96) -> Code:
    """Return a docstring literal with its quotes, whose value is the wrapped text.

    Half a surrogate pair, which Python 3.13 takes in no docstring, is U+FFFD.
    """
    first, *others = _lines(text, width - indent)
    if not others:
        return Code(f'"""{first}"""')
    return Code(f'"""{first}\n{_indented(others, indent)}"""')


def model_docstring(text: Text, indent: int) -> Code:
    """Return the docstring literal of a model: text of several lines begins below the quotes."""
    lines = _lines(text, _MODEL_WIDTH)
    if len(lines) == 1:
        return Code(f'"""{lines[0]}"""')
    return Code(f'"""\n{_indented(lines, indent)}"""')


def _lines(text: Text | str, width: int) -> list[str]:
    """Return the wrapped text as lines of a literal with three quotes, which can't end in it."""
    value = wrap(text.value if isinstance(text, Text) else text, width)
    value = _SURROGATE.sub("\ufffd", value)
    body = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    body = "\n".join(map(_printable, body.split("\n")))
    if body.endswith('"') and (len(body[:-1]) - len(body[:-1].rstrip("\\"))) % 2 == 0:
        body = body[:-1] + '\\"'
    return body.split("\n")


def _printable(line: str) -> str:
    """Return a line with escapes in place of the characters that aren't printable."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _indented(lines: Sequence[str], indent: int) -> str:
    """Return lines of a docstring, and the line of its end, with the indentation of their place."""
    pad = " " * indent
    indented = [pad + line if line else line for line in lines]
    return "\n".join([*indented, pad])


def py_literal(value: object) -> Code:
    """Return the Python literal of plain data; raises ``TypeError`` for other values."""
    if isinstance(value, Text):
        return Code(repr(value.value))
    if isinstance(value, float) and not math.isfinite(value):
        raise TypeError(f"no literal for {value}")
    if isinstance(value, (str, int, float, bool, type(None))):
        return Code(repr(value))
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        inner = ", ".join(py_literal(item) for item in items)
        comma = "," if isinstance(value, tuple) and len(items) == 1 else ""
        return Code(f"({inner}{comma})" if isinstance(value, tuple) else f"[{inner}]")
    if isinstance(value, dict):
        members = cast("dict[str, object]", value).items()
        return Code("{" + ", ".join(f"{key!r}: {py_literal(item)}" for key, item in members) + "}")
    raise TypeError(f"no literal for {type(value).__name__}")


def markdown(text: Text | str) -> Code:
    """Return the first line of a text as Markdown that is only text, also in a table.

    It may not begin the line. A backslash makes any ASCII punctuation a character (CommonMark 0.31
    §2.4).
    """
    lines = (text.value if isinstance(text, Text) else text).strip().splitlines()
    line = shortened(_SURROGATE.sub("\ufffd", lines[0].strip() if lines else ""), _LONGEST)
    return Code(_MARKUP.sub(r"\\\g<0>", line))
