"""Previews of many stacks at a time."""

import os
import threading
from pathlib import Path

import pytest

from tools.preview.engine import asking
from tools.preview.engine.asking import previews
from tools.preview.engine.previewing import EnginePreview
from tools.preview.masking import Masking

MASKING = Masking(key=b"key")


class Engine:
    """Stands in for the engine: a preview lasts until it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.at_work = threading.Semaphore(0)
        self.ending = threading.Event()

    def preview(self, _project: Path, stack: str, _masking: Masking) -> EnginePreview:
        self.begun.append(stack)
        self.at_work.release()
        self.ending.wait(30)
        return EnginePreview(error=f"of {stack}")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(asking, "engine_preview", engine.preview)
    return engine


def test_each_stack_has_its_own_answer_and_one_that_was_not_asked_has_none(
    engine: Engine, tmp_path: Path
) -> None:
    engine.ending.set()
    with previews(tmp_path, MASKING) as asked:
        asked.ask(["dev", "prod"])
        assert asked.answer("prod") == EnginePreview(error="of prod")
        assert asked.answer("dev") == EnginePreview(error="of dev")
        assert asked.answer("gone") is None


def test_a_stack_is_asked_for_once(engine: Engine, tmp_path: Path) -> None:
    engine.ending.set()
    with previews(tmp_path, MASKING) as asked:
        asked.ask(["dev", "dev"])
        asked.ask(["dev", "prod"])
        asked.answer("prod")
    assert sorted(engine.begun) == ["dev", "prod"]


def test_where_the_report_fails_no_further_preview_is_begun(engine: Engine, tmp_path: Path) -> None:
    at_a_time = os.cpu_count() or 1
    stacks = [f"stack-{number}" for number in range(at_a_time + 5)]

    def fail() -> None:
        with previews(tmp_path, MASKING) as asked:
            asked.ask(stacks)
            for _ in range(at_a_time):
                assert engine.at_work.acquire(timeout=30)
            # Those at work end after the others were taken back.
            threading.Timer(0.2, engine.ending.set).start()
            raise ValueError("no such base")

    with pytest.raises(ValueError, match="no such base"):
        fail()
    assert engine.begun == stacks[:at_a_time]
