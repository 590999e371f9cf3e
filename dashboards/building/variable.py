"""Variables of a dashboard: they list only what has data, each within the choice of the ones before it."""

from dataclasses import dataclass

from dashboards.building.query import of_models, of_namespaces, select


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable whose values are those of a label.

    Attributes:
        name: Name in queries, `$name`.
        title: Name on the dashboard.
        series: Selector of the series that have the label.
        label: The label.
    """

    name: str
    title: str
    series: str
    label: str

    @property
    def query(self) -> str:
        """What Grafana asks for."""
        return f"label_values({self.series}, {self.label})"

    @property
    def expr(self) -> str:
        """PromQL that has a series for each value."""
        return f"group by ({self.label}) ({self.series})"


def namespace(series: str, **equal: str) -> Variable:
    """Returns the variable of namespaces that have a series."""
    return Variable(
        name="namespace", title="Namespace", series=select(series, **equal), label="namespace"
    )


def gateway(series: str) -> Variable:
    """Returns the variable of Endpoint Pickers in the chosen namespaces."""
    return Variable(name="job", title="Gateway", series=of_namespaces(series), label="job")


def model(series: str, **equal: str) -> Variable:
    """Returns the variable of models that have a series in the chosen namespaces."""
    return Variable(
        name="model", title="Model", series=of_namespaces(series, **equal), label="model"
    )


def pod(series: str, *matchers: str, **equal: str) -> Variable:
    """Returns the variable of pods that have a series of the chosen models."""
    return Variable(
        name="pod", title="Pod", series=of_models(series, *matchers, **equal), label="pod"
    )
