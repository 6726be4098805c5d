"""Errors of a fetch in the user's terms."""

from __future__ import annotations

import os
import socket
import ssl

import httpx

from ...base.errors import Unreachable
from .urls import without_secrets


def unreachable(url: httpx.URL, fact: str, remedy: str) -> Unreachable:
    """Return the error of ``url``, shown without its secrets."""
    return Unreachable(without_secrets(str(url)), fact, remedy)


def status_error(url: httpx.URL, status: int) -> Unreachable:
    """Return the error for an answer without a document."""
    match status:
        case 401 | 403:
            remedy = (
                "If it needs a login, send a header: "
                "--header 'Authorization: Bearer $SPECLOCK_TOKEN' "
                "of init, ls, show and slice, `upstream_headers` in a client's settings. Or "
                "download it, and name the file."
            )
        case 304 | 429 | 500 | 502 | 503 | 504:
            remedy = "Try again later."
        case _:
            remedy = "Check the URL."
    return unreachable(url, f"the server answered with status {status}", remedy)


def transport_error(url: httpx.URL, error: httpx.TransportError, connect: float) -> Unreachable:
    """Return the error for the first cause of ``error`` that is known.

    ``connect`` is the limit in seconds that :class:`httpx.ConnectTimeout` is about.
    """
    fact = f"no connection: {str(error) or type(error).__name__}"
    remedy = "Check the URL and the network."
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case httpx.ConnectTimeout():
                fact, remedy = f"no connection within {connect:g} seconds", "Try again later."
            case httpx.ProxyError():
                fact = f"the proxy answered with status {cause}"
                remedy = "Check https_proxy and no_proxy in the environment."
            case httpx.RemoteProtocolError():
                fact, remedy = f"the answer isn't HTTP: {cause}", "Check the URL."
            case ssl.SSLCertVerificationError():
                fact = f"its certificate isn't trusted: {cause.verify_message}"
                remedy = "Check the host, and this machine's certificates."
            case ssl.SSLError():
                fact = f"TLS failed: {cause.reason or cause}"
                remedy = "Check that the port speaks https."
            case socket.gaierror():
                fact = f"the host {url.raw_host.decode()!r} isn't known: {cause.strerror}"
            case OSError(errno=int(number)):
                fact = f"no connection: {os.strerror(number)}"
            case BaseExceptionGroup():  # one error for each address of the host
                cause = cause.exceptions[0]
                continue
            case _:
                cause = cause.__cause__ or cause.__context__
                continue
        break
    return unreachable(url, fact, remedy)
