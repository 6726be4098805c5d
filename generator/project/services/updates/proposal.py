"""Changes that a workflow proposes as a pull request: made by one job, published by another.

The first job reads text that others wrote, and may write nothing on GitHub. It leaves a folder with
the diff, the report and the verdict. The second job may write, takes the folder as untrusted, and
runs nothing of it.
"""

from __future__ import annotations

import base64
import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from ....base.errors import UsageError
from ....base.immutable import immutable
from ...fetch.github import MAX_COMMENT, Forbidden, GitHub
from ...output.write import check_file, write_text
from ..project.git import run_git

FileState: TypeAlias = tuple[int, int, int] | None
"""The number, size and time of a file, which changes if it is written again."""
DONE, DECIDE, REFUSED = "done", "decide", "refused"
"""The verdicts: nothing is left to do, a person has to decide, or it could not be done."""
REPORT = "report.md"
_DIFF, _VERDICT = "changes.diff", "verdict.txt"
_MAX_DIFF = 64 * 1024 * 1024
_LINKS = (b"120000", b"160000")
"""The modes of symbolic links and submodules."""
_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"


@immutable
class Kind:
    """The texts of one kind of proposal."""

    name: str
    """The command that makes the changes."""
    title: str
    """The title of the pull request, and the message of its commit."""
    body: str
    outside: str
    """The fault of a diff that changes other files."""
    verdicts: Mapping[str, str]
    """The message for each verdict that isn't :data:`DONE`."""
    issue_title: str = ""
    """The title of an issue where nothing could be written; empty for none."""
    issue_body: str = ""

    @property
    def branch(self) -> str:
        """The branch of the pull request."""
        return f"speclock/{self.name}"


def marker(command: str) -> str:
    """Return the beginning of the one comment of a command."""
    return f"<!-- speclock {command} -->\n\n"


def comment(remote: Remote, number: int, command: str, text: str, *, creates: bool) -> None:
    """Write the one comment of a command on a pull request; raise as :class:`GitHub`."""
    github = GitHub(remote.api, remote.repository, remote.token)
    github.write_comment(number, marker(command), text, creates=creates)


UPDATE = Kind(
    name="update",
    title="Take in upstream's changes",
    body="Upstream has changed. This is what `speclock update` wrote; the comment has the report.",
    outside="The update changes a file outside of PATHS in this workflow, or makes a link.",
    verdicts={
        DECIDE: "The client needs a new major version, or a change was left to you. Read the "
        "report in the pull request or issue.",
        REFUSED: "The update was refused. Read the reason in the pull request or issue.",
    },
    issue_title="Upstream has changed: decide what to do",
    issue_body="`speclock update` could not take in all of it; the comment has the report. Close "
    "this when it is done.",
)
UPGRADE = Kind(
    name="upgrade",
    title="Upgrade the copies of generated clients",
    body="The original has changed. This is what `speclock upgrade` wrote; the comment has the "
    "report.",
    outside="The upgrade changes a file outside of the folders in copies and tests, or makes a "
    "link.",
    verdicts={
        REFUSED: "The upgrade of a copy was refused. Read the reason in the pull request.",
    },
)
KINDS = {kind.name: kind for kind in (UPDATE, UPGRADE)}


@immutable
class Remote:
    """The repository of this checkout on GitHub."""

    repository: str
    """Owner and name."""
    base: str
    """The branch that a pull request is for."""
    api: str
    server: str
    """The URL of the git server."""
    token: str
    """The token of the workflow, for both."""


def changed_files() -> dict[bytes, FileState]:
    """Return the state of each file of this checkout that isn't as in its commit.

    Files that git ignores are left out. A file that is missing has no state.
    """
    top = _top()
    names = _git("diff", "--name-only", "--no-ext-diff", "-z", "HEAD", folder=top)
    names += _git("ls-files", "--others", "--exclude-standard", "-z", folder=top)
    return {name: _state(top / os.fsdecode(name)) for name in names.split(b"\0") if name}


def write_proposal(
    folder: Path, report: str, verdict: str, before: Mapping[bytes, FileState] | None
) -> bool:
    """Write the changes of a command, a report and a verdict; return True if a file changes.

    ``before`` is what :func:`changed_files` returned before the command: what other steps changed
    doesn't belong to the proposal. With None, nothing does.
    """
    names: list[bytes] = []
    if before is not None:
        for name, state in changed_files().items():
            if name not in before or before[name] != state:
                names.append(name)
    diff = _diff_of(names) if names else b""
    (folder / _DIFF).write_bytes(diff)
    write_text(folder / REPORT, report)
    write_text(folder / _VERDICT, verdict)
    return bool(diff)


