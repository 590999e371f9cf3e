"""The amount behind a Kubernetes quantity."""

import re
from decimal import Decimal
from typing import Final

_PARTS: Final = re.compile(r"(?P<number>[0-9]+(\.[0-9]+)?)(?P<suffix>[a-zA-Z]*)")
_FACTORS: Final = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{
        letter: Decimal(1000) ** power
        for power, letter in enumerate(("k", "M", "G", "T", "P", "E"), 1)
    },
    **{
        f"{letter}i": Decimal(1024) ** power
        for power, letter in enumerate(("K", "M", "G", "T", "P", "E"), 1)
    },
}


def in_bytes(quantity: str) -> float:
    """Returns how many bytes a quantity is, e.g. 8589934592 for `8Gi`.

    Raises:
        ValueError: It is no quantity.
    """
    read = _PARTS.fullmatch(quantity)
    if read is None or read["suffix"] not in _FACTORS:
        raise ValueError(f"{quantity} is no Kubernetes quantity")
    return float(Decimal(read["number"]) * _FACTORS[read["suffix"]])
