"""The table: what each phase does with each thing that can happen, and where that may lead.

OFFERING, PAUSED, RETURNING, CONFIRMING and NOTING lie on top of any of the others and give the place beneath back
as it was. Triggers are the intents of prompts/<lang>/commands.yaml and those of `events.Trigger`.

The diagrams in docs/session.md are drawn from this table. Where a row is `explicit`, an intent counts only in
words that mean it and nothing else; else it is asked back. An intent that a phase has no row for is answered with
"not now"; any other trigger without a row does nothing. Outside the table: `engine` says when attention changes,
and `clock` what the time has come for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from voice_coach.session import (
    agreeing,
    answers,
    appointing,
    asking,
    noting,
    own_words,
    pause,
    resting,
    resuming,
    reviewing,
    speaking_turns,
    steering,
    timers,
    way,
)
from voice_coach.session.events import Trigger
from voice_coach.session.phases import Phase
from voice_coach.session.scene import Scene
from voice_coach.session.state import State

Move = Callable[[Scene], Scene]

P = Phase
QUESTIONS = (P.ASKING, P.CONSENTING, P.CHOOSING, P.MEASURING, P.DRAWING, P.WHEN, P.WORDING, P.AMENDING)
ON_THE_WAY = (P.TELLING, *QUESTIONS, P.WAITING)
ON_THE_FLOOR = (P.TURN, P.GRACE, P.BREATH)
BUSY = (*ON_THE_FLOOR, P.LISTING, P.TIMING)
UNDER_WAY = (*ON_THE_WAY, *BUSY)
ON_TOP = (P.OFFERING, P.PAUSED, P.RETURNING, P.CONFIRMING)
OUTSIDE = (P.IDLE, P.ENDED, P.RESTING)
ON = (*OUTSIDE, P.REMINDING, P.POSTPONING, *UNDER_WAY, *ON_TOP, P.NOTING)

ENTERED = (P.TELLING, P.ASKING, P.CONSENTING, P.CHOOSING, P.DRAWING, P.LISTING, P.WHEN, P.AMENDING)
"""How parts and activities begin."""
ONWARD = (*ENTERED, P.WAITING, P.ENDED)
"""What comes after an activity: the next one, the end of its part, or of the talk."""


class Target(Enum):
    """Where a row may lead, beside phases by their name."""

    SAME = "same"
    """The phase it was in."""
    BENEATH = "beneath"
    """The phase of a place beneath, which comes back."""
    EARLIER = "earlier"
    """The phase to which the last command is undone."""


SAME, BENEATH, EARLIER = Target


@dataclass(frozen=True, slots=True)
class Row:
    """In any of `phases`, any of `triggers` (separated by spaces) makes this move, which leads to one of `to`."""

    phases: tuple[Phase, ...]
    triggers: str
    move: Move
    to: tuple[Phase | Target, ...] = (SAME,)
    explicit: bool = False

    def leads(self, before: State, after: State) -> bool:
        """Whether it may lead from one of these states to the other."""
        return after.place.phase in self._phases(before)

    def _phases(self, before: State) -> Iterator[Phase]:
        for target in self.to:
            match target:
                case Phase():
                    yield target
                case Target.SAME:
                    yield before.place.phase
                case Target.BENEATH:
                    yield from (place.phase for place in before.beneath)
                case Target.EARLIER:
                    if before.undo is not None:
                        yield before.undo.place.phase
                case _:
                    assert_never(target)


ROWS: tuple[Row, ...] = (
    # -- beginning and end
    Row((P.OFF,), "opened", way.greet, (P.IDLE,)),
    # With a state that was kept.
    Row(ON, "opened", resuming.opened, (P.PAUSED, P.RESTING, P.REMINDING)),
    Row(OUTSIDE, "start begin", resting.begin_talk, (P.TELLING,)),
    Row((P.IDLE,), "ready", resting.begin_talk, (P.TELLING,)),
    Row((P.IDLE,), "next", resting.begin_talk, (P.TELLING,)),
    Row((P.ENDED, P.RESTING, P.REMINDING, P.POSTPONING), "next", resting.tell_next),
    Row((P.IDLE, P.ENDED), "due", resting.rest, (SAME, P.RESTING)),
    Row(ON, "closed", way.farewell, (P.ENDED,)),
    # The private exit: whatever "stop" comes to there, in the same words, but unasked.
    Row((P.IDLE, *UNDER_WAY, *ON_TOP, P.NOTING), "private_exit", steering.end, (P.ENDED, P.RESTING)),
    Row((P.ENDED,), "stop private_exit", answers.stay),  # it has ended
    Row((P.RESTING,), "stop private_exit", answers.where),
    Row(
        (P.IDLE, *UNDER_WAY, P.OFFERING, P.PAUSED, P.RETURNING, P.NOTING),
        "stop",
        steering.ask_to_stop,
        (P.CONFIRMING,),
    ),
    Row((P.CONFIRMING,), "yes", steering.confirmed, (*ONWARD, P.RESTING), explicit=True),
    Row((P.CONFIRMING,), "stop done", asking.not_plain),
    # Silence does not end a talk, nor a turn.
    Row((P.CONFIRMING,), "no not_yet due resume begin undo never_mind", steering.keep_going, (BENEATH,)),
    # -- the way through the guide
    Row((P.TELLING,), "spoke", way.proceed, ONWARD),
    Row(ON_THE_WAY, "next", steering.go_next, (SAME, *ONWARD, BENEATH)),
    Row((P.WAITING,), "start ready begin done", steering.go_next, ONWARD),
    Row(ON_THE_WAY, "skip", steering.skip, (SAME, *ONWARD, BENEATH)),
    Row((P.LISTING, P.TIMING), "skip", way.proceed, (*ONWARD, BENEATH)),
    Row(ON_THE_FLOOR, "skip back go_to", steering.ask_to_leave_turns, (SAME, P.CONFIRMING)),
    Row(ON_THE_FLOOR, "next", speaking_turns.tell_next_turn),
    Row((P.LISTING, P.TIMING), "next", steering.tell_next_and_how),
    Row((*ON_TOP, P.NOTING), "next", steering.tell_next),
    Row((*ON_THE_WAY, P.LISTING, P.TIMING), "back", steering.back, (SAME, *ENTERED, BENEATH)),
    Row((*OUTSIDE, *ON_THE_WAY, P.LISTING, P.TIMING), "go_to", steering.go_to, (SAME, P.TELLING)),
    Row((*OUTSIDE, *UNDER_WAY, P.PAUSED, P.RETURNING), "undo", steering.undo, (SAME, EARLIER)),
    Row(
        (*UNDER_WAY, *OUTSIDE, P.PAUSED, P.RETURNING),
        "never_mind",
        steering.close_aside,
        (SAME, P.CHOOSING, BENEATH),
    ),
    Row((*QUESTIONS, P.WAITING, P.RETURNING), "due", asking.remind),
    # -- questions
    Row((P.ASKING,), "yes", agreeing.yes, ONWARD),
    Row((P.CHOOSING,), "other", own_words.propose, (P.NOTING, P.WORDING)),
    Row((P.WORDING,), "yes", own_words.right, (P.MEASURING, P.WHEN, P.CONSENTING), explicit=True),
    Row((P.WORDING,), "no reword not_yet", own_words.again, (P.NOTING,)),
    Row((P.WHEN, P.POSTPONING), "when", appointing.said, (SAME, P.CONSENTING, P.RESTING)),
    Row((P.CHOOSING,), "when", appointing.said_in_place_of_a_choice, (SAME, P.WHEN, P.CONSENTING)),
    Row((P.AMENDING,), "number choose", reviewing.amend, (SAME, P.WHEN, P.CONSENTING)),
    Row((P.AMENDING,), "no not_yet", reviewing.leave_all, ONWARD),
    Row((P.ASKING,), "no not_yet", agreeing.no, ONWARD),
    Row((P.CONSENTING,), "yes", agreeing.consent, (SAME, P.TIMING, *ONWARD, BENEATH), explicit=True),
    Row((P.CONSENTING,), "ready", asking.not_plain),
    Row((P.CONSENTING,), "no not_yet", agreeing.refuse, (P.CHOOSING, P.WHEN, *ONWARD, BENEATH)),
    Row((P.CHOOSING,), "choose", agreeing.choose, (SAME, P.MEASURING, P.WHEN, P.CONSENTING, *ONWARD)),
    Row((P.MEASURING,), "number yes", agreeing.measure, (SAME, P.WHEN, P.CONSENTING)),
    # -- between talks
    Row((*OUTSIDE, P.REMINDING), "wall", resting.look, (SAME, P.REMINDING)),
    Row((*QUESTIONS, P.WAITING, P.RETURNING, P.PAUSED), "wall", resting.abandoned, (SAME, P.RESTING)),
    Row((P.RESTING,), "due", resting.once_more, (P.REMINDING,)),
    Row(
        (P.RESTING,),
        "yes later not_yet no skip",
        resting.answer_late,
        (SAME, P.TIMING, P.NOTING, P.TELLING, P.POSTPONING),
    ),
    Row((P.REMINDING,), "yes ready begin start", resting.accept, (P.RESTING, P.TIMING, P.NOTING, P.TELLING)),
    Row((P.REMINDING, P.POSTPONING), "later not_yet", resting.later, (P.RESTING, P.POSTPONING)),
    Row((P.REMINDING, P.POSTPONING), "no skip stop never_mind private_exit", resting.skip, (P.RESTING,)),
    Row((P.REMINDING, P.POSTPONING), "due", resting.unanswered, (P.RESTING,)),
    Row(ON, "missed", resting.tell_missed),
    Row((*OUTSIDE, P.REMINDING), "rest_for", resting.take_break, (SAME, P.RESTING)),
    Row((*OUTSIDE, P.REMINDING), "rest_over", resting.end_break),
    Row((*OUTSIDE, P.WAITING), "forget", reviewing.ask_to_forget, (P.CONSENTING,)),
    Row((*OUTSIDE, P.WAITING), "schedule", appointing.schedule, (P.WHEN,)),
    Row(OUTSIDE, "review", reviewing.begin, (SAME, P.TELLING)),
    Row((P.REMINDING, P.POSTPONING, *UNDER_WAY, *ON_TOP, P.NOTING), "review", reviewing.tell_next),
    # -- turns
    Row((P.DRAWING,), "person", speaking_turns.name_starter, (SAME, P.TURN)),
    Row((P.DRAWING,), "draw", speaking_turns.draw_starter, (P.TURN,)),
    Row((P.DRAWING,), "begin ready", asking.ask_again),  # whoever says so has not said who it is
    Row((P.DRAWING,), "number turn_length", speaking_turns.set_length),
    Row((P.TURN,), "minute", way.one_minute),
    Row((P.TURN,), "due", speaking_turns.time_up, (P.GRACE,)),
    Row((P.TURN, P.BREATH), "done", speaking_turns.give_up, (P.BREATH, *ONWARD), explicit=True),
    Row((P.GRACE,), "done", speaking_turns.hand_over, (P.BREATH, *ONWARD), explicit=True),
    Row((P.GRACE,), "due", speaking_turns.hand_over, (P.BREATH, *ONWARD)),
    Row((P.BREATH,), "due begin ready", speaking_turns.run, (P.TURN,)),
    Row(ON_THE_FLOOR, "more_time", speaking_turns.more_time, (SAME, P.TURN)),
    Row((P.TURN,), "swap", speaking_turns.swap),
    # -- lists and notes
    Row((*UNDER_WAY, P.RESTING, P.NOTING), "note", noting.note, (SAME, P.NOTING, P.WORDING, BENEATH)),
    # Things with a name of their own are words as well.
    Row((P.NOTING,), "choose person", noting.note, (SAME, P.WORDING, BENEATH)),
    Row((P.NOTING,), "due no not_yet undo never_mind", noting.give_up, (P.RESTING, BENEATH)),
    Row((*UNDER_WAY, P.RESTING), "remove_last", noting.remove_last, (SAME, P.CHOOSING)),
    Row(ON, "read_notes", noting.read_notes),
    Row((P.LISTING,), "reword", noting.reword, (SAME, P.NOTING)),
    Row((P.LISTING, P.NOTING), "done", noting.finish, (SAME, P.RESTING, BENEATH, *ONWARD)),
    Row((P.LISTING,), "minute", way.one_minute),
    Row((P.LISTING,), "due", noting.time_up, ONWARD),
    # -- timers
    Row(ON_THE_WAY, "hug", timers.hug, (SAME, P.CONSENTING)),
    Row(ON_THE_WAY, "hands", timers.hands, (SAME, P.CONSENTING)),
    Row((*OUTSIDE, *ON_THE_WAY), "ritual", timers.ritual, (SAME, P.TIMING)),
    Row((P.TIMING,), "minute", way.one_minute),
    Row((P.TIMING,), "due done", timers.done, (BENEATH, *ONWARD)),
    Row((*OUTSIDE, *ON_THE_WAY), "alarm", timers.sound_alarm),
    Row((P.LISTING, P.TIMING, P.PAUSED), "more_time", way.lengthen),
    # -- the pause
    Row((*UNDER_WAY, *ON_TOP, P.NOTING), "pause", pause.offer, (SAME, P.OFFERING, P.PAUSED)),
    Row((P.OFFERING,), "yes due", pause.start, (P.PAUSED,)),  # silence: whoever asked may not be able to answer
    Row((P.OFFERING,), "no resume not_yet undo never_mind", pause.decline, (BENEATH,)),
    Row((P.PAUSED,), "minute", way.one_minute),
    Row((P.PAUSED,), "due resume ready begin", pause.over, (P.RETURNING,)),
    Row((P.RETURNING,), "yes ready", pause.ready, (SAME, BENEATH), explicit=True),
    Row((P.RETURNING,), "resume begin", asking.not_plain),
    Row((P.RETURNING,), "no not_yet", pause.not_yet, (P.PAUSED, P.ENDED)),
    Row((P.IDLE, P.RESTING, P.REMINDING, P.POSTPONING), "pause", answers.no_pause),
    Row((P.IDLE, P.REMINDING, P.POSTPONING), "resume", answers.no_pause),
    Row((P.RESTING,), "resume", resting.be_back),
    Row((P.ENDED,), "pause", answers.after_the_end),
    Row(UNDER_WAY, "resume", answers.no_pause),
    # -- questions to the coach: nobody's place changes
    Row(ON, "repeat", answers.repeat),
    Row(ON, "where", answers.where),
    Row(ON, "time_left", answers.time_left),
    Row(ON, "whose_turn", answers.whose_turn),
    Row(ON, "why", answers.why),
    Row(ON, "picture", answers.picture),
    Row(ON, "tips", answers.tips),
    Row(ON, "help", answers.help_here),
    Row(ON, "safety", answers.safety),
    Row(ON, "plan", resting.tell_plan),
    Row(ON, "unclear", asking.unclear),
    # -- the coach's own voice
    Row(ON, "slower", answers.slower),
    Row(ON, "faster", answers.faster),
    Row(ON, "louder", answers.louder),
    Row(ON, "quieter", answers.quieter),
)


NOT_NOW = Row(ON, "", asking.not_now)
"""Answers an intent that a phase has no row for."""
NOT_PLAIN = Row(ON, "", asking.not_plain)
"""Answers an intent in words that may mean something else, where its row is explicit."""


def _compiled(rows: Iterable[Row]) -> Mapping[tuple[Phase, str], Row]:
    table: dict[tuple[Phase, str], Row] = {}
    for row in rows:
        for phase in row.phases:
            for trigger in row.triggers.split():
                if (phase, trigger) in table:
                    raise ValueError(f"two rows for {trigger} in {phase}")
                table[phase, trigger] = row
    return table


TABLE = _compiled(ROWS)
"""The rows by (phase, trigger)."""

_SLOTS: Mapping[str, frozenset[str]] = {
    "go_to": frozenset({"step"}),  # int
    "repeat": frozenset({"pace"}),  # "slower"; absent in "say that again"
    "more_time": frozenset({"minutes", "seconds"}),  # int, either or both
    "turn_length": frozenset({"minutes"}),  # int
    "number": frozenset({"n"}),  # int
    "person": frozenset({"name"}),  # one of the names of the two, as in the settings
    "choose": frozenset({"choice"}),  # one of the guide's options
    "note": frozenset({"text"}),  # "" where only the command was caught
    "other": frozenset({"text"}),  # the same, for something else than the options
    "when": frozenset(),  # the atoms of a spoken time, which `plan.when` reads
    "later": frozenset({"minutes"}),  # int
    "rest_for": frozenset({"weeks", "weekday", "rel", "ordinal", "month"}),  # int: weeks, or atoms of a day
}
"""What an intent may bring, where it brings anything."""
INTENTS: Mapping[str, frozenset[str]] = {
    intent: _SLOTS.get(intent, frozenset())
    for row in ROWS
    for intent in row.triggers.split()
    if intent not in set(Trigger)
}
"""Every intent that does anything, with its slots: what each language's commands.yaml must have."""

EXPLICIT: Mapping[Phase, frozenset[str]] = {
    phase: frozenset(trigger for (where, trigger), row in TABLE.items() if where is phase and row.explicit)
    for phase in Phase
}
"""By phase, the intents that count only in words that mean them and nothing else."""
