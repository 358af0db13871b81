"""The table says where each row may lead: no less than what happens, and no more."""

from collections import defaultdict
from dataclasses import replace

import pytest
from support.walk import walk

from voice_coach.errors import PromptError
from voice_coach.guide import Book, Guide, load_guide
from voice_coach.resources import languages
from voice_coach.session import Phase, clock
from voice_coach.session.engine import answering_row
from voice_coach.session.phases import PHASES
from voice_coach.session.transitions import ON, ONWARD, ROWS, Row, Target


def test_rows_lead_where_they_say_and_nowhere_else(guide: Guide) -> None:
    """Everything that can happen in two guides. With what an activity or part begins is up to the guide."""
    reached = defaultdict[Row, set[Phase | Target]](set)
    for walked in (guide, load_guide("reconnect")):
        for happened in walk(walked):
            before, after = happened.before, happened.after
            row = answering_row(clock.advance(before, happened.event.at), happened.event)
            if row is None:
                assert after.place.phase is before.place.phase
                continue
            assert row.leads(before, after), (row, after.place.phase)
            reached[row].add(after.place.phase)
            reached[row] |= {target for target in Target if replace(row, to=(target,)).leads(before, after)}
    never = {(row.triggers, target) for row in ROWS for target in set(row.to) - reached[row] - set(ONWARD)}
    assert not never, never
    assert not [row.triggers for row in ROWS if not reached[row] & set(row.to)]


def test_every_phase_has_its_place_its_facts_and_a_label() -> None:
    assert {Phase.OFF, *ON} == set(Phase), "outside ON, nothing that is said does anything"
    assert PHASES.keys() == set(Phase)
    for language in languages():
        book = Book.load(load_guide("reconnect", language), language)
        assert all(book.label(phase.value) or phase is Phase.OFF for phase in Phase)


def test_a_label_that_is_missing_is_named(guide: Guide) -> None:
    with pytest.raises(PromptError, match=r"lines.yaml: labels: expected nowhere, found none"):
        Book.load(guide).label("nowhere")
