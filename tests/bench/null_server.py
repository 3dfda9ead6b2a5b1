"""A server that does nothing, to show how much the load generator itself can do. Prints its port; ends with SIGTERM.

An asyncio protocol: measured here at two to three times what granian's smallest RSGI application answers.
"""

import asyncio
import sys

_ANSWER = b"HTTP/1.1 303 See Other\r\nContent-Length: 0\r\n\r\n"


class _Null(asyncio.Protocol):
    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        # wrk writes a small request whole and waits for the answer.
        self._transport.write(_ANSWER)


async def _serve():
    server = await asyncio.get_running_loop().create_server(_Null, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
