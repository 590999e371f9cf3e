"""Text of a number of tokens: common English words, each about one token to every tokenizer."""

from random import Random
from typing import Final

_WORDS: Final = """
the of and to in is that it was for on are as with his they at be this from have or by one had not but what
all were when we there can an your which their said if do will each about how up out them then she many some
so these would other into has more her two like him see time could no make than first been its who now people
my made over did down only way find use may water long little very after words called just where most know
get through back much before go good new write our used me man too any day same right look think also around
another came come work three word must because does part even place well such here take why things help put
""".split()  # noqa: SIM905 - a text reads better than a list of a hundred and fifty literals


class Prose:
    """An endless text, cut at any place and to any number of words; the same in each process."""

    def __init__(self, words: int = 1 << 15) -> None:
        random = Random(words)  # noqa: S311 - any fixed text will do
        self._text = " ".join(random.choices(_WORDS, k=words))
        starts = [0]
        for word in self._text.split(" ")[:-1]:
            starts.append(starts[-1] + len(word) + 1)
        self._starts = starts
        self._text += " "

    def cut(self, start: int, words: int) -> str:
        """So many words, beginning at any place; it begins anew at the text's end."""
        first = start % len(self._starts)
        last = first + words
        if last < len(self._starts):
            return self._text[self._starts[first] : self._starts[last] - 1]
        rest = last - len(self._starts)
        whole, remainder = divmod(rest, len(self._starts))
        tail = self._text[: self._starts[remainder]] if remainder else ""
        return (self._text[self._starts[first] :] + self._text * whole + tail).rstrip()
