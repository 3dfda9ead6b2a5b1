"""What we compare ourselves with: the barest Flask application, and the barest view that stores something."""

import os
import threading

import psycopg
from flask import Flask, request

hello = Flask("hello")


@hello.get("/")
def say_hello():
    return "hello"


insert = Flask("insert")
_local = threading.local()


@insert.post("/")
def store():
    """One row by one autocommitted INSERT: no form, no check, no second table."""
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(os.environ["BARE_DATABASE_URL"], autocommit=True)
    _local.connection.execute("INSERT INTO bare (email) VALUES (%s)", (request.get_data(as_text=True),))
    return "", 303, {"Location": "/thanks"}
