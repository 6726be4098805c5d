"""Changes of the documentation alone wait for the next other change, unless ``--docs``."""

from __future__ import annotations

import json

import pytest

from tests.project.services.update.conftest import UPSTREAM, Shop

pytestmark = pytest.mark.slow


def told_at(time: str) -> str:
    """Return upstream with the time of day in an example and a description."""
    example = f"                example: [{{id: '{time}'}}]\n"
    schema = "                $ref: '#/components/schemas/Pets'\n"
    new = UPSTREAM.replace("              schema:\n" + schema, f"              schema:\n{schema}")
    new = new.replace(schema, schema + example.replace("  example", "example"))
    return new.replace("description: OK", f"description: OK at {time}")


def test_the_time_of_day_rewrites_nothing(project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    before = project.files()
    for time in ("09:00", "10:00"):
        project.publish(told_at(time))
        said = project.update(code=0).out
        assert "spec/shop.yaml: up to date with " in said
        assert "of its documentation, which the next other change takes along" in said
        assert project.files() == before
    command = said[said.index("speclock update") :].split()[1:]
    assert command == ["update", "shop", "--docs"]
    project.does(*command, "--yes")
    assert "10:00" in project.described and "08:00" not in project.described
    assert project.run("update").out.startswith("spec/shop.yaml: up to date with ")
    project.does("check", "--full")


@pytest.mark.parametrize(
    "other",
    [
        ("type: string", "type: integer"),
        ("version: 1.0.0", "version: 1.0.1"),
        ("schemas/Pets'", "schemas/Animals'"),
    ],
)
def test_they_are_taken_along_with_another_change(other: tuple[str, str], project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    new = told_at("09:00").replace(*other)
    project.publish(new.replace("    Pet:", "    Animal:") if "Animal" in new else new)
    project.update()
    assert "09:00" in project.described and "08:00" not in project.described


def test_an_operation_that_is_added_takes_them_along(project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    project.publish(told_at("09:00"))
    project.does("add", "people/list", "--yes")
    assert "09:00" in project.described


def test_a_selector_that_is_added_takes_them_along(project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    project.publish(told_at("09:00"))
    project.settings(upstream=project.server.url(), operations=["pets/list", "people/list"])
    project.update()
    assert "09:00" in project.described
    assert project.calls().keys() == {"pets/list", "people/list"}


def test_drift_prints_the_command_that_takes_them(project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    project.publish(told_at("09:00"))
    assert "speclock update shop --docs" in project.run("drift").out


def test_an_update_that_was_cut_off_is_finished(project: Shop) -> None:
    project.publish(told_at("08:00"))
    project.update()
    lock = project.read("spec/speclock.lock")
    data = json.loads(lock)
    data["descriptions"]["shop.yaml"]["unfinished_sha256"] = "0" * 64
    project.write("spec/speclock.lock", json.dumps(data))
    project.publish(told_at("09:00"))
    project.update()
    assert "unfinished" not in project.read("spec/speclock.lock")
