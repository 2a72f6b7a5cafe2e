"""Reading typed settings from the environment, loudly."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env_str(name: str, *, default: str) -> str:
    return os.environ.get(name, "") or default


def env_int(name: str, *, default: int, minimum: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={value} is below the least allowed, {minimum}.")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    text = os.environ.get(name, "").lower()
    if not text:
        return default
    if text in ("1", "true", "yes", "on"):
        return True
    if text in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name}={text!r} is neither true nor false.")


def env_list(name: str, *, default: list[str]) -> list[str]:
    text = os.environ.get(name, "")
    return [item.strip() for item in text.split(",") if item.strip()] if text else default


def env_ints(name: str, *, default: list[int]) -> list[int]:
    """Whole numbers separated by ``,``."""
    items = env_list(name, default=[])
    if not all(item.isdecimal() for item in items):
        raise ImproperlyConfigured(f"{name}={','.join(items)!r} is not a list of whole numbers.")
    return [int(item) for item in items] or default


def env_paths(name: str, *, default: list[Path]) -> list[Path]:
    """Folders separated by ``:``, resolved."""
    text = os.environ.get(name, "")
    return [Path(item).resolve() for item in text.split(":") if item] if text else default


def memory_bytes() -> int:
    """Memory of this machine, or of the container's limit where that is less."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):  # none here, or "max"
        return whole
    return min(whole, limit)
