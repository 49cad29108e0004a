"""Every table has a name on screen: a note that names one is said by it."""

from connectors.schema import titles
from connectors.schema.columns import METADATA


def test_every_table_has_a_title() -> None:
    tables = {name.split(".")[-1] for name in METADATA.tables}
    own = {name for name in tables if name.startswith("board_")}
    assert tables - own <= titles.TITLES.keys()
