"""Methods that wait for a result, by the setting ``poll``."""

from __future__ import annotations

import shutil
import tomllib
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from tests.house.test_code_blocks import blocks
from tests.support.answers import Recorder, answering
from tests.support.command import ROOT, speclock
from tests.support.generated_case import Case

FOLDER = Path(__file__).parent
KIND = {"kind": "sales"}


def report(code: str, **more: Any) -> dict[str, Any]:
    return {"id": 7, "state": {"code": code}, **more}


@pytest.fixture
def pauses(case: Case, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses, which pass at once by a clock of their own."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    clock = SimpleNamespace(monotonic=lambda: 1e6 + sum(slept), sleep=slept.append)
    monkeypatch.setattr(case.modules["_runtime.polling"], "time", clock)
    monkeypatch.setattr(anyio, "sleep", sleep)
    return slept


def test_pauses_grow(case: Case, mode: str, pauses: list[float]) -> None:
    """A status that isn't described doesn't end the wait."""
    fake = case.fake()
    fake.reports_create.answers(report("QUEUED"))
    fake.reports_get.answers(*(report(code) for code in ("QUEUED", "RUNNING", "PAUSED", "READY")))
    with case.connect(None, mode, transport=fake) as client:
        result = client.reports.create_and_wait("a", KIND)
    assert (result.id, result.state.code) == (7, "READY")
    assert pauses == [1.0, 1.5, 2.25, 3.375]
    (start,) = fake.reports_create.calls
    assert start.body.kind == "sales"
    assert [dict(call.path) for call in fake.reports_get.calls] == [
        {"account": "a", "report_id": "7"}
    ] * 4


def test_pauses_have_limits(case: Case, mode: str, pauses: list[float]) -> None:
    server = Recorder(report("RUNNING"))
    wait = case.package.Wait(deadline=20, pause=2, longest=4)
    with (
        case.connect(server, mode) as client,
        pytest.raises(
            case.errors.WaitError, match="no result within the deadline of 20 s"
        ) as caught,
    ):
        client.reports.create_and_wait("a", KIND, wait=wait)
    assert pauses == [2, 3, 4, 4, 4]
    error = caught.value
    assert (error.result.id, error.status, error.has_failed) == (7, "RUNNING", False)
    assert isinstance(error, case.errors.SampleError)
    assert len(server.requests) == 6


def test_the_server_chooses_the_pause(case: Case, mode: str, pauses: list[float]) -> None:
    """0 is none: the questions would have no end."""
    date = formatdate(0, usegmt=True)
    server = Recorder(
        answering(202, report("QUEUED"), retry_after="5"),
        answering(200, report("RUNNING"), retry_after="40"),
        answering(200, report("RUNNING"), retry_after="0"),
        answering(200, report("RUNNING"), retry_after=date),
        answering(200, report("READY")),
    )  # fmt: skip
    with case.connect(server, mode) as client:
        assert client.reports.create_and_wait("a", KIND).state.code == "READY"
    assert pauses == [5, 40, 1, 1.5]
    late = Recorder(answering(202, report("QUEUED"), retry_after="1000"))
    with case.connect(late, mode) as client, pytest.raises(case.errors.WaitError) as caught:
        client.reports.create_and_wait("a", KIND)
    assert (caught.value.result.state.code, caught.value.status) == ("QUEUED", None)
    assert len(pauses) == 4


@pytest.mark.parametrize("code", ["FAILED", "EXPIRED"])
def test_a_failure(code: str, case: Case, mode: str, pauses: list[float]) -> None:
    server = Recorder(report("QUEUED"), report("RUNNING"), report(code, url="why"))
    with case.connect(server, mode) as client, pytest.raises(case.errors.WaitError) as caught:
        client.reports.create_and_wait("a", KIND)
    assert (caught.value.status, caught.value.result.url) == (code, "why")
    assert caught.value.has_failed
    assert str(caught.value) == f"reports.get → failed; the last status is {code}"
    assert len(pauses) == 2


def test_errors_of_both_calls(case: Case, mode: str, pauses: list[float]) -> None:
    for server in (Recorder(409), Recorder(report("QUEUED"), 404)):
        with case.connect(server, mode) as client, pytest.raises(case.errors.ApiError):
            client.reports.create_and_wait("a", KIND)
    assert pauses == [1.0]


def test_a_link_and_another_resource(case: Case, mode: str, pauses: list[float]) -> None:
    """A status that the server leaves out doesn't end the wait, nor does null."""
    server = Recorder({"key": "k/1"}, {"done": False}, {}, {"done": None}, {"done": True})
    info = case.package.ResponseInfo()
    options = case.package.Options(headers={"x-test": "yes"}, query={"q": "1"}, response=info)
    with case.connect(server, mode) as client:
        assert client.exports.start_and_wait(options=options).done is True
    assert server.targets == ["POST /v1/exports?q=1", *["GET /v1/jobs/k%2F1"] * 4]
    assert server.headers("x-test") == ["yes"] * 5
    assert info.body == b'{"done":true}'
    assert len(pauses) == 4


def test_a_first_answer_without_the_argument(case: Case, mode: str, pauses: list[float]) -> None:
    answers: list[Any] = [{}, {"key": None}, []]
    for answer in answers:
        server = Recorder(answer)
        with case.connect(server, mode) as client, pytest.raises(case.errors.WaitError) as caught:
            client.exports.start_and_wait()
        assert "the result of exports.start has nothing for 'job'" in str(caught.value)
        assert len(server.requests) == 1
    assert not pauses


def test_a_member_of_the_setting(case: Case, mode: str, pauses: list[float]) -> None:
    server = Recorder({"data": {"ticket": "t"}}, {"phase": 1}, {"phase": 3})
    with case.connect(server, mode) as client:
        assert client.post_import_and_wait(wait=True, wait_=case.package.Wait()).phase == 3
    assert server.targets == ["POST /v1/import?wait=true", *["GET /v1/import/t"] * 2]
    assert len(pauses) == 2


def test_the_code_of_the_page(case: Case, pauses: list[float], capsys: Any) -> None:
    page = (ROOT / "docs" / "pagination.md").read_text(encoding="utf-8")
    section = page.partition("## Waiting for a result\n")[2].partition("\n## ")[0]
    table, code = (one.text for one in blocks(section))
    settings = tomllib.loads(table)["tool"]["speclock"]["clients"]["shop"]["poll"]
    own = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))
    polls = own["tool"]["speclock"]["clients"]["case_waits"]["poll"]
    assert settings.items() <= polls.items()
    server = Recorder(report("QUEUED"), report("EXPIRED"))
    with case.connect(server) as client:
        exec(code.replace("from shop", f"from {case.package.__name__}"), {"shop": client})  # noqa: S102
    assert capsys.readouterr().out.startswith("True EXPIRED id=7 ")
    assert pauses == [1.0]


