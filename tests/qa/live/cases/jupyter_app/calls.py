"""The calls of jupyter_server by its own `services/api/api.yaml`, which is not exact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.qa.live.rows import Row, call

operations = (
    "tag:contents", "tag:config", "tag:identity", "tag:status", "tag:kernelspecs", "GET /api/",
    "GET /api/kernels", "GET /api/kernels/*", "GET /api/sessions", "GET /api/resolvePath",
    "/api/spec.yaml",
)  # fmt: skip
NIL = UUID(int=0)


def nulls(*places: str) -> list[str]:
    """Return the deviations of nulls at these places."""
    return [f"response/schema/nullable/added {place}" for place in places]


def settings(_: Any) -> dict[str, Any]:
    """Return the client's arguments; the description has no security."""
    return {"headers": {"Authorization": "token secret"}}


def rows(package: Any) -> list[Row]:
    """Return a row for each call; they share the files."""
    m = package.models
    kind = m.ContentsType
    hashes = nulls("/hash", "/hash_algorithm")
    unread = [*nulls("/content", "/format"), *hashes]
    folder = [*nulls("/mimetype", "/size"), *hashes]
    text = {"type": "file", "format": "text", "content": "ü\n"}
    return [
        call("get_api").raises(302),
        call("contents.put_path", "a b.txt", text)
        .satisfies(
            lambda found: (found.name, found.type, found.content) == ("a b.txt", kind.FILE, None),
            201,
        )
        .deviates(*unread),
        call("contents.get_path", "a b.txt", format="text", content=1)
        .satisfies(lambda found: (found.content, found.size) == ("ü\n", 3))
        .deviates(*hashes),
        call("contents.get_path", "none.txt").raises(404),
        call("contents.patch_path", "a b.txt", {"path": "folder.txt"})
        .satisfies(lambda found: found.path == "folder.txt")
        .deviates(*unread),
        call("contents.put_path", "folder", {"type": "directory"})
        .satisfies(lambda found: found.type == kind.DIRECTORY, 201)
        .deviates(*nulls("/content", "/format"), *folder),
        call("contents.post_path", "folder", {"ext": ".txt"})
        .satisfies(lambda found: found.path == "folder/untitled.txt", 201)
        .deviates(*unread),
        call("contents.get_path", "folder", type="directory")
        .satisfies(lambda found: [one["name"] for one in found.content] == ["untitled.txt"])
        .deviates("response/schema/type/changed /content", *folder),
        call("contents.get_path", "folder/untitled.txt", content=0)
        .satisfies(lambda found: found.path == "folder/untitled.txt")
        .deviates(*unread),
        call("contents.post_path_checkpoints", "folder.txt").satisfies(
            lambda found: found.id == "checkpoint", 201
        ),
        call("contents.get_path_checkpoints", "folder.txt").satisfies(
            lambda found: len(found) == 1
        ),
        call("contents.post_path_checkpoints_checkpoint_id", "folder.txt", "checkpoint").answers(
            204
        ),
        call("contents.delete_path_checkpoints_checkpoint_id", "folder.txt", "checkpoint").answers(
            204
        ),
        call("contents.delete_path", "folder.txt").answers(204),
        call("get_resolve_path", path="none").satisfies(lambda found: found.resolved == []),
        call("config.patch_section_name", "notebook", {"a": {"b": [1]}}).gives({"a": {"b": [1]}}),
        call("config.get_section_name", "notebook").gives({"a": {"b": [1]}}),
        call("kernels.get").gives([]),
        call("kernels.get_kernel_id", NIL).raises(404),
        call("sessions.get").gives([]),
        call("kernelspecs.get").satisfies(lambda found: isinstance(found.kernelspecs, dict)),
        call("identity.get_me", permissions='{"contents": ["read"]}')
        .satisfies(lambda found: found.permissions["contents"] == ["read"])
        .deviates(*nulls("/identity/avatar_url", "/identity/color")),
        call("identity.get_me").by(headers={}).raises(403),
        call("status.get").satisfies(lambda found: found.kernels == 0),
        call("api_spec.get_spec_yaml").satisfies(lambda found: found.startswith(b'swagger: "2.0"')),
        call("api_spec.get_spec_yaml_stream").satisfies(lambda found: b"definitions" in found),
    ]


recorded = {
    "response/body/media-type/added application/json",
    "response/schema/nullable/added integer",
    "response/schema/nullable/added string",
    "response/schema/type/changed string",
    "response/status/error/added 302",
    "response/status/error/added 403",
    "response/status/error/added 404",
}
"""What `drift --traffic` finds in the recorded calls: the rule, and what isn't described."""
