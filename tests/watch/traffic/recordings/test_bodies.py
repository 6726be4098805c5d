"""Bodies without their content-codings."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from types import ModuleType

import pytest

from generator.watch.traffic.recordings import bodies
from generator.watch.traffic.recordings.bodies import BodyDecoder

TEXT = b'{"name": "Rex"}' * 3
ZSTD = b"\x28\xb5\x2f\xfd"


def decoded(body: bytes, header: list[str]) -> tuple[bytes | None, str]:
    return BodyDecoder().decoded(body, header)


def bare_deflate(data: bytes) -> bytes:
    """DEFLATE data (RFC 1951) without zlib's header."""
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (gzip.compress(TEXT, mtime=0), ["gzip"]),
        (gzip.compress(TEXT[:9], mtime=0) + gzip.compress(TEXT[9:], mtime=0), ["x-gzip"]),
        (zlib.compress(TEXT), ["deflate"]),
        (bare_deflate(TEXT), ["Deflate"]),
        (gzip.compress(zlib.compress(TEXT), mtime=0), ["deflate, gzip"]),
        (zlib.compress(gzip.compress(TEXT, mtime=0)), ["gzip", "deflate"]),
        (gzip.compress(TEXT, mtime=0), ["identity, GZIP ,identity"]),
        *((TEXT, [coding]) for coding in ("gzip", "deflate", "br", "zstd", "identity", "")),
        (TEXT, ["br, gzip"]),
    ],
)
def test_the_body_is_decoded_where_it_is_coded(body: bytes, header: list[str]) -> None:
    assert decoded(body, header) == (TEXT, "")


@pytest.mark.parametrize(
    ("body", "header", "reason"),
    [
        (gzip.compress(TEXT, mtime=0)[:-9], ["gzip"], "not well-formed gzip data"),
        (gzip.compress(TEXT, mtime=0)[:20], ["gzip"], "not well-formed gzip data"),
        (b"\x1f\x8b", ["gzip"], "not well-formed gzip data"),
        (b"\x1f\x8bxxxxxxxxxxxxxx", ["gzip"], "not well-formed gzip data"),
        (gzip.compress(TEXT, mtime=0) + b"x", ["gzip"], "not well-formed gzip data"),
        (zlib.compress(TEXT)[:-5], ["deflate"], "not well-formed deflate data"),
        (b"x", ["gzip, gzip, gzip"], "more than 2 content-codings"),
        (b"x", ["gzip", "gzip", "gzip"], "more than 2 content-codings"),
        (b"x", ["compress"], "the content-coding 'compress' isn't known"),
        (b"\x0b\x02\x80", ["br"], "the content-coding 'br' needs the package brotli"),
        (ZSTD, ["zstd"], "the content-coding 'zstd' needs the package zstandard"),
    ],
)
def test_a_body_that_is_not_readable(
    body: bytes, header: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("brotli", "brotlicffi", "compression", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    assert decoded(body, header) == (None, reason)


@pytest.mark.parametrize("code", [gzip.compress, zlib.compress, bare_deflate])
def test_the_limit_of_a_body(
    code: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY", 2**20)
    coding = "gzip" if code is gzip.compress else "deflate"
    assert decoded(code(b"a" * 2**20), [coding])[0] == b"a" * 2**20
    reason = "larger than 1 MiB without its content-coding"
    assert decoded(code(b"a" * (2**20 + 1)), [coding]) == (None, reason)
    assert decoded(gzip.compress(code(b"a" * 2**21), mtime=0), [coding, "gzip"]) == (None, reason)


def test_the_limit_of_all_bodies_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies that are coded twice unpack to a million times their size."""
    bomb = gzip.compress(gzip.compress(b" " * 2**20, mtime=0), mtime=0)
    monkeypatch.setattr(bodies, "MAX_UNPACKED", 2**21)
    decoder = BodyDecoder()
    read = [decoder.decoded(bomb, ["gzip, gzip"]) for _ in range(100)]
    assert [len(body or b"") for body, _ in read[:2]] == [2**20, 2**20]
    assert len([body for body, _ in read if body is None]) > 90
    assert read[-1][1] == "larger than its recording allows without its content-coding"
    assert decoder.decoded(gzip.compress(TEXT, mtime=0), ["gzip"]) == (TEXT, "")


class _Reversing:
    """A decoder of a coding that doubles each byte: the packages' interface."""

    eof = False

    def process(self, data: bytes) -> bytes:
        if b"\xfe" in data:
            raise ValueError
        self.eof = data.endswith(b"\xff")
        return data[:-1] if self.eof else data

    decompress = process

    def is_finished(self) -> bool:
        return self.eof

    def decompressobj(self) -> _Reversing:
        return self


@pytest.mark.parametrize(
    ("coding", "module"),
    [("br", "brotli"), ("br", "brotlicffi"), ("zstd", "zstandard"), ("zstd", "compression")],
)
def test_packages_that_are_installed(
    coding: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = ModuleType(module)
    decoder = {"Decompressor": _Reversing, "ZstdDecompressor": _Reversing}
    fake.__dict__.update(decoder, error=ValueError, ZstdError=ValueError, zstd=fake)
    for name in ("brotli", "brotlicffi", "compression", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, module, fake)
    start = ZSTD + b"\x80" * 100
    assert decoded(start + b"\xff", [coding]) == (start, "")
    assert decoded(start, [coding]) == (None, f"{coding} data that ends in the middle")
    assert decoded(start + b"\xfe", [coding]) == (None, "not well-formed in its content-coding")
    monkeypatch.setattr(bodies, "MAX_BODY", 64)
    assert decoded(start + b"\xff", [coding])[1].startswith("larger than")
