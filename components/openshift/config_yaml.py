"""Changes to a `config.yaml` that keep every other byte of it.

OpenShift's monitoring reads its settings from one key of a ConfigMap, a YAML document in a text. An
administrator's settings, comments and layout share that text with ours, so it is changed where it has to be
and nowhere else: a new top-level section is put before the first one, and a section that exists is changed
by a round trip through ruamel.yaml, which is taken only where that leaves the unchanged document as it was.

OpenShift's parser reads YAML 1.1 and refuses what it doesn't know (cluster-monitoring-operator,
`pkg/manifests/config.go`).
"""

import io
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

Section = Mapping[str, Any]

_INDENTS: Final = ((2, 2, 0), (2, 4, 2), (4, 4, 0), (4, 4, 2), (4, 6, 4))
"""Common layouts, as ruamel.yaml names them: mapping, sequence, offset of the dash."""

_NO_WRAPPING: Final = 2**30


class ConfigYamlError(ValueError):
    """The text can't be changed without harm; the message says why."""


def parsed(text: str) -> dict[str, Any]:
    """Returns what a `config.yaml` says; nothing where it is empty.

    Raises:
        ConfigYamlError: It isn't one YAML mapping with distinct keys.
    """
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    try:
        document = reader.load(text)
    except YAMLError as error:
        raise ConfigYamlError(f"is no valid YAML ({_place(error)})") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigYamlError("is no YAML mapping")
    return document


def merged(text: str, wanted: Section) -> str:
    """Returns the text with settings laid into it; the same text where it has them already.

    Args:
        text: What the ConfigMap holds, possibly nothing.
        wanted: Values by top-level key; a mapping is laid over the one that is there.

    Raises:
        ConfigYamlError: The text is broken, or can't be changed without reformatting it.
    """
    before = parsed(text)
    expected = _laid_over(before, wanted)
    if expected == before:
        return text
    new = {key: value for key, value in wanted.items() if key not in before}
    changed = {
        key: value
        for key, value in wanted.items()
        if key in before and before[key] != expected[key]
    }
    result = _with_sections(text, new) if new else text
    result = _rewritten(result, changed) if changed else result
    if parsed(result) != expected:
        raise ConfigYamlError("has a layout that can't be extended without reformatting it")
    return result


def _laid_over(below: Section, above: Section) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        if isinstance(value, Mapping) and old is not None and not isinstance(old, Mapping):
            raise ConfigYamlError(f"has a value where the group {key} belongs")
        result[key] = (
            _laid_over(old if isinstance(old, Mapping) else {}, value)
            if isinstance(value, Mapping)
            else value
        )
    return result


def _with_sections(text: str, sections: Section) -> str:
    document = _round_trip().load(text)
    if document is None:
        separator = "" if not text or text.endswith("\n") else "\n"
        return text + separator + _dumped(_round_trip(), sections)
    if document.fa.flow_style() is not False:
        return _rewritten(text, sections)
    lines = re.split(r"(?<=\n)", text)
    first, indent = document.lc.line, " " * document.lc.col
    added = [indent + line for line in _dumped(_round_trip(), sections).splitlines(keepends=True)]
    return "".join([*lines[:first], *added, *lines[first:]])


def _rewritten(text: str, sections: Section) -> str:
    ending = "" if text.endswith("\n") else "\n"
    for writer in _layouts():
        document = writer.load(text)
        if _dumped(writer, document) == text + ending:
            _lay_into(document, sections)
            return _dumped(writer, document).removesuffix(ending)
    raise ConfigYamlError(
        "has a layout that a change of its sections would reformat; allowed: two or four spaces for each level"
    )


def _lay_into(document: CommentedMap, sections: Section) -> None:
    for key, value in sections.items():
        if isinstance(value, Mapping):
            if not isinstance(document.get(key), Mapping):
                document[key] = CommentedMap()
            _lay_into(document[key], value)
        else:
            document[key] = value


def _layouts() -> Iterable[YAML]:
    for (mapping, sequence, offset), explicit in itertools.product(_INDENTS, (False, True)):
        writer = _round_trip()
        writer.indent(mapping=mapping, sequence=sequence, offset=offset)
        writer.explicit_start = explicit
        yield writer


def _round_trip() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _NO_WRAPPING
    return yaml


def _dumped(writer: YAML, document: Section) -> str:
    stream = io.StringIO()
    writer.dump(document, stream)
    return stream.getvalue()


def _place(error: YAMLError) -> str:
    problem = getattr(error, "problem", None) or "it can't be read"
    mark = getattr(error, "problem_mark", None)
    return f"{problem}, line {mark.line + 1}" if mark else problem
