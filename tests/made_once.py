"""What an application makes when it starts, and makes alike each time, is made once a test process.

Many tests build an application of their own; to pack the static files and to compile the templates was most of what
that cost. Both depend on their sources and options alone, which is what they are found again by.
"""

from functools import cache

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from campaign.kernel import assets


class CompiledOnce(BytecodeCache):
    """Keeps what was compiled, for all environments that compile alike."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was kept of this very source."""
        bucket.code = self._kept.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[_key(bucket)] = bucket.code


def _key(bucket: Bucket) -> tuple[object, ...]:
    of = bucket.environment
    escapes = getattr(of.autoescape, "__func__", of.autoescape)  # of an application: a method, bound to it
    options = (of.trim_blocks, of.lstrip_blocks, escapes, getattr(of, "newstyle_gettext", None))
    return (bucket.key, bucket.checksum, *options, of.policies.get("ext.i18n.trimmed"), *sorted(of.extensions))


def make_once() -> None:
    """Have all applications of this process share compiled templates and packed files."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledOnce()}
    assets.pack_ahead = cache(assets.pack_ahead)
