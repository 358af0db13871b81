"""Sentences with placeholders in braces, and what people may say between stars."""

from string import Formatter


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces. Raises ValueError, saying what was expected, when the braces are not plain {name}."""
    names = set()
    try:
        for _, name, spec, conversion in Formatter().parse(sentence):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                raise ValueError
            names.add(name)
    except ValueError:
        raise ValueError(f"expected placeholders like {{name}}, found {sentence!r}") from None
    return frozenset(names)


def phrases(sentence: str) -> tuple[str, ...]:
    """What the sentence tells people to say: what stands between stars."""
    return tuple(sentence.split("*")[1::2])


def without_stars(sentence: str) -> str:
    """The sentence as it is spoken."""
    return sentence.replace("*", "")


def check(sentences: tuple[str, ...], allowed: frozenset[str]) -> str | None:
    """What is wrong with the placeholders of these sentences, or None."""
    for sentence in sentences:
        if sentence.count("*") % 2:
            return f"expected a star before and behind what people may say, found {sentence!r}"
        try:
            unknown = sorted(placeholders(sentence) - allowed)
        except ValueError as error:
            return str(error)
        if unknown:
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed))
            return f"expected {'only ' + known if known else 'no placeholder'}, found {{{unknown[0]}}}"
    return None
