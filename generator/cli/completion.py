"""``speclock completion``: what a shell needs to complete commands, options and names.

The shell's part only asks :data:`HIDDEN` of the words so far; the answers come from the parser and
from the project's files, so they can't fall behind.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from ..errors import SpeclockError
from .command import OK, Command
from .screen import Screen
from .sources import settings_here

HIDDEN = "__complete"
FILES = "\t"
"""What is answered where the shell's own completion of files fits."""

_BASH = """\
# speclock's completion for bash: eval "$(speclock completion bash)"
_speclock() {
    local IFS=$'\\n' found cur="${COMP_LINE:0:COMP_POINT}"
    cur="${cur##* }"
    found="$("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD-1}" "$cur" 2>/dev/null)"
    COMPREPLY=()
    if [[ "$found" == $'\\t'* ]]; then
        COMPREPLY=($(compgen -f -- "$cur"))
        found="${found#$'\\t'}"
    fi
    local one cut="${cur%"${cur##*[:=]}"}"
    while IFS= read -r one; do
        [[ -n "$one" ]] && COMPREPLY+=("$(printf %q "${one#"$cut"}")")
    done <<< "$found"
}
complete -o filenames -o nosort -F _speclock speclock 2>/dev/null \\
    || complete -o filenames -F _speclock speclock
"""
_ZSH = """\
#compdef speclock
# speclock's completion for zsh: eval "$(speclock completion zsh)", after compinit
_speclock() {
    local -a found
    found=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ "${found[1]}" == $'\\t'* ]]; then
        _files
        found[1]="${found[1]#$'\\t'}"
    fi
    found=("${(@)found:#}")
    (( ${#found} )) && compadd -a found
}
compdef _speclock speclock
"""
_FISH = """\
# speclock's completion for fish: speclock completion fish | source
function __speclock
    set -l words (commandline -opc) (commandline -ct)
    for one in ($words[1] __complete $words[2..-1] 2>/dev/null)
        if string match -q (printf '\\t')'*' -- $one
            __fish_complete_path (commandline -ct)
            set one (string sub -s 2 -- $one)
        end
        test -n "$one"; and echo $one
    end
end
complete -c speclock -f -a '(__speclock)'
"""
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}

_ABOUT = """\
Print the completion for a shell: commands, options, client names and operation ids. For bash put
eval "$(speclock completion bash)" into ~/.bashrc.
"""
_MAX_BYTES = 16 * 1024 * 1024
_ID = re.compile(r"""(?<![\w-])operationId["']?\s*:\s*["']?([^\s"',}]+)""")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=sorted(SCRIPTS))


def _run(options: argparse.Namespace, _screen: Screen) -> int:
    print(SCRIPTS[options.shell], end="")
    return OK


def complete(words: Sequence[str], parser: argparse.ArgumentParser) -> int:
    """Print what the last of ``words`` can become, a line each; never an error."""
    *before, last = words or [""]
    found = sorted({word for word in _candidates(before, last, parser) if word.startswith(last)})
    is_file = _takes_file(before, last, parser)
    if found or is_file:
        print((FILES if is_file else "") + "\n".join(found))
    return OK


def _candidates(before: Sequence[str], last: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    command = _command(before, parser)
    action = _awaited(before, command)
    if action is not None:
        yield from _values(action, before)
    elif last.startswith("-"):
        for one in command._actions:
            yield from (o for o in one.option_strings if o.startswith("--") or last == "-")
    elif command is parser:
        yield from _commands(parser)
    else:
        for one in command._actions:
            if not one.option_strings:
                yield from _values(one, before)


def _takes_file(before: Sequence[str], last: str, parser: argparse.ArgumentParser) -> bool:
    if last.startswith("-"):
        return False
    command = _command(before, parser)
    action = _awaited(before, command)
    actions = [action] if action else [a for a in command._actions if not a.option_strings]
    return any(re.search("FILE|DIR|DEST", str(one.metavar or "")) for one in actions)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    (found,) = (cast("object", a.choices) for a in parser._actions if a.nargs == argparse.PARSER)
    return cast("dict[str, argparse.ArgumentParser]", found)


def _command(before: Sequence[str], parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    commands = _commands(parser)
    return next((commands[word] for word in before if word in commands), parser)


def _awaited(before: Sequence[str], command: argparse.ArgumentParser) -> argparse.Action | None:
    """The option whose value comes next, if there is one."""
    for action in command._actions:
        if before and before[-1] in action.option_strings and action.nargs != 0:
            return action
    return None


def _values(action: argparse.Action, before: Sequence[str]) -> Iterator[str]:
    """What an argument may be, by its choices or by what it is called."""
    if action.choices is not None:
        yield from map(str, action.choices)
    metavar, dest = str(action.metavar or ""), action.dest
    if "CLIENT" in metavar:
        yield from _clients()
    if dest == "operation" or metavar == "OPERATION":
        yield from _operation_ids(before)


def _clients() -> list[str]:
    try:
        settings = settings_here(None)
    except SpeclockError:
        return []
    return [client.package for client in settings.clients] if settings else []


def _operation_ids(before: Sequence[str]) -> Iterator[str]:
    """The ids in the files named so far, else in those of the clients; read as text, for speed."""
    named = [path for word in before if (path := Path(word)).is_file()]
    if not named:
        try:
            settings = settings_here(None)
        except SpeclockError:
            return
        clients = settings.clients if settings else ()
        named = [settings.root / c.spec for c in clients] if settings else []
    for path in named:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            continue
        yield from _ID.findall(path.read_text(encoding="utf-8", errors="replace"))


COMMAND = Command(
    "completion",
    "print the completion for bash, zsh or fish",
    _ABOUT,
    _arguments,
    _run,
)
