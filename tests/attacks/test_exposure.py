"""Pages of strangers, and what the server tells browsers of itself."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from graph.address import Address
from graph.errors import BadInput
from tests.attacks.asking import GRAPHQL, ask
from tests.serving import serving
from web.serving import tls
from web.settings import Settings

ROOT = Path(__file__).parents[2]
APP = "https://app.example"
QUERY = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}


@pytest.fixture(scope="module")
def shared(neo4j_address: Address) -> Iterator[str]:
    """A server that pages of one other origin may ask."""
    with serving(neo4j_address, Settings(webhooks=False, cors_origins=f"{APP}, http://other.example:3000")) as url:
        yield url


PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def _granted(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize(
    "path", ["/graphql", "/", "/readyz", "/metrics", "/export", "/facts.json", "/static/guanxi.css"]
)
def test_a_name_that_somebody_else_leads_here_is_refused_everywhere(server_url: str, path: str) -> None:
    """DNS rebinding: the browser believes that it asks evil.example, and shows its page whatever is answered."""
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8000",
        "",
        "[::1].evil.example",
        "@127.0.0.1",
    ):
        response = httpx.get(f"{server_url}{path}", headers={"host": host}, timeout=60)

        assert response.status_code in (400, 403), (host, response.text)
        assert "data" not in response.text[:6]


def test_pages_of_allowed_origins_are_granted_what_they_need(shared: str) -> None:
    preflight = httpx.options(f"{shared}/graphql", headers={"origin": APP, **PREFLIGHT}, timeout=60)
    answer = httpx.post(f"{shared}/graphql", json=QUERY, headers={"origin": APP}, timeout=60)

    assert (preflight.status_code, preflight.content) == (204, b"")
    granted = _granted(preflight)
    assert granted["access-control-allow-origin"] == APP
    assert granted["access-control-allow-methods"] == "GET, POST"
    assert {"content-type", "authorization"} <= set(granted["access-control-allow-headers"].split(", "))
    assert answer.json() == ANSWER
    assert _granted(answer)["access-control-allow-origin"] == APP
    assert "access-control-allow-credentials" not in {**granted, **_granted(answer)}
    assert "origin" in answer.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:444",
        "*",
    ],
)
def test_pages_of_other_origins_are_granted_nothing(shared: str, origin: str) -> None:
    preflight = httpx.options(f"{shared}/graphql", headers={"origin": origin, **PREFLIGHT}, timeout=60)
    answer = httpx.post(f"{shared}/graphql", json=QUERY, headers={"origin": origin}, timeout=60)

    assert (preflight.status_code, _granted(preflight)) == (403, {})
    assert (answer.status_code, _granted(answer)) == (403, {})


def test_our_own_pages_need_no_grant(shared: str) -> None:
    answer = httpx.post(f"{shared}/graphql", json=QUERY, headers={"origin": shared}, timeout=60)

    assert (answer.json(), _granted(answer)) == (ANSWER, {})


@pytest.mark.parametrize(
    "given", ["*", "https://app.example/path", "app.example", "null", "javascript://x", "https://a b"]
)
def test_what_is_no_origin_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("GUANXI_CORS_ORIGINS", given)

    with pytest.raises(BadInput, match=r"GUANXI_CORS_ORIGINS: .* is no origin; write it as https://app.example"):
        Settings.from_environment()


SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/graphql", "/facts.json", "/tabs.json", "/healthz", "/readyz", "/metrics"])
def test_every_answer_tells_browsers_to_be_careful(server_url: str, path: str) -> None:
    response = httpx.get(f"{server_url}{path}", headers={"accept": "text/html"}, timeout=60)

    assert response.status_code == 200
    assert {name: response.headers[name] for name in SAFE} == SAFE
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "strict-transport-security" not in response.headers


def test_answers_and_refusals_are_no_pages(server_url: str) -> None:
    found = [
        ask(server_url, "{ __typename }"),
        ask(server_url, "{"),
        ask(server_url, "{ companies(first: 50) { nodes { id name createdAt version } } }", accept_encoding="gzip"),
        httpx.post(f"{server_url}/graphql", content=b"", timeout=60),
        httpx.get(f"{server_url}/graphql", params=QUERY, headers=GRAPHQL, timeout=60),
        httpx.get(f"{server_url}/export", timeout=60),
    ]

    for response in found:
        assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert {name: response.headers[name] for name in SAFE} == SAFE


def test_behind_a_proxy_with_tls_browsers_are_told_to_stay_with_it(server_url: str) -> None:
    response = httpx.post(f"{server_url}/graphql", json=QUERY, headers={"x-forwarded-proto": "https"}, timeout=60)

    assert response.headers["strict-transport-security"] == "max-age=31536000"


# --- TLS --------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, password: bytes | None = None) -> tuple[Path, Path]:
    """A certificate of our own for this machine, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    return files


def test_with_a_certificate_the_server_speaks_https_and_nothing_older(tmp_path: Path, neo4j_address: Address) -> None:
    chain, key = certificate(tmp_path, b"opensesame")
    (tmp_path / "password").write_text("opensesame\n")
    environment = {
        **os.environ,
        "NEO4J_URI": neo4j_address.uri,
        "NEO4J_USER": neo4j_address.user,
        "NEO4J_PASSWORD": neo4j_address.password,
        "GUANXI_WEBHOOKS": "false",
        "GUANXI_TLS_CERTIFICATE": str(chain),
        "GUANXI_TLS_KEY": str(key),
        "GUANXI_TLS_KEY_PASSWORD_FILE": str(tmp_path / "password"),
    }
    server = subprocess.Popen(
        [str(ROOT / "bin" / "guanxi"), "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert server.stderr
        url = next(found[0] for line in server.stderr if (found := re.search(r"https?://\S+", line)))
        port = int(url.rpartition(":")[2])
        trusting = ssl.create_default_context(cafile=str(chain))
        response = httpx.post(f"https://localhost:{port}/graphql", json=QUERY, verify=trusting, timeout=60)
        old = ssl.create_default_context(cafile=str(chain))
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("AES128-SHA256:AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
        with pytest.raises(httpx.ConnectError):
            httpx.post(f"https://localhost:{port}/graphql", json=QUERY, verify=old, timeout=60)
        with pytest.raises(httpx.HTTPError):
            httpx.post(f"http://localhost:{port}/graphql", json=QUERY, timeout=60)
    finally:
        server.send_signal(signal.SIGTERM)
        _, rest = server.communicate(timeout=120)

    assert url == f"https://127.0.0.1:{port}"
    assert "server" not in response.headers
    assert (response.json(), response.headers["strict-transport-security"]) == (ANSWER, "max-age=31536000")
    assert "opensesame" not in rest


def test_certificates_that_will_not_do_are_refused_in_a_sentence(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path, b"opensesame")
    wrong = [
        Settings(tls_certificate=tmp_path / "absent.pem", tls_key=key),
        Settings(tls_certificate=key, tls_key=key),
        Settings(tls_certificate=chain, tls_key=key),
    ]
    for settings in wrong:
        with pytest.raises(BadInput, match=r"GUANXI_TLS_CERTIFICATE is .*, which cannot be used together: "):
            tls(settings)


def test_a_certificate_without_its_key_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GUANXI_TLS_CERTIFICATE", str(tmp_path / "certificate.pem"))

    with pytest.raises(BadInput) as raised:
        Settings.from_environment()

    assert raised.value.message == (
        "GUANXI_TLS_CERTIFICATE and GUANXI_TLS_KEY belong together; set both or neither. See docs/operating.md."
    )
