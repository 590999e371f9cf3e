"""Requests as the Endpoint Picker sees them."""

from rules.promql import first_known, ratio, total, zero_where_missing
from rules.recording.picker import by_release, histogram, picker_from_first_event
from rules.rule import Group, Recording
from rules.series import EPP_MODEL

_REQUESTS = "llmd:epp_requests:rate5m"
_ERRORS = "llmd:epp_errors:rate5m"
_RECEIVED = "llmd:epp_requests_received:rate5m"


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-gateway",
        rules=(
            by_release(
                _REQUESTS,
                first_known(
                    picker_from_first_event("llm_d_epp_request_total"),
                    picker_from_first_event("inference_objective_request_total"),
                    picker_from_first_event("inference_model_request_total"),
                ),
                *("model", "target_model", "priority"),
            ),
            by_release(
                _ERRORS,
                first_known(
                    picker_from_first_event("llm_d_epp_request_error_total"),
                    picker_from_first_event("inference_objective_request_error_total"),
                    picker_from_first_event("inference_model_request_error_total"),
                ),
                *("model", "error_code"),
            ),
            *_shares(),
            by_release(
                "llmd:epp_requests_running:sum",
                first_known(
                    "llm_d_epp_request_running",
                    "inference_objective_running_requests",
                    "inference_model_running_requests",
                ),
                "model",
            ),
            *_request_histogram("epp_request_duration_seconds", "request_duration_seconds"),
            *histogram(
                "epp_ttft_seconds",
                "llm_d_epp_request_ttft_seconds",
                "inference_objective_request_ttft_seconds",
                labels=("model",),
            ),
            *histogram(
                "epp_inter_token_seconds",
                "llm_d_epp_request_streaming_itl_seconds",
                labels=("model",),
            ),
            *_request_histogram(
                "epp_normalized_time_per_output_token_seconds",
                "request_ntpot_seconds",
                "normalized_time_per_output_token_seconds",
            ),
            *_request_histogram("epp_input_tokens", "request_input_tokens", "input_tokens"),
            *_request_histogram("epp_output_tokens", "request_output_tokens", "output_tokens"),
            *_request_histogram(
                "epp_cached_tokens", "request_cached_tokens", "prompt_cached_tokens"
            ),
            *_request_histogram("epp_request_bytes", "request_size_bytes", "request_sizes"),
            *_request_histogram("epp_response_bytes", "response_size_bytes", "response_sizes"),
        ),
    )


def _shares() -> tuple[Recording, ...]:
    """Refused requests are no part of the request counter: the whole is both together."""
    errors = total(EPP_MODEL, _ERRORS)
    return (
        Recording(record=_RECEIVED, expr=total(EPP_MODEL, f"{_REQUESTS} or {_ERRORS}")),
        Recording(
            record="llmd:epp_error:ratio_rate5m",
            expr=ratio(zero_where_missing(errors, _RECEIVED), _RECEIVED),
        ),
    )


def _request_histogram(what: str, name: str, old_name: str = "") -> tuple[Recording, ...]:
    old = old_name or name
    return histogram(
        what,
        f"llm_d_epp_{name}",
        f"inference_objective_{old}",
        f"inference_model_{old}",
        labels=("model",),
    )
