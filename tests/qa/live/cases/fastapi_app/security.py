"""Security schemes, errors of one's own, cookies that are set."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Response, Security
from fastapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPAuthorizationCredentials,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    SecurityScopes,
)  # fmt: skip
from pydantic import BaseModel

router = APIRouter(prefix="/users", tags=["users"])
oauth2 = OAuth2PasswordBearer(tokenUrl="users/token", scopes={"me": "Read your name."})
basic = HTTPBasic()
header_key, query_key, cookie_key = (
    APIKeyHeader(name="X-Key"), APIKeyQuery(name="key"), APIKeyCookie(name="session"),
)  # fmt: skip
DONE: list[str] = []


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"


class User(BaseModel):
    name: str
    email: str | None = None


async def current_user(scopes: SecurityScopes, token: Annotated[str, Depends(oauth2)]) -> User:
    if token != "secret":
        challenge = {"WWW-Authenticate": f'Bearer scope="{scopes.scope_str}"'}
        raise HTTPException(401, "Could not validate credentials", challenge)
    return User(name="johndoe")


@router.post("/token")
async def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], response: Response) -> Token:
    if form.password != "pass word&":
        raise HTTPException(400, "Incorrect username or password")
    response.set_cookie("session", "from the server")
    return Token(access_token=f"{form.username} {form.scopes} {form.grant_type}")


@router.get("/me")
async def read_me(user: Annotated[User, Security(current_user, scopes=["me"])]) -> User:
    return user


@router.get("/basic")
async def read_basic(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> User:
    if not secrets.compare_digest(credentials.password, "pa:ss"):
        raise HTTPException(401, headers={"WWW-Authenticate": "Basic"})
    return User(name=credentials.username)


@router.get("/bearer")
async def read_bearer(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())],
) -> User:
    return User(name=credentials.credentials)


@router.get("/header")
async def read_header(key: Annotated[str, Security(header_key)]) -> User:
    return User(name=key)


@router.get("/query")
async def read_query(key: Annotated[str, Security(query_key)]) -> User:
    return User(name=key)


@router.get("/cookie")
async def read_cookie(key: Annotated[str, Security(cookie_key)]) -> User:
    return User(name=key)


@router.post("/notes", status_code=202, dependencies=[Depends(HTTPBearer())])
async def send_note(email: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(DONE.append, email)


@router.get("/notes", deprecated=True)
async def read_notes() -> list[str]:
    return DONE
