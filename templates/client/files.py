"""Files to send, as a body or as a part of a multipart body."""

from ._runtime.files import File, FileContent

__all__ = ["File", "FileContent"]
