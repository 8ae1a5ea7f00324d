"""Ends with commands to the terminal on its lips.

state: failed
says: exited with code 9
"""

import sys

sys.stderr.buffer.write(b"\x1b[2J\x1b]0;owned\x07error: \xff\xfe\xe2\x80\xae gnp.exe \x9b31m\n")
sys.stderr.flush()
sys.exit(9)
