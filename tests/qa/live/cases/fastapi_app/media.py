"""Files, forms, streams, and answers that aren't JSON."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Response, UploadFile
from fastapi.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)  # fmt: skip
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

router = APIRouter(tags=["media"])
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


class Registration(BaseModel):
    username: str
    age: int | None = None
    tags: list[str] = []
    born: datetime | None = None


class Received(BaseModel):
    filename: str | None
    content_type: str | None
    size: int
    start: str


class Word(BaseModel):
    number: int
    text: str | None = None


WORDS = [Word(number=1, text="grüße\n2"), Word(number=2), Word(number=3, text="")]


async def received(file: UploadFile) -> Received:
    content = await file.read()
    return Received(
        filename=file.filename,
        content_type=file.content_type,
        size=len(content),
        start=content[:8].decode("latin-1"),
    )


@router.post("/files/")
async def create_file(
    file: Annotated[bytes, File(description="A file read as bytes")],
    token: Annotated[str, Form()],
    extra: Annotated[UploadFile | None, File()] = None,
) -> Received:
    start = f"{len(file)} {token}"
    return (
        await received(extra)
        if extra
        else Received(filename=None, content_type=None, size=len(file), start=start)
    )


@router.post("/uploads/")
async def create_uploads(
    files: list[UploadFile], notes: Annotated[list[int] | None, Form()] = None
) -> list[Received]:
    made = [await received(file) for file in files]
    return made[: notes[0]] if notes else made


@router.post("/register/")
async def register(data: Annotated[Registration, Form()]) -> Registration:
    return data


@router.get(
    "/pictures/{path:path}",
    response_class=FileResponse,
    responses={200: {"content": {"image/png": BINARY}}},
)
async def read_picture(path: str) -> FileResponse:
    if path != "a b/ü.py":
        raise HTTPException(404, f"no picture {path}")
    return FileResponse(__file__, media_type="image/png", filename="ü.png")


@router.get("/download", response_class=StreamingResponse)
async def download() -> AsyncIterator[bytes]:
    """The tutorial's "Stream Data": the description has no media type."""
    for number in range(3):
        yield bytes([number]) * 1000


# ── streams of items ─────────────────────────────────────────────────────────────────────────────


@router.get("/lines")
async def stream_lines() -> AsyncIterable[Word]:
    for word in WORDS:
        yield word


@router.get("/events", response_class=EventSourceResponse)
async def stream_events() -> AsyncIterable[Word]:
    for word in WORDS:
        yield word


@router.post("/chat", response_class=EventSourceResponse)
async def stream_chat(word: Word) -> AsyncIterable[ServerSentEvent]:
    yield ServerSentEvent(comment="a chat")
    yield ServerSentEvent(data=word, event="word", id="1", retry=5000)
    yield ServerSentEvent(raw_data="two\nlines", event="raw")
    yield ServerSentEvent(raw_data="[DONE]")


# ── other answers ────────────────────────────────────────────────────────────────────────────────


@router.get("/page", response_class=HTMLResponse)
async def read_page() -> str:
    return "<p>grüße</p>"


@router.get("/text", response_class=PlainTextResponse)
async def read_text() -> str:
    return "Hello World"


@router.get("/old", response_class=RedirectResponse, status_code=302)
async def read_old() -> str:
    return "/text"


@router.get("/legacy/")
async def read_legacy() -> Response:
    """The tutorial's "Custom Response": the description allows any JSON."""
    return Response("<shampoo/>", media_type="application/xml")


@router.head("/text")
async def check_text(response: Response) -> None:
    response.headers["X-Length"] = "11"
