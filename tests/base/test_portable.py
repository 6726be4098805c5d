"""What Windows and macOS would not take: names, paths, encodings and line ends.

The tests run on any system; none of them replaces a run on Windows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
import yaml

from generator.base import portable
from generator.base.errors import UsageError
from generator.project.output import write
from generator.project.output.fileset import FileSet
from generator.project.output.manifest import Manifest
from generator.project.output.write import name_fault
from generator.project.vendor.destination import destination
from tests.support.command import ROOT, Outcome, python, speclock
from tests.support.project import Project, manifest

pytestmark = pytest.mark.slow


def described(*operation_ids: str, file: str = "") -> str:
    """Return a description with an operation for each id; the first may refer to a file."""
    answers = {"200": {"$ref": file} if file else {"description": "Fine → 日本."}}
    operations = {
        f"/{number}": {"get": {"operationId": one, "responses": answers}}
        for number, one in enumerate(operation_ids)
    }
    info = {"title": "Shop", "version": "1"}
    servers = [{"url": "https://shop.example"}]
    return json.dumps({"openapi": "3.0.3", "info": info, "servers": servers, "paths": operations})


def configured(folder: Path, spec: str, *lines: str, package: str = "shop") -> Outcome:
    project = Project(folder)
    project.write("spec.yaml", spec)
    text = ["[tool.speclock]", 'output = "out"', f"[tool.speclock.clients.{package}]"]
    text += [] if any(line.startswith("spec =") for line in lines) else ['spec = "spec.yaml"']
    project.write("pyproject.toml", "\n".join([*text, *lines, ""]))
    return project.run("generate")


def calls(folder: Path) -> list[str]:
    return [one["call"] for one in manifest(folder / "out/shop")["operations"]]


@pytest.mark.parametrize(
    "name",
    [
        *("con", "CON", "prn", "aux", "Nul", "com1", "lpt9", "com¹", "conin$", "CONOUT$"),
        *("con.py", "nul.json", "aux.tar.gz", "con .py", "con "),
    ],
)
def test_devices(name: str) -> None:
    assert portable.is_device(name)
    assert "device" in name_fault(f"resources/{name.rstrip()}")
    assert "device" in name_fault(f"{name.rstrip()}/__init__.py")
    assert name_fault(f"resources/{name.rstrip()}", portable=False) == ""


@pytest.mark.parametrize(
    "name", ["conn.py", "com.py", "com10.py", "test_con.py", "con_.py", "x.con", "lpt.py", "nul1"]
)
def test_names_that_only_look_like_devices(name: str) -> None:
    assert not portable.is_device(name)
    assert name_fault(name) == ""


@pytest.mark.skipif(not hasattr(PureWindowsPath, "is_reserved"), reason="removed from Python")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_python_knows_the_same_devices() -> None:
    for name in (*portable.DEVICES, "com10", "lpt", "clock$", "test_con"):
        assert portable.is_device(name) == PureWindowsPath(f"{name}.py").is_reserved(), name


def test_modules_are_no_devices(tmp_path: Path) -> None:
    """Nor are their tests, and no two differ only in case."""
    ids = ["con/list", "AUX/list", "Nul.get", "com1/x", "Foo/a", "foo/b", "FOO/c", "pets/list",
           "con"]  # fmt: skip
    outcome = configured(tmp_path, described(*ids))
    assert outcome.code == 0, outcome.err
    names = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / "out").rglob("*")]
    assert [name for name in names if portable.is_device(name.rpartition("/")[2])] == []
    assert len({name.lower() for name in names}) == len(names)
    resources = {path.stem for path in (tmp_path / "out/shop/resources").glob("*.py")}
    assert resources == {"__init__", "con_", "aux_", "nul_", "com1_", "foo", "pets"}
    assert {"con_.list", "con"} <= {*calls(tmp_path)}, "a method may have the name of a device"


@pytest.mark.parametrize(
    ("pins", "words"),
    [
        ('"a/x" = "aux.x"', ("'aux'", "device on Windows")),
        ('"a/x" = "Foo.x"\n"b/y" = "foo.y"', ("'Foo'", "'foo'", "only in case")),
        ('"a/x" = "B.x"', ("'B'", "'b'", "only in case")),
    ],
)
def test_pinned_calls(pins: str, words: tuple[str, ...], tmp_path: Path) -> None:
    table = "[tool.speclock.clients.shop.calls]"
    outcome = configured(tmp_path, described("a/x", "b/y"), table, pins)
    assert outcome.code == 2
    assert all(word in outcome.err for word in words), outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("package", "word"), [("con", "device"), ("Aux", "device"), ("tests", "has the tests")]
)
def test_packages(package: str, word: str, tmp_path: Path) -> None:
    outcome = configured(tmp_path, described("a/x"), package=package)
    assert outcome.code == 2
    assert repr(package) in outcome.err
    assert word in outcome.err
    outcome = speclock(
        tmp_path, "generate", "--spec", "spec.yaml", "--output", "o", "--package", package
    )
    assert outcome.code == 2
    assert word in outcome.err
    assert not (tmp_path / "o").exists()


def test_packages_that_differ_in_case(tmp_path: Path) -> None:
    spec = 'spec = "spec.yaml"'
    more = (spec, "[tool.speclock.clients.Shop]", spec)
    outcome = configured(tmp_path, described("a/x"), *more)
    assert outcome.code == 2
    place = "pyproject.toml:5: tool.speclock.clients.Shop has a name that differs from 'shop' only"
    assert place in outcome.err
    rename = "Rename it: [tool.speclock.clients."
    assert f"on Windows and macOS they are one folder. {rename}Shop_2]" in outcome.err
    outcome = configured(tmp_path, described("a/x"), *more[:1], f"{rename[11:]}Shop_2]", spec)
    assert outcome.code == 0, outcome.err


@pytest.mark.parametrize(
    ("package", "reason", "name"),
    [
        ("class", "it is a keyword of Python, which no import can name", "api_class"),
        ("None", "it is a keyword of Python, which no import can name", "none"),
        ("ﬁsh", "Python reads it as 'fish' (NFKC), and finds no folder of that name", "fish"),
        ("__main__", "it is Python's name for the program that runs", "main"),
        ("9-a", "a name has letters, digits and _ only, and doesn't begin with a digit", "api_9_a"),
        ("aux", "the folder of that name is a device on Windows", "api_aux"),
    ],
)
def test_a_package_that_no_program_can_import(
    package: str, reason: str, name: str, tmp_path: Path
) -> None:
    """The refusal has the reason, and a name that works, for a table and for an option."""
    quoted = json.dumps(package, ensure_ascii=False)
    outcome = configured(tmp_path, described("a/x"), package=quoted)
    assert outcome.code == 2
    assert outcome.err == (
        f"error: pyproject.toml:3: tool.speclock.clients.{package} cannot be the package "
        f"{package!r}: {reason}. Rename it: [tool.speclock.clients.{name}]\n"
    )
    words = ("generate", "--spec", "spec.yaml", "--output", "o", "--package")
    outcome = speclock(tmp_path, *words, package)
    assert outcome.code == 2
    assert outcome.err == (
        f"error: command line: {package!r} cannot be a package's name: {reason}. Name another: "
        f"--package {name}\n"
    )
    assert speclock(tmp_path, *words, name).code == 0


@pytest.mark.parametrize("package", ["match", "case", "type", "_", "Class", "café"])
def test_soft_keywords_are_packages(package: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(described("a/x"), encoding="utf-8")
    outcome = speclock(tmp_path, "init", "spec.yaml", "--package", package)
    assert outcome.code == 0, outcome.err
    program = f"import {package}\nfrom {package} import models\nfrom {package}.testing import Fake"
    python(tmp_path, "-c", program, path=[tmp_path / "generated"])


NAMES_OF_FILES = [
    ("con", "api_con"), ("NUL", "api_nul"), ("a", "a"), ("class", "api_class"), ("match", "match"),
    ("tests", "api_tests"), ("ﬁsh", "fish"), ("3d", "api_3d"), ("json", "json_api"),
]  # fmt: skip


@pytest.mark.parametrize(("stem", "name"), NAMES_OF_FILES)
def test_a_package_named_for_a_file(stem: str, name: str) -> None:
    assert portable.package_name(stem) == name
    assert not portable.package_fault(name)


def test_a_copy_cannot_be_a_device(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'aux' cannot be a package's name"):
        destination(tmp_path / "aux", None, "")


@pytest.mark.parametrize(
    ("line", "right"),
    [
        (r"spec = 'api\spec.yaml'", "'api/spec.yaml'"),
        (r"spec = 'C:\api\spec.yaml'", "'C:/api/spec.yaml'"),
        (r"spec = '\\server\share\spec.yaml'", "'//server/share/spec.yaml'"),
        (r"overlays = ['a.yaml', 'over\b.yaml']", "'over/b.yaml'"),
        (r"templates = 'my\templates'", "'my/templates'"),
        (r"vendored = ['..\shop']", "'../shop'"),
        (r"root = '..\x'", "'../x'"),
        (r"allowed = 'a\b.toml'", "'a/b.toml'"),
        (r"upstream = 'a\b.yaml'", "'a/b.yaml'"),
    ],
)
def test_settings_have_slashes(line: str, right: str, tmp_path: Path) -> None:
    outcome = configured(tmp_path, described("a/x"), line)
    assert outcome.code == 2
    assert "must be a path with slashes" in outcome.err
    assert f"Write {right}." in outcome.err


def test_the_output_has_slashes(tmp_path: Path) -> None:
    text = "[tool.speclock]\noutput = 'a\\b'\n[tool.speclock.clients.shop]\nspec = 'spec.yaml'\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert "tool.speclock.output must be a path with slashes" in speclock(tmp_path, "generate").err


@pytest.mark.parametrize(
    "reference",
    [
        r"\\server\share\x.yaml", "//server/share/x.yaml", r"C:\x.yaml", "C:/x.yaml", "C:x.yaml",
        r"..\x.yaml", "%5C%5Cserver%5Cshare%5Cx.yaml", "%2F%2Fserver/share/x.yaml", "C%3A/x.yaml",
        "a%5Cx.yaml", "/x.yaml", "file:///x.yaml", "file://server/x.yaml",
    ],
)  # fmt: skip
def test_a_reference_never_leads_to_a_drive_or_a_server(
    reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused before a file is looked for, since that alone would send a password's hash."""
    looked_for: list[str] = []
    resolve = Path.resolve

    def noted(self: Path, strict: bool = False) -> Path:
        looked_for.append(str(self))
        return resolve(self, strict)

    monkeypatch.setattr(Path, "resolve", noted)
    outcome = configured(tmp_path, described("a/x", file=f"{reference}#/x"), "strict = true")
    assert outcome.code == 2
    assert "ref-outside" in outcome.err or "ref-remote" in outcome.err, outcome.err
    assert not [path for path in looked_for if "x.yaml" in path]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
