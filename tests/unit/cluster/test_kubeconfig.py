import base64

import yaml

from tools.cluster.kubeconfig import render


def test_kubeconfig_needs_no_other_file() -> None:
    text = render(
        server="https://127.0.0.1:21000", authority=b"authority", certificate=b"cert", key=b"key"
    )
    content = yaml.safe_load(text)
    assert content["current-context"] == "llmd-local"
    assert content["contexts"] == [
        {"name": "llmd-local", "context": {"cluster": "llmd-local", "user": "llmd-local"}}
    ]
    (cluster,) = content["clusters"]
    assert cluster["name"] == "llmd-local"
    assert cluster["cluster"]["server"] == "https://127.0.0.1:21000"
    assert base64.b64decode(cluster["cluster"]["certificate-authority-data"]) == b"authority"
    (user,) = content["users"]
    assert user["name"] == "llmd-local"
    assert base64.b64decode(user["user"]["client-certificate-data"]) == b"cert"
    assert base64.b64decode(user["user"]["client-key-data"]) == b"key"
