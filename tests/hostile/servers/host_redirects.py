"""Sends the hub, with its credentials, to an address inside the user's network.

far: yes
state: failed
variants: 302, 307
"""

import os

from _host import head, serve, variant

serve(lambda connection, request: connection.sendall(head(status=f"{variant()} Go", location=os.environ["BAIT"])))
