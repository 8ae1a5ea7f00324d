"""Sessions in Redis, or in whatever speaks its protocol."""

from collections.abc import Awaitable, Iterable
from typing import TYPE_CHECKING, Any

from hub_launch.errors import ExitCode, HubError
from hub_launch.hub.stores import Store, StoreDown

if TYPE_CHECKING:
    from redis.asyncio import Redis

# A Redis that is well answers within a millisecond. A client waits for this when it begins a session.
_SECONDS = 2.0
# Connections of one hub: each is busy for a millisecond at a time.
_CONNECTIONS = 16


def open_store(address: str) -> Store:
    """The one at a `redis://` or `rediss://` address. Raises HubError (exit 2) where the library is missing, or the
    address is none.
    """
    try:
        # Here, since hubs that stand by themselves need not have it.
        from redis.asyncio import BlockingConnectionPool, Redis
    except ImportError as error:
        raise HubError(
            "--sessions: the library for Redis is not installed",
            'pip install "mcp-hub-launch[redis]"',
            ExitCode.USAGE,
        ) from error
    try:
        pool = BlockingConnectionPool.from_url(
            address,
            max_connections=_CONNECTIONS,
            timeout=_SECONDS,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
        )
    except ValueError as error:
        raise HubError("--sessions: that is no address of a Redis", "redis://host:6379/0", ExitCode.USAGE) from error
    return _Redis(Redis(connection_pool=pool))


class _Redis:
    """See Store."""

    def __init__(self, redis: "Redis") -> None:
        self._redis = redis

    async def put(self, key: str, value: bytes, seconds: int) -> None:
        await _answer(self._redis.set(key, value, ex=seconds))

    async def get(self, key: str, most: int) -> bytes:
        found: bytes = await _answer(self._redis.getrange(key, 0, most))
        return found

    async def drop(self, key: str) -> None:
        await _answer(self._redis.delete(key))

    async def prolong(self, keys: Iterable[str], seconds: int) -> list[bool]:
        together = self._redis.pipeline(transaction=False)
        for key in keys:
            together.expire(key, seconds)
        return [bool(one) for one in await _answer(together.execute())]

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.disconnect()


async def _answer(asked: Awaitable[Any]) -> Any:
    from redis.exceptions import RedisError

    try:
        return await asked
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDown(str(error) or type(error).__name__) from error
