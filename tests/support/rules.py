"""Any rule that can be said, and more, for property tests."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from voice_coach.plan.types import Rule

firsts = st.dates(date(2020, 1, 1), date(2035, 12, 31))
clock = st.builds(time, st.integers(0, 23), st.sampled_from(range(0, 60, 5)))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found)))
month_days = st.sets(st.integers(1, 31) | st.just(-1), min_size=1, max_size=4).map(
    lambda found: tuple(sorted(found))
)
shapes = st.one_of(
    st.just({}),
    weekdays.map(lambda found: {"weekdays": found}),
    st.builds(lambda found, nth: {"weekdays": found, "nth": nth}, weekdays, st.sampled_from((1, 2, 3, 4, 5, -1))),
    month_days.map(lambda found: {"month_days": found}),
)
ends = st.one_of(
    st.just({}), st.integers(1, 60).map(lambda n: {"count": n}), st.integers(0, 900).map(lambda n: {"days": n})
)


@st.composite
def rules(draw: st.DrawFn, times: st.SearchStrategy[tuple[time, ...]] | None = None) -> Rule:
    """Any rule that can be said, and more."""
    first, end = draw(firsts), draw(ends)
    if "days" in end:
        end = {"until": first + timedelta(days=end["days"])}
    hours = st.sets(clock, min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
    found = draw(hours if times is None else times)
    return Rule(first=first, times=found, every=draw(st.integers(1, 4)), **draw(shapes), **end)
