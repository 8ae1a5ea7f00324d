"""Does nothing and ends, with variants of how.

state: failed
says: exited with code
says: no key was given
variants: 1, 255
"""

import sys

from _wire import variant

print("error: no key was given", file=sys.stderr, flush=True)
sys.exit(int(variant()))
