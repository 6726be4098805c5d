"""Keys of a YAML mapping that aren't text are read as they are written, with a warning."""

from __future__ import annotations

from pathlib import Path

from generator.reading.document.load import parse

TEXT = b"""\
on: text
'1': text
1: {2: text}
null: text
1.50: text
true: text
"""


def test_keys_that_are_not_text() -> None:
    document = parse(TEXT.replace(b"'1': text\n", b""), path=Path("a"), name="a")
    assert list(document.root) == ["on", "1", "null", "1.50", "true"]
    assert document.root["1"] == {"2": "text"}
    assert [(warning.place.line, warning.fact) for warning in document.warnings] == [
        (2, "the key 1 is an integer; read as text"),
        (2, "the key 2 is an integer; read as text"),
        (3, "the key null is null; read as text"),
        (4, "the key 1.50 is a number; read as text"),
        (5, "the key true is a boolean; read as text"),
    ]


def test_a_key_that_is_written_as_text_and_as_a_number_is_repeated() -> None:
    document = parse(TEXT, path=Path("a"), name="a", lenient=True)
    assert [problem.fact for problem in document.faults] == [
        "the key '1' occurs twice; first at line 2"
    ]
