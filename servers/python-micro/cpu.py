"""Four tasks of pure computation, in four ways. The result is the id of the answer: it shows that the work was done."""

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

from aiohttp import web

from done import done

TASKS = 4
N = int(os.environ.get("NOTIFY_N", "200000"))
POOL = web.AppKey("pool", ProcessPoolExecutor)


def sum_of_squares(n: int) -> int:
    return sum(i * i for i in range(n))


async def serial(_: web.Request) -> web.Response:
    return done(sum(sum_of_squares(N) for _ in range(TASKS)))


async def gather(_: web.Request) -> web.Response:
    async def task() -> int:
        return sum_of_squares(N)

    return done(sum(await asyncio.gather(*(task() for _ in range(TASKS)))))


async def to_thread(_: web.Request) -> web.Response:
    return done(sum(await asyncio.gather(*(asyncio.to_thread(sum_of_squares, N) for _ in range(TASKS)))))


async def processes(request: web.Request) -> web.Response:
    loop, pool = asyncio.get_running_loop(), request.app[POOL]
    return done(sum(await asyncio.gather(*(loop.run_in_executor(pool, sum_of_squares, N) for _ in range(TASKS)))))


def leave_signals_alone() -> None:
    """A worker ends when the pool is shut down. What it inherits of the loop would tell the parent of the worker's signals."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def pool(app: web.Application):
    """The pool is there from the start; its processes, all of them, from the first task on."""
    workers, fork = int(os.environ.get("NOTIFY_POOL", "4")), multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, mp_context=fork, initializer=leave_signals_alone) as app[POOL]:
        yield
