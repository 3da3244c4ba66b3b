"""The only door for writing to the catalogue. Each verb is one transaction; simple-history keeps who did it."""

from approvals.catalogue.actions.imports import confirm_import, hand_in, import_items, table_of
from approvals.catalogue.actions.items import (
    abolish,
    add_regime,
    create_item,
    discard_draft,
    edit_draft,
    keep_file,
    new_draft,
    publish,
    save_parts,
)

__all__ = [
    "abolish",
    "add_regime",
    "confirm_import",
    "create_item",
    "discard_draft",
    "edit_draft",
    "hand_in",
    "import_items",
    "keep_file",
    "new_draft",
    "publish",
    "save_parts",
    "table_of",
]
