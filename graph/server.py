"""One run of Neo4j as our child: its configuration, its start, whether it answers, its end. Restarts nothing."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, LiteralString

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from graph.data_directory import Access, DataDirectory, EmbeddedError, Running
from graph.java import Memory, environment, neo4j_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neo4j import Record

LOOPBACK = "127.0.0.1"
DATABASE = "neo4j"
FIRST_PASSWORD = "neo4j"  # noqa: S105 - every Neo4j begins with it, and lets it do nothing but change it.

# Below the ports that systems hand out to outgoing connections: a driver that keeps knocking on such a port while
# nobody listens may be given it as its own, be connected to itself, and keep Neo4j from coming back.
PORTS = range(20000, 32000)

# Clean stops take half a second; a checkpoint of much written data takes longer, and being killed loses nothing.
STOP_SECONDS = 60.0

CONFIGURATION = """\
server.default_listen_address={loopback}
server.bolt.listen_address={loopback}:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.pagecache.size={page_cache}
# Small data shall be small on disk: otherwise each log of transactions begins with 256 MB.
db.tx_log.preallocate=false
db.tx_log.rotation.retention_policy=1 days 256M
# A statement reads the database, never a file of this machine.
dbms.security.allow_csv_import_from_file_urls=false
# The password is 192 random bits, so a lock after wrong ones would only let anybody on this machine lock Guanxi out.
dbms.security.auth_max_failed_attempts=0
# Without this a stop takes 10 s, which Neo4j spends waiting for new work on connections that it has closed.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""


class Neo4jProcess:
    """Neo4j, started by the constructor as a child of this thread: it dies when this thread does."""

    def __init__(
        self, data: DataDirectory, memory: Memory, port: int, log: IO[bytes], extra: Sequence[str] = ()
    ) -> None:
        self.port = port
        self._data = data
        home = data.home
        self._is_fresh = not (home / "data").exists()
        self._refusals = 0
        # What a killed Java left in its temporary folder is of no use to anyone.
        shutil.rmtree(home / "tmp", ignore_errors=True)
        for folder in ("conf", "logs", "tmp"):
            (home / folder).mkdir(parents=True, exist_ok=True)
        configuration = CONFIGURATION.format(loopback=LOOPBACK, port=port, page_cache=memory.page_cache)
        (home / "conf" / "neo4j.conf").write_text(configuration, encoding="utf-8")
        self._process = subprocess.Popen(
            neo4j_command(home, memory, extra),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home,
            env=environment(),
        )
        self.pid = self._process.pid
        self.created = psutil.Process(self.pid).create_time()

    @property
    def uri(self) -> str:
        return f"bolt://{LOOPBACK}:{self.port}"

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that killed it."""
        return self._process.poll()

    def answers(self, access: Access) -> bool:
        """Whether it takes statements from us. On fresh data this also sets our password.

        Raises EmbeddedError when it runs and never will.
        """
        try:
            # For nearly all of a start the port is closed, which the driver would take a while to say.
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
            if self._is_fresh:
                self._set_first_password(access)
            else:
                self.ask(access, "RETURN 1")
        except AuthError:
            # We were killed before the password of fresh data was set; or it is not ours, and this fails as well.
            self._is_fresh = not self._is_fresh
            self._refusals += 1
            if self._refusals > 1:
                message = f"The password in {self._data.path / 'access.json'} is not that of the database beside it."
                raise EmbeddedError(message) from None
            return False
        except Neo4jError:
            self._raise_if_broken(access)
            return False
        except (OSError, DriverError):
            return False
        return True

    def ask(
        self,
        access: Access,
        statement: LiteralString,
        values: dict[str, str] | None = None,
        *,
        database: str = DATABASE,
    ) -> list[Record]:
        """Run one statement on a connection of its own."""
        driver = GraphDatabase.driver(
            self.uri,
            auth=(access.user, access.password),
            connection_timeout=5,
            connection_acquisition_timeout=10,
            max_transaction_retry_time=0,
        )
        with driver:
            return driver.execute_query(statement, values, database_=database).records

    def _set_first_password(self, access: Access) -> None:
        first = Access(access.user, FIRST_PASSWORD)
        values = {"first": first.password, "ours": access.password}
        self.ask(first, "ALTER CURRENT USER SET PASSWORD FROM $first TO $ours", values, database="system")
        self._is_fresh = False

    def _raise_if_broken(self, access: Access) -> None:
        # Neo4j calls itself started also when it could not open the store.
        with suppress(DriverError, Neo4jError):
            statement: LiteralString = "SHOW DATABASE neo4j YIELD statusMessage WHERE statusMessage <> ''"
            if found := self.ask(access, statement, database="system"):
                log = self._data.home / "logs" / "debug.log"
                message = f"The database in {self._data.path} cannot be opened ({found[0][0]}); {log} tells why."
                raise EmbeddedError(message)

    def stop(self) -> None:
        """End it cleanly; after a minute, end it."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def free_port(preferred: int | None = None) -> int:
    """A port of this machine that nobody listens on: `preferred` where that can be had."""
    candidates = random.sample(PORTS, 100)
    for port in [preferred, *candidates] if preferred else candidates:
        with socket.socket() as trial:
            # As Neo4j does: a port whose last connections are still being closed is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                trial.bind((LOOPBACK, port))
                return port
    message = f"No port of {LOOPBACK} between {PORTS.start} and {PORTS.stop} is free for Neo4j."
    raise EmbeddedError(message)


def end_leftover(running: Running) -> None:
    """Kill the Neo4j of a supervisor that was killed, where the kernel has not done so, and wait until it is gone."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(running.neo4j)
        # Another process may have got its id since; it was created later.
        if process.create_time() == running.created:
            process.kill()
            # It is not our child, so all that can be done is to look; a zombie holds nothing any more.
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.05)
