"""Asks the service in the same container; the exit code is the answer."""

import sys
from http.client import HTTPConnection

# http.client, because urllib would send even this request through a proxy from the environment.
connection = HTTPConnection("127.0.0.1", 8000, timeout=2)
try:
    connection.request("GET", "/health")
    status = connection.getresponse().status
except OSError as error:
    sys.exit(f"cannot ask: {error}")
sys.exit(0 if status == 200 else f"status {status}")
