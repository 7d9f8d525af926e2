"""Every setting of the program, once, with its default; what is missing or wrong is said in one line."""

import re
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "SULH_"
TAKEN_PATHS = ("/healthz", "/metrics")
TOKEN_HINT = "@BotFather gives you one"  # noqa: S105
KEY_HINT = "`sulh key new` prints a fresh one"
SECRET_HINT = "use 1 to 256 of the characters A-Z a-z 0-9 _ -"  # noqa: S105


class ConfigError(Exception):
    """A setting cannot be used: which variable, what is wrong, and what to do, in one line."""

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"{variable} {reason}")
        self.variable = variable


def _base_url(value: str) -> str:
    if not _is_web(value) or value.rstrip("/").endswith("/bot"):
        raise ValueError("is no base address; write one such as https://api.telegram.org, without /bot")
    return value.rstrip("/")


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d{1,20}:[\w-]+", value.get_secret_value()):
        raise ValueError(f"does not look like a bot's token (digits, a colon, letters); {TOKEN_HINT}")
    return value


def _database(value: SecretStr) -> SecretStr:
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme == "sqlite" and not rest.strip("/"):
        raise ValueError("names no file; write sqlite:///path/to/sulh.db")
    if scheme not in ("sqlite", "postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("is no database we know; write sqlite:///path/to/sulh.db or postgresql://user@host/name")
    return value


def _webhook(value: str) -> str:
    if not _is_web(value):
        raise ValueError("is no web address; write one such as https://example.org/telegram")
    if urlsplit(value).path in TAKEN_PATHS:
        raise ValueError(f"cannot end in {urlsplit(value).path}, which the desk itself answers; choose another path")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError(f"has characters that Telegram does not take; {SECRET_HINT}")
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("is no address to listen on; write host:port such as 127.0.0.1:8081")
    return value


def _log_format(value: str) -> str:
    if value not in ("console", "json"):
        raise ValueError("is unknown; write console or json")
    return value


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # a port that is none raises
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class Settings(BaseSettings):
    """Read from the environment and from `.env`. Use `read` or `given`, which refuse in one line."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api: Annotated[str, AfterValidator(_base_url)] = "https://api.telegram.org"
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = None
    data_dir: Path = Path("sulh-data")
    secret_key: SecretStr | None = None
    organisation: Path | None = None
    webhook_url: Annotated[str, AfterValidator(_webhook)] | None = None
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8081"
    log_format: Annotated[str, AfterValidator(_log_format)] = "console"

    @model_validator(mode="after")
    def _webhook_is_whole(self) -> Self:
        if self.webhook_url and self.webhook_secret is None:
            raise ConfigError("SULH_WEBHOOK_SECRET", f"is missing beside SULH_WEBHOOK_URL; {SECRET_HINT}")
        return self

    @property
    def token(self) -> str:
        """The bot's token in the clear. Raises ConfigError when there is none."""
        return _needed(self.bot_token, "SULH_BOT_TOKEN", TOKEN_HINT)

    @property
    def key(self) -> str:
        """The secret key in the clear. Raises ConfigError when there is none."""
        return _needed(self.secret_key, "SULH_SECRET_KEY", KEY_HINT)

    @property
    def database(self) -> str:
        """The database's URL, which may hold a password; by default a file in the data directory."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir.absolute() / 'sulh.db'}"

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class _Given(Settings):
    """Settings from arguments alone."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_elsewhere: PydanticBaseSettingsSource,
        **_more: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def read() -> Settings:
    """The settings of this process. Raises ConfigError."""
    return _refused_in_one_line(Settings)


def given(**values: Any) -> Settings:
    """Settings that neither the environment nor a file has a say in: the demo's, and those of tests."""
    return _refused_in_one_line(_Given, **values)


def _refused_in_one_line(make: type[Settings], **values: Any) -> Settings:
    try:
        return make(**values)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        reason = problem.get("ctx", {}).get("error", problem["msg"])
        raise ConfigError(f"{PREFIX}{str(problem['loc'][0]).upper()}", str(reason)) from None
    except UnicodeDecodeError:
        raise ConfigError(".env", "is not UTF-8; save it as UTF-8") from None


def _needed(value: SecretStr | None, variable: str, hint: str) -> str:
    if value is None:
        raise ConfigError(variable, f"is missing; {hint}")
    return value.get_secret_value()
