"""The container files, where no container engine runs: parsed, and their commands started.

What compose would run is what ``manage.py workbench`` runs; only the URLs differ.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from django.conf import settings

from curation import supervisor
from curation.celery import QUEUES
from curation.settings import database
from tests.services import celery
from tests.services.process import free_port, running
from tools.docs import environment_variables

ROOT = Path(settings.BASE_DIR)
#: What a person writes into .env.
DOT_ENV = {"POSTGRES_PASSWORD": "p", "SECRET_KEY": "s"}
#: What Arrow's S3 reads from the environment by itself.
AWS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"}


def _interpolated(text: str) -> str:
    """As compose does it: ${NAME}, ${NAME:-default}, ${NAME:?must be given}, $$."""

    def value(match: re.Match[str]) -> str:
        name, operator, word = match["name"], match["operator"], match["word"]
        if name in DOT_ENV:
            return DOT_ENV[name]
        assert operator == ":-", f"{name} is neither in .env.example nor has a default"
        return word

    pattern = r"\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<word>[^}]*))?\}"
    return re.sub(pattern, value, text).replace("$$", "$")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    content = yaml.safe_load(_interpolated((ROOT / "docker-compose.yml").read_text()))
    found: dict[str, Any] = content["services"]
    return found


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line.strip() for line in text.splitlines()]
    split = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(word, rest) for word, rest in split]


def _ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: it for name, it in services.items() if it["image"] == "kotogura"}


# -- the same command lines --------------------------------------------------------------


def test_the_web_server_is_started_as_the_workbench_starts_it(
    services: dict[str, Any], dockerfile: list[tuple[str, str]]
) -> None:
    ours = supervisor.web_program("0.0.0.0", 8000).command
    assert services["web"]["command"] == ["python", *ours[1:]]
    assert orjson.loads(dict(dockerfile)["CMD"]) == services["web"]["command"]


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_is_started_as_the_workbench_starts_it(
    services: dict[str, Any], queue: str
) -> None:
    command = services[f"worker-{queue}"]["command"]
    processes = int(command[command.index("-c") + 1])
    ours = supervisor.worker_program(queue, [queue], processes).command
    assert command == ["python", *ours[1:]]


def test_what_if_is_started_as_the_workbench_starts_it(services: dict[str, Any]) -> None:
    assert services["what-if"]["command"] == ["python", *supervisor.what_if_program().command[1:]]
    for name in ("web", "what-if"):
        assert services[name]["environment"].items() >= supervisor.SPARING.items()


def test_every_queue_has_its_worker_and_no_other_has(services: dict[str, Any]) -> None:
    workers = {name for name in services if name.startswith("worker-")}
    assert workers == {f"worker-{queue}" for queue in QUEUES}


# -- they start here ---------------------------------------------------------------------


def _here(command: list[str]) -> list[str]:
    return [sys.executable if word == "python" else word for word in command]


def test_the_web_servers_command_line_is_one_that_gunicorn_takes(
    services: dict[str, Any],
) -> None:
    done = subprocess.run(
        [*_here(services["web"]["command"]), "--check-config"],
        cwd=ROOT, env=celery.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_web_server_starts_and_its_health_check_is_content(
    services: dict[str, Any], dockerfile: list[tuple[str, str]], transactional_db: None,
    tmp_path: Path,
) -> None:  # fmt: skip
    port = free_port()
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}")
               for word in _here(services["web"]["command"])]  # fmt: skip
    check = orjson.loads(dict(dockerfile)["HEALTHCHECK"].split("CMD", 1)[1])
    check = [word.replace(":8000/", f":{port}/") for word in _here(check)]
    # As in the file: only the names that it allows are answered.
    names = _ours(services)["web"]["environment"]["ALLOWED_HOSTS"]
    variables = celery.environment() | {"ALLOWED_HOSTS": names}
    with running(
        command,
        log=tmp_path / "web.log",
        ready=lambda: supervisor.answers("127.0.0.1", port),
        env=variables,
        cwd=ROOT,
    ):
        # The first request loads the application, and may take longer than a check waits; the
        # image calls a container ill only when four checks in a row fail.
        for _ in range(3):
            done = subprocess.run(check, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                break
    assert done.returncode == 0, done.stderr + (tmp_path / "web.log").read_text()


@pytest.mark.parametrize("queue", QUEUES)
def test_a_worker_starts_and_its_health_check_is_content(
    services: dict[str, Any], queue: str, transactional_db: None, redis_url: str, tmp_path: Path
) -> None:
    service = services[f"worker-{queue}"]
    check = shlex.split(
        service["healthcheck"]["test"][1].replace("$(hostname)", os.uname().nodename)
    )
    with celery.worker(tmp_path, _here(service["command"]), settings_module=celery.COLD):
        done = subprocess.run(
            _here(check), cwd=ROOT, env=celery.environment(), capture_output=True, check=False
        )
    assert done.returncode == 0, done.stdout


def test_redis_takes_the_options_of_the_embedded_one(services: dict[str, Any]) -> None:
    embedded = supervisor.redis_program(Path("/s"), Path("/d")).command
    options = services["redis"]["command"][1:]
    pairs = list(zip(options[::2], options[1::2], strict=True))
    assert all(pair in pairwise(embedded) for pair in pairs)


# -- the files agree with each other and with the settings ------------------------------


def test_only_settings_that_exist_are_set(
    services: dict[str, Any], dockerfile: list[tuple[str, str]]
) -> None:
    known = environment_variables()
    for service in _ours(services).values():
        assert set(service["environment"]) - set(supervisor.SPARING) <= known | AWS
    in_image = re.findall(r"(\w+)=", " ".join(rest for word, rest in dockerfile if word == "ENV"))
    assert {name for name in in_image if not name.startswith("PYTHON")} <= known


def test_every_process_of_ours_gets_the_same_environment(services: dict[str, Any]) -> None:
    environments = [
        {name: it for name, it in service["environment"].items() if name not in supervisor.SPARING}
        for service in _ours(services).values()
    ]
    assert all(each == environments[0] for each in environments)


def test_the_urls_lead_to_services_of_the_file(services: dict[str, Any]) -> None:
    given = services["web"]["environment"]
    target = database(given["DATABASE_URL"])
    server = services[target["HOST"]]["environment"]
    assert target["USER"] == server["POSTGRES_USER"]
    assert target["PASSWORD"] == server["POSTGRES_PASSWORD"]
    assert target["NAME"] == server["POSTGRES_DB"]
    assert given["REDIS_URL"].startswith("redis://redis:6379/")
    assert "redis" in services


def test_what_is_written_lies_on_a_named_volume(services: dict[str, Any]) -> None:
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for name, service in services.items():
        mounted = dict(volume.split(":", 1) for volume in service.get("volumes", []))
        assert set(mounted) <= set(content["volumes"]), name
    given = services["web"]["environment"]
    assert services["web"]["volumes"] == ["data:/data"]
    for written in ("KOTOGURA_DATA_DIR", "STORE_URL", "ALLOWED_ROOTS"):
        assert given[written].removeprefix("file://").startswith("/data")


def test_nothing_starts_before_the_database_is_prepared(services: dict[str, Any]) -> None:
    assert services["prepare"]["command"][1:] == ["manage.py", "prepare"]
    assert services["prepare"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name, service in _ours(services).items():
        if name != "prepare":
            assert service["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_secrets_have_no_default_and_are_in_the_example(services: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    for name in DOT_ENV:
        assert f"${{{name}:?" in text
        assert re.search(rf"^{name}=$", example, re.MULTILINE)


def test_the_image_copies_what_there_is_and_runs_as_nobody_special(
    dockerfile: list[tuple[str, str]],
) -> None:
    copied = [name for word, rest in dockerfile if word == "COPY" for name in rest.split()[:-1]]
    taken = (ROOT / ".dockerignore").read_text()
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}\n" in taken, f".dockerignore keeps {name} out"
    users = [rest for word, rest in dockerfile if word == "USER"]
    assert users == ["kotogura"]
    assert "--require-hashes -r requirements.lock" in " ".join(rest for _, rest in dockerfile)


def test_images_are_named_without_a_registry(
    services: dict[str, Any], dockerfile: list[tuple[str, str]]
) -> None:
    images = [service["image"] for service in services.values()] + [dict(dockerfile)["FROM"]]
    assert all("." not in image.split(":")[0] and "/" not in image for image in images)
