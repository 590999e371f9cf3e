"""`python -m tools.standins.kubernetes <engine address>`: what the engine starts."""

import sys

from tools.standins.kubernetes.provider import KubernetesProvider
from tools.standins.protocol.server import serve

sys.exit(serve(KubernetesProvider, sys.argv[1:]))
