"""Start the provider."""

import sys

from tools.standins.protocol.server import serve
from tools.standins.tls.provider import TlsProvider

if __name__ == "__main__":
    sys.exit(serve(TlsProvider, sys.argv[1:]))
