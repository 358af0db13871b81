"""The table: what each phase does with each thing that can happen. All of the coach's behaviour is read here.

    OFF -> IDLE -> TELLING -> (ASKING | CONSENTING | CHOOSING -> MEASURING | DRAWING -> TURN -> GRACE -> BREATH ...
                               | LISTING | TIMING) -> ... -> WAITING -> TELLING -> ... -> ENDED

OFFERING, PAUSED, RETURNING, CONFIRMING and NOTING lie on top of any of these and give the place beneath back as it
was.

Triggers are the intents of prompts/<lang>/commands.yaml, and:
    opened   the coach has been switched on
    spoke    everything it was told to say has been heard
    due      the phase's time is up (or, where a question is open, patience is)
    minute   one minute of it is left
    alarm    the background timer is up
    unclear  speech meant for the coach was not understood

Where a row is `explicit`, an intent counts only in words that mean it and nothing else; else it is asked back.
An intent that a phase has no row for is answered with "not now"; any other trigger without a row does nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from voice_coach.session import agreeing, answers, asking, noting, pause, speaking_turns, steering, timers, way
from voice_coach.session.scene import Scene
from voice_coach.session.state import Phase

Move = Callable[[Scene], Scene]

P = Phase
QUESTIONS = (P.ASKING, P.CONSENTING, P.CHOOSING, P.MEASURING, P.DRAWING)
OPEN = (P.TELLING, *QUESTIONS, P.WAITING)
ON_THE_FLOOR = (P.TURN, P.GRACE, P.BREATH)
BUSY = (*ON_THE_FLOOR, P.LISTING, P.TIMING)
UNDER_WAY = (*OPEN, *BUSY)
HELD = (P.OFFERING, P.PAUSED, P.RETURNING, P.CONFIRMING)
OUTSIDE = (P.IDLE, P.ENDED)
ON = (*OUTSIDE, *UNDER_WAY, *HELD, P.NOTING)


@dataclass(frozen=True, slots=True)
class Row:
    """In any of `phases`, any of `triggers` (separated by spaces) makes this move."""

    phases: tuple[Phase, ...]
    triggers: str
    move: Move
    explicit: bool = False


ROWS: tuple[Row, ...] = (
    # -- beginning and end
    Row((P.OFF,), "opened", way.greet),
    Row(OUTSIDE, "start begin", way.begin_talk),
    Row((P.IDLE,), "ready", way.begin_talk),
    Row((P.IDLE,), "next", way.begin_talk),
    Row((P.ENDED,), "next", answers.after_the_end),
    Row(ON, "private_exit", way.farewell),  # the same words as any goodbye
    Row((P.ENDED,), "stop", answers.stay),  # it has ended
    Row((P.IDLE, *UNDER_WAY, P.OFFERING, P.PAUSED, P.RETURNING, P.NOTING), "stop", steering.ask_to_stop),
    Row((P.CONFIRMING,), "yes", steering.confirmed, explicit=True),
    Row((P.CONFIRMING,), "stop done", asking.not_plain),
    # Silence does not end a talk, nor a turn.
    Row((P.CONFIRMING,), "no not_yet due resume begin undo never_mind", steering.keep_going),
    # -- the way through the guide
    Row((P.TELLING,), "spoke", way.proceed),
    Row(OPEN, "next", steering.go_next),
    Row((P.WAITING,), "start ready begin done", steering.go_next),
    Row(OPEN, "skip", steering.skip),
    Row((P.LISTING, P.TIMING), "skip", way.proceed),
    Row(ON_THE_FLOOR, "skip back go_to", steering.ask_to_leave_turns),
    Row(ON_THE_FLOOR, "next", speaking_turns.tell_next_turn),
    Row((P.LISTING, P.TIMING), "next", steering.tell_next_and_how),
    Row((*HELD, P.NOTING), "next", steering.tell_next),
    Row((*OPEN, P.LISTING, P.TIMING), "back", steering.back),
    Row((*OUTSIDE, *OPEN, P.LISTING, P.TIMING), "go_to", steering.go_to),
    Row((*OUTSIDE, *UNDER_WAY, P.PAUSED, P.RETURNING), "undo", steering.undo),
    Row((*UNDER_WAY, *OUTSIDE, P.PAUSED, P.RETURNING), "never_mind", steering.close_aside),
    Row((*QUESTIONS, P.WAITING, P.RETURNING), "due", asking.remind),
    # -- questions
    Row((P.ASKING,), "yes", agreeing.yes),
    Row((P.ASKING,), "no not_yet", agreeing.no),
    Row((P.CONSENTING,), "yes", agreeing.consent, explicit=True),
    Row((P.CONSENTING,), "ready", asking.not_plain),
    Row((P.CONSENTING,), "no not_yet", agreeing.refuse),
    Row((P.CHOOSING,), "choose", agreeing.choose),
    Row((P.MEASURING,), "number yes", agreeing.measure),
    # -- turns
    Row((P.DRAWING,), "person", speaking_turns.name_starter),
    Row((P.DRAWING,), "draw", speaking_turns.draw_starter),
    Row((P.DRAWING,), "begin ready", asking.ask_again),  # whoever says so has not said who it is
    Row((P.DRAWING,), "number turn_length", speaking_turns.set_length),
    Row((P.TURN,), "minute", way.one_minute),
    Row((P.TURN,), "due", speaking_turns.time_up),
    Row((P.TURN, P.BREATH), "done", speaking_turns.give_up, explicit=True),
    Row((P.GRACE,), "done", speaking_turns.hand_over, explicit=True),
    Row((P.GRACE,), "due", speaking_turns.hand_over),
    Row((P.BREATH,), "due begin ready", speaking_turns.run),
    Row(ON_THE_FLOOR, "more_time", speaking_turns.more_time),
    Row((P.TURN,), "swap", speaking_turns.swap),
    # -- lists and notes
    Row((*UNDER_WAY, P.NOTING), "note", noting.note),
    Row((P.NOTING,), "choose person", noting.note),  # things with a name of their own are words as well
    Row((P.NOTING,), "due no not_yet undo never_mind", noting.give_up),
    Row(UNDER_WAY, "remove_last", noting.remove_last),
    Row(ON, "read_notes", noting.read_notes),
    Row((P.LISTING, P.NOTING), "done", noting.finish),
    Row((P.LISTING,), "minute", way.one_minute),
    Row((P.LISTING,), "due", noting.time_up),
    # -- timers
    Row(OPEN, "hug", timers.hug),
    Row(OPEN, "hands", timers.hands),
    Row((*OUTSIDE, *OPEN), "ritual", timers.ritual),
    Row((P.TIMING,), "minute", way.one_minute),
    Row((P.TIMING,), "due done", timers.done),
    Row((*OUTSIDE, *OPEN), "alarm", timers.sound_alarm),
    Row((P.LISTING, P.TIMING, P.PAUSED), "more_time", way.lengthen),
    # -- the pause
    Row((*UNDER_WAY, *HELD, P.NOTING), "pause", pause.offer),
    Row((P.OFFERING,), "yes due", pause.start),  # silence: whoever asked may not be able to answer
    Row((P.OFFERING,), "no resume not_yet undo never_mind", pause.decline),
    Row((P.PAUSED,), "minute", way.one_minute),
    Row((P.PAUSED,), "due resume ready begin", pause.over),
    Row((P.RETURNING,), "yes ready", pause.ready, explicit=True),
    Row((P.RETURNING,), "resume begin", asking.not_plain),
    Row((P.RETURNING,), "no not_yet", pause.not_yet),
    Row((P.IDLE,), "pause resume", answers.no_pause),
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
    Row(ON, "plan", answers.plan),
    Row(ON, "review schedule", answers.later),
    Row(ON, "unclear", asking.unclear),
    # -- the coach's own voice
    Row(ON, "slower", answers.slower),
    Row(ON, "faster", answers.faster),
    Row(ON, "louder", answers.louder),
    Row(ON, "quieter", answers.quieter),
)


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

EXPLICIT: Mapping[Phase, frozenset[str]] = {
    phase: frozenset(trigger for (where, trigger), row in TABLE.items() if where is phase and row.explicit)
    for phase in Phase
}
"""By phase, the intents that count only in words that mean them and nothing else."""
