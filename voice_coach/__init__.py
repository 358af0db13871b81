"""Voice Coach: a hands-free, offline coach for two people at a kitchen table."""

__version__ = "0.1.0"
