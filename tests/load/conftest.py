from tests.cluster_fixture import embedded_cluster

__all__ = ["embedded_cluster"]
