"""Shops of any size, as manifest documents."""

import json
from pathlib import Path
from typing import Any

Document = dict[str, Any]


def tree(size: int) -> list[Document]:
    """Definitions that refer to the one at half their number."""
    return [_definition(n, n // 2 if n > 1 else None) for n in range(1, size + 1)]


def chain(size: int) -> list[Document]:
    """Definitions that each refer to the one before."""
    return [_definition(n, n - 1 if n > 1 else None) for n in range(1, size + 1)]


def independent(size: int) -> list[Document]:
    """Definitions that refer to nothing."""
    return [_definition(n, None) for n in range(1, size + 1)]


def write(folder: Path, documents: list[Document], per_file: int = 100) -> Path:
    """Writes the documents as files of YAML."""
    folder.mkdir(parents=True)
    for start in range(0, len(documents), per_file):
        text = "\n---\n".join(
            json.dumps(document, ensure_ascii=False) for document in documents[start : start + per_file]
        )
        (folder / f"{start:06}.yaml").write_text(text, encoding="utf-8")
    return folder


def _definition(number: int, target: int | None) -> Document:
    fields = [
        {"name": "key", "label": "Key", "type": "number", "required": True},
        {"name": "title", "label": "Title", "type": "text", "required": False},
        {"name": "parent", "label": "Parent", "type": "number", "required": False},
    ]
    relationships = (
        [
            {
                "sourceField": "parent",
                "targetSchemaType": "custom",
                "targetSchema": f"Def{target:06}",
                "targetField": "key",
            }
        ]
        if target
        else []
    )
    return {
        "kind": "definition",
        "name": f"Def{number:06}",
        "description": f"Number {number}",
        "unique_keys": ["key"],
        "fields": fields,
        "relationships": relationships,
    }
