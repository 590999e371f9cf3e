from typing import Any

from tools.preview.rendering.chart import Origin, identity_of, origin_of, steady


def secret(password: str, name: str = "grafana") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "ns"},
        "data": {"password": password, "user": "admin"},
    }


class TestSteady:
    def test_takes_out_what_two_renderings_disagree_on(self) -> None:
        settled = steady([secret("one")], [secret("two")])
        assert settled(secret("three"))["data"] == {"user": "admin"}

    def test_keeps_everything_else(self) -> None:
        settled = steady([secret("one")], [secret("one")])
        assert settled(secret("three")) == secret("three")
        assert settled(secret("one", name="other")) == secret("one", name="other")


class TestIdentity:
    def test_is_the_same_in_another_version_of_the_api(self) -> None:
        old, new = (
            {"apiVersion": f"policy/{v}", "kind": "P", "metadata": {"name": "a"}}
            for v in ("v1", "v2")
        )
        assert identity_of(old) == identity_of(new)
        assert identity_of(old) != identity_of({**old, "apiVersion": "other/v1"})


class TestOrigin:
    def test_is_on_disk_without_repository(self) -> None:
        assert Origin(chart="./chart", repository="", version="").on_disk
        assert not Origin(chart="oci://r.example/c", repository="", version="1").on_disk

    def test_is_read_from_a_release(self) -> None:
        inputs = {"chart": "c", "version": "1", "repositoryOpts": {"repo": "https://r.example"}}
        assert str(origin_of(inputs)) == "c of https://r.example 1"
