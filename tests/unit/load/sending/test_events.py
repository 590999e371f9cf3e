import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.load.sending.events import Events, GarbageError, StreamError, holds_token, usage

TOKENS = [{"choices": [{"index": 0, "delta": {"content": f"w{n}"}}]} for n in range(5)]
STREAM = b"".join(b"data: %b\n\n" % json.dumps(t).encode() for t in TOKENS) + b"data: [DONE]\n\n"


def fed(*pieces: bytes) -> tuple[list[object], bool]:
    events = Events()
    return [event for piece in pieces for event in events.feed(piece)], events.done


class TestEvents:
    @given(cuts=st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
    def test_are_the_same_however_the_network_cuts_them(self, cuts: list[int]) -> None:
        ends = [0, *sorted(cuts), len(STREAM)]
        pieces = [STREAM[a:b] for a, b in pairwise(ends)]
        assert fed(*pieces) == (TOKENS, True)

    def test_may_have_carriage_returns_comments_and_other_fields(self) -> None:
        text = b': ping\r\n\r\nevent: message\r\nid: 1\r\ndata: {"a":1}\r\n\r\n'
        assert fed(text) == ([{"a": 1}], False)

    @pytest.mark.parametrize("text", [b"data: {broken\n\n", b"data: 5\n\n", b"<html>\n\n"])
    def test_that_are_something_else_are_garbage(self, text: bytes) -> None:
        with pytest.raises(GarbageError):
            fed(text)

    def test_without_end_are_garbage(self) -> None:
        with pytest.raises(GarbageError):
            fed(b"data: " + b"x" * 4_000_001)

    def test_that_hold_an_error_are_told_apart(self) -> None:
        with pytest.raises(StreamError):
            fed(b'data: {"error": {"message": "no"}}\n\n')

    @given(text=st.binary(max_size=300))
    def test_no_bytes_raise_anything_else(self, text: bytes) -> None:
        try:
            fed(text)
        except (GarbageError, StreamError):
            return


class TestToken:
    @pytest.mark.parametrize(
        "choice",
        [
            {"delta": {"content": "a"}},
            {"delta": {"reasoning_content": "a"}},
            {"delta": {"tool_calls": [{}]}},
            {"text": "a"},
        ],
    )
    def test_is_any_text(self, choice: dict[str, object]) -> None:
        assert holds_token({"choices": [choice]})

    @pytest.mark.parametrize(
        "choices", [[], [{"delta": {"role": "assistant", "content": ""}}], [{"text": ""}], None]
    )
    def test_is_not_the_role_or_the_usage(self, choices: object) -> None:
        assert not holds_token({"choices": choices})


class TestUsage:
    def test_is_what_the_server_counted(self) -> None:
        assert usage({"usage": {"prompt_tokens": 3, "completion_tokens": 4}}) == (3, 4)

    @pytest.mark.parametrize("content", [{}, {"usage": None}, {"usage": {"prompt_tokens": "3"}}])
    def test_is_nothing_where_it_says_nothing(self, content: dict[str, object]) -> None:
        assert usage(content) is None
