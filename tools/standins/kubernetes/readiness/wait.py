"""Waits until an object is ready, or gone."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from tools.standins.kubernetes.api_errors import ApiError, BrokenConnectionError, UnreachableError
from tools.standins.kubernetes.kind import Object, metadata, name_of
from tools.standins.kubernetes.readiness.verdict import Judge, Related, Verdict
from tools.standins.protocol.errors import ProviderError

_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 1.0
_PAUSE_GROWTH: Final = 1.5
_SILENCE_SECONDS: Final = 15.0
"""How long an API server may be away, a restart for example, before waiting ends."""


class NotReadyError(Exception):
    """The object exists but isn't ready. `reasons` says why, as far as it's known."""

    def __init__(self, headline: str, live: Object, reasons: Sequence[str]) -> None:
        super().__init__(headline)
        self.live = live
        self.reasons = tuple(reasons)


class Waiter:
    """Looks at one object again and again.

    Args:
        read: Reads the object; raises `ApiError` when it's gone.
        cancelled: Set when the user has enough.
        report: Takes a message for the progress display.
        timeout: Seconds to wait at most.
    """

    def __init__(
        self,
        *,
        read: Callable[[], Object],
        cancelled: threading.Event,
        report: Callable[[str], None],
        timeout: float,
    ) -> None:
        self._read = read
        self._cancelled = cancelled
        self._report = report
        self._deadline = time.monotonic() + timeout
        self._pause = _FIRST_PAUSE_SECONDS
        self._last_answer = time.monotonic()
        self._last_report = ""

    def until_ready(self, live: Object, judge: Judge, related: Related) -> Object:
        """Wait until the judge is content.

        Raises:
            NotReadyError: The time is over, the object failed, or the user has enough.
        """
        verdict = Verdict(ready=False)
        while True:
            try:
                verdict = judge(live, related)
            except (UnreachableError, BrokenConnectionError) as error:
                self._tolerate(error, live)
            if verdict.ready:
                return live
            if verdict.failed:
                raise NotReadyError(f"{name_of(live)!r} failed", live, verdict.reasons)
            self._tell(verdict.waiting_for)
            self._sleep(live, verdict.reasons, "to be Ready")
            live = self._look(live)

    def until_gone(self, live: Object) -> None:
        """Wait until the object, or rather the one with its `uid`, is gone.

        Raises:
            NotReadyError: The time is over, or the user has enough.
        """
        uid = metadata(live).get("uid")
        while True:
            try:
                found = self._read()
            except ApiError as error:
                if error.missing:
                    return
                raise
            except (UnreachableError, BrokenConnectionError) as error:
                self._tolerate(error, live)
            else:
                self._last_answer = time.monotonic()
                if uid and metadata(found).get("uid") != uid:
                    return
                live = found
            self._sleep(live, self._deletion_reasons(live), "to be deleted")

    def _look(self, live: Object) -> Object:
        try:
            found = self._read()
        except ApiError as error:
            if error.missing:
                headline = f"{name_of(live)!r} was deleted while waiting for it"
                raise NotReadyError(headline, live, ()) from None
            if not error.retriable:
                raise
            return live
        except (UnreachableError, BrokenConnectionError) as error:
            self._tolerate(error, live)
            return live
        self._last_answer = time.monotonic()
        return found

    def _tolerate(self, error: ProviderError, live: Object) -> None:
        if time.monotonic() - self._last_answer > _SILENCE_SECONDS:
            headline = f"lost the API server while waiting for {name_of(live)!r}"
            raise NotReadyError(headline, live, (str(error),)) from None

    def _sleep(self, live: Object, reasons: Sequence[str], goal: str) -> None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            headline = f"{name_of(live)!r} timed out waiting {goal}"
            raise NotReadyError(headline, live, reasons)
        if self._cancelled.wait(min(self._pause, remaining)):
            headline = f"Resource operation was cancelled for {name_of(live)!r}"
            raise NotReadyError(headline, live, reasons)
        self._pause = min(self._pause * _PAUSE_GROWTH, _LONGEST_PAUSE_SECONDS)

    def _tell(self, message: str) -> None:
        if message and message != self._last_report:
            self._last_report = message
            self._report(message)

    def _deletion_reasons(self, live: Object) -> Sequence[str]:
        finalizers = metadata(live).get("finalizers") or []
        held = [*finalizers, *((live.get("spec") or {}).get("finalizers") or [])]
        if not held:
            return ()
        told = f"finalizers might be preventing deletion ({', '.join(map(str, held))})"
        self._tell(told)
        return (told,)