@pytest.mark.parametrize("file", ["pyproject.toml", "spec.allowed.toml"])
def test_files_in_another_encoding(file: str, encoding: str, tmp_path: Path) -> None:
    """As PowerShell's `>` and editors write them."""
    outcome = configured(tmp_path, described("a/x"), 'upstream = "spec.yaml"')
    assert outcome.code == 0, outcome.err
    path = tmp_path / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}# é\n", encoding=encoding)
    outcome = speclock(tmp_path, "drift", "--config", "pyproject.toml")
    assert outcome.code == 2, outcome.err
    assert file in outcome.err
    assert "Save it as UTF-8" in outcome.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_description_may_be_in_unicode(encoding: str, tmp_path: Path) -> None:
    text = described("a/x")
    (tmp_path / "other.yaml").write_text(text, encoding=encoding)
    outcome = speclock(tmp_path, "ls", "other.yaml")
    if encoding == "utf-16-le":  # without a mark
        assert outcome.code == 2
    else:
        assert outcome.code == 0, outcome.err
        assert "a/x" in outcome.out


def test_a_project_with_crlf(tmp_path: Path) -> None:
    """As git checks it out with core.autocrlf; a command keeps the line ends of what it changes."""
    assert configured(tmp_path, described("a/x", "b/y")).code == 0
    project = Project(tmp_path)
    for name, data in project.files().items():
        assert b"\r" not in data
        (tmp_path / name).write_bytes(data.replace(b"\n", b"\r\n"))
    project.does("verify", "out/shop")
    project.does("init", "spec.yaml", "--package", "second", "--no-ci")
    settings = (tmp_path / "pyproject.toml").read_bytes()
    assert settings.count(b"\n") == settings.count(b"\r\n") > 4


