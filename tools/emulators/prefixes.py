"""Beginnings of prompts that a prefix cache knows, block by block as model servers keep them."""

from collections import OrderedDict
from collections.abc import Iterator

from tools.emulators.engine import CAPACITY_BLOCKS
from tools.emulators.requests import BLOCK_TOKENS


class Prefixes:
    """The blocks that were computed last.

    Args:
        blocks: How many are kept.
    """

    def __init__(self, blocks: int = CAPACITY_BLOCKS) -> None:
        self._blocks = blocks
        self._known: OrderedDict[int, None] = OrderedDict()

    def look_up(self, prompt: str) -> int:
        """Returns how many tokens of a prompt are known from its beginning on, and knows all of it from then on.

        A word is a token. The last token is computed in any case, since an answer begins with it.
        """
        tokens = prompt.split()
        found, all_known = 0, True
        for block in _blocks(tokens[:-1]):
            all_known = all_known and block in self._known
            found += all_known
            self._known[block] = None
            self._known.move_to_end(block)
        while len(self._known) > self._blocks:
            self._known.popitem(last=False)
        return found * BLOCK_TOKENS


def _blocks(tokens: list[str]) -> Iterator[int]:
    """The whole blocks, each named by itself and all before it."""
    name = 0
    for start in range(0, len(tokens) - BLOCK_TOKENS + 1, BLOCK_TOKENS):
        name = hash((name, *tokens[start : start + BLOCK_TOKENS]))
        yield name
