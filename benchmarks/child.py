"""One measurement in a process of its own: `python benchmarks/child.py MODULE FUNCTION JSON`.

In: a module of this folder, a function of it, its arguments by name. Out: what it gives as JSON, on the last line.
A package that is not installed is said, not raised.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module


def main() -> None:
    """Call the function and print what it gives."""
    module, function, arguments = sys.argv[1:]
    try:
        told = getattr(import_module(module), function)(**json.loads(arguments))
    except ModuleNotFoundError as error:
        told = {"cannot": f"not installed: {error.name}"}
    print("\n" + json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
