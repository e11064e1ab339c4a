"""Files of text: what they say, or why they cannot be read.

In: a path, and the encoding if somebody said it. Out: `Text`. Holds: bytes that are not UTF-8 are read as GB18030 only
where nothing in them speaks against it, and this is told; a damaged file of UTF-8 is refused.
"""

from __future__ import annotations

import codecs
import errno
import unicodedata
from dataclasses import dataclass
from pathlib import Path

#: characters of a line of CSV; whoever writes more has left out line ends
LONGEST_LINE = 1_000_000
_MARK = codecs.BOM_UTF8
#: kinds of characters that no table has: of private use, without meaning, halves, signs of control
_STRANGE = frozenset({"Co", "Cn", "Cs", "Cc"})


class UnreadableError(Exception):
    """A file cannot be read: why, in both languages, and at which line if one is known."""

    def __init__(self, english: str, chinese: str, line: int | None = None) -> None:
        self.english, self.chinese, self.line = english, chinese, line
        super().__init__(english)


#: how packed files begin
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}
_REASONS = {
    errno.EACCES: "没有读取权限",
    errno.EPERM: "没有读取权限",
    errno.ENOENT: "文件不存在",
    errno.ELOOP: "链接循环",
    errno.EISDIR: "这是文件夹",
    errno.EIO: "读取设备出错",
    errno.ENAMETOOLONG: "文件名过长",
}


def refused(error: OSError) -> tuple[str, str]:
    """What the system says of a file that it does not hand over, in English and Chinese."""
    english = error.strerror or type(error).__name__
    return english[:1].lower() + english[1:], _REASONS.get(error.errno or 0, english)


@dataclass(frozen=True)
class Text:
    """What a file says."""

    text: str
    #: the encoding where it was found out and is not UTF-8
    guessed: str | None = None


def read_text(path: Path, encoding: str | None = None) -> Text:
    """Read a file; raise UnreadableError for an empty one, for other bytes than text, and for NULs."""
    data = path.read_bytes()
    for begin, kind in _PACKED.items():
        if data.startswith(begin):
            raise UnreadableError(
                f"it is packed ({kind}), whatever its name; unpack it first", f"实为压缩文件（{kind}），请先解压"
            )
    guessed = None
    if encoding == "utf-16" or (encoding is None and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))):
        guessed = None if encoding else "UTF-16"
        text = _decoded(data, "utf-16")
    elif encoding == "gb18030":
        text = _decoded(data, "gb18030")
    elif encoding == "utf-8":
        text = _decoded(data, "utf-8-sig")
    else:
        text, guessed = _detected(data)
    if not text.strip():
        raise UnreadableError("the file is empty", "文件是空的")
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise UnreadableError(f"there is a NUL byte at line {line}", f"第 {line} 行含有空字符（NUL）", line)
    return Text(text, guessed)


def check_lines(text: str) -> None:
    """Refuse a line that is longer than any of a table."""
    start = 0
    while start + LONGEST_LINE < len(text):
        end = max(text.rfind(sign, start, start + LONGEST_LINE + 1) for sign in "\n\r")
        if end < 0:
            line = text.count("\n", 0, start) + 1
            raise UnreadableError(
                f"line {line} has more than {LONGEST_LINE:,} characters",
                f"第 {line} 行超过 {LONGEST_LINE} 个字符",
                line,
            )
        start = end + 1


def _detected(data: bytes) -> tuple[str, str | None]:
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        if _may_be_chinese(data, error):
            text = _chinese(data)
            if text is not None:
                return text.rstrip("\x1a"), "GB18030"
            if _is_cut_off(data):
                raise _cut_off(data.count(b"\n") + 1) from None
        raise _unlike(data, error, "UTF-8") from None


def _chinese(data: bytes) -> str | None:
    """What bytes say in GB18030; None where that is no text of a table."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    strange = any(unicodedata.category(sign) in _STRANGE for sign in set(text) - set("\t\r\n\x1a"))
    return None if strange else text


def _is_cut_off(data: bytes) -> bool:
    """Whether bytes are text in GB18030 but for half a character at the end."""
    try:
        data.decode("gb18030")
    except UnicodeDecodeError as error:
        whole = data[: error.start]
        return error.end == len(data) and "incomplete" in error.reason and not whole.isascii() and bool(_chinese(whole))
    return False


def _cut_off(line: int) -> UnreadableError:
    return UnreadableError(f"it breaks off within a character at line {line}", f"文件在第 {line} 行中断", line)


def _may_be_chinese(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether nothing before the first wrong byte is written in UTF-8 for certain, and the file is not cut off."""
    start = len(_MARK) if data.startswith(_MARK) else 0
    before = data[: start + error.start]
    return not start and "end of data" not in error.reason and all(byte < 0xE0 for byte in before)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unlike(data, error, encoding.upper().removesuffix("-SIG")) from None


def _unlike(data: bytes, error: UnicodeDecodeError, encoding: str) -> UnreadableError:
    # the reason's positions count from behind the mark
    start = error.start + (len(_MARK) if encoding == "UTF-8" and data.startswith(_MARK) else 0)
    line, column = _place(data, start)
    if "end of data" in error.reason or "truncated" in error.reason:
        return _cut_off(line)
    if encoding == "UTF-8" and _may_be_chinese(data, error) and _chinese(data) is not None:
        told = f"byte {data[start]:#04x} at line {line}, column {column} is not UTF-8"
        advice = "but the file is GB18030: say encoding: gb18030 in feeds.yaml, or leave it out"
        wrong = f"第 {line} 行第 {column} 个字节不是 UTF-8"
        right = "文件是 GB18030 编码，请在 feeds.yaml 中写 encoding: gb18030 或不写"
        return UnreadableError(f"{told}, {advice}", f"{wrong}；{right}", line)
    english = f"byte {data[start]:#04x} at line {line}, column {column} is not {encoding}; save the file as UTF-8"
    chinese = f"第 {line} 行第 {column} 个字节不是 {encoding} 编码，请另存为 UTF-8"
    return UnreadableError(english, chinese, line)


def _place(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset) + 1, offset - data.rfind(b"\n", 0, offset)
