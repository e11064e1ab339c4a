"""Install this package and what it is measured against into the environment that runs this file.

In: the extra `bench` of pyproject.toml. Out: an environment. A program that cannot be installed here does not keep the
others away: it is told, and `make bench` names it in the tables.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """All at once; where that fails, this package alone and then one after the other."""
    if installed("--editable", f"{ROOT}[bench]"):
        return
    if not installed("--editable", str(ROOT)):
        raise SystemExit("this package cannot be installed")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for requirement in extras["bench"]:
        if not installed(requirement):
            print(f"not installed: {requirement}")


def installed(*words: str) -> bool:
    """Whether pip could install it."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    main()