def _diff_of(names: Iterable[bytes]) -> bytes:
    """Return the diff of files of this checkout to its commit, by an index of their own."""
    top = _top()
    with TemporaryDirectory(prefix="speclock-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        _git("read-tree", "HEAD", environment=index, folder=top)
        words = ("--add", "--remove", "--replace", "-z", "--stdin")
        _git("update-index", *words, environment=index, folder=top, data=b"\0".join(names))
        command = ("diff", "--cached", "--binary", "--no-ext-diff", "--no-textconv", "--no-color")
        return _git(*command, "--src-prefix=a/", "--dst-prefix=b/", environment=index, folder=top)


def _top() -> Path:
    """Return the folder of this checkout."""
    return Path(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\r\n")))


def _state(path: Path) -> FileState:
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def publish(kind: Kind, folder: Path, paths: Sequence[str], remote: Remote) -> str:
    """Push a proposal to its branch, open its pull request or issue, and write its one comment.

    ``paths`` are the files and folders that it may change. Return the verdict. Raise
    :class:`UsageError` for a diff that changes anything else, and for a branch with a commit of
    somebody else; then nothing is written.
    """
    diff = _read(folder / _DIFF, _MAX_DIFF)
    report = _read(folder / REPORT, 4 * MAX_COMMENT).decode(errors="replace")
    verdict = _read(folder / _VERDICT, 100).decode(errors="replace")
    if diff or not kind.issue_title:
        _push(kind, _commit(kind, diff, paths), remote)
    github = GitHub(remote.api, remote.repository, remote.token)
    number = github.pull_request(kind.branch)
    if number is None and diff:
        try:
            fields = {"head": kind.branch, "base": remote.base}
            number = github.create("pulls", **fields, title=kind.title, body=kind.body)
        except Forbidden:
            raise UsageError(
                f"No pull request could be opened for the branch {kind.branch}. Enable Settings → "
                "Actions → General → Allow GitHub Actions to create and approve pull requests."
            ) from None
    elif number is None:
        title, body = kind.issue_title, kind.issue_body
        number = github.issue(title) or github.create("issues", title=title, body=body)
    github.write_comment(number, marker(kind.name), report)
    return verdict if verdict in (DONE, *kind.verdicts) else REFUSED


def _commit(kind: Kind, diff: bytes, paths: Iterable[str]) -> str:
    """Return a commit of the diff on the checkout's; the same diff gives the same commit.

    Only git's index and objects are written, no file of the checkout.
    """
    applied = run_git(Path(), "apply", "--cached", "--whitespace=nowarn", "-", data=diff)
    if applied is None:
        raise UsageError(f"The diff of the {kind.name} cannot be applied. Nothing was pushed.")
    allowed = [posixpath.normpath(path) for path in paths]
    fields = _git("diff", "--cached", "--raw", "--no-renames", "-z").split(b"\0")[:-1]
    for entry, path in zip(fields[::2], fields[1::2], strict=True):
        is_link = entry.split()[1] in _LINKS
        if is_link or not _is_allowed(path.decode(errors="replace"), allowed):
            raise UsageError(f"{kind.outside} Nothing was pushed.")
    tree = _git("write-tree").decode().strip()
    date = _git("log", "-1", "--format=%cI").decode().strip()
    person = {"NAME": "github-actions[bot]", "EMAIL": _EMAIL, "DATE": date}
    roles = ("AUTHOR", "COMMITTER")
    environment = {f"GIT_{role}_{key}": text for role in roles for key, text in person.items()}
    command = ("commit-tree", tree, "-p", "HEAD", "-m", kind.title)
    return _git(*command, environment=environment).decode().strip()


def _is_allowed(path: str, allowed: Iterable[str]) -> bool:
    """Return True for a path in one of the allowed files and folders, but not in ``.github``."""
    if path == ".github" or path.startswith(".github/"):
        return False
    return any(f == "." or path == f or path.startswith(f"{f}/") for f in allowed)


def _push(kind: Kind, commit: str, remote: Remote) -> None:
    """Push a commit to the proposal's branch, unless somebody else has committed to it."""
    pair = base64.b64encode(f"x-access-token:{remote.token}".encode()).decode()
    environment = {
        "GIT_ALLOW_PROTOCOL": "https:file",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{remote.server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {pair}",
    }
    branch = f"refs/heads/{kind.branch}"
    listed = _git("ls-remote", "origin", branch, environment=environment)
    tip = listed.decode().partition("\t")[0]
    if tip:
        fetch = ("fetch", "--quiet", "--depth=1", "origin", branch)
        _git(*fetch, environment=environment)
        committer = _git("log", "-1", "--format=%ce", "FETCH_HEAD")
        if committer.decode().strip() != _EMAIL:
            raise UsageError(
                f"The branch {kind.branch} has a commit of somebody else. Merge the pull request, "
                "or delete the branch."
            )
    lease = f"--force-with-lease={branch}:{tip}"
    push = ("push", "--quiet", lease, "origin", f"{commit}:{branch}")
    _git(*push, environment=environment)


def _read(path: Path, limit: int) -> bytes:
    """Return the contents of a file of the folder: a regular one, within the limit."""
    check_file(path)
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(data) > limit:
        raise UsageError(f"{path.name} has more than {limit:,} bytes. Nothing was pushed.")
    return data


def _git(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    folder: Path = Path(),
    data: bytes = b"",
) -> bytes:
    """Return what a git command prints; raise :class:`UsageError` if it fails."""
    printed = run_git(folder, *arguments, environment=environment, data=data)
    if printed is None:
        raise UsageError(f"git {arguments[0]} failed in this checkout; run it to see the reason.")
    return printed
