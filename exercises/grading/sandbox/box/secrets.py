"""Stands in for the standard module, so that what is drawn without a seed is the same in a regrade.

NumPy takes the seed of an unseeded generator from here.
"""

import os

# A new process would draw afresh; but cells run in processes of their own, and at home they go on drawing.
_register, os.register_at_fork = os.register_at_fork, lambda **_: None
try:
    import random
finally:
    os.register_at_fork = _register

source = random.Random(0)
randbits = source.getrandbits
randbelow = source.randrange
choice = source.choice
token_bytes = source.randbytes


def token_hex(nbytes=32):
    """Return ``2 * nbytes`` hexadecimal digits."""
    return token_bytes(nbytes).hex()
