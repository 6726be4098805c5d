"""How fast is it? Generating beside another generator, calling beside httpx, in one run.

Rows that have an aim say PASS or MISS, by the ratio of the least disturbed samples. The other
generator is installed into .bench/ the first time, which needs a package index.

sections:
  generate  generate and check, beside openapi-python-client's generate; also of a whole API, if
            ../shared/corpus has Pinterest's description
  client    calls of the generated client, beside raw httpx
  fake      a request to the fake over HTTP, beside a server made with http.server
  start     --version, --help and completion of the installed wheel, beside an empty Python
  drift     a release of it against the next, for one operation, beside libyaml
  earlier   the commands beside the commit that earlier.txt names; beyond 1.1 times is a failure
  quick     generate of two descriptions beside it, 1.2 times; .ci/run runs this
  growth    how the cost grows with a description, over synthetic ones
  programs  ls --code of a program of 30,000 lines, and of hostile ones
  tests     make quick and make test
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.bench import client, commands, earlier, fake, growth, programs
from tests.qa.runner import command
from tests.qa.runner.command import BAD, GOOD, MISUSED, progress
from tests.qa.runner.environment import Unavailable

SECTIONS = {
    "generate": commands.generate,
    "client": client.bench,
    "drift": commands.drift,
    "earlier": earlier.bench,
    "fake": fake.bench,
    "growth": growth.bench,
    "programs": programs.bench,
    "start": commands.start,
    "tests": commands.suite,
}
QUICK = "quick"
ALWAYS_STRICT = ("earlier", QUICK)
"""The sections that compare this tree with itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.explained(
        __doc__,
        "measured",
        "slower than the commit of earlier.txt; any aim was missed, with --strict",
        "a measured program failed, or ",
    )
    parser.add_argument("section", nargs="?", choices=[*SECTIONS, QUICK, "all"], default="all")
    parser.add_argument("--rounds", type=int, default=15, help="runs of each program (%(default)s)")
    parser.add_argument("--strict", action="store_true", help="exit 1 if an aim is missed")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    began = time.monotonic()
    try:
        chosen = [options.section] if options.section != "all" else list(SECTIONS)
        met: dict[str, bool] = {}
        for name in chosen:
            measure = earlier.quick if name == QUICK else SECTIONS[name]
            met[name] = measure(options.rounds)
    except Unavailable as error:
        progress()
        print(f"error: {error}", file=sys.stderr)
        return MISUSED
    missed = [name for name in chosen if not met[name]]
    print(f"\n{'An aim is MISSED' if missed else 'Every aim is met'}", end="")
    print(f" ({time.monotonic() - began:.0f} s).")
    is_slower = any(name in ALWAYS_STRICT for name in missed)
    return BAD if is_slower or (options.strict and missed) else GOOD


if __name__ == "__main__":
    sys.exit(main())
