"""Fills the English catalog, whose texts are those of the code: the last step of `make catalogs`."""

from pathlib import Path

from babel.messages.pofile import read_po, write_po

CATALOG = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"
WIDTH = 110


def main() -> None:
    with CATALOG.open("rb") as po:
        catalog = read_po(po, locale="en")
    for message in catalog:
        if message.id and not message.fuzzy:
            message.string = message.id
    with CATALOG.open("wb") as po:
        write_po(po, catalog, width=WIDTH, sort_output=True, no_location=True)


if __name__ == "__main__":
    main()
