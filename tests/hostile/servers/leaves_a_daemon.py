"""Starts a process that leaves its session and its group, and holds the pipes open."""

import os
import time

from _wire import Server

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
Server().run()
