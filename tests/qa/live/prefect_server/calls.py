"""Calls of Prefect's server: what it creates, and what can be read without a set-up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.qa.live.rows import MEDIA_TYPE, STATUS, Row, Some, call

NIL = UUID(int=0)
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
Kept = Mapping[str, Any]


def rows(package: Any) -> list[Row]:
    """Return the calls; they share the database."""
    m = package.models
    return [*flows(m), *runs(m), *deployments(m), *reads(m)]


def settings(package: Any) -> dict[str, Any]:
    """Return the client's arguments: as Prefect's own client does, it repeats a call after 503."""

    class Locked(package.Retry):  # type: ignore[misc]
        """The database was locked, and nothing was done."""

        def wait(self, error: Any, *, attempt: int, idempotent: bool) -> Any:
            locked = getattr(error, "status_code", 0) == 503
            return super().wait(error, attempt=attempt, idempotent=idempotent or locked)

    return {"retry": Locked(attempts=6)}


def made(model: Any, **values: Any) -> Any:
    """Return what the server makes: it chooses the id and the times."""
    times = {"created": Some(datetime), "updated": Some(datetime)}
    return model.model_construct(**{"id": Some(UUID), **times, **values})


def flows(m: Any) -> list[Row]:
    """Flows."""
    labels = {"x": 1, "y": True, "z": 1.5}
    etl = made(m.Flow, name="etl", tags=["a", "ü"], labels=labels)
    found = m.BodyReadFlowsFlowsFilterPost(
        flows=m.FlowFilter(name=m.FlowFilterName(any=["etl"])), sort=m.FlowSort.NAME_ASC, limit=1
    )
    page = m.FlowPaginationResponse.model_construct
    missing = {"detail": "Flow not found"}
    return [
        call("flows.create_flow", m.FlowCreate(name="etl", tags=["a", "ü"], labels=labels))
        .gives(etl, 201)
        .deviates(STATUS)
        .keeps("flow"),
        call("flows.create_flow", m.FlowCreate(name="etl")).gives(etl).keeps("flow"),
        call("flows.read_flow", id_of("flow")).gives(etl),
        call("flows.read_flow", NIL).raises(404, body=missing),
        call("flows.read_flow_by_name", "etl", x_prefect_api_version="0.8.4").gives(etl),
        call("flows.read_flows", found).gives([etl]),
        call("flows.paginate_flows", m.BodyPaginateFlowsFlowsPaginatePost(limit=5)).gives(
            page(results=[etl], count=1, limit=5, pages=1, page=1)
        ),
        call("flows.update_flow", id_of("flow"), m.FlowUpdate(tags=["b"])).answers(204),
        call("flows.read_flow", id_of("flow")).satisfies(lambda flow: flow.tags == ["b"]),
    ]


def runs(m: Any) -> list[Row]:
    """Flow runs, their states and logs."""

    def create(kept: Kept) -> Any:
        scheduled = m.StateCreate(type=m.StateType.SCHEDULED)
        return m.FlowRunCreate(
            flow_id=kept["flow"].id, name="one", parameters={"n": [1, None]}, state=scheduled
        )

    def log(kept: Kept) -> Any:
        run = kept["run"].id
        return [m.LogCreate(name="l", level=20, message="hi", timestamp=NOW, flow_run_id=run)]

    def logs(kept: Kept) -> Any:
        of_run = m.LogFilterFlowRunId(any=[kept["run"].id])
        return m.BodyReadLogsLogsFilterPost(logs=m.LogFilter(flow_run_id=of_run))

    running = m.BodySetFlowRunStateFlowRunsIdSetStatePost(
        state=m.StateCreate(type=m.StateType.RUNNING, message="now")
    )
    logged = made(
        m.Log, name="l", level=20, message="hi", timestamp=NOW, flow_run_id=Some(UUID),
        task_run_id=None,
    )  # fmt: skip
    return [
        call("flow_runs.create_flow_run", create)
        .satisfies(
            lambda run: (
                run.parameters == {"n": [1, None]}
                and type(run.state) is m.State
                and run.state.type is m.StateType.SCHEDULED
                and type(run.empirical_policy) is m.FlowRunPolicy
            ),
            201,
        )
        .deviates(STATUS)
        .keeps("run"),
        call("flow_runs.set_flow_run_state", id_of("run"), running)
        .satisfies(
            lambda result: (
                result.status is m.SetStateStatus.ACCEPT
                and result.details == m.StateAcceptDetails(type="accept_details")
                and result.state.message == "now"
            ),
            201,
        )
        .deviates(STATUS),
        call("flow_runs.read_flow_run", id_of("run")).satisfies(
            lambda run: run.state_type is m.StateType.RUNNING and run.run_count == 1
        ),
        call("logs.create_logs", log).answers(201),
        call("logs.read_logs", logs).gives([logged]),
        # The description has JSON of any type, the server sends CSV.
        call("flow_runs.download_logs", id_of("run"))
        .satisfies(lambda text: text.splitlines()[1].endswith(",hi"))
        .deviates(MEDIA_TYPE),
        call("flow_runs.delete_flow_run", id_of("run")).answers(204),
        call("flow_runs.read_flow_run", id_of("run")).raises(
            404, body={"detail": "Flow run not found"}
        ),
    ]


def deployments(m: Any) -> list[Row]:
    """Deployments and their schedules, which are unions."""
    cron = m.CronSchedule(cron="0 3 * * *", timezone="Europe/Berlin", day_or=True)
    schedule = made(
        m.DeploymentSchedule, deployment_id=Some(UUID), schedule=cron, active=True,
        max_scheduled_runs=None, parameters={}, slug=None,
    )  # fmt: skip

    def create(kept: Kept) -> Any:
        planned = m.DeploymentScheduleCreate(schedule=cron)
        return m.DeploymentCreate(name="nightly", flow_id=kept["flow"].id, schedules=[planned])

    return [
        call("deployments.create_deployment", create)
        .satisfies(lambda deployment: deployment.name == "nightly", 201)
        .deviates(STATUS)
        .keeps("deployment"),
        call("deployments.read_deployment_by_name", "etl", "nightly").satisfies(
            lambda deployment: (
                deployment.schedules[0].schedule == cron
                and deployment.concurrency_limit is None
                and deployment.status is m.DeploymentStatus.NOT_READY
            )
        ),
        call("deployments.read_deployment_schedules", id_of("deployment")).gives([schedule]),
        call("flows.delete_flow", id_of("flow")).answers(204),
    ]


def reads(m: Any) -> list[Row]:
    """Reads of a new server."""
    return [
        call("root.health_check").gives(True),
        call("admin.read_version").gives("3.9.1"),
        call("admin.read_settings").satisfies(lambda found: type(found) is m.Settings),
        call("block_types.read_block_types").satisfies(
            lambda found: found and all(type(one) is m.BlockType for one in found)
        ),
        call("collections.read_view_content", "aggregate-worker-metadata").satisfies(
            lambda found: "process" in found["prefect"]
        ),
        call("events.read_events").satisfies(lambda page: type(page) is m.EventPage),
    ]


def id_of(name: str) -> Any:
    """Return an argument: the id of an earlier row's result."""
    return lambda kept: kept[name].id


recorded = {
    "response/body/media-type/added text/csv",
    "response/status/error/added 404",
    "response/status/success/added 201",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""

recorded_sometimes = {"response/status/error/added 503"}
"""More of that: while the server's database is locked, and the client tries again."""