def test_a_relative_path_on_another_drive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`os.path.relpath` raises a ValueError for it."""
    there = tmp_path / "there"
    assert portable.relative_to(there / "a" / "b", tmp_path / "here") == "../there/a/b"

    def relpath(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    assert portable.relative_to(there, tmp_path) == there.as_posix()
    with pytest.raises(UsageError, match="same drive"):
        destination(tmp_path / "pets", there, "")


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    [
        ("cp1252", ("ls", "spec.yaml")),
        ("ascii", ("ls", "--format", "json", "spec.yaml")),
        ("utf-16", ("ls", "spec.yaml")),
        ("cp437:strict", ("--help",)),
    ],
)
def test_output_is_utf8(arguments: tuple[str, ...], encoding: str, tmp_path: Path) -> None:
    spec = yaml.safe_load(described("a/x"))
    spec["paths"]["/0"]["get"]["summary"] = "Fine → 日本 😀"
    (tmp_path / "spec.yaml").write_text(json.dumps(spec), encoding="utf-8")
    command = ("-m", "generator", *arguments)
    text = python(tmp_path, *command, path=[ROOT], PYTHONIOENCODING=encoding).out
    if "json" in arguments:
        assert json.loads(text)[0]["operations"][0]["summary"] == "Fine → 日本 😀"
    elif "ls" in arguments:
        assert "Fine → 日本 😀" in text


def test_a_module_that_is_renamed_in_its_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file goes first, since on Windows and macOS it is the new one, too."""
    calls = "[tool.speclock.clients.shop.calls]"
    assert configured(tmp_path, described("a/x"), calls, '"a/x" = "Foo.x"').code == 0
    old = tmp_path / "out/shop/resources/Foo.py"
    assert old.is_file()
    new = old.with_name("foo.py")
    written: list[Path] = []
    write_file = write.write_file

    def noted(path: Path, data: bytes) -> None:
        assert path.name != "foo.py" or not old.exists()
        written.append(path)
        write_file(path, data)

    monkeypatch.setattr(write, "write_file", noted)
    assert configured(tmp_path, described("a/x"), calls, '"a/x" = "foo.x"').code == 0
    assert [path.name for path in written].count("foo.py") == 1
    assert new.is_file()
    assert not old.exists()


