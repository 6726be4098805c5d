"""Members that another error has, and a documented error that may be missing."""

from pinterest_audiences.errors import ApiError, ConflictError, RateLimitError


def wait(error: ApiError) -> float | None:
    """Return the seconds that the server asks for."""
    match error:
        case ConflictError():
            return error.retry_after  # wrong
        case RateLimitError():
            return error.retry_after
        case _:
            return error.error.code  # wrong
