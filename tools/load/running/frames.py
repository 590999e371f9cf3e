"""What a sending process tells its owner: measurements, each after its length in bytes."""

import asyncio
import pickle
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from tools.load.measuring.tally import Tally

_LENGTH: Final = struct.Struct("!I")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What happened since the last one.

    Attributes:
        tally: What was counted; None in the first frame, which says that the process is ready.
        in_flight: Requests that wait for their end now.
        last: Whether it is the last one.
    """

    tally: Tally | None
    in_flight: int = 0
    last: bool = False


def write(stream: BinaryIO, frame: Frame) -> None:
    """Writes one."""
    content = pickle.dumps(frame, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


async def read(stream: asyncio.StreamReader) -> Frame | None:
    """Reads one; None at the stream's end."""
    try:
        (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        frame = pickle.loads(await stream.readexactly(length))  # noqa: S301 - from our own child
    except asyncio.IncompleteReadError:
        return None
    assert isinstance(frame, Frame)  # noqa: S101 - our own child writes nothing else
    return frame
