"""An app of FastAPI in several files, as in its tutorial's "Bigger Applications"."""

from __future__ import annotations

import items
import media
import schemas
import security
import values
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI(title="Shop", version="1", summary="All that FastAPI's tutorial shows.")
for module in (items, values, schemas, media, security):
    app.include_router(module.router)


class UnicornException(Exception):
    """The tutorial's own exception, which has a handler of its own."""

    def __init__(self, name: str) -> None:
        self.name = name


@app.exception_handler(UnicornException)
async def answer_unicorn(_: Request, error: UnicornException) -> JSONResponse:
    return JSONResponse({"message": f"Oops! {error.name} did something."}, 418)


@app.get("/unicorns/{name}", tags=["unicorns"])
async def read_unicorn(name: str) -> str:
    if name == "yolo":
        raise UnicornException(name)
    return name
