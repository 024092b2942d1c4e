"""A Redis of users: many reads one after the other, by a client that blocks and by one that does not."""

import os
import random

from aiohttp import web

from done import done
from postgres import QUERIES, SCHEMA, USERS, Lazy

URL = os.environ.get("REDIS_URL", "")
LIFETIME = 3600  # seconds; nobody removes the keys


def key(user: int) -> str:
    return f"{SCHEMA}:user:{user}"


async def open_sync():
    import redis

    client = redis.Redis.from_url(URL)
    with client.pipeline(transaction=False) as pipe:
        for user in range(USERS):
            pipe.set(key(user), f"user{user}@example.com", ex=LIFETIME)
        pipe.execute()
    return client


async def open_async():
    """redis.asyncio is what became of aioredis; its pool of ten is the one aioredis had by default."""
    import redis.asyncio

    pool = redis.asyncio.BlockingConnectionPool.from_url(URL, max_connections=10, timeout=30)
    client = redis.asyncio.Redis(connection_pool=pool)
    async with client.pipeline(transaction=False) as pipe:
        for user in range(USERS):
            pipe.set(key(user), f"user{user}@example.com", ex=LIFETIME)
        await pipe.execute()
    return client


BLOCKING, POOLED = Lazy(open_sync), Lazy(open_async)


async def sync(_: web.Request) -> web.Response:
    """The loop waits with the client."""
    client = await BLOCKING.get()
    for _ in range(QUERIES):
        assert client.get(key(random.randrange(USERS)))
    return done()


async def asynchronous(_: web.Request) -> web.Response:
    client = await POOLED.get()
    for _ in range(QUERIES):
        assert await client.get(key(random.randrange(USERS)))
    return done()
