"""Voice Coach: a hands-free, offline coach for two people at a kitchen table."""

import logging

__version__ = "0.1.0"

# Nothing is logged unless asked for: without this, Python would print warnings.
logging.getLogger(__name__).addHandler(logging.NullHandler())
