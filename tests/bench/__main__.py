"""Runs every benchmark, each in a process of its own, as `make bench` does; the exit code tells of a figure missed."""

import subprocess
import sys
from pathlib import Path

scripts = sorted(Path(__file__).parent.glob("bench_*.py"))
codes = [subprocess.run([sys.executable, script], check=False).returncode for script in scripts]
sys.exit(max(codes))
