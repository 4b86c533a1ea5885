"""The libraries that are kept in the repository."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "web" / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_every_vendored_file_is_the_one_in_the_manifest() -> None:
    promised = {name: digest for package in MANIFEST["packages"] for name, digest in package["files"].items()}

    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert found == promised


def test_the_manifest_is_what_bin_vendor_makes() -> None:
    script = ast.parse((ROOT / "bin" / "vendor").read_text(encoding="utf-8"))
    pinned = next(
        ast.literal_eval(node.value)
        for node in script.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PACKAGES"
    )

    promised = [
        {
            "name": package["name"],
            "version": package["version"],
            "licence": package["licence"],
            "files": sorted(package["files"].values()),
        }
        for package in pinned
    ]

    assert [{**package, "files": sorted(package["files"])} for package in MANIFEST["packages"]] == promised
