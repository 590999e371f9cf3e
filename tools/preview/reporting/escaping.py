"""Foreign texts in Markdown: whatever they hold, they stay texts."""

import html
import re
from typing import Final

from tools.preview.reporting.shown import one_line

_FENCE: Final = re.compile(r"`{3,}")
_MENTION: Final = re.compile(r"@(?=\w)")


def fenced(content: str) -> str:
    """Returns a difference in a fence longer than any in it, which a dashboard's text panel may hold."""
    longest = max((len(found) for found in _FENCE.findall(content)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}diff\n{content}\n{fence}"


def code(text: str, longest: int = 200) -> str:
    """Returns a foreign text that stays a text: no HTML, no mark-up, no mention, no end of a table's cell."""
    line = html.escape(one_line(text, longest))
    line = _MENTION.sub("@&#8203;", line)
    for character in "\\`*_~[]|!":
        line = line.replace(character, f"&#{ord(character)};")
    return f"<code>{line}</code>"
