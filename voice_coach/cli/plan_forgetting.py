"""`voice-coach plan forget`: naming what goes, asking, and deleting."""

import sys
from dataclasses import replace
from pathlib import Path

from voice_coach.cli.plan_journal import OpenJournal, present
from voice_coach.cli.terminal import show
from voice_coach.errors import CoachError, InputError, nearest
from voice_coach.journal import Entry, exports, forget
from voice_coach.journal.entry import REMOVED, Value
from voice_coach.plan.text_form import named_improvements, named_notes
from voice_coach.session import State
from voice_coach.session.state import Place

OLD_BLOCKS = "Cards and disks with flash memory may keep old blocks for a while; that is beyond the coach."


def confirmed(question: str) -> bool:
    """Whether the answer on standard input is a yes and nothing else. Raises InputError where there is none."""
    if sys.stdin is None:
        raise InputError("standard input is closed; give --yes where you mean it")
    sys.stdout.write(f"{question} [yes/no] ")
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        sys.stdout.write("\n")
        raise InputError("nobody answered; give --yes where you mean it")
    return answer.strip().casefold() in {"y", "yes"}


def forget_one(opened: OpenJournal, name: str, *, sure: bool) -> None:
    """Delete a promise, a note or an improvement by the name that `plan show` gives it. Raises CoachError."""
    what, without, values = _without(opened.state, name)
    if not (sure or confirmed(f'"{what}" and all that became of it will be forgotten, for good. Do you mean it?')):
        show("Nothing has been forgotten.")
        return
    opened.keep_state(unsaid(without, what), Entry(present(), REMOVED, values))
    show(f"Forgotten. {OLD_BLOCKS}")
    for path in exports.remembered(opened.journal.folder):
        show(f"This calendar file may still name it: {path}")


def forget_all(folder: Path, *, sure: bool) -> None:
    """Delete the journal with all its copies, and the exports. Raises CoachError."""
    files, others = exports.remembered(folder), exports.replaced(folder)
    named = "".join(f", and {path}" for path in files)
    question = f"All that the coach remembers of you in {folder}{named} will be deleted, for good. Do you mean it?"
    if not (sure or confirmed(question)):
        show("Nothing has been forgotten.")
        return
    forget(folder)
    for path in others:
        show(f"This file lies where an export was, and is none; it stays: {path}")
    show(f"All is forgotten{f', calendar files ({len(files)}) included' if files else ''}. {OLD_BLOCKS}")


def _without(state: State, name: str) -> tuple[str, State, dict[str, Value]]:
    """What is called so, the state without it, and the values by which its entries are found."""
    plan = state.plan
    found: dict[str, tuple[str, State, dict[str, Value]]] = {}
    for promise in plan.promises:
        less = replace(
            plan,
            promises=tuple(p for p in plan.promises if p != promise),
            records=tuple(r for r in plan.records if r.occurrence.promise != promise.id),
        )
        found[promise.id] = promise.what, replace(state, plan=less), {"promise": promise.id}
    for called, better in named_improvements(plan).items():
        less = replace(plan, improvements=tuple(each for each in plan.improvements if each is not better))
        found[called] = better.text, replace(state, plan=less), {"text": better.text}
    notes = state.all_notes
    for called, note in named_notes(notes).items():
        texts = [None if each is note else each.text for each in notes]
        found[called] = note.text, state.with_notes(texts), {"text": note.text}
    if name not in found:
        if not found:
            raise CoachError(f"{name}: nothing is planned, and nothing noted")
        raise CoachError(f"{name}: nothing is called so; {nearest(name, [*found])} (see `voice-coach plan show`)")
    return found[name]


def unsaid(state: State, what: str) -> State:
    """The state without sentences that would say it when a talk is taken up again."""
    return replace(
        state, place=_of_place(state.place, what), beneath=tuple(_of_place(p, what) for p in state.beneath)
    )


def _of_place(place: Place, what: str) -> Place:
    script = tuple(line for line in place.script if what not in str(line.values))
    proposal = None if place.proposal and what in place.proposal.choice else place.proposal
    return replace(place, script=script, proposal=proposal)
