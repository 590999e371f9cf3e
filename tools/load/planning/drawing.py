"""Draws requests: which one is sent depends on scenario, seed and its number, and on nothing else.

So a run can be repeated, and several processes draw their parts of it apart.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Any, Final

from tools.load.planning.lengths import draw_length
from tools.load.planning.malforming import malform, to_json
from tools.load.planning.planned import Planned
from tools.load.planning.text import Prose
from tools.load.scenario.malformed import MalformedKind
from tools.load.scenario.model import Scenario
from tools.load.scenario.requests import RequestSettings

PATHS: Final[Mapping[str, str]] = {
    "chat": "/v1/chat/completions",
    "completions": "/v1/completions",
}

OBJECTIVE_HEADERS: Final = ("x-llm-d-inference-objective", "x-gateway-inference-objective")
FAIRNESS_HEADERS: Final = ("x-llm-d-inference-fairness-id", "x-gateway-inference-fairness-id")
"""What the Endpoint Picker reads, by its present name and by the one before it."""

_JSON: Final[Mapping[str, str]] = {"content-type": "application/json"}
_SEED_BITS: Final = 40
_GROUP_STRIDE: Final = 977
"""Distance of the shared prefixes' first words, so that none begins like another."""


class Drawing:
    """All requests of a run.

    Args:
        scenario: What they are like.
        models: Whom requests ask that name no model; at least one.
        seed: Decides what is random.
    """

    def __init__(self, scenario: Scenario, models: Sequence[str], seed: int) -> None:
        self._sorts = scenario.requests
        self._weights = list(accumulate(sort.weight for sort in scenario.requests))
        self._malformed = scenario.malformed
        kinds = scenario.malformed.kinds or dict.fromkeys(MalformedKind, 1.0)
        self._kinds = list(kinds)
        self._kind_weights = list(accumulate(kinds.values()))
        self._models = tuple(models)
        self._seed = seed
        self._random = Random()  # noqa: S311 - a load, not a secret
        self._prose = Prose()

    def request(self, number: int) -> Planned:
        """The request of this number."""
        random = self._random
        random.seed((self._seed << _SEED_BITS) | number)
        sort = self._sorts[0]
        if len(self._sorts) > 1:
            sort = random.choices(self._sorts, cum_weights=self._weights)[0]
        wrong = self._malformed.share > 0 and random.random() < self._malformed.share
        content = self._content(sort, number)
        headers = self._headers(sort)
        if not wrong:
            return Planned(
                number=number,
                kind=sort.endpoint,
                model=content["model"],
                method="POST",
                path=PATHS[sort.endpoint],
                headers=headers,
                body=to_json(content),
                streamed=sort.stream,
            )
        kind = random.choices(self._kinds, cum_weights=self._kind_weights)[0]
        return malform(
            kind,
            number=number,
            path=PATHS[sort.endpoint],
            headers=headers,
            content=content,
            settings=self._malformed,
            prose=self._prose,
        )

    def _content(self, sort: RequestSettings, number: int) -> dict[str, Any]:
        content: dict[str, Any] = {
            "model": self._model(sort),
            "max_tokens": draw_length(sort.output_tokens, self._random),
            "temperature": sort.temperature,
            "stream": sort.stream,
        }
        prompt = self._prompt(sort, number)
        if sort.endpoint == "chat":
            content["messages"] = [{"role": "user", "content": prompt}]
        else:
            content["prompt"] = prompt
        if sort.stream:
            content["stream_options"] = {"include_usage": True}
        if sort.ignore_eos:
            content["ignore_eos"] = True
        if sort.priorities:
            content["priority"] = self._random.choice(sort.priorities)
        return content

    def _model(self, sort: RequestSettings) -> str:
        if sort.lora is not None and self._random.random() < sort.lora.share:
            return self._random.choice(sort.lora.adapters)
        models = sort.models or self._models
        return models[0] if len(models) == 1 else self._random.choice(models)

    def _prompt(self, sort: RequestSettings, number: int) -> str:
        random = self._random
        words = draw_length(sort.prompt_tokens, random)
        # The number first: no prompt begins like another one unless that is asked for.
        own = (
            f"{number} {self._prose.cut(random.getrandbits(15), words - 1)}" if words > 1 else "hi"
        )
        shared = sort.shared_prefix
        if shared is None or (shared.share < 1 and random.random() >= shared.share):
            return own
        group = random.randrange(shared.groups)
        prefix = self._prose.cut(group * _GROUP_STRIDE, shared.tokens - 1)
        return f"g{group} {prefix} {own}"

    def _headers(self, sort: RequestSettings) -> dict[str, str]:
        headers = dict(_JSON)
        if sort.objectives:
            headers |= dict.fromkeys(OBJECTIVE_HEADERS, self._random.choice(sort.objectives))
        if sort.fairness_ids:
            tenant = f"tenant-{self._random.randrange(sort.fairness_ids)}"
            headers |= dict.fromkeys(FAIRNESS_HEADERS, tenant)
        return headers
