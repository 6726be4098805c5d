"""A description in JSON, with signs that Python would read as its own."""

from __future__ import annotations

import ast
import inspect

from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case, refused, sent


def test_the_words_of_the_description_are_docstrings(case: Case) -> None:
    move = case.models.Move
    assert move.__doc__ == "From one square to another: ♔ ends with a backslash \\"
    tree = ast.parse(inspect.getsource(case.models))
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    assert 'Says """e2"""' in strings


def test_a_move_is_sent_and_read(case: Case) -> None:
    value = {"from": "e2", "to": "e4", "piece": "queen", "clock": 0.5}
    server = Recorder(answering(200, value))
    with case.connect(server) as client:
        move = client.moves.make(case.models.Move(**value))
    assert move.from_ == "e2"
    assert move.piece is case.models.MovePiece.QUEEN
    assert sent(move) == value
    assert refused(case.models.Move, **{**value, "from": "i9"}) == ["string_pattern_mismatch"]
    assert refused(case.models.Move, **{**value, "clock": 0.4}) == ["greater_than_equal"]
