"""Values of another type than an enumeration's."""

from case_requests_as_given import Sample, models


def good(client: Sample, shades: models.Shades) -> None:
    colours: list[models.Colour] = [models.Colour.GREEN]
    palettes: list[list[models.Colour]] = [colours]
    client.things.find(colours=["red", models.Colour.GREEN], level=1)
    client.things.find(colours=colours)
    client.things.json(models.Thing(colours=colours, palettes=palettes, shade="light"))
    client.things.rows(palettes)
    shade: models.Shade | str | None = shades.shade
    print(shade)


def bad(client: Sample) -> None:
    client.things.find(colours=[1])  # wrong
    client.things.find(level="high")  # wrong
    models.Thing(palettes=[[2]])  # wrong
