"""What a command writes: a JSON file that is exact, and human text with steps."""

from __future__ import annotations

import json
from pathlib import Path

import click

json_option = click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi kết quả JSON vào tệp này.",
)  # fmt: skip


def write_json(path: Path | None, content: object) -> None:
    """Write ``content`` to ``path`` when one was given: UTF-8, in the order it has."""
    if path is not None:
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        path.write_text(text + "\n", encoding="utf-8")
