"""Asks an HTTPS server things, through Python's ssl.

    python3 https_client.py PORT CERTIFICATE INTERVAL_MICROS COUNT

COUNT requests (0: until SIGTERM) over one connection: GET /python/i HTTP/1.1, with an Authorization that nobody must see.
Prints "ready pid=P" once connected, at the end "done requests=R".
"""

import http.client
import os
import signal
import ssl
import sys
import time

port, certificate, interval, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
connection = http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(cafile=certificate))
connection.connect()
print(f"ready pid={os.getpid()}", flush=True)
done = 0
while not stopping and (count == 0 or done < count):
    connection.request("GET", f"/python/{done}", headers={"Authorization": "Bearer python-secret"})
    connection.getresponse().read()
    done += 1
    time.sleep(interval / 1e6)
print(f"done requests={done}", flush=True)
