"""Verifiers: uncertain hypotheses are decoded again, and compared with what else the sound may be."""
