"""The options that several commands take, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from resolvers.question import Question
from web.settings import Settings

DataOption = Annotated[Path | None, typer.Option("--data", help="Directory of the embedded database.")]
PortOption = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 picks a free one.")
]
VariablesOption = Annotated[str, typer.Option("--variables", help="The operation's variables, as JSON.")]
OperationOption = Annotated[str | None, typer.Option("--operation", help="Which operation of the document.")]
LoginArgument = Annotated[str, typer.Argument(help="The login of a user.")]


def settings_of(data: Path | None = None, port: int | None = None) -> Settings:
    settings = Settings.from_environment()
    given = {key: value for key, value in {"data": data, "port": port}.items() if value is not None}
    return settings.model_copy(update=given)


def question_of(file: Path | None, variables: str, operation: str | None) -> Question:
    try:
        text = file.read_text() if file else ""
        given = orjson.loads(variables)
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from None
    except orjson.JSONDecodeError as error:
        raise typer.BadParameter(f"--variables is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise typer.BadParameter("--variables must be a JSON object.")
    return Question(text, operation, given)
