"""``docs/commands.md``, from the parser of the command line."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator

from generator.project.cli.client_arguments import CONFIGURATION
from generator.project.cli.parser import COMMANDS, GROUPS, make_parser

from .pages import DOCS, written_by

PATHS = (DOCS / "commands.md",)
EVERYWHERE = ("help", "quiet", "verbose")
HEAD = f"""\
# Commands

{written_by("commands", "generator/project/cli")}

`speclock COMMAND --help` prints the same for one command. [The configuration](configuration.md)
describes the settings in `pyproject.toml`, and [selectors](configuration.md#selectors) of
operations.

"""
_TABLE = "| command | use |\n|---|---|\n"
COMMON = "common options and exit codes"
_MORE_CODES = """\
These are the exit codes of each command below that has no table of its own. Of all commands, 70 is
an internal error of speclock (please report it), and 130 an interrupt (Ctrl-C; run the command
again to finish).

"""
_ROW = re.compile(r"\| (.*?) \| .* \|\n")
_ITEM = re.compile(r"^  (\S.*?)  +(\S.*(?:\n   .*)*)$", re.MULTILINE)
_CODE = re.compile(
    r"`[^`]*`"
    rf"|\bspeclock (?:{'|'.join(COMMANDS)})\b(?: --[a-z-]+)*"
    r"|(?<![\w/-])--?[a-z][\w-]*"
    r"|\[[\w.]+\]"
    r"|(?<![\w./])[\w./-]+\.(?:toml|json|yml|py)\b"
)
_LINKED = {
    "(see below)": "([selectors](configuration.md#selectors))",
    "(docs/templates.md)": "([how](templates.md))",
}


def written(_text: str) -> str:
    """Return the whole page."""
    parser = make_parser()
    parts = [HEAD, _TABLE]
    for name, about in COMMANDS.items():
        if name in GROUPS:
            parts.append(f"\n{GROUPS[name]}:\n\n{_TABLE}")
        parts.append(f"| [`{name}`](#speclock-{name}) | {about} |\n")
    parts.append(f"\n## {COMMON.capitalize()}\n\n")
    parts.append(_table([row for row in parser._actions if row.dest in EVERYWHERE]))
    parts += _epilog(parser.epilog or "")
    parts.append(_MORE_CODES)
    first: dict[str, str] = {}
    first_rows: dict[str, str] = {}
    for name, command in commands_of(parser).items():
        parts.append(f"## speclock {name}\n\n```text\nspeclock {name}{_usage(command)}\n```\n\n")
        parts += [_prose(part) for part in (command.description or "").strip().split("\n\n")]
        own = (command.epilog or "").replace(CONFIGURATION, "")
        tables = [*_arguments(command), *_epilog(own.replace(parser.epilog or "", ""))]
        for table in tables:
            part = _linked(table, first.setdefault(table, name), name)
            parts.append(_without_repeated(part, first_rows, name))
    return "".join(parts).rstrip("\n") + "\n"


def _linked(part: str, first: str, name: str) -> str:
    """Return a part, or where it is if an earlier command has the same with a title."""
    title, colon, _ = part.partition(":\n")
    return (
        f"{title}: those of [{first}](#speclock-{first}).\n\n" if colon and first != name else part
    )


def _without_repeated(part: str, first_rows: dict[str, str], name: str) -> str:
    """Return a table without the options that an earlier command has, and where these are."""
    own: list[str] = []
    repeated: dict[str, list[str]] = {}
    has_arguments = False
    for line in part.splitlines(keepends=True):
        row = _ROW.fullmatch(line)
        if row and row[1].startswith("`-"):
            first = first_rows.setdefault(line, name)
            if first != name:
                repeated.setdefault(first, []).append(row[1])
                continue
        if row and row[1].startswith("`"):
            has_arguments = True
        own.append(line)
    if not repeated:
        return part
    places: list[str] = []
    for first, options in repeated.items():
        places.append(f"{', '.join(options)} of [{first}](#speclock-{first})")
    also = _filled(f"Also {'; '.join(places)}.").replace("\\|", "|")
    if not has_arguments:
        own = []
    return "".join([*own, f"{also}\n\n"])


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command."""
    (found,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return dict(found.choices)


def _usage(command: argparse.ArgumentParser) -> str:
    """Return what is written after a command's name, on one line."""
    own = [action for action in command._actions if action.dest not in EVERYWHERE]
    options = [action for action in own if action.option_strings]
    words = [_written(action)[0] for action in options if action.required]
    words += ["[OPTION …]"] if options else []
    for action in own:
        if not action.option_strings:
            word = f"{_value(action)} …" if action.nargs in ("*", "+") else _value(action)
            words.append(f"[{word}]" if action.nargs in ("*", "?") else word)
    return "".join(f" {word}" for word in words)


def _arguments(command: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the tables of a command's arguments: one, and one for each group with a title."""
    positional, options, *groups = command._action_groups
    yield _table([*positional._group_actions, *options._group_actions])
    for group in groups:
        if group.title:
            yield f"{group.title.capitalize()}:\n\n{_table(group._group_actions)}"


def _table(actions: list[argparse.Action]) -> str:
    """Return a table of arguments; empty without any."""
    is_head = all(action.dest in EVERYWHERE for action in actions)
    rows = [
        f"| {', '.join(map(_cell, _written(action)))} | {_help(action)} |\n"
        for action in actions
        if is_head or action.dest not in EVERYWHERE
    ]
    return "".join(["| argument | meaning |\n|---|---|\n", *rows, "\n"]) if rows else ""


def _cell(text: str) -> str:
    """Return code as it is written in a table, GitHub Flavored Markdown §4.10."""
    return "`" + text.replace("|", "\\|") + "`"


def _written(action: argparse.Action) -> list[str]:
    """Return an argument as it is written, an option with its value."""
    if not action.option_strings:
        return [_value(action)]
    value = "" if action.nargs == 0 else f" {_value(action)}"
    more = " …" if action.nargs == "+" else ""
    return [f"{name}{value}{more}" for name in action.option_strings]


def _value(action: argparse.Action) -> str:
    """Return the name of a value, or the choices."""
    if action.metavar is None and action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    return str(action.metavar)


def _help(action: argparse.Action) -> str:
    """Return the help of an argument as a cell of a table."""
    text = " ".join((action.help or "").split())
    if not text:
        return "the format of the output" if action.dest == "format" else "the shell"
    return _marked(text) + ("; required" if action.required and action.option_strings else "")


def _epilog(text: str) -> Iterator[str]:
    """Yield the parts of a command's help that follow its arguments."""
    for part in re.split(r"\n\n(?=\S)", text.strip()):
        title, _, body = part.partition("\n")
        if not title.endswith(":"):
            yield _prose(part)
            continue
        head = f"{_marked(title[:1].upper() + title[1:])}\n\n"
        if "[[" in body:
            yield f"{head}```toml\n{textwrap.dedent(body).strip()}\n```\n\n"
            continue
        head += f"| {'exit code' if 'exit codes' in title else title[:-2]} | meaning |\n|---|---|\n"
        items = _ITEM.findall(body)
        rows = [f"| {_cell(key)} | {_marked(' '.join(about.split()))} |\n" for key, about in items]
        yield "".join([head, *rows, "\n"])


def _prose(part: str) -> str:
    """Return a paragraph; an indented one is code, or output if it begins with a title."""
    if part.startswith("  "):
        language = "text" if part.lstrip()[:1].isupper() else "sh"
        return f"```{language}\n{textwrap.dedent(part)}\n```\n\n"
    text = _filled(_marked(" ".join(part.split())))
    return f"{text[:1].upper()}{text[1:]}\n\n" if text else ""


def _filled(text: str) -> str:
    """Return lines of at most 120 characters, which break no code."""
    whole = re.sub(r"`[^`]+`", lambda code: code[0].replace(" ", "\0"), text)
    text = textwrap.fill(whole, 120, break_long_words=False, break_on_hyphens=False)
    return text.replace("\0", " ")


def _marked(text: str) -> str:
    """Return plain text as Markdown: options, commands, files and settings as code."""
    text = _CODE.sub(lambda found: f"`{found[0].strip('`')}`", re.sub(r"([*<|])", r"\\\1", text))
    for plain, linked in _LINKED.items():
        text = text.replace(plain, linked)
    return text
