"""Settings: read from the environment and .env, refused in one line, never printed."""

from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.config import ConfigError, given

TOKEN = "42:AAHsecret-token_value"
KEY = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1leGFjdGx5ISE="


def refusal(**values: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        given(**values)
    return str(caught.value)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class TestRead:
    def test_takes_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SULH_BOT_TOKEN", TOKEN)
        assert config.read().token == TOKEN

    def test_takes_the_file_and_prefers_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".env").write_text("SULH_LOG_FORMAT=json\nSULH_LISTEN=127.0.0.1:9000\nOTHER=1\n")
        monkeypatch.setenv("SULH_LISTEN", "127.0.0.1:9001")
        settings = config.read()
        assert (settings.log_format, settings.listen) == ("json", "127.0.0.1:9001")

    def test_an_empty_value_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SULH_WEBHOOK_URL", "")
        assert config.read().webhook_url is None

    def test_a_file_that_is_no_text_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"SULH_LOG_FORMAT=\xff\xfe")
        with pytest.raises(ConfigError, match=r"^\.env is not UTF-8"):
            config.read()


class TestGiven:
    def test_neither_environment_nor_file_has_a_say(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".env").write_text("SULH_LOG_FORMAT=json\n")
        monkeypatch.setenv("SULH_WEBHOOK_URL", "https://example.org/hook")
        settings = given()
        assert (settings.log_format, settings.webhook_url) == ("console", None)


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("bot_token", "no token"),
            ("telegram_api", "api.telegram.org"),
            ("telegram_api", "https://api.telegram.org/bot"),
            ("telegram_api", "http://host:port"),
            ("database_url", "mysql://root:pw@host/sulh"),
            ("webhook_url", "example.org/hook"),
            ("webhook_secret", "not allowed!"),
            ("listen", "9999"),
            ("listen", "127.0.0.1:99999"),
            ("log_format", "xml"),
        ],
    )
    def test_one_line_names_the_variable_and_never_the_value(self, name: str, value: str) -> None:
        line = refusal(**{name: value})
        assert line.startswith(f"SULH_{name.upper()} ")
        assert "\n" not in line
        assert value not in line.replace("https://api.telegram.org", "")

    def test_a_database_in_memory_is_none(self) -> None:
        assert refusal(database_url="sqlite://").startswith("SULH_DATABASE_URL names no file")

    def test_a_webhook_needs_its_secret(self) -> None:
        assert refusal(webhook_url="https://example.org/hook").startswith("SULH_WEBHOOK_SECRET is missing")

    @pytest.mark.parametrize("path", ["/healthz", "/metrics"])
    def test_a_webhook_cannot_hide_what_the_operator_asks_for(self, path: str) -> None:
        assert path in refusal(webhook_url=f"https://example.org{path}", webhook_secret="s")

    def test_token_and_key_are_missed_when_they_are_needed(self) -> None:
        settings = given()
        with pytest.raises(ConfigError, match="SULH_BOT_TOKEN is missing"):
            _ = settings.token
        with pytest.raises(ConfigError, match="SULH_SECRET_KEY is missing"):
            _ = settings.key


class TestSecrets:
    def test_are_never_printed(self) -> None:
        url = "postgresql://sulh:password@host/sulh"
        settings = given(bot_token=TOKEN, secret_key=KEY, database_url=url, webhook_secret="hook-secret")
        printed = f"{settings!r} {settings} {settings.model_dump()}"
        assert not [secret for secret in (TOKEN, KEY, "password", "hook-secret") if secret in printed]


class TestDefaults:
    def test_the_database_is_a_file_in_the_data_directory(self, tmp_path: Path) -> None:
        assert given(data_dir=tmp_path).database == f"sqlite:///{tmp_path}/sulh.db"

    def test_an_address_may_be_of_either_kind(self) -> None:
        assert given(listen="[::1]:80").address == ("::1", 80)
        assert given(listen="0.0.0.0:8081").address == ("0.0.0.0", 8081)
