"""A fake that remembers, and what it lists."""

from case_remember import Sample
from case_remember.testing import Fake, Reply


def good() -> list[str]:
    fake = Fake(remember=True, strict=False)
    client = Sample(transport=fake)
    shelf = client.shelves.create({"name": "Novels"})
    fake.shelves_get.answers(Reply(404), shelf)
    return [*map(str, fake.remembers), *(resource.path for resource in fake.remembers)]


def bad(fake: Fake) -> None:
    Fake(remember="shelves")  # wrong
    Fake(True)  # wrong
    Fake(remembers=True)  # wrong
    fake.remembers.append("shelves")  # wrong
    fake.remembers[0].calls[0].role = "list"  # wrong
