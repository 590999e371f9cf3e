"""The words in which mistakes are told."""

import pytest
from pydantic import ValidationError

from components.mistakes import Mistake, from_validation, report
from components.settings import Settings
from tests.unit.components.documents import Document


def mistakes_in(document: Document, *, hidden: frozenset[str] = frozenset()) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(document)
    return [str(mistake) for mistake in from_validation(caught.value, Settings, hidden)]


class TestOneMistake:
    @pytest.mark.parametrize(
        ("document", "told"),
        [
            (
                {"platform": "openstack"},
                "platform: got 'openstack'; allowed: 'generic', 'openshift' or 'gke'",
            ),
            (
                {"release": "Llmd"},
                (
                    "release: got 'Llmd'; allowed: up to 53 lower-case letters, digits and hyphens, with a letter "
                    "or digit at both ends (this one has 4 characters)"
                ),
            ),
            (
                {"tls": {"enabled": "maybe"}},
                "tls.enabled: got 'maybe'; allowed: true or false",
            ),
            (
                {"tls": {"validityHours": "long"}},
                "tls.validityHours: got 'long'; allowed: a whole number",
            ),
            (
                {"tls": {"validityHours": 2.5}},
                "tls.validityHours: got 2.5; allowed: a whole number",
            ),
            (
                {"prometheus": {"replicas": 11}},
                "prometheus.replicas: got 11; allowed: less than or equal to 10",
            ),
            (
                {"prometheus": {"retention": 15}},
                "prometheus.retention: got 15; allowed: text",
            ),
            (
                {"prometheus": {"storage": {}}},
                "prometheus.storage.size: is missing; allowed: a value; the key is required here",
            ),
            (
                {"kubernetes": {"context": ""}},
                "kubernetes.context: got ''; allowed: text that should have at least 1 character",
            ),
            (
                {"tls": True},
                "tls: got True; allowed: a group of keys",
            ),
            (
                {"prometheus": {"remoteWrite": {"url": "https://store.example.com"}}},
                "prometheus.remoteWrite: got a group of keys; allowed: a list",
            ),
            (
                {"prometheus": {"retention": ["15d"]}},
                "prometheus.retention: got a list; allowed: text",
            ),
            (
                {"tls": {"validityHours": 10, "earlyRenewalHours": 10}},
                (
                    "tls: earlyRenewalHours is 10, validityHours is 10; allowed: earlyRenewalHours less than "
                    "validityHours, else every update would renew the certificate"
                ),
            ),
            (
                {"models": [{"namespace": "a", "generation": "v2"}]},
                "models.0.generation: got 'v2'; allowed: 'gaie' or 'router'",
            ),
            (
                {"targets": {"gpu": {"podLabels": {}}}},
                "targets.gpu.podLabels: got a group of keys; allowed: at least one entry",
            ),
            (
                {"models": [{"namespace": "a"}, {"namespace": "a"}]},
                (
                    "models: the namespace a is given more than once; allowed: each namespace once; several EPPs of a "
                    "namespace go into its list epp"
                ),
            ),
            (
                {"models": [{"namespace": "a", "epp": [{"relase": "b", "release": "b"}]}]},
                (
                    "models.0.epp.0.relase: unknown key, did you mean release?; "
                    "allowed: authentication, inferencePool, interval, release, tokenSecret"
                ),
            ),
        ],
    )
    def test_names_the_key_what_was_given_and_what_is_allowed(
        self, document: Document, told: str
    ) -> None:
        assert mistakes_in(document) == [told]

    @pytest.mark.parametrize(
        ("document", "told"),
        [
            (
                {"tsl": {}},
                "tsl: unknown key, did you mean tls?; allowed: alertmanager, autoscalers, ",
            ),
            (
                {"tls": {"validityhours": 1}},
                "tls.validityhours: unknown key, did you mean validityHours?; allowed: caGenerations, ",
            ),
            (
                {"prometheus": {"storage": {"size": "1Gi", "storageclass": "fast"}}},
                (
                    "prometheus.storage.storageclass: unknown key, did you mean storageClass?; "
                    "allowed: size, storageClass"
                ),
            ),
            (
                {"prometheus": {"remoteWrite": [{"url": "https://a", "nmae": "x"}]}},
                "prometheus.remoteWrite.0.nmae: unknown key, did you mean name?; allowed: basicAuth, ",
            ),
        ],
    )
    def test_suggests_the_key_that_was_meant(self, document: Document, told: str) -> None:
        (mistake,) = mistakes_in(document)
        assert mistake.startswith(told)

    def test_suggests_nothing_where_nothing_is_close(self) -> None:
        (mistake,) = mistakes_in({"xyzzy": 1})
        assert mistake.startswith("xyzzy: unknown key; allowed: alertmanager, ")

    @pytest.mark.parametrize(
        "url",
        ["https://user:canary@store.example.com", "https://canary@store", "ftp://a:canary@store"],
    )
    def test_never_repeats_a_url_with_a_login(self, url: str) -> None:
        (mistake,) = mistakes_in({"prometheus": {"remoteWrite": [{"url": url}]}})
        assert mistake.startswith(
            "prometheus.remoteWrite.0.url: got a value with a login; allowed: "
        )
        assert "canary" not in mistake

    @pytest.mark.parametrize(
        "misplaced",
        [
            {"prometheus": {"remoteWrite": {"url": "https://user:canary@store"}}},
            {"prometheus": {"retention": ["https://user:canary@store"]}},
            {"chart": [{"repository": "https://user:canary@store"}]},
        ],
    )
    def test_never_repeats_a_group_or_a_list_that_may_hold_one(self, misplaced: Document) -> None:
        assert "canary" not in "".join(mistakes_in(misplaced))


class TestHiddenGroups:
    @pytest.mark.parametrize(
        ("document", "told"),
        [
            (
                {"prometheus": {"retention": "canary"}},
                "prometheus.retention: got a value; allowed: a Prometheus duration such as 15d, 12h or 1h30m",
            ),
            (
                {
                    "prometheus": {
                        "remoteWrite": [{"url": "https://a", "name": "canary"}] * 2,
                    }
                },
                "prometheus: keys that don't go together; allowed: distinct names",
            ),
        ],
    )
    def test_are_told_by_key_and_rule_alone(self, document: Document, told: str) -> None:
        assert mistakes_in(document, hidden=frozenset({"prometheus"})) == [told]

    def test_leave_the_others_as_they_are(self) -> None:
        document = {"prometheus": {"retention": "canary"}, "release": "Llmd"}
        told = mistakes_in(document, hidden=frozenset({"prometheus"}))
        assert told[0].startswith("release: got 'Llmd'; ")


class TestReport:
    FIRST = Mistake(key="tls.enabled", problem="got 'maybe'", allowed="true or false")
    SECOND = Mistake(key="tsl", problem="unknown key", allowed="tls")

    def test_has_all_mistakes_the_stack_and_the_next_step(self) -> None:
        assert report((self.FIRST, self.SECOND), stack="dev") == (
            "The settings of stack 'dev' have 2 mistakes; nothing was planned.\n"
            "  tls.enabled: got 'maybe'; allowed: true or false\n"
            "  tsl: unknown key; allowed: tls\n"
            "Next: correct the stack file; `docs/settings.md` lists every key."
        )

    def test_counts_one_in_the_singular(self) -> None:
        assert "have 1 mistake;" in report((self.FIRST,), stack="dev")
