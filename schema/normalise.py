"""How texts become comparable: contact points, registry numbers, names.

A normaliser never loses what it was given. What it cannot understand comes back folded, with a warning.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import locale
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from graph.folding import fold
from graph.model import TYPE_NAME, Computed, Normalised, Part
from graph.search_terms import runs, text_terms, type_term, value_terms

# The languages that the C library's names of locales begin with.
_LANGUAGES = frozenset(found for alias in locale.locale_alias if len(found := re.split(r"[._@]", alias)[0]) in (2, 3))

# The forms that companies trade under, as they stand at the end of a name after folding.
_LEGAL_FORMS = re.compile(
    r"[\s,.]*\b(inc|incorporated|llc|ltd|limited|plc|corp|corporation|co|company|gmbh|mbh|ag|kg|ohg|ug|se|sa|sas|sarl|"
    r"s\.?p\.?a|srl|bv|nv|oy|ab|as|aps|kk|pte|pty)\b\.?$"
)
_CHINESE_LEGAL_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|集团|公司)$")


def email_address(text: str, country: str | None = None) -> Normalised:
    """Lower case, with the domain in IDNA's ASCII form. Whether the domain has a mail server is not asked."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    try:
        found = validate_email(folded, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Normalised(folded, f'"{text}" is no e-mail address')
    return Normalised(f"{found.local_part}@{found.ascii_domain}".casefold())


def phone_number(text: str, country: str | None = None) -> Normalised:
    """E.164. A number without a country code is read as one of the record's country."""
    try:
        found = phonenumbers.parse(unicodedata.normalize("NFKC", text), country)
    except phonenumbers.NumberParseException:
        found = None
    if found is not None and phonenumbers.is_valid_number(found):
        return Normalised(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    where = f" in {country}" if country else ""
    return Normalised(digits or text.strip().casefold(), f'"{text}" is no telephone number{where}')


def webhook_url(text: str, country: str | None = None) -> Normalised:
    """An address that a webhook may have, as far as its text tells; what is none is refused."""
    try:
        found = urlsplit(text)
        is_right = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        is_right = False
    if not is_right or any(character.isspace() or not character.isprintable() for character in text):
        return Normalised("", f'"{text[:60]}" is no address of http or https')
    if found.username is not None or found.password is not None:
        return Normalised("", "the address holds a user name or a password; deliveries are signed instead")
    return Normalised(text)


def webhook_secret(text: str, country: str | None = None) -> Normalised:
    """One secret of Standard Webhooks, or several with a space between; what is none is refused."""
    secrets = text.split()
    for each in secrets:
        try:
            size = len(base64.b64decode(each.removeprefix("whsec_"), validate=True))
        except binascii.Error:
            size = 0
        if not each.startswith("whsec_") or not 24 <= size <= 64:
            return Normalised("", "it must be whsec_ and 24 to 64 bytes in Base64")
    return Normalised(" ".join(secrets))


def unified_social_credit_code(text: str, country: str | None = None) -> Normalised:
    """统一社会信用代码: 18 characters with a check digit (GB 32100-2015)."""
    folded = unicodedata.normalize("NFKC", text).strip().upper().replace(" ", "")
    try:
        return Normalised(str(uscc.validate(folded)))
    except ValidationError:
        return Normalised(folded, f'"{text}" is no 统一社会信用代码')


def website(text: str, country: str | None = None) -> Normalised:
    """An address on the web: with its scheme, its host in lower case and in IDNA's ASCII form."""
    whole = text.strip() if "://" in text else f"https://{text.strip()}"
    doubt = Normalised(text.strip(), f'"{text}" is no address on the web')
    try:
        parts = urlsplit(whole)
        # The library knows which names a host may have.
        host = validate_email(f"www@{parts.hostname}", check_deliverability=False, test_environment=True).ascii_domain
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, EmailNotValidError):
        return doubt
    if parts.scheme.lower() not in ("http", "https") or parts.username or any(each.isspace() for each in whole):
        return doubt
    return Normalised(urlunsplit((parts.scheme.lower(), host + port, parts.path, parts.query, parts.fragment)))


def country_code(text: str, country: str | None = None) -> Normalised:
    """ISO 3166-1 alpha-2 in capitals; a country's name stays as it is given."""
    code = text.strip().upper()
    if len(code) != 2 or not code.isascii():
        return Normalised(text.strip())
    return Normalised(code, None if code in phonenumbers.SUPPORTED_REGIONS else f'"{text}" is no country')


def language_tag(text: str, country: str | None = None) -> Normalised:
    """BCP 47, as far as language, script and region go: zh-Hans-CN."""
    first, *others = text.strip().replace("_", "-").split("-")
    tag = [first.lower()]
    is_known = first.lower() in _LANGUAGES
    for each in others:
        match len(each):
            case 2:
                tag.append(each.upper())
                is_known = is_known and each.upper() in phonenumbers.SUPPORTED_REGIONS
            case 4:
                tag.append(each.title())
                is_known = is_known and each.isascii() and each.isalpha()
            case _:
                tag.append(each)
                is_known = is_known and each == "419"
    return Normalised("-".join(tag), None if is_known else f'"{text}" is no language of BCP 47')


def name_key(name: str) -> str:
    """What two spellings of one organisation's name have in common.

    >>> name_key("Müller GmbH") == name_key("MULLER")
    True
    """
    key = fold(name)
    shorter = _CHINESE_LEGAL_FORMS.sub("", _LEGAL_FORMS.sub("", key)).strip(" ,.")
    return shorter or key


@lru_cache(maxsize=10_000)
def sort_key(name: str) -> str:
    """A text whose code points are in the order that people expect: folded, Chinese by pinyin."""
    folded = fold(name)
    return folded if folded.isascii() else "".join(lazy_pinyin(folded, style=Style.TONE3, neutral_tone_with_five=True))


@lru_cache(maxsize=10_000)
def search_terms(value: str) -> tuple[str, ...]:
    """What a record is found by that has this value: for a Chinese one, its pinyin and its initials as well."""
    words = runs(value)
    syllables = [each for piece in lazy_pinyin(fold(value)) for each in runs(piece)]
    if syllables == words:
        return tuple(dict.fromkeys(value_terms([words])))
    initials = "".join(syllable[:1] for syllable in syllables)
    return tuple(dict.fromkeys(value_terms([words, syllables], [initials] if len(initials) > 1 else [])))


def search_text_of(names: Iterable[str], texts: Iterable[str] = ()) -> Computed:
    """The terms of a record, of what it is called and of what it says; of the latter, the first text counts more.

    Each property has a line of its own. The index, which splits at white space, does not see the lines, and a term that
    two of them have counts once, as every clause of a search has a constant score.
    """
    parts = [Part(TYPE_NAME, type_term), *(Part(name, _terms_of_value) for name in names)]
    for index, text in enumerate(texts):
        parts.append(Part(text, _terms_of_text if index else _terms_of_first_text))
    return Computed(tuple(parts), "\n")


def _terms_of_value(value: Any) -> str:
    return " ".join(search_terms(str(value)))


def _terms_of_first_text(text: Any) -> str:
    return " ".join(dict.fromkeys([*text_terms("S", str(text)), *text_terms("T", str(text))]))


def _terms_of_text(text: Any) -> str:
    return " ".join(dict.fromkeys(text_terms("T", str(text))))


def address_hash() -> Computed:
    """The same for two addresses that differ only in case, width, accents or white space: a digest of each part."""
    return Computed(tuple(Part(name, _digest) for name in ("lines", "postcode", "country")), ":")


def _digest(text: Any) -> str:
    """What is blank is as good as absent."""
    folded = fold(str(text))
    return hashlib.sha256(folded.encode()).hexdigest() if folded else ""
