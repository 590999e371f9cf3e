"""Previews of many stacks by the engine, beside whatever else a report needs."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools.preview.engine.previewing import EnginePreview, engine_preview
from tools.preview.masking import Masking


@dataclass(frozen=True, kw_only=True)
class Previews:
    """What the engine was asked.

    Attributes:
        project: Folder of `Pulumi.yaml`.
        masking: Hides what the engine doesn't know to be secret.
        threads: Each waits for one preview.
        answers: By stack.
    """

    project: Path
    masking: Masking
    threads: ThreadPoolExecutor
    answers: dict[str, Future[EnginePreview]] = field(default_factory=dict)

    def ask(self, stacks: Iterable[str]) -> None:
        """Asks for each stack that wasn't asked for before; returns at once."""
        for stack in stacks:
            if stack not in self.answers:
                asked = self.threads.submit(engine_preview, self.project, stack, self.masking)
                self.answers[stack] = asked

    def answer(self, stack: str) -> EnginePreview | None:
        """Waits for what the engine says of a stack; `None` where it wasn't asked."""
        return self.answers[stack].result() if stack in self.answers else None


@contextmanager
def previews(project: Path, masking: Masking) -> Iterator[Previews]:
    """Gives previews, as many at a time as there are processors; at the end no further one is begun."""
    threads = ThreadPoolExecutor(max_workers=os.cpu_count())
    try:
        yield Previews(project=project, masking=masking, threads=threads)
    finally:
        threads.shutdown(cancel_futures=True)
