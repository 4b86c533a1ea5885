"""How texts are made alike before they are compared or searched."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Case, width and accents removed, white space collapsed.

    >>> fold("  Ｍüller   GmbH ")
    'muller gmbh'
    """
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFC", plain).split())
