"""Stays when its input ends and when it is asked to end, and has a child that does so too."""

import os
import signal
import time

from _wire import Server

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
if os.fork() == 0:
    os.close(0)
    os.close(1)
    time.sleep(60)
    os._exit(0)
Evil = Server
Evil().run()
time.sleep(60)
