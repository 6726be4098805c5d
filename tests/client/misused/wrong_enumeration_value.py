"""Values that an enumeration of a request doesn't list."""

from case_requests_as_given import Sample, models


def good(client: Sample, shades: models.Shades) -> None:
    client.things.find(colours=["red", models.Colour.GREEN], level=1)
    client.things.json(models.Thing(colours=["red", models.Colour.GREEN], shade="light"))
    shade: models.Shade | str | None = shades.shade
    print(shade)


def bad(client: Sample, text: str) -> None:
    client.things.find(colours=[text])  # wrong
    client.things.find(colours=["blue"])  # wrong
    client.things.find(level=3)  # wrong
    models.Thing(colours=[text])  # wrong
    models.Thing(colours=["blue"])  # wrong
