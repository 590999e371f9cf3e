from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tools.errors import UserError
from tools.promotion.plan import Promotion, plan
from tools.promotion.stack_file import StackFile, read

SOURCE = """\
config:
  llmd-monitoring:chart:
    version: 89.0.0
  llmd-monitoring:prometheus:
    retention: 7d
    startupSeconds: 600
  llmd-monitoring:grafana:
    adminPassword:
      secure: v1:of-staging
"""
TARGET = """\
# Production.
config:
  # Who moves this, tells the others.
  llmd-monitoring:prometheus:
    retention: 30d  # a month
  llmd-monitoring:tls:
    earlyRenewalHours: 48
encryptionsalt: v1:salt
"""


def stack(folder: Path, name: str, text: str) -> StackFile:
    path = folder / f"Pulumi.{name}.yaml"
    path.write_text(text)
    return read(path, "llmd-monitoring")


@pytest.fixture
def target(tmp_path: Path) -> StackFile:
    return stack(tmp_path, "prod", TARGET)


@pytest.fixture
def promotion(tmp_path: Path, target: StackFile) -> Promotion:
    return plan(stack(tmp_path, "staging", SOURCE), target)


class TestPlan:
    def test_takes_what_the_target_lacks(self, promotion: Promotion) -> None:
        assert promotion.changes == {
            ("chart", "version"): "89.0.0",
            ("prometheus", "startupSeconds"): 600,
        }

    def test_drops_what_the_source_has_not(self, promotion: Promotion) -> None:
        assert promotion.removals == (("tls", "earlyRenewalHours"),)
        assert promotion.before == {("tls", "earlyRenewalHours"): 48}

    def test_leaves_the_targets_own_settings(self, promotion: Promotion) -> None:
        assert ("prometheus", "retention") not in promotion.changes

    def test_never_takes_a_secret_along(self, promotion: Promotion) -> None:
        assert promotion.by_hand == (("grafana", "adminPassword"),)
        assert "of-staging" not in str(promotion)

    def test_of_a_stack_to_itself_is_empty(self, target: StackFile) -> None:
        assert plan(target, target).empty


class TestStackFile:
    def test_keeps_comments_and_everything_else(
        self, target: StackFile, promotion: Promotion
    ) -> None:
        assert target.text(promotion.changes, promotion.removals) == (
            "# Production.\n"
            "config:\n"
            "  # Who moves this, tells the others.\n"
            "  llmd-monitoring:prometheus:\n"
            "    retention: 30d  # a month\n"
            "    startupSeconds: 600\n"
            "  llmd-monitoring:chart:\n"
            "    version: 89.0.0\n"
            "encryptionsalt: v1:salt\n"
        )

    def test_has_everything_afterwards(
        self, tmp_path: Path, target: StackFile, promotion: Promotion
    ) -> None:
        text = target.text(promotion.changes, promotion.removals)
        source = stack(tmp_path, "staging", SOURCE)
        assert plan(source, stack(tmp_path, "prod", text)).empty

    def test_that_is_missing_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"Pulumi\.nope\.yaml can't be read"):
            read(tmp_path / "Pulumi.nope.yaml", "llmd-monitoring")

    def test_that_is_broken_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="no valid YAML"):
            stack(tmp_path, "prod", "config: [")


SETTINGS = st.dictionaries(
    st.sampled_from(["tls", "chart", "exporters"]),
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.one_of(
            st.integers(),
            st.booleans(),
            st.text("abc: #-", max_size=8),
            st.lists(st.integers(), max_size=2),
        ),
        min_size=1,
    ),
)


class TestAnyPromotion:
    @given(source=SETTINGS, target=SETTINGS)
    def test_leaves_nothing_to_promote(
        self, source: dict[str, object], target: dict[str, object]
    ) -> None:
        def file(settings: dict[str, object]) -> StackFile:
            config = {f"p:{key}": value for key, value in settings.items()}
            return StackFile(path=Path("none"), prefix="p:", document={"config": config})

        promotion = plan(file(source), file(target))
        text = file(target).text(promotion.changes, promotion.removals)
        written = StackFile(path=Path("none"), prefix="p:", document=YAML().load(text))
        assert plan(file(source), written).empty
