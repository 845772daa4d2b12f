"""What is typed at one terminal, at another, and nothing else: no program in Python shows a key elsewhere sooner.

python bare_relay.py SOCKET host|join
"""

import asyncio
import os
import sys
import tty

CTRL_Q = b"\x11"


async def relay(socket: str, *, hosts: bool) -> None:
    loop = asyncio.get_running_loop()
    tty.setraw(0)
    if hosts:
        ends: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        await asyncio.start_unix_server(lambda *both: ends.put_nowait(both), socket)
        print("waits", flush=True)
        reader, writer = await ends.get()
    else:
        reader, writer = await asyncio.open_unix_connection(socket)
    print("there are two", flush=True)
    left = asyncio.Event()

    def typed() -> None:
        keys = os.read(0, 4096)
        if CTRL_Q in keys:
            left.set()
        else:
            writer.write(keys)
            os.write(1, keys)

    async def hear() -> None:
        while keys := await reader.read(4096):
            os.write(1, keys)

    loop.add_reader(0, typed)
    hearing = loop.create_task(hear())
    await left.wait()
    hearing.cancel()


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1], hosts=sys.argv[2] == "host"))
