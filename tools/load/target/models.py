"""Which models the target serves."""

import ssl
from typing import Final

import httpx

from tools.errors import UserError

_TIMEOUT_SECONDS: Final = 15.0
_NEXT: Final = "Name a model by --model to send requests all the same."


def first_model(base: str, *, tls: ssl.SSLContext | None, api_key: str | None) -> str:
    """The first model that `GET /v1/models` lists.

    Raises:
        UserError: The target doesn't answer, or lists none.
    """
    headers = {} if api_key is None else {"authorization": f"Bearer {api_key}"}
    url = f"{base}/v1/models"
    try:
        reply = httpx.get(
            url,
            headers=headers,
            verify=True if tls is None else tls,
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise UserError(f"{url} doesn't answer: {error or type(error).__name__}", _NEXT) from None
    if reply.status_code != httpx.codes.OK:
        raise UserError(f"{url} answers with status {reply.status_code}", _NEXT)
    try:
        return str(reply.json()["data"][0]["id"])
    except (ValueError, LookupError, TypeError):
        raise UserError(f"{url} lists no model", _NEXT) from None