def test_uses_of_the_method_are_found(tmp_path: Path) -> None:
    """Those of its own parameters, too; drift compares clients without it."""
    spec = (FOLDER / "spec.yaml").read_text(encoding="utf-8")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    changed = spec.replace("required: true, schema: {type: string}", "required: true, schema: {}")
    (tmp_path / "new.yaml").write_text(changed, encoding="utf-8")
    settings = (FOLDER / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert speclock(tmp_path, "generate").code == 0
    program = "from case_waits import CaseWaits\n\nCaseWaits().reports.create_and_wait('7', {})\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    report = speclock(tmp_path, "drift", "--revision", "new.yaml", "--code", "program.py").out
    assert "program.py:3" in report


PLACE = "tool.speclock.clients.case_waits.poll.reports/create"
STATUS = "'state.code' in 'reports/get'"
WRONG = {
    "until": (
        ['until = ["READY"]', 'until = ["READI"]'],
        f"8: {PLACE}.until has 'READI', which isn't a value of {STATUS} (spec.yaml:31:48).",
    ),
    "failed": (['"EXPIRED"]', '"GONE"]'], "pyproject.toml:9: "),
    "true": (['until = ["true"]', 'until = ["yes"]'], "pyproject.toml:14: "),
    "status": (['"state.code"', '"state.kode"'], "pyproject.toml:7: "),
    "operation": (['"reports/get"', '"reports/got"'], "Did you mean 'reports/get'?"),
    "key": (['"exports/start"', '"exports/begin"'], "names the operation 'exports/begin', which"),
    "parameters": (['"data.ticket"', '"data.tocket"'], "pyproject.toml:20: "),
    "lacks": (['parameters = { ticket = "data.ticket" }', ""], "Add it: parameters = { ticket = "),
    "body": (['"jobs/get"', '"reports/create"'], "'reports/create' needs a body"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_that_does_not_fit(name: str, tmp_path: Path) -> None:
    (old, new), said = WRONG[name]
    text = (FOLDER / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "spec.yaml").write_bytes((FOLDER / "spec.yaml").read_bytes())
    (tmp_path / "pyproject.toml").write_text(text.replace(old, new), encoding="utf-8")
    outcome = speclock(tmp_path, "generate")
    assert (outcome.code, said in outcome.err) == (2, True), outcome.err
    assert outcome.err.startswith("error: pyproject.toml:")
    assert not (tmp_path / "generated").exists()


def test_a_response_that_is_not_json(tmp_path: Path) -> None:
    """The fault is one of the whole entry: no single setting in it is wrong."""
    before, _, after = (FOLDER / "spec.yaml").read_text("utf-8").partition("operationId: jobs/get")
    spec = f"{before}operationId: jobs/get{after.replace('application/json', 'text/plain', 1)}"
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_bytes((FOLDER / "pyproject.toml").read_bytes())
    outcome = speclock(tmp_path, "generate")
    place = "pyproject.toml:11: tool.speclock.clients.case_waits.poll.exports/start"
    assert outcome.err == f"error: {place} doesn't answer with JSON of one type.\n"


def test_show_of_an_operation_that_the_client_lacks(tmp_path: Path) -> None:
    """The setting is for operations of the client, and isn't refused for another one."""
    project = tmp_path / "project"
    shutil.copytree(FOLDER, project, ignore=shutil.ignore_patterns("expected", "test_case.py"))
    settings = project / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    selected = 'spec = "spec.yaml"\noperations = ["reports/create", "reports/get"]'
    first, _, _ = text.replace('spec = "spec.yaml"', selected).partition(
        '[tool.speclock.clients.case_waits.poll."exports/start"]'
    )
    settings.write_text(first, encoding="utf-8")
    shown = speclock(project, "show", "jobs/get")
    assert (shown.code, shown.err) == (0, "")
    assert "GET /jobs/{job}" in shown.out
