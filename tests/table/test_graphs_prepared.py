"""The graphs of all phases are made while the coach greets, so that none is made in the midst of a talk."""

import threading
from collections.abc import Iterable

from voice_coach.attention import Attention
from voice_coach.errors import ModelError
from voice_coach.session import attentions
from voice_coach.table.live import graphs_prepared


class FakeHearing:
    """Takes down for which attentions it has made a graph."""

    def __init__(self, error: ModelError | None = None) -> None:
        self.made: list[Attention] = []
        self.done = threading.Event()
        self._error = error

    def prepare(self, attentions: Iterable[Attention]) -> None:
        for attention in attentions:
            if self._error is not None:
                raise self._error
            self.made.append(attention)
        self.done.set()


def test_they_are_made_for_every_attention_of_a_talk() -> None:
    hearing = FakeHearing()
    with graphs_prepared(hearing):
        assert hearing.done.wait(10)
    assert set(hearing.made) == set(attentions())


def test_what_cannot_be_made_now_ends_nothing() -> None:
    hearing = FakeHearing(ModelError("the disk is full"))
    with graphs_prepared(hearing):
        pass
    assert not hearing.done.is_set()
    assert hearing.made == []
