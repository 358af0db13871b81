"""From named data to a Vosk model: `python -m scripts.train_model` (see `--help`).

Stages, each of which goes on where it was interrupted:

    synthesise  speech of espeak-ng, flite and festival voices; broad text, our commands, table talk
    neural      speech of Kokoro's neural voices, and of voices between them; the same texts, several to a passage
    collect     recordings of real people, decoded
    held-out    tables of the people and words that are never trained on, for `scripts/bench_hearing.py --shared`
    rooms       room responses, simulated and measured
    first       a tenth of the training, on one augmented copy of everything
    cut         long recordings in parts, and words and short phrases, cut where that first network says they are
    features    augmented copies of everything (rooms, noise, colour, level, speed) as filterbank frames
    train       flat-start lattice-free MMI, no alignments (`loss`, `network`)
    afresh      (only when named; for a GPU; begins anew) train, on sounds made anew at every step
    export      am/ and conf/ of the model
    graph       vocabulary, decoding graph, trigram
    check       the result in stock Vosk

`scripts/bench_hearing.py --model DIR` measures a model on the recordings under shared/speech/dev. A model's word
list is extended without training: `python -m scripts.train_model graph --into DIR --more-words FILE`.

System (Debian): espeak-ng flite festival festvox-us-slt-hts festvox-kallpc16k festvox-kdlpc16k libfst-tools
libfst22-plugins-base, and npm for the neural voices. Python: those of scripts/train_model/requirements.txt, beside
the project's own.

What the model learns from, and its licences: sentences of Mozilla Common Voice (CC0); our prompts (Apache-2.0);
CMUdict (BSD style); first names of the US census of 1990 (public domain); the synthetic voices (see `synthesise`,
`kokoro`); the recordings (see `collect`); noise of Picovoice's speech-to-intent-benchmark (Apache-2.0) and of
Speech Commands (CC BY 4.0); room responses of IoSR Surrey (MIT). Attribution is owed for all that is CC BY.
"""
