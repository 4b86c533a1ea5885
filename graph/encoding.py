"""In which encoding a file of text is: what it says itself, else what it can be read in from end to end.

UTF-8 is tried first, then GB18030, which holds GBK and GB2312. GB18030 finds characters in nearly any bytes: so it must
also be more than damaged UTF-8, and most of its characters must be the usual ones, which are those of GB2312.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from graph.errors import BadInput

UTF8, GB18030 = "utf-8-sig", "gb18030"

_PIECE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
# The sequences of UTF-8 that are not ASCII (RFC 3629, section 4), roughly.
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# The characters of GB18030 that have two bytes, and those of them that GB2312 has.
_CHARACTER = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_USUAL = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
# UTF-8 explains an eighth of what is GBK by accident, and nearly all of what is UTF-8.
_EXPLAINED = 0.5
_MOSTLY = 0.8


def encoding_of(open_: Callable[[], BinaryIO]) -> str:
    """The name of the encoding as Python knows it; UTF-8, with faults, for what is neither."""
    with open_() as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if _reads(open_, "utf-8"):
        return UTF8
    return GB18030 if _is_chinese(open_) and _reads(open_, GB18030) else UTF8


def checked_encoding(name: str) -> str:
    """A codec of Python's, by any of its names. Raises `BadInput` if there is none."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise BadInput(f"'{name}' is no encoding; write one as gb18030, utf-8 or windows-1252.") from None
    return UTF8 if found == "utf-8" else found


def _reads(open_: Callable[[], BinaryIO], name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with open_() as file:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(open_: Callable[[], BinaryIO]) -> bool:
    """Whether what is not ASCII makes more sense as Chinese than as UTF-8 or as anything else."""
    total = explained = characters = usual = 0
    with open_() as file:
        while piece := file.read(_PIECE):
            total += len(_NOT_ASCII.findall(piece))
            explained += sum(map(len, _SEQUENCE.findall(piece)))
            found = _CHARACTER.findall(piece)
            characters += len(found)
            usual += sum(_USUAL.fullmatch(each) is not None for each in found)
    return explained < _EXPLAINED * total and usual >= _MOSTLY * characters
