"""The synthetic city of the examples, made where a test wants it."""

import subprocess
import sys
from pathlib import Path

CITY = Path(__file__).resolve().parent.parent / "examples" / "city"


def make_city(folder: Path) -> Path:
    subprocess.run([sys.executable, CITY / "make.py", folder], check=True)
    return folder
