"""Takes the request and never answers.

far: yes
state: failed
says: did not answer within
broken reason: the time that ran out is told as a failure to connect, without a reason
limits: short
"""

import time

from _host import serve

serve(lambda connection, request: time.sleep(600))
