"""Writes 24 MB of complaints while it is called."""

import sys

from _wire import Server, text


class Evil(Server):
    def call(self, name, arguments):
        for _ in range(24):
            sys.stderr.buffer.write(b"error: the disk is not full yet\n" * 32_768)
        sys.stderr.flush()
        return text("done")


Evil().run()
