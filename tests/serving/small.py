"""The smallest application: says what it was given, so that tests see what came through the server."""

import json


def app(environ, start_response):
    """Answer with the environment's text values and the body."""
    if environ["PATH_INFO"] == "/fails":
        raise RuntimeError("as asked")
    told = {key: value for key, value in environ.items() if isinstance(value, (str, int))}
    told["body"] = environ["wsgi.input"].read().decode()
    answer = json.dumps(told).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
