"""How bytes arrive and leave: HTTP, the command line, settings."""
