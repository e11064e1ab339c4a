"""What `import eduplan_rules` adds to an empty interpreter. The bound is 100 ms."""

import subprocess
import sys
from time import perf_counter

RUNS = 15


def fastest(statement: str) -> float:
    """Milliseconds that a new interpreter needs for the statement, at best."""
    durations = []
    for _ in range(RUNS):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        durations.append(perf_counter() - start)
    return min(durations) * 1000


if __name__ == "__main__":
    empty = fastest("pass")
    cost = fastest("import eduplan_rules") - empty
    print(f"empty interpreter {empty:.1f} ms, import eduplan_rules +{cost:.1f} ms")
    sys.exit(cost > 100)
