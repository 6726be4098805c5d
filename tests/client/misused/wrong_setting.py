"""Arguments of a client that don't exist, are for the other client, or are None."""

import httpx
from pinterest_audiences import AsyncPinterest, Pinterest

client = Pinterest.from_env(time_out=3)  # wrong
other = AsyncPinterest.from_env(http_client=httpx.Client())  # wrong
nobody = Pinterest(None)  # wrong
