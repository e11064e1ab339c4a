"""Files of text: what they say, or why they cannot be read."""

from __future__ import annotations

from pathlib import Path


class UnreadableError(Exception):
    """A file cannot be read: why, in both languages, and at which line if one is known."""

    def __init__(self, english: str, chinese: str, line: int | None = None) -> None:
        self.english, self.chinese, self.line = english, chinese, line
        super().__init__(english)


def read_text(path: Path) -> str:
    """Read UTF-8 with or without a mark; raise UnreadableError for an empty file, other bytes and NULs."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The reason's positions count from behind the mark.
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line, column = _place(data, start)
        english = f"byte {data[start]:#04x} at line {line}, column {column} is not UTF-8; save the file as UTF-8"
        raise UnreadableError(english, f"第 {line} 行第 {column} 个字节不是 UTF-8 编码，请另存为 UTF-8", line) from None
    if not text.strip():
        raise UnreadableError("the file is empty", "文件是空的")
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise UnreadableError(f"there is a NUL byte at line {line}", f"第 {line} 行含有空字符（NUL）", line)
    return text


def _place(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
