"""The peer that a good Python team would write today: Strawberry, data loaders, the official driver."""