def test_a_renamed_file_is_written_although_it_is_the_same(tmp_path: Path) -> None:
    manifest = Manifest(
        package="shop", spec_file="", spec_sha256="", info_version="", openapi="", selection=(),
        config="", tool={}, operations=(), unused_examples=(), left_out=(), files={}, tests={},
    )  # fmt: skip
    text = {"shop/Foo.py": "# Generated by speclock\n"}
    FileSet.of(manifest, text).write(tmp_path)
    (tmp_path / "shop/foo.py").write_bytes(b"# Generated by speclock\n")  # the same file there
    new = FileSet.of(manifest, {"shop/foo.py": text["shop/Foo.py"]})
    changed, stale = new.changes(tmp_path)
    assert "shop/foo.py" in changed
    assert stale == ["shop/Foo.py"]


def test_junctions_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A junction is a folder by its mode; only its reparse tag tells."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.py").touch()
    (tmp_path / "junction").mkdir()
    (tmp_path / "junction" / "secret").touch()
    lstat = os.lstat

    def tagged(path: str | Path) -> object:
        found = lstat(path)
        tag = 0xA0000003 if Path(path).name == "junction" else 0
        return SimpleNamespace(st_mode=found.st_mode, st_reparse_tag=tag)

    monkeypatch.setattr(os, "lstat", tagged)
    assert sorted(write.files_in(tmp_path)) == ["junction", "plain/a.py"]
    with pytest.raises(write.UnsafePath, match="symbolic link"):
        write.locate(tmp_path, "junction/secret")


def test_a_recording_has_binary_line_ends() -> None:
    """On Windows, `os.open` makes a file of text unless it is told otherwise."""
    program = (
        "import os; os.O_BINARY = 1 << 30; import pinterest_audiences as p;"
        "from generator.project.services.comparison.recording import runtime_of; r = runtime_of(p);"
        "assert vars(r)['_FLAGS'] & os.O_BINARY"
    )
    python(ROOT, "-c", program, path=[ROOT / "generated"])


def test_an_update_keeps_crlf(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("upstream.yaml", yaml.safe_dump(json.loads(described("a/x", "b/y"))))
    (tmp_path / "pyproject.toml").write_bytes(b'[project]\r\nname = "shop"\r\n')
    project.does("init", "upstream.yaml", "--operation", "a/x", "--package", "shop", "--no-ci")
    for name in ("spec/shop.yaml", "spec/speclock.lock"):
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes().replace(b"\n", b"\r\n"))
    project.does("add", "b/y", "--yes")
    for name in ("spec/shop.yaml", "pyproject.toml"):
        data = (tmp_path / name).read_bytes()
        assert b"b/y" in data
        assert data.count(b"\n") == data.count(b"\r\n"), name
    project.does("check")
