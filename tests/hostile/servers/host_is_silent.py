"""Takes the request and never answers.

far: yes
state: failed
says: did not answer within
limits: short
"""

import time

from _host import serve

serve(lambda connection, request: time.sleep(600))
