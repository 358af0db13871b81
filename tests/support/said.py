"""What people say to the coach -> (intent, slots), None for what is asked back. Typed and spoken alike.

The options and names are those of `support.speech.LISTS`.
"""

from voice_coach.attention import SlotValue

Meant = tuple[str, dict[str, SlotValue]] | None


def _all(intent: str, *texts: str, **slots: SlotValue) -> dict[str, Meant]:
    return dict.fromkeys(texts, (intent, slots))


YES = _all(
    "yes",
    *(
        "yes",
        "yep",
        "yup",
        "yeah",
        "sure",
        "okay",
        "alright",
        "absolutely",
        "certainly",
        "yes please",
        "yeah sure",
    ),
    *(
        "yes they are",
        "they are",
        "yes that sounds good",
        "that sounds good",
        "sounds good",
        "sure why not",
        "why not",
    ),
    *("yes we do", "yes i would", "i'd love to", "we'd like that", "yes of course", "of course", "sure thing"),
    *("works for me", "that works for us", "fine by me", "that's fine", "good idea", "yes let's", "let's do that"),
    *(
        "yes all of them",
        "they're away",
        "they are out of the room",
        "we already did",
        "just did it",
        "we have already",
    ),
    *("you bet", "by all means", "i think so", "that's right", "yeah go ahead", "we did", "can do", "i like that"),
    *("the usual", "as long as you suggest", "yes we can", "yes it does", "it's fine with us", "i do like it"),
)
NO = _all(
    "no",
    *(
        "no",
        "nope",
        "nah",
        "no way",
        "never",
        "not really",
        "not today",
        "not at all",
        "no thanks",
        "no thank you",
    ),
    *(
        "i disagree",
        "we disagree",
        "i can't",
        "we can't",
        "i cannot",
        "we can't do that",
        "no i can't",
        "sorry we can't",
    ),
    *("that isn't right", "that isn't fine", "that is not right", "that's not right", "it isn't", "no it isn't"),
    *(
        "let's not",
        "rather not",
        "i'd rather not",
        "we'd rather not",
        "i'd prefer not to",
        "i would prefer not to",
    ),
    *("i don't think so", "i don't want to", "we don't agree", "i don't", "no we don't", "i do not like it"),
    *(
        "absolutely not",
        "of course not",
        "definitely not",
        "maybe not",
        "probably not",
        "certainly not",
        "better not",
    ),
    *(
        "we won't do that",
        "i refuse",
        "that doesn't work for me",
        "i'm not comfortable with that",
        "they aren't",
        "they're not",
    ),
    *("no they are still here", "not for me", "please don't", "i say no", "the answer is no", "i'm afraid not"),
    *("that's wrong", "i don't feel like it", "nah not today", "no deal", "i won't", "not right now"),
)
NEITHER = dict.fromkeys(
    [
        *("maybe", "perhaps", "i guess", "i guess so", "i suppose", "i'm not sure", "not sure", "we're not sure"),
        *(
            "possibly",
            "it depends",
            "let me think",
            "we'll see",
            "i might",
            "hard to say",
            "yes and no",
            "who knows",
        ),
        *(
            "twenty to thirty",
            "between ten and twenty",
            "ten or fifteen minutes",
            "no idea",
            "yes or no",
            "yes but",
        ),
        *(
            "uh huh",
            "uh uh",
            "mm hmm",
            "we can",
            "i can",
            "i would",
            "i can hear you",
            "you can't begin",
            "i wouldn't",
        ),
    ]
)
NUMBERS = {
    **_all("number", "forty", "about forty minutes", "around forty", "forty or so", "let's say forty", n=40),
    **_all("number", "maybe forty minutes", "forty minutes please", "i'd say forty", "say forty minutes", n=40),
    **_all("number", "forty is fine", "forty minutes should be enough", "make it forty", "40", "40 minutes", n=40),
    **_all("number", "three quarters of an hour", "about three quarters of an hour", n=45),
    **_all("number", "half an hour", "half an hour or so", "about half an hour", "a half hour", n=30),
    **_all("number", "an hour", "one hour", "about an hour", "an hour please", n=60),
    **_all("number", "one and a half hours", "an hour and a half", "ninety minutes", "about ninety minutes", n=90),
    **_all("number", "quarter of an hour", "a quarter of an hour", "fifteen minutes or so", n=15),
    **_all("number", "two hours", "a couple of hours", "a hundred and twenty minutes", "120 minutes", n=120),
    **_all("number", "seventy minutes", "an hour and ten minutes", n=70),
    **_all("number", "ten minutes every night", "ten each night", "ten minutes a night", n=10),
    **_all("more_time", "add a minute", "one more minute", "another minute", "an extra minute", minutes=1),
    **_all("more_time", "add one minute to the timer", "give me a minute more", "just one more minute", minutes=1),
    **_all("more_time", "add five minutes to the timer", "give us five more", "five more please", minutes=5),
    **_all("more_time", "five minutes more", "five extra minutes", "another five minutes please", minutes=5),
    **_all("more_time", "put five minutes on the clock", "five minutes longer", "can i have five more", minutes=5),
    **_all("more_time", "another thirty seconds", "thirty more seconds", "add thirty seconds", seconds=30),
    **_all("more_time", "half a minute more", "another half a minute", "give me half a minute", seconds=30),
    **_all("more_time", "give us another 30 seconds", "can i have thirty seconds more", seconds=30),
    **_all("more_time", "a minute and a half more", "add one and a half minutes", seconds=90),
    **_all("more_time", "another minute and a half", "one more minute and a half", seconds=90),
    **_all("more_time", "two and a half more minutes", seconds=150),
    **_all("more_time", "another minute and thirty seconds", minutes=1, seconds=30),
    **_all("more_time", "two minutes and thirty seconds more", minutes=2, seconds=30),
    **_all("more_time", "fifteen seconds more", "fifteen extra seconds", seconds=15),
    **_all(
        "more_time", "more time", "a little more time", "a few more minutes", "a couple more minutes", minutes=2
    ),
    **_all("turn_length", "eight minutes each", "make it eight each", "let's say eight minutes each", minutes=8),
    **_all(
        "turn_length", "eight each", "eight minutes for each of us", "let's take eight minutes each", minutes=8
    ),
}
TEA, PARK = "a cup of tea together", "in the park"
ANSWERS = {
    **_all("choose", "tea", "a cup of tea", "the tea", "cup of tea", "tea please", "we'd like tea", choice=TEA),
    **_all(
        "choose", "let's have a cup of tea", "how about tea", "we choose the tea", "tea sounds good", choice=TEA
    ),
    **_all("choose", "the park", "park", "in the park", "to the park", "i'd prefer the park", choice=PARK),
    **_all("choose", "let's go to the park", "the park would be nice", "we want to go to the park", choice=PARK),
    **_all(
        "person", "anna", "anna first", "anna goes", "let anna begin", "anna starts", "anna can start", name="Anna"
    ),
    **_all(
        "person", "let's start with anna", "anna should go first", "anna please", "start with anna", name="Anna"
    ),
    **_all("draw", "you choose", "you pick", "flip a coin", "we don't mind", "it's up to you", "whoever"),
    **_all("swap", "me first", "i'll go first", "let me start first", "can i go first"),
}
ASKED_AT_ANY_TIME = {
    **_all("time_left", "how much time is left on the timer", "how many seconds are left", "how long do i have"),
    **_all("time_left", "what's left on the clock", "are we nearly done", "how long to go", "how much longer"),
    **_all(
        "time_left", "how many minutes do we have left", "how much time do i have", "is my time up", "time check"
    ),
    **_all("time_left", "how many more minutes do i have", "when is the break over", "how long until it's over"),
    **_all(
        "time_left",
        "how much time do i have left on the clock",
        "do we have any time left",
        "am i almost out of time",
    ),
    **_all("pause", "hold on a sec", "hang on", "one moment", "wait a minute", "give us a second", "time out"),
    **_all(
        "pause", "can we stop for a bit", "hold on", "hang on a minute", "just a moment", "wait a sec", "timeout"
    ),
    **_all(
        "pause", "i need a minute", "one second", "let's stop for a minute", "give me a moment", "just a minute"
    ),
    **_all("pause", "i need some air", "let's cool off", "we need to calm down", "this is getting too heated"),
    **_all(
        "undo", "cancel that", "undo", "scratch that", "take that back", "that was a mistake", "i changed my mind"
    ),
    **_all("never_mind", "never mind", "forget it", "never mind that", "ignore that", "i wasn't talking to you"),
    **_all("never_mind", "it's nothing", "false alarm", "forget about it", "sorry not you"),
    **_all(
        "next", "what's the next step", "let's move on to the next step", "next one please", "on to the next step"
    ),
    **_all(
        "next",
        "can we move on to the next step",
        "what is the next step",
        "take us to the next part",
        "let's move on",
    ),
    **_all(
        "repeat",
        "say that again slower",
        "say it again more slowly",
        "can you repeat that more slowly",
        pace="slower",
    ),
    **_all(
        "repeat", "repeat that slower", "could you say that more slowly", "once more slowly please", pace="slower"
    ),
    **_all("repeat", "say that again", "what was the question", "can you repeat that"),
    **_all("not_yet", "i haven't finished", "i'm not done", "i'm not finished yet", "not yet", "we can't begin"),
    **_all("not_yet", "we're not ready", "not quite yet", "we haven't finished"),
}
SAFETY = _all(
    "safety",
    *("help me he hits me", "he beats the children"),
    *("i feel unsafe", "i don't feel safe", "i do not feel safe here", "he hits me", "she hit me", "ben hits me"),
    *("i'm scared of him", "i am afraid of her", "i'm afraid of you", "i'm afraid of ben", "he threatens me"),
    *(
        "she threatened me",
        "he's hurting me",
        "you are hurting me",
        "he hurts me",
        "this is abuse",
        "he is violent",
    ),
    *("i'm in danger", "he won't let me leave", "call the police", "he forces me", "i am being threatened"),
    *("he wants to hurt me", "i don't feel safe with him", "show me the safety numbers", "i'm frightened"),
)
SAID: dict[str, Meant] = {**YES, **NO, **NEITHER, **NUMBERS, **ANSWERS, **ASKED_AT_ANY_TIME, **SAFETY}
