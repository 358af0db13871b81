"""Sound to n-best hypotheses: the Vosk model, its vocabulary, decoding graphs and recognisers."""

from voice_coach.recognition.decoding_graph import WEIGHTS, Weights
from voice_coach.recognition.model import Model, load_model

__all__ = ["WEIGHTS", "Model", "Weights", "load_model"]
