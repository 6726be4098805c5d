"""Bytes where a text is described that isn't in base64."""

from case_formats_of_bytes import Sample, models


def good(client: Sample, names: dict[str, str], texts: list[str]) -> None:
    doc = models.Doc(content=b"a", more=None, blobs=texts, names=names, either=1)
    client.data(doc)
    client.data({"content": b"a"})
    client.key(b"a", b"a", q="YQ==", many=[b"a", "YQ=="], x_h=b"a")
    client.rows(texts)
    client.names(names)
    text: str = client.key("YQ==", "YQ==") + doc.content
    more: str | None = doc.more
    print(text, more)


def bad(client: Sample, doc: models.Doc) -> None:
    models.Doc(content="YQ==", plain=b"p")  # wrong
    models.Doc(content=1)  # wrong
    models.Doc()  # wrong
    client.key(1, b"a")  # wrong
    raw: bytes = doc.content  # wrong
    print(raw)
