"""Whatever happens, in whatever order: a state machine that throws everything at a session."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from voice_coach.guide.catalogue import LINES
from voice_coach.guide.types import Guide
from voice_coach.session import (
    Heard,
    Mark,
    Opened,
    Options,
    Phase,
    Say,
    Spoke,
    State,
    Tick,
    Unclear,
    clock,
    deadline,
    start,
    step,
)
from voice_coach.session.engine import answering_row
from voice_coach.session.transitions import INTENTS, ON, TABLE

SLOTS = {
    "step": st.integers(-1, 9),
    "minutes": st.integers(-1, 30),
    "seconds": st.sampled_from([-30, 0, 30, 90]),
    "pace": st.sampled_from(["slower", "other"]),
    "n": st.integers(-1, 60),
    "name": st.sampled_from(["Anna", "ben", "Carla"]),
    "choice": st.sampled_from(["a walk", "tea together", "a class", "nonsense"]),
    "text": st.sampled_from(["", "late emails"]),
    "weeks": st.integers(-1, 60),
    "weekday": st.integers(-1, 8),
    "rel": st.integers(-1, 3),
    "ordinal": st.integers(-1, 33),
    "month": st.integers(-1, 14),
}
INTENT_SLOTS = {name: sorted(slots) for name, slots in INTENTS.items()} | {"nonsense": []}
ANYTHING = st.dictionaries(
    st.sampled_from(sorted(SLOTS)), st.integers() | st.text(max_size=5) | st.just(10**400), max_size=3
)
AGREED = {("note", "consent"), ("note", "promise"), ("turn", "early")}
LIKELY = ["yes", "next", "start", "person", "done", "pause", "draw", "undo", "more_time", "ready"]


class AnySequence(RuleBasedStateMachine):
    """Keeps its own books of who spoke how long, beside the session's."""

    guide: Guide

    @initialize(turn_s=st.sampled_from([None, 5.0, 60.0, 150.0]), seed=st.integers(0, 3), into=st.integers(0, 5))
    def sit_down(self, turn_s, seed, into):
        self.at = 0.0
        self.spoken = [0.0, 0.0]
        self.turns = None
        self.state = start(self.guide, Options(("Anna", "Ben"), turn_s=turn_s, seed=seed))
        self.do(Opened(0.0))
        if into:
            for intent, slots in (("start", {}), ("no", {}), ("yes", {}), ("yes", {}), ("go_to", {"step": into})):
                self.do(Spoke(self.at + 1, self.state.token))
                self.do(Heard(self.at, intent, slots, explicit=True))

    def do(self, event):
        before, self.at = self.state, event.at
        if before.place.phase is Phase.TURN and not before.speaking:
            left = before.place.turns.left_s
            self.spoken[before.place.turns.speaker] += min(event.at - before.now, left)
        self.state, actions = step(self.guide, before, event)
        row = answering_row(clock.advance(before, event.at), event)
        assert self.state.place.phase is before.place.phase if row is None else row.leads(before, self.state)
        self.check_lines(actions)
        if isinstance(event, Heard) and not event.explicit:
            marks = {(a.kind, a.data.get("what")) for a in actions if isinstance(a, Mark)}
            assert not marks & AGREED, "agreed in words that may mean something else"
        after = self.state.place
        if isinstance(event, Heard) and event.intent == "undo" and after.turns is not None:
            self.spoken = list(after.turns.used_s)
        if after.turns is not None and after.phase is Phase.DRAWING:
            self.spoken = [0.0, 0.0]
        if any(isinstance(a, Say) and a.line == "turns-done" for a in actions):
            self.check_fair(before, actions)
        return actions

    def check_lines(self, actions):
        texts = self.guide.texts()
        for action in actions:
            if isinstance(action, Say):
                assert action.line in LINES or action.line in texts, action
                if action.line in LINES:
                    assert set(action.values) == LINES[action.line], action

    def check_fair(self, before: State, actions):
        values = next(a.values for a in actions if isinstance(a, Say) and a.line == "turns-done")
        turns = before.place.turns
        for who, used in enumerate((values["used_a_s"], values["used_b_s"])):
            gave_up = turns.gave_up[who] or (before.place.phase is not Phase.GRACE and turns.speaker == who)
            assert used == pytest.approx(turns.turn_s) or gave_up, "unequal, and nobody chose so"

    @rule(data=st.data(), intent=st.sampled_from(sorted(INTENT_SLOTS)) | st.sampled_from(LIKELY))
    def hear(self, data, intent):
        slots = {name: data.draw(SLOTS[name]) for name in INTENT_SLOTS[intent]}
        self.do(Heard(self.at, intent, slots, explicit=data.draw(st.integers(0, 3)) > 0))

    @rule(intent=st.sampled_from(sorted(INTENT_SLOTS)), slots=ANYTHING, explicit=st.booleans())
    def hear_nonsense(self, intent, slots, explicit):
        self.do(Heard(self.at, intent, slots, explicit))

    @rule()
    def hear_without_slots(self):
        self.do(Heard(self.at, "note"))
        self.do(Heard(self.at, "more_time"))

    @rule(seconds=st.floats(0.01, 20))
    def let_it_speak(self, seconds):
        if self.state.speaking:
            self.do(Spoke(self.at + seconds, self.state.token))

    @rule(token=st.integers(-3, 100))
    def report_something_else_spoken(self, token):
        if token != self.state.token:
            before = self.state
            self.do(Spoke(self.at, token))
            assert self.state == replace(before, now=self.state.now)

    @rule(seconds=st.floats(0, 700))
    def wait(self, seconds):
        until = self.at + seconds
        for _ in range(20):
            due = deadline(self.state)
            if due is None or due > until:
                break
            self.do(Tick(due))
            assert self.state.speaking or deadline(self.state) != due, "a deadline must lead somewhere"
        self.do(Tick(max(until, self.at)))

    @rule(seconds=st.floats(0, 5000))
    def oversleep(self, seconds):
        self.do(Tick(self.at + seconds))

    @rule(called=st.booleans(), times=st.integers(1, 7))
    def mumble(self, called, times):
        for _ in range(times):
            self.do(Unclear(self.at, called))

    @rule()
    def run_backwards(self):
        before = self.state
        self.state, _ = step(self.guide, self.state, Tick(self.at - 50))
        assert self.state.now == before.now

    @rule()
    def save_and_load(self):
        assert State.from_json(self.state.to_json()) == self.state

    @invariant()
    def no_time_is_lost(self):
        turns = self.state.place.turns
        if turns is not None:
            for who in (0, 1):
                assert turns.used_s[who] == pytest.approx(self.spoken[who], abs=1e-3)
                assert 0 <= turns.used_s[who] <= turns.turn_s + 1e-6

    @invariant()
    def three_words_always_do_something(self):
        for intent in ("next", "pause", "stop"):
            _, actions = step(self.guide, self.state, Heard(self.at, intent))
            over = intent == "stop" and self.state.place.phase is Phase.ENDED
            assert over or any(isinstance(a, Say) for a in actions), (intent, self.state.place)

    @invariant()
    def somebody_can_move_on(self):
        assert self.state.speaking or self.state.place.phase is not Phase.TELLING


def test_any_sequence_of_events(guide):
    machine = type("Machine", (AnySequence,), {"guide": guide})
    case = machine.TestCase
    case.settings = settings(max_examples=150, stateful_step_count=60)
    case("runTest").runTest()


def test_every_phase_answers_next_pause_and_stop():
    for phase in ON:
        for intent in ("next", "pause", "stop"):
            assert (phase, intent) in TABLE


def test_every_intent_of_the_contract_is_in_the_table():
    assert set(INTENTS) <= {trigger for _, trigger in TABLE}


def test_nothing_happens_before_the_coach_is_switched_on(guide):
    state = start(guide, Options(("Anna", "Ben")))
    for event in (Heard(1.0, "start"), Tick(2.0), Unclear(3.0), Spoke(4.0, 0)):
        assert step(guide, state, event)[1] == ()


@pytest.mark.parametrize("text", ["", "{}", '{"guide": 1}', "[]"])
def test_what_is_no_state_is_refused(text):
    with pytest.raises(ValueError):
        State.from_json(text)
