"""A test of the project's own beside the generated ones, with their fixtures."""

from bookshop import Bookshop
from bookshop.testing import Fake


def test_client(client: Bookshop, fake: Fake) -> None:
    client.books.search(binding="hard")
    assert fake.books_search.calls[0].query["binding"] == "hard"
