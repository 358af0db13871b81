"""Stage: room responses: kitchens simulated by image sources (pyroomacoustics, MIT), and measured ones.

The measured ones are IoSR Surrey's RealRoomBRIRs (MIT): one room, 37 angles, two ears.
"""

from collections.abc import Iterator

import h5py  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
import pyroomacoustics  # type: ignore[import-untyped]
import soxr

from scripts.train_model.work import RATE, Floats, Work

LONGEST = int(0.6 * RATE)  # samples of a response that are kept


def simulate_rooms(work: Work, count: int, seed: int = 2) -> Iterator[int]:
    """Write `count` simulated responses and all measured ones to rooms.npy, (responses, LONGEST) float16."""
    out = work.root / "rooms.npy"
    if out.exists():
        return
    rng = np.random.default_rng(seed)
    responses = [*measured_rooms(work)]
    for number in range(1, count + 1):
        responses.append(kitchen(rng))
        yield number
    np.save(work.root / "rooms.part.npy", np.stack(responses).astype(np.float16))
    (work.root / "rooms.part.npy").replace(out)


def kitchen(rng: np.random.Generator) -> Floats:
    """One random kitchen: 2.2-7 m wide, its reverberation 0.15-0.7 s, the talker 0.3-4.5 m from the microphone."""
    size = np.array([rng.uniform(2.2, 7), rng.uniform(2.2, 6), rng.uniform(2.3, 3.2)])
    absorption, order = pyroomacoustics.inverse_sabine(rng.uniform(0.15, 0.7), size)
    materials = pyroomacoustics.Material(min(0.95, absorption))
    room = pyroomacoustics.ShoeBox(size, fs=RATE, materials=materials, max_order=min(order, 16))
    microphone = size * rng.uniform(0.1, 0.9, 3)
    microphone[2] = rng.uniform(0.7, 1.3)  # on a table or a worktop
    for _ in range(100):
        talker = size * rng.uniform(0.1, 0.9, 3)
        talker[2] = rng.uniform(1.0, 1.8)
        if 0.3 < np.linalg.norm(talker - microphone) < 4.5:
            break
    room.add_source(talker)
    room.add_microphone(microphone)
    room.compute_rir()
    return at_direct_sound(np.asarray(room.rir[0][0]))


def measured_rooms(work: Work) -> Iterator[Floats]:
    """Every angle and ear of the SOFA files under shared/speech/rir."""
    for path in sorted((work.shared / "speech" / "rir").glob("*.sofa")):
        with h5py.File(path) as file:
            rate = float(file["Data.SamplingRate"][0])
            for response in np.asarray(file["Data.IR"]).reshape(-1, file["Data.IR"].shape[2]):
                yield at_direct_sound(np.asarray(soxr.resample(response, rate, RATE)))


def at_direct_sound(response: npt.NDArray[np.float64]) -> Floats:
    """A response from its direct sound on, LONGEST samples, its strongest tap 1: no delay, no change of level."""
    start = max(0, int(np.abs(response).argmax()) - 16)
    kept = response[start : start + LONGEST]
    out = np.zeros(LONGEST, np.float32)
    out[: len(kept)] = kept / np.abs(kept).max()
    return out
