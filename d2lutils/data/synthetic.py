"""The stand-ins: data that is there without a network, made or already on the machine, the same every time.

Each is a function that writes nothing and opens no socket. What they stand in for is said where it is loaded
(``images.py``, ``text.py``, ``tables.py``).
"""

from .digits import digits
from .garments import garments
from .houses import houses
from .sentences import sentence_pairs
from .topics import topics

__all__ = ["digits", "garments", "houses", "sentence_pairs", "topics"]
