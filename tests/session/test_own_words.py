"""Their own words for a choice: read back, once more where they are wrong, and agreed like any option."""

import pytest
from session.weeks import at_step

from voice_coach.session import Phase, Record


@pytest.fixture
def guide(reconnect):
    return reconnect


@pytest.fixture
def choosing(guide):
    return at_step(guide, 6)


def test_something_else_is_asked_for_read_back_and_right_after_a_yes(choosing):
    assert choosing.hear("other", text="") == ["own-words-what"]
    assert choosing.phase is Phase.NOTING
    assert choosing.hear("note", text="feeding the birds") == ["own-words"]
    assert choosing.hear("yes") == ["guide/activity/shared-activity/ask_minutes"]
    choosing.hear("yes")
    choosing.hear("when", weekday=6, hour=3)
    choosing.hear("yes")
    choosing.hear("yes")
    assert [promise.what for promise in choosing.state.plan.promises] == ["feeding the birds"]
    assert choosing.state.notes == ()


@pytest.mark.parametrize("intent", ["other", "note"])
def test_in_one_breath(choosing, intent):
    assert choosing.hear(intent, text="a swim in the lake") == ["own-words"]


def test_no_again(choosing):
    choosing.hear("other", text="feeding the words")
    assert choosing.hear("reword") == ["own-words-what"]
    assert choosing.hear("note", text="feeding the birds") == ["own-words"]
    assert choosing.hear("no") == ["own-words-what"]


def test_only_a_plain_yes_is_one(choosing):
    choosing.hear("other", text="feeding the birds")
    choosing.hear("yes", explicit=False)
    assert choosing.phase is Phase.WORDING


@pytest.mark.parametrize("intent", ["never_mind", "remove_last"])
def test_taken_back_it_is_a_choice_again(choosing, intent):
    choosing.hear("other", text="feeding the birds")
    assert choosing.hear(intent) == ["never-mind", "guide/activity/shared-activity/ask"]
    assert choosing.phase is Phase.CHOOSING and choosing.state.place.words == ""


def test_a_cause_is_written_down_again(guide):
    table = at_step(guide, 3)
    table.hear("note", text="her mother lives far a way")
    assert table.hear("reword") == ["note-what"]
    assert table.hear("note", text="her mother lives far away") == ["note-kept"]
    assert [note.text for note in table.state.notes] == ["her mother lives far away"]
    removed = [action.data for action in table.actions if isinstance(action, Record) and action.kind == "removed"]
    assert removed == [{"text": "her mother lives far a way"}], "what is named is deleted from the journal"
