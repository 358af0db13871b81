"""Every line that the coach may say: the contract between code and prompts/.

`prompts/<lang>/lines.yaml` must have each of these keys and may use no other placeholder. Values: *_s are spans of
time in seconds, said in words ("two minutes"); lists are joined with commas; a rule is said with day and hour, or
only with its hour as {clock}; the rest is said as it is.
"""

from collections.abc import Mapping
from typing import TypeAlias

from voice_coach.plan.types import Rule

Value: TypeAlias = str | int | float | tuple[str, ...] | Rule | tuple[Rule, ...]
"""What a line may bring for a placeholder."""


def _values(*names: str) -> frozenset[str]:
    return frozenset(names)


LINES: Mapping[str, frozenset[str]] = {
    # -- beginning and end
    "greeting": _values("name_a", "name_b", "title", "wake"),  # said when the program starts; ends "say start"
    "goodbye": _values("name_a", "name_b"),
    "ended-next": _values(),  # "what's next" or "pause" after the end: say start to begin again
    "confirm-stop": _values(),
    "confirm-turns": _values(),  # leaving the turns would lose them for both
    "stop-kept-going": _values(),  # the answer to either was no, or silence
    # -- finding the way
    "step": _values("number", "count", "title"),  # "Step two of seven: ..." before a step is read
    "next": _values("title"),  # "Next comes ...", said when going there
    "next-told": _values("title"),  # the same, only told (guarded)
    "next-turn-told": _values("name", "title"),  # in a turn: then it is {name}'s turn / then comes {title}
    "next-end": _values(),  # nothing comes next: this is the end
    "finish-told": _values("wake"),  # "what's next" in a list or a timer: how to end it
    "waiting": _values(),  # a part is done: say "what's next" when you are ready
    "back-at-start": _values(),  # there is nothing before this
    "no-such-step": _values("count"),
    "where-idle": _values("title"),
    "where-opening": _values("title"),
    "where": _values("number", "count", "title", "part"),
    "where-closing": _values("title"),
    "where-review": _values("title"),
    # -- understanding
    "sorry": _values(),  # followed by the question, or by what can be said
    "not-now": _values(),  # a command that has no meaning here
    "never-mind": _values(),
    "undone": _values(),
    "nothing-to-undo": _values(),
    "done-plainly": _values("wake"),  # a turn is handed over at certain words only, such as these
    "patience-over": _values("wake"),  # nobody answered: from now on an answer needs the wake phrase
    "prompt-yes-no": _values(),  # the question in a few words, when it is asked back the second time
    "prompt-consent": _values("name"),
    "prompt-ready": _values("name"),
    "prompt-choice": _values("options"),
    "prompt-minutes": _values("least_s", "most_s"),
    "prompt-starter": _values("name_a", "name_b"),
    "prompt-note": _values(),
    "prompt-when": _values(),
    "prompt-wording": _values(),
    "prompt-amend": _values(),
    "prompt-reminder": _values(),
    "example-yes-no": _values(),  # an answer that would be understood, from the third time on
    "example-consent": _values("name"),
    "example-ready": _values("name"),
    "example-choice": _values("option"),
    "example-minutes": _values("time_s"),
    "example-starter": _values("name_a"),
    "example-when": _values(),
    "example-wording": _values(),
    "example-amend": _values(),
    "example-reminder": _values(),
    "help-idle": _values("wake"),  # what can be said, by what is going on
    "help-telling": _values("wake"),
    "help-open": _values(),
    "help-yes-no": _values(),
    "help-consent": _values("name"),
    "help-choice": _values("options"),
    "help-minutes": _values("least_s", "most_s"),
    "help-starter": _values("name_a", "name_b", "time_s"),
    "help-note": _values(),
    "help-offer": _values(),
    "help-ready": _values("name"),
    "help-confirm": _values(),
    "help-turn": _values("wake"),
    "help-list": _values("wake"),
    "help-when": _values(),
    "help-wording": _values(),
    "help-amend": _values(),
    "help-resting": _values("wake"),
    "help-reminder": _values(),
    "help-timing": _values("wake"),
    "help-pause": _values("wake"),
    "why-none": _values(),
    "picture-none": _values(),
    "adjust-limit": _values(),  # already as slow, fast, loud or quiet as it goes
    "slower": _values(),
    "faster": _values(),
    "louder": _values(),
    "quieter": _values(),
    "safety-printed": _values(),
    # -- the devices (said by the table, not by the session)
    "memory-lost": _values(),
    "memory-back": _values(),
    "microphone-lost": _values(),
    "microphone-back": _values(),
    "microphone-silent": _values(),  # nothing at all has come from it
    "microphone-clipping": _values(),  # it cuts speech off at full scale
    # -- turns
    "turns-who": _values("turn_s", "name_a", "name_b"),  # "... each. Who starts? Say a name, or say: you choose."
    "turns-drawn": _values("name"),
    "turn-start": _values("name", "left_s"),  # then the start chime
    "turn-length": _values("turn_s"),
    "turn-length-limits": _values("least_s", "most_s"),
    "turn-extra": _values("extra_s"),  # for both of you
    "turn-extra-limit": _values(),  # no more than the same again
    "turn-finish": _values(),  # "Finish your sentence." then ten seconds of grace
    "turn-change": _values("name", "other"),  # {other} is thanked, {name} is next; take a breath
    "turns-done": _values("name_a", "used_a_s", "name_b", "used_b_s"),
    "turn-resumed": _values("name", "left_s"),
    "swapped": _values("name"),
    "swap-too-late": _values(),
    "whose-turn": _values("name"),
    "whose-turn-none": _values(),
    "time-left": _values("left_s"),
    "time-left-turn": _values("name", "left_s"),
    "time-left-none": _values(),
    # -- lists and notes
    "note-kept": _values("text", "count"),
    "note-what": _values(),  # "note" came without words
    "list-full": _values("most", "wake"),
    "list-few": _values("count", "least", "wake"),  # "done" came early: said once, then it is let go
    "list-few-none": _values("wake"),
    "list-time": _values(),
    "list-done": _values("count"),
    "list-done-none": _values(),
    "list-resumed": _values("left_s"),
    "notes": _values("notes"),
    "notes-none": _values(),
    "note-removed": _values("text"),
    # -- choices and consent
    "consent": _values("name", "what"),  # "{name}, is that right for you: {what}?"
    "consent-timed": _values("name", "what", "time_s"),  # the same, with the length that was chosen
    "consent-when": _values("name", "what", "when"),
    "consent-timed-when": _values("name", "what", "time_s", "when"),
    "consent-reviews": _values("name", "days", "clock"),
    "consent-drop": _values("name", "what"),
    "consent-forget": _values("name"),
    "consent-no-when": _values(),  # the time does not suit: another is asked for
    "left-as-it-is": _values(),  # a no to dropping or forgetting something
    "consent-no": _values(),  # nothing is agreed without both; choose again or skip
    "consent-skipped": _values(),
    "not-agreed": _values(),  # both were being asked, and somebody went on without an answer
    "minutes-limits": _values("least_s", "most_s"),
    "plan": _values(),  # the heading, then an item for each promise
    "plan-item": _values("what"),
    "plan-item-timed": _values("what", "time_s"),
    "plan-item-when": _values("what", "when"),
    "plan-item-timed-when": _values("what", "time_s", "when"),
    "plan-none": _values(),
    # -- times
    "when-ask": _values("what"),
    "when-talk": _values(),
    "when-day": _values(),  # a day is missing
    "when-time": _values(),  # an hour is missing
    "when-past": _values(),
    "when-too-late": _values("days"),
    "when-too-late-tomorrow": _values(),
    "when-once": _values(),  # it was said as something that recurs
    "kept": _values(),
    # -- their own words for a choice
    "own-words-what": _values(),
    "own-words": _values("text"),  # read back: is that right?
    # -- between talks
    "resting": _values("wake"),
    "reminder-ritual": _values("clock"),  # neutral: others may be in the room
    "reminder-talk": _values("clock"),
    "reminder-enjoy": _values("what"),
    "reminder-skipped": _values(),
    "reminder-postponed": _values("when"),
    "later-when": _values(),
    "next-planned": _values("what", "when"),
    "next-planned-none": _values("wake"),
    "missed": _values("missed"),
    "missed-none": _values(),
    "break-review": _values("what", "when"),  # a review that lies in a break comes after it
    "break-taken": _values("when"),
    "break-until": _values("when"),
    "break-over": _values(),
    "progress-kept": _values("text"),
    "progress-more": _values("text"),
    "progress-named": _values("name"),  # one of the two has said their name first
    "progress-thanks": _values(),
    # -- reviews
    "review-none": _values(),
    "recall-none": _values("what"),
    "recall-once": _values("what"),
    "recall-times": _values("what", "count"),
    "recall-better": _values("notes"),
    "amend-option": _values("number", "what"),
    "dropped": _values("what"),
    "forgotten": _values(),
    "forget-failed": _values(),
    # -- switched on again
    "hello-again": _values("name_a", "name_b", "wake"),
    "interrupted-hello": _values(),
    "interrupted": _values("title"),
    "interrupted-turn": _values("name", "left_s"),
    "interrupted-timed": _values("left_s"),
    "interrupted-how": _values("wake"),
    # -- timers
    "timer-resumed": _values("left_s"),
    "timer-none": _values(),  # no such timer in this guide, or no ritual agreed yet
    "ritual-begin": _values("what", "left_s"),
    "ritual-done": _values("what"),
    # -- the pause
    "pause-offer": _values("pause_s"),
    "pause-start": _values("pause_s"),  # with what to do meanwhile
    "pause-declined": _values(),
    "pause-already": _values("left_s"),
    "pause-none": _values(),  # "pause" or "resume" when nothing is under way
    "pause-over": _values(),  # the calmer opening line
    "pause-ready": _values("name"),  # "{name}, are you ready?"
    "pause-more": _values("more_s"),
    "pause-end": _values("name_a", "name_b"),  # not yet, twice: kindly, that is all for today
}


PRIVATE_EXIT = "private_exit"
"""The intent that ends the talk from anywhere, at once, and is never shown as a command."""
