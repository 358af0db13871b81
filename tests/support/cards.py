"""A virtual sound card that PortAudio sees in this process, and its loudspeaker."""

from collections.abc import Iterator

import pytest

from support.sound_card import SoundCard
from voice_coach.audio.loudspeaker import Loudspeaker


@pytest.fixture
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoundCard]:
    """A sound card that PortAudio sees, and that a test may break."""
    with SoundCard(tmp_path_factory.mktemp("card")) as card, card.in_this_process():
        yield card


@pytest.fixture
def loudspeaker(card: SoundCard) -> Iterator[Loudspeaker]:  # noqa: ARG001
    """The card's loudspeaker, open."""
    with Loudspeaker("pulse") as loudspeaker:
        yield loudspeaker
