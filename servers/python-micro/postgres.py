"""A PostgreSQL of users: many reads one after the other, and many writes one by one or together.

Connections are opened by the first request, which is the probe of the harness.
"""

import asyncio
import os
import pathlib
import random

from aiohttp import web

from done import done

QUERIES = int(os.environ.get("NOTIFY_QUERIES", "20"))
URL = os.environ.get("DATABASE_URL", "")
SCHEMA = os.environ.get("NOTIFY_SCHEMA", "notifybench_micro")
USERS = 1000

# The same tables as the Go twin's.
SQL = pathlib.Path(__file__).parent.parent.joinpath("micro", "schema.sql").read_text().replace("{schema}", SCHEMA)


class Lazy:
    """What the first caller opens and all share."""

    def __init__(self, opening):
        self.opening, self.lock, self.opened = opening, asyncio.Lock(), None

    async def get(self):
        async with self.lock:
            if self.opened is None:
                self.opened = await self.opening()
        return self.opened


async def open_pool():
    import asyncpg

    pool = await asyncpg.create_pool(URL, min_size=1, max_size=10, server_settings={"search_path": SCHEMA})
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("SELECT pg_advisory_xact_lock(1)")
        await conn.execute(SQL)
    return pool


async def open_psycopg2():
    """As printed but for autocommit: the connection would stay in its first transaction for ever."""
    import psycopg2

    conn = psycopg2.connect(URL, options=f"-c search_path={SCHEMA}")
    with conn, conn.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1)")
        cursor.execute(SQL)
    conn.autocommit = True
    return conn


POOL, ONE = Lazy(open_pool), Lazy(open_psycopg2)


async def psycopg2_one(_: web.Request) -> web.Response:
    """One connection that blocks: the loop waits with it."""
    conn = await ONE.get()
    cursor = conn.cursor()
    for _ in range(QUERIES):
        cursor.execute("SELECT * FROM users WHERE id = %s", (random.randrange(USERS),))
        assert cursor.fetchone()
    return done()


async def asyncpg_pool(_: web.Request) -> web.Response:
    """A pool: each query takes a connection and gives it back."""
    pool = await POOL.get()
    for _ in range(QUERIES):
        async with pool.acquire() as conn:
            assert await conn.fetchrow("SELECT * FROM users WHERE id = $1", random.randrange(USERS))
    return done()


INSERT = "INSERT INTO deliveries (user_id, channel, status) VALUES ($1, $2, $3)"


def deliveries() -> list:
    return [(random.randrange(USERS), "email", "sent") for _ in range(QUERIES)]


async def single(_: web.Request) -> web.Response:
    """One statement after the other, each a transaction of its own."""
    pool = await POOL.get()
    for delivery in deliveries():
        async with pool.acquire() as conn:
            await conn.execute(INSERT, *delivery)
    return done()


async def executemany(_: web.Request) -> web.Response:
    """All of them in one transaction, which asyncpg makes of it."""
    pool = await POOL.get()
    async with pool.acquire() as conn:
        await conn.executemany(INSERT, deliveries())
    return done()
