"""What is compared: counters of model servers and of the Endpoint Picker, and the client's own figures.

The counters are what the programs expose, not recorded series: a sum that is right to the last request needs raw
counters. Prefill pods are left out where a request passes a prefill and a decode pod and both count it.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from tools.load.measuring.outcome import LEFT, OK, RESET, TIMEOUT, TRUNCATED, UNFINISHED, UNSENT
from tools.load.measuring.tally import Tally

_NEVER_ARRIVED: Final = frozenset({UNSENT, "refused", "unreachable", "tls"})
_UNSURE: Final = frozenset({LEFT, RESET, TIMEOUT, TRUNCATED, UNFINISHED, "stream_error", "garbage"})
"""The client doesn't know what became of these; a server may have counted them or not."""

_TOO_MANY: Final = 429


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One thing to compare.

    Attributes:
        what: In words.
        counters: Metrics whose growth is added up; `%` stands for further label matchers.
        least: The smallest growth that agrees with what the client saw.
        most: The largest; None where the client can't know.
        remark: What to know about it.
    """

    what: str
    counters: tuple[str, ...]
    least: float
    most: float | None
    remark: str = ""


SERVED: Final = (
    'vllm:request_success_total{role!="prefill",finish_reason!="remote_decode"%}',
    'sglang:num_requests_total{engine_type!="prefill"%}',
)
CLIENT_ERRORS: Final = (
    'http_requests_total{status="4xx",handler!=""%}',
    'llm_d_epp_request_error_total{error_code=~"BadRequest|NotFound|Unauthorized|Forbidden"%}',
)
SERVER_ERRORS: Final = (
    'http_requests_total{status="5xx",handler!=""%}',
    'llm_d_epp_request_error_total{error_code=~"Internal|ServiceUnavailable|BadGateway|Unknown"%}',
)
REJECTIONS: Final = (
    'llm_d_epp_request_error_total{error_code=~"(InferencePool)?ResourceExhausted"%}',
)
ADMITTED: Final = ('llm_d_epp_request_total{model_name=~".*"%}',)
PROMPT_TOKENS: Final = (
    'vllm:prompt_tokens_total{role!="prefill"%}',
    'sglang:prompt_tokens_total{engine_type!="prefill"%}',
)
OUTPUT_TOKENS: Final = (
    'vllm:generation_tokens_total{role!="prefill"%}',
    'sglang:generation_tokens_total{engine_type!="prefill"%}',
)
EVERY: Final = (
    *(SERVED + CLIENT_ERRORS + SERVER_ERRORS + REJECTIONS),
    *(ADMITTED + PROMPT_TOKENS + OUTPUT_TOKENS),
)


def selector(counter: str, namespace: str | None) -> str:
    """The counter's selector, in one namespace or in all of them."""
    return counter.replace("%", "" if namespace is None else f',namespace="{namespace}"')


def comparisons(tally: Tally) -> tuple[Comparison, ...]:
    """What the client saw, next to where it is counted."""
    results = Counter[str]()
    for (_, result), number in tally.results.items():
        results[result] += number
    unsure = sum(results[result] for result in _UNSURE)
    arrived = sum(number for result, number in results.items() if result not in _NEVER_ARRIVED)
    statuses = {
        int(result.removeprefix("http_")): number
        for result, number in results.items()
        if result.startswith("http_")
    }
    rejected = statuses.get(_TOO_MANY, 0)
    refused = sum(n for status, n in statuses.items() if status // 100 == 4) - rejected  # noqa: PLR2004
    broken = sum(n for status, n in statuses.items() if status // 100 == 5)  # noqa: PLR2004
    some = f"up to {unsure} more may have been counted" if unsure else ""
    tokens_of_others = unsure or sum(results.values()) != _good(tally)
    return (
        Comparison(
            what="requests served",
            counters=SERVED,
            least=results[OK],
            most=results[OK] + unsure,
            remark=some,
        ),
        Comparison(
            what="requests refused (4xx)",
            counters=CLIENT_ERRORS,
            least=refused,
            most=refused + unsure,
            remark=some,
        ),
        Comparison(
            what="requests rejected for overload (429)",
            counters=REJECTIONS,
            least=rejected,
            most=rejected + unsure,
            remark=some,
        ),
        Comparison(
            what="requests failed (5xx)",
            counters=SERVER_ERRORS,
            least=broken,
            most=broken + unsure,
            remark=some,
        ),
        Comparison(
            what="requests admitted by the Endpoint Picker",
            counters=ADMITTED,
            least=results[OK],
            most=arrived,
            remark="well-formed ones that were refused count too",
        ),
        Comparison(
            what="prompt tokens",
            counters=PROMPT_TOKENS,
            least=tally.prompt_tokens,
            most=None if tokens_of_others else tally.prompt_tokens,
            remark="other requests had tokens too" if tokens_of_others else "",
        ),
        Comparison(
            what="output tokens",
            counters=OUTPUT_TOKENS,
            least=tally.output_tokens,
            most=None if tokens_of_others else tally.output_tokens,
            remark="other requests had tokens too" if tokens_of_others else "",
        ),
    )


def _good(tally: Tally) -> int:
    good = ("chat", "completions")
    return sum(
        number for (kind, result), number in tally.results.items() if kind in good and result == OK
    )
