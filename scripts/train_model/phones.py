"""The phone set, its left-context classes, and how the network's outputs are numbered.

ARPAbet without stress, as in CMUdict, plus SIL. The network has one output for the first frame of a phone after
each class of left neighbour ("forward") and one for every further frame of it ("loop"): Kaldi's chain topology
with left biphones tied by hand, so that no tree has to be grown from alignments.
"""

SILENCE = "SIL"
ARPABET = [
    *[
        "AA",
        "AE",
        "AH",
        "AO",
        "AW",
        "AY",
        "B",
        "CH",
        "D",
        "DH",
        "EH",
        "ER",
        "EY",
        "F",
        "G",
        "HH",
        "IH",
        "IY",
        "JH",
    ],
    *["K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH"],
]
PHONES = [SILENCE, *ARPABET]
PHONE_ID = {phone: index for index, phone in enumerate(PHONES)}

# Phones that colour the start of what follows in about the same way.
LEFT_CLASSES = [
    [SILENCE],
    ["AA", "AO", "AH"],
    ["AE", "EH"],
    ["IH", "IY", "EY", "AY", "OY", "Y"],
    ["UW", "UH", "OW", "AW", "W"],
    ["ER", "R"],
    ["L"],
    ["M", "N", "NG"],
    ["P", "B", "F", "V"],
    ["T", "D", "TH", "DH"],
    ["K", "G", "HH"],
    ["S", "Z", "SH", "ZH", "CH", "JH"],
]
_CLASS_OF = {phone: number for number, members in enumerate(LEFT_CLASSES) for phone in members}
LEFT_CLASS = [_CLASS_OF[phone] for phone in PHONES]  # of a phone id, when it is the left neighbour
OUTPUTS = (len(LEFT_CLASSES) + 1) * len(PHONES)  # 520

# Kaldi's phone table: 0 is epsilon, 1 silence, then four word positions of each phone.
POSITIONS = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}
KALDI_PHONES = ["<eps>", SILENCE, *(f"{phone}_{place}" for phone in ARPABET for place in POSITIONS)]


def forward_output(left_class: int, phone: int) -> int:
    """The output for the first frame of `phone` (an id of PHONES) after a phone of `left_class`."""
    return left_class * len(PHONES) + phone


def loop_output(phone: int) -> int:
    """The output for every later frame of `phone`, whatever came before it."""
    return len(LEFT_CLASSES) * len(PHONES) + phone


def plain_phone(kaldi_id: int) -> int:
    """The id in PHONES of a phone of Kaldi's table, its word position dropped."""
    return PHONE_ID[KALDI_PHONES[kaldi_id].split("_")[0]]


def in_word_positions(phones: list[str]) -> list[str]:
    """A word's phones with their positions: ["K_B", "AE_I", "T_E"]; a single one is a singleton."""
    if len(phones) == 1:
        return [f"{phones[0]}_S"]
    return [f"{phones[0]}_B", *(f"{phone}_I" for phone in phones[1:-1]), f"{phones[-1]}_E"]
