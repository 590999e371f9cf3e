"""Panels as Grafana draws them, made with Grafana's own builders."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, Self
from zlib import crc32

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    heatmap,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.building.grid import Place
from dashboards.building.links import carried
from dashboards.building.panel import Kind, Limits, Panel
from dashboards.building.query import Query

DATASOURCE: Final = "datasource"
"""Name of the variable that every panel takes its datasource from."""

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Names of a panel's queries, in their order."""

_LARGEST_ID: Final = 1_000_000
_GOOD, _WARNING, _CRITICAL = "green", "orange", "red"


class _Drawn(Protocol):
    """What the builders of all kinds of panels have in common."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def id(self, id_val: int) -> Self: ...
    def grid_pos(self, grid_pos: models.GridPos) -> Self: ...
    def datasource(self, datasource: models.DataSourceRef) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def min(self, min_val: float) -> Self: ...
    def max(self, max_val: float) -> Self: ...
    def decimals(self, decimals: float) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def mappings(self, mappings: list[models.ValueMapping]) -> Self: ...
    def thresholds(self, thresholds: Builder[models.ThresholdsConfig]) -> Self: ...
    def data_links(self, links: list[Builder[models.DashboardLink]]) -> Self: ...
    def with_target(self, target: Builder[Any]) -> Self: ...
    def build(self) -> models.Panel: ...


def datasource() -> models.DataSourceRef:
    """Returns the reference to the datasource that the reader has chosen."""
    return models.DataSourceRef(type_val="prometheus", uid=f"${{{DATASOURCE}}}")


def panel_id(title: str) -> int:
    """Returns the id of a panel: that of its title, so that a link to it lives as long as the panel."""
    return 1 + crc32(title.encode()) % _LARGEST_ID


def drawn(panel: Panel, place: Place, variables: Sequence[str]) -> models.Panel:
    """Returns a panel at its place, on a dashboard that has these variables."""
    builder: _Drawn = _PLAIN[panel.kind](panel, variables)
    builder = (
        builder.title(panel.title)
        .description(panel.answers)
        .id(panel_id(panel.title))
        .grid_pos(models.GridPos(x=place.x, y=place.y, w=place.w, h=place.h))
        .datasource(datasource())
        .unit(panel.unit)
        .thresholds(_thresholds(panel.limits))
    )
    if panel.minimum is not None:
        builder = builder.min(panel.minimum)
    if panel.maximum is not None:
        builder = builder.max(panel.maximum)
    if panel.decimals is not None:
        builder = builder.decimals(panel.decimals)
    if panel.nothing is not None:
        builder = builder.no_value(panel.nothing)
    if panel.words:
        builder = builder.mappings([_in_words(panel.words)])
    if panel.drill_down is not None and panel.kind is not Kind.TABLE:
        builder = builder.data_links([_drill_down(panel.drill_down.uid, variables)])
    for letter, query in zip(LETTERS, panel.queries, strict=False):
        builder = builder.with_target(_target(query, letter, panel.kind))
    return builder.build()


def _lines(panel: Panel, _: Sequence[str]) -> _Drawn:
    is_stacked = panel.kind is Kind.AREAS
    legend = (
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(words.LegendDisplayMode.TABLE)
        .placement(words.LegendPlacement.BOTTOM)
        .calcs(["lastNotNull", "max"])
        .sort_by("Last *")
        .sort_desc(True)
    )
    builder = (
        timeseries.Panel()
        .legend(legend)
        .tooltip(
            common.VizTooltipOptions()
            .mode(words.TooltipDisplayMode.MULTI)
            .sort(words.SortOrder.DESCENDING)
        )
        .line_width(1)
        .fill_opacity(40 if is_stacked else 8)
        .show_points(words.VisibilityMode.NEVER)
        .color_scheme(builders.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC))
    )
    if is_stacked:
        builder = builder.stacking(common.StackingConfig().mode(words.StackingMode.NORMAL))
    if panel.limits is not None:
        style = common.GraphThresholdsStyleConfig().mode(words.GraphTresholdsStyleMode.DASHED)
        builder = builder.thresholds_style(style)
    return builder


def _number(panel: Panel, _: Sequence[str]) -> _Drawn:
    has_colour = panel.limits is not None
    mode = words.BigValueColorMode.BACKGROUND if has_colour else words.BigValueColorMode.NONE
    text = words.BigValueTextMode
    return (
        stat.Panel()
        .reduce_options(_last())
        .graph_mode(words.BigValueGraphMode.NONE)
        .color_mode(mode)
        .text_mode(text.VALUE_AND_NAME if _is_named(panel) else text.VALUE)
    )


def _bars(_: Panel, __: Sequence[str]) -> _Drawn:
    return (
        bargauge.Panel()
        .reduce_options(_last())
        .orientation(words.VizOrientation.HORIZONTAL)
        .display_mode(words.BarGaugeDisplayMode.BASIC)
        .show_unfilled(True)
        .min_viz_height(12)
    )


def _table(panel: Panel, variables: Sequence[str]) -> _Drawn:
    titles = [title for title, _ in panel.columns]
    renamed = {f"Value #{letter}": title for letter, title in zip(LETTERS, titles, strict=False)}
    builder = (
        table.Panel()
        .show_header(True)
        .with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(
            models.DataTransformerConfig(
                id_val="organize",
                options={
                    "excludeByName": {"Time": True},
                    "renameByName": {**renamed, "Value": titles[0]},
                    "indexByName": {
                        column: place for place, column in enumerate((*panel.keys, *renamed))
                    },
                },
            )
        )
        .sort_by([common.TableSortByFieldState().display_name(titles[0]).desc(not panel.low_first)])
    )
    for title, unit in panel.columns:
        builder = builder.override_by_name(title, [_property("unit", unit.value)])
    if panel.drill_down is not None:
        link = _drill_down(panel.drill_down.uid, variables, pod="${__value.text}").build()
        builder = builder.override_by_name("pod", [_property("links", [link])])
    return builder


def _heatmap(panel: Panel, _: Sequence[str]) -> _Drawn:
    return (
        heatmap.Panel()
        .calculate(False)
        .color(
            heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(32)
        )
        .y_axis(heatmap.YAxisConfig().unit(panel.unit))
        .show_tooltip()
    )


_PLAIN: Final = {
    Kind.LINES: _lines,
    Kind.AREAS: _lines,
    Kind.NUMBER: _number,
    Kind.BARS: _bars,
    Kind.TABLE: _table,
    Kind.HEATMAP: _heatmap,
}


def _target(query: Query, letter: str, kind: Kind) -> prometheus.Dataquery:
    formats = {Kind.TABLE: PromQueryFormat.TABLE, Kind.HEATMAP: PromQueryFormat.HEATMAP}
    target = (
        prometheus.Dataquery()
        .expr(query.expr)
        .ref_id(letter)
        .legend_format(query.legend or "__auto")
        .format(formats.get(kind, PromQueryFormat.TIME_SERIES))
        .datasource(datasource())
    )
    target = target.instant() if kind.is_instant else target.range()
    return target.exemplar(True) if query.exemplars else target


def steps(limits: Limits | None) -> tuple[tuple[float | None, str], ...]:
    """Returns from which number on which colour holds; the first one holds from the lowest on."""
    if limits is None:
        return ((None, _GOOD),)
    if limits.low_is_bad:
        return ((None, _CRITICAL), (limits.critical, _WARNING), (limits.warning, _GOOD))
    return ((None, _GOOD), (limits.warning, _WARNING), (limits.critical, _CRITICAL))


def _thresholds(limits: Limits | None) -> builders.ThresholdsConfig:
    return (
        builders.ThresholdsConfig()
        .mode(models.ThresholdsMode.ABSOLUTE)
        .steps([models.Threshold(value=value, color=colour) for value, colour in steps(limits)])
    )


def _in_words(states: Sequence[tuple[float, str]]) -> models.ValueMapping:
    options: Mapping[str, models.ValueMappingResult] = {
        f"{value:g}": models.ValueMappingResult(text=text, index=index)
        for index, (value, text) in enumerate(states)
    }
    return models.ValueMap(options=dict(options))


def _drill_down(
    uid: str, variables: Sequence[str], pod: str = "${__field.labels.pod}"
) -> builders.DashboardLink:
    address = carried(uid, (DATASOURCE, *variables), pod=pod)
    return builders.DashboardLink("Open this pod").url(address)


def _property(name: str, value: object) -> models.DynamicConfigValue:
    return models.DynamicConfigValue(id_val=name, value=value)


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().values(False).calcs(["lastNotNull"])


def _is_named(panel: Panel) -> bool:
    return any(query.legend for query in panel.queries)
