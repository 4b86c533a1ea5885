"""Trusted documents: those that an application's build wrote into a manifest, known by their ids from the start.

Three tools write two formats: Apollo's manifest lists operations with `id` and `body`; Relay's persist file and that of
graphql-codegen's client preset map ids to texts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from graph.errors import GuanxiError
from resolvers.document import Documents
from resolvers.request import InvalidRequest

_APOLLO = "apollo-persisted-query-manifest"


@dataclass(frozen=True)
class TrustedDocuments:
    """The texts by their ids, and one sentence for each file or document that is left out."""

    texts: Mapping[str, str]
    errors: tuple[str, ...] = ()

    @cached_property
    def known(self) -> frozenset[str]:
        """The texts themselves: whoever sends one of them in full is answered as if it had been named."""
        return frozenset(self.texts.values())


class ManifestError(Exception):
    """A file is no manifest; the message says why."""


def manifest_paths(setting: str) -> list[Path]:
    return [Path(each) for each in setting.split(os.pathsep) if each]


def load_trusted_documents(paths: Iterable[Path], documents: Documents) -> TrustedDocuments:
    """Read the manifests and validate each document, which also makes it ready to be asked."""
    texts: dict[str, str] = {}
    errors: list[str] = []
    for path in paths:
        try:
            found = read_manifest(path)
        except ManifestError as error:
            errors.append(f"{path}: {error}")
            continue
        for key, text in found.items():
            if texts.get(key, text) != text:
                errors.append(f'{path}: "{key}" is another document in a file before; ids must be unique.')
            elif reason := _fault(text, documents):
                errors.append(f'{path}: "{key}" is left out: {reason}')
            else:
                texts[key] = text
    return TrustedDocuments(texts, tuple(errors))


def read_manifest(path: Path) -> dict[str, str]:
    """The documents of a manifest by their ids. Raises `ManifestError`."""
    try:
        found: Any = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"it cannot be read: {error.strerror}; see GUANXI_TRUSTED_DOCUMENTS.") from None
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"it is no JSON: {error}.") from None
    if isinstance(found, dict) and "format" in found:
        found = _of_apollo(found)
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise ManifestError("it maps no ids to the texts of documents, and is no manifest of Apollo either.")
    return found


def _of_apollo(manifest: dict[str, Any]) -> dict[str, Any]:
    kind, version, operations = manifest["format"], manifest.get("version"), manifest.get("operations")
    if kind != _APOLLO or version != 1:
        raise ManifestError(f'its format is "{kind}" {version}; known is "{_APOLLO}" 1.')
    if not isinstance(operations, list):
        raise ManifestError('it lacks the list "operations".')
    texts: dict[str, Any] = {}
    for position, each in enumerate(operations):
        if not isinstance(each, dict) or not isinstance(each.get("id"), str) or not isinstance(each.get("body"), str):
            raise ManifestError(f'operations[{position}] lacks "id" or "body".')
        if texts.setdefault(each["id"], each["body"]) != each["body"]:
            raise ManifestError(f'it has two operations of the id "{each["id"]}".')
    return texts


def _fault(text: str, documents: Documents) -> str | None:
    try:
        documents.read(text)
    except InvalidRequest as invalid:
        first = invalid.errors[0]
        line = f" (line {first.locations[0].line})" if first.locations else ""
        return f"{first.message}{line}"
    except GuanxiError as error:
        return error.message
    return None
