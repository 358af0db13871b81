"""The parts of `scripts/bench_hearing.py`: clips with their truths, sounds in rooms and noise, and the peers."""
