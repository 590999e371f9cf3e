"""The fleet that is measured on."""

from benchmarks.refresh.fleet import fleet, labels
from tools.emulators.world import World


class TestTheFleet:
    def test_has_as_many_pods_as_are_asked_for(self) -> None:
        servers = [server for one in fleet(200).deployments for server in one.pods]
        assert len(servers) == 200
        assert len({server.pod for server in servers}) == 200

    def test_has_an_address_for_each_target(self) -> None:
        targets = World(fleet(200)).targets
        assert len({(one.listen.host, one.listen.port) for one in targets}) == len(targets)

    def test_has_the_labels_of_monitors(self) -> None:
        found = {one.pod: labels(one) for one in World(fleet(40)).targets}
        assert found["decode-5-1"] == {
            "namespace": "llm-5",
            "pod": "decode-5-1",
            "job": "llm-5/decode",
            "role": "decode",
        }
        assert found["epp-5"] == {"namespace": "llm-5", "pod": "epp-5", "job": "epp"}
