"""The emulated server's counters under the names that vLLM gives them."""

from tools.load.emulator.measures import Measures


def exposition(measures: Measures, model: str) -> str:
    """The counters in Prometheus' text format."""
    labels = f'model_name="{model}",engine="0"'
    lines = [
        "# TYPE vllm:request_success_total counter",
        f'vllm:request_success_total{{{labels},finished_reason="length"}} {len(measures.end_to_end)}',
        "# TYPE vllm:prompt_tokens_total counter",
        f"vllm:prompt_tokens_total{{{labels}}} {measures.prompt_tokens}",
        "# TYPE vllm:generation_tokens_total counter",
        f"vllm:generation_tokens_total{{{labels}}} {measures.output_tokens}",
        "# TYPE http_requests_total counter",
    ]
    for group in (2, 4, 5):
        number = sum(n for status, n in measures.statuses.items() if status // 100 == group)
        lines.append(
            f'http_requests_total{{handler="/v1",method="POST",status="{group}xx"}} {number}'
        )
    return "\n".join(lines) + "\n"
