"""How the Endpoint Picker chooses: scheduler, plugins, indices, and its view of the endpoints."""

from rules.promql import first_known, union
from rules.recording.picker import by_release, histogram, picker, picker_from_first_event
from rules.rule import Group, Recording

_PARTS = ("bucket", "sum", "count")


def group() -> Group:
    """Returns the rules."""
    return Group(
        name="llmd-scheduler",
        rules=(
            *histogram(
                "scheduler_seconds",
                "llm_d_epp_scheduler_e2e_duration_seconds",
                "inference_extension_scheduler_e2e_duration_seconds",
            ),
            by_release(
                "llmd:scheduler_attempts:rate5m",
                first_known(
                    picker("llm_d_epp_scheduler_attempts_total"),
                    picker("inference_extension_scheduler_attempts_total"),
                ),
                *("target_model", "endpoint", "status"),
            ),
            *_plugins(),
            *histogram(
                "prefix_index_hit_ratio",
                "llm_d_epp_prefix_indexer_hit_ratio",
                "inference_extension_prefix_indexer_hit_ratio",
            ),
            by_release(
                "llmd:prefix_index_hit_bytes:rate5m",
                first_known(
                    picker("llm_d_epp_prefix_indexer_hit_bytes_sum"),
                    picker("inference_extension_prefix_indexer_hit_bytes_sum"),
                ),
            ),
            by_release(
                "llmd:prefix_index_size:max",
                first_known(
                    "llm_d_epp_prefix_indexer_size", "inference_extension_prefix_indexer_size"
                ),
                operation="max",
            ),
            _kv_index("lookups", "lookup_requests"),
            _kv_index("hits", "lookup_hits"),
            _kv_index("admissions", "admissions"),
            _kv_index("evictions", "evictions"),
            _data_layer("poll"),
            _data_layer("extract"),
            by_release(
                "llmd:extproc_streams:rate5m", picker("llm_d_epp_extproc_streams_total"), "code"
            ),
        ),
    )


def _plugins() -> tuple[Recording, ...]:
    """The oldest generation has two names, for plugins of two kinds: both belong to it."""
    recordings: list[Recording] = []
    for part in _PARTS:
        oldest = union(
            picker(f"inference_extension_scheduler_plugin_duration_seconds_{part}"),
            picker(f"inference_extension_request_control_plugin_duration_seconds_{part}"),
        )
        recordings.append(
            by_release(
                f"llmd:plugin_seconds_{part}:rate5m",
                first_known(
                    picker(f"llm_d_epp_plugin_duration_seconds_{part}"),
                    picker(f"inference_extension_plugin_duration_seconds_{part}"),
                    f"({oldest})",
                ),
                *("extension_point", "plugin_type"),
                *(("le",) if part == "bucket" else ()),
            )
        )
    return tuple(recordings)


def _kv_index(what: str, name: str) -> Recording:
    return by_release(
        f"llmd:kv_index_{what}:rate5m",
        first_known(
            picker(f"llm_d_epp_kv_cache_index_{name}_total"),
            picker(f"kvcache_index_{name}_total"),
        ),
    )


def _data_layer(stage: str) -> Recording:
    return by_release(
        "llmd:datalayer_errors:rate5m",
        first_known(
            picker_from_first_event(f"llm_d_epp_datalayer_{stage}_errors_total"),
            picker_from_first_event(f"llm_d_inference_scheduler_datalayer_{stage}_errors_total"),
        ),
        "source_type",
        stage=stage,
    )
