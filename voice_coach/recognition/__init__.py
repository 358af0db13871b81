"""Sound to n-best hypotheses: the Vosk model, its vocabulary, decoding graphs and recognizers."""

from voice_coach.recognition.model import CompiledModels, Model, load_model
from voice_coach.recognition.weights import WEIGHTS, Weights

__all__ = ["WEIGHTS", "CompiledModels", "Model", "Weights", "load_model"]
