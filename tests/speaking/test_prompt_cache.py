"""The prompt cache with the real renderer; one that waits or breaks on demand stands in where order matters."""

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from voice_coach.audio.pcm import PLAYBACK_RATE, Samples
from voice_coach.errors import RenderError
from voice_coach.speaking import PromptCache, Renderer, Voice

VOICE = Voice()
WAIT_S = 20.0


class WatchedRenderer(Renderer):
    """Notes what is rendered, and calls `before` each time."""

    def __init__(self, before: Callable[[str], None] = lambda _: None) -> None:
        super().__init__()
        self.rendered: list[str] = []
        self.before = before

    def render(self, text: str, voice: Voice) -> Samples:
        self.rendered.append(text)
        self.before(text)
        return super().render(text, voice)


def test_a_sentence_is_rendered_once_per_voice_and_rate() -> None:
    with WatchedRenderer() as renderer, PromptCache(renderer) as cache:
        first = cache.get("Hello.", VOICE)
        assert np.array_equal(cache.get("Hello.", VOICE), first)
        assert first.dtype == np.float32
        assert renderer.rendered == ["Hello."]
        assert not np.array_equal(cache.get("Hello.", VOICE.faster(1)), first)
        cache.get("Hello.", VOICE)
        assert renderer.rendered == ["Hello."] * 2


def test_another_version_of_the_backend_makes_the_cache_stale() -> None:
    with WatchedRenderer() as renderer, PromptCache(renderer) as cache:
        cache.get("Hello.", VOICE)
        assert renderer.backend.startswith("espeak-ng")
        renderer.backend = "espeak-ng 9"
        cache.get("Hello.", VOICE)
        assert len(renderer.rendered) == 2


def test_the_cache_is_bounded_and_forgets_what_was_not_used_for_longest() -> None:
    with WatchedRenderer() as renderer:
        seconds = renderer.render("One moment.", VOICE).size / PLAYBACK_RATE
        with PromptCache(renderer, most_seconds=2.6 * seconds) as cache:
            for text in ("One moment.", "Two moments.", "One moment.", "Ten moments."):
                cache.get(text, VOICE)
            renderer.rendered.clear()
            cache.get("One moment.", VOICE)
            cache.get("Two moments.", VOICE)
            assert renderer.rendered == ["Two moments."]


def test_what_was_rendered_ahead_is_there_when_it_is_wanted() -> None:
    third = threading.Event()
    with (
        WatchedRenderer(lambda text: third.set() if text == "Three." else None) as renderer,
        PromptCache(renderer) as cache,
    ):
        cache.prerender(["One.", "Two.", "One.", "Three."], VOICE)
        assert third.wait(WAIT_S)
        assert cache.get("Two.", VOICE).size
        assert cache.get("Three.", VOICE).size, "waits for the render under way"
        assert renderer.rendered == ["One.", "Two.", "Three."]
        assert cache.waiting == 0


def test_what_is_wanted_now_goes_before_the_backlog() -> None:
    reached, go_on, now_wanted = threading.Event(), threading.Event(), threading.Event()

    def hold_first(text: str) -> None:
        if text == "First.":
            reached.set()
            assert go_on.wait(WAIT_S)
        if text == "Now.":
            now_wanted.set()

    with WatchedRenderer(hold_first) as renderer, PromptCache(renderer) as cache:
        cache.prerender(["First.", "Second.", "Third."], VOICE)
        assert reached.wait(WAIT_S)
        urgent = threading.Thread(target=cache.get, args=("Now.", VOICE))
        urgent.start()
        assert now_wanted.wait(WAIT_S)
        go_on.set()
        urgent.join(WAIT_S)
        assert renderer.rendered[:2] == ["First.", "Now."]


def fail_ahead(error: Exception, renderer: WatchedRenderer, cache: PromptCache) -> None:
    """Let this happen while rendering ahead, and nothing any more after that."""
    failed = threading.Event()

    def fail(_text: str) -> None:
        failed.set()
        raise error

    renderer.before = fail
    cache.prerender(["One.", "Two."], VOICE)
    assert failed.wait(WAIT_S)
    while cache.waiting:
        time.sleep(0.001)
    renderer.before = lambda _: None


def test_a_fault_of_the_program_while_rendering_ahead_surfaces_at_the_next_call() -> None:
    with WatchedRenderer() as renderer, PromptCache(renderer) as cache:
        fail_ahead(KeyError("a bug"), renderer, cache)
        with pytest.raises(KeyError):
            cache.get("Hello.", VOICE)
        assert cache.get("Hello.", VOICE).size, "and it can be used again"
        cache.prerender(["Three."], VOICE)


def test_a_sentence_that_cannot_be_rendered_ahead_costs_no_other_one() -> None:
    with WatchedRenderer() as renderer, PromptCache(renderer) as cache:
        fail_ahead(RenderError("no voice"), renderer, cache)
        assert cache.get("Hello.", VOICE).size
        assert cache.get("One.", VOICE).size, "it tries again"
        ready = threading.Event()
        renderer.before = lambda _: ready.set()
        cache.prerender(["Three."], VOICE)
        assert ready.wait(WAIT_S)


def test_closing_drops_the_backlog_and_ends_the_thread(renderer: Renderer) -> None:
    cache = PromptCache(renderer)
    cache.prerender([f"Sentence {i}." for i in range(500)], VOICE)
    cache.close()
    assert cache.waiting == 0
    cache.prerender(["More."], VOICE)
    assert cache.waiting == 0
    assert "prerender" not in [t.name for t in threading.enumerate()]
