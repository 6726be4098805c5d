"""Tasks: create, list in pages, change in parts, delete; each with a DTO of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated
from uuid import UUID, uuid5

from litestar import Controller, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.dto import DataclassDTO, DTOConfig, DTOData
from litestar.exceptions import NotFoundException
from litestar.pagination import OffsetPagination
from litestar.params import Parameter

NIL = UUID(int=0)


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass
class Task:
    name: str
    price: Decimal
    due: datetime | None = None
    size: Size = Size.SMALL
    labels: list[str] = field(default_factory=list)
    id: UUID = NIL


class NewTask(DataclassDTO[Task]):
    config = DTOConfig(exclude={"id"}, rename_strategy="camel", forbid_unknown_fields=True)


class TaskChange(DataclassDTO[Task]):
    config = DTOConfig(exclude={"id"}, rename_strategy="camel", partial=True)


class ShownTask(DataclassDTO[Task]):
    config = DTOConfig(rename_strategy="camel")


TASKS: dict[UUID, Task] = {}


class TaskController(Controller):
    path = "/tasks"
    tags = ("tasks",)
    dto = NewTask
    return_dto = ShownTask

    @post(response_headers=[ResponseHeader(name="location", description="Its path", value="/x")])
    async def create_task(self, data: DTOData[Task]) -> Task:
        task = data.create_instance()
        task.id = uuid5(NIL, task.name)
        TASKS[task.id] = task
        return task

    @get()
    async def list_tasks(
        self,
        limit: Annotated[int, Parameter(ge=1, le=100)] = 2,
        offset: int = 0,
        sizes: list[Size] | None = None,
    ) -> OffsetPagination[Task]:
        found = [task for task in TASKS.values() if sizes is None or task.size in sizes]
        return OffsetPagination(
            items=found[offset : offset + limit], limit=limit, offset=offset, total=len(found)
        )

    @get("/{task_id:uuid}", raises=[NotFoundException])
    async def get_task(self, task_id: UUID) -> Task:
        if task_id not in TASKS:
            raise NotFoundException(f"no task {task_id}", extra={"id": str(task_id)})
        return TASKS[task_id]

    @patch("/{task_id:uuid}", dto=TaskChange)
    async def update_task(self, task_id: UUID, data: DTOData[Task]) -> Task:
        return data.update_instance(TASKS[task_id])

    @delete("/{task_id:uuid}")
    async def delete_task(self, task_id: UUID) -> None:
        del TASKS[task_id]
