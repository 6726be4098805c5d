"""Arguments of a client for parameters of its calls, and those of calls, of the wrong type."""

from case_client_arguments import AsyncSample, Sample, models


async def good() -> list[str]:
    client = Sample("t", account_id="a", x_tenant="ours", api_version=3, region="eu")
    client.start_job()
    client.pets.create_pet({"name": "Rex"}, api_version="b", x_tenant=None)
    client.pets.picture("7", x_tenant="theirs")
    other = AsyncSample.from_env(api_version="b", region=models.Region.US, list_=["a"])
    return client.pets.list_pets() + await other.pets.list_pets(api_version=3)


async def bad() -> None:
    client = Sample("t", x_tenant=7)  # wrong
    Sample("t", tenant="ours")  # wrong
    AsyncSample.from_env(list_="a")  # wrong
    Sample("t", api_version=1.5)  # wrong
    client.pets.list_pets("a")  # wrong
    client.pets.list_pets(api_version="b")  # wrong
    client.pets.picture(x_tenant="ours")  # wrong
