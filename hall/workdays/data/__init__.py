"""The calendar shipped with the product, and the module that wrote it."""
