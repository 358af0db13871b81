"""The coach's mind: pure. (state, event) -> (state, actions). No clock, no input or output, no threads.

start(guide, options) -> State
step(guide, state, event) -> (State, tuple[Action, ...])     never raises on any event
deadline(state) -> float | None                              when to send the next Tick
State.to_json() / State.from_json(text)                      without loss
"""
