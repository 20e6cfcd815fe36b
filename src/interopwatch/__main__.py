"""Run the command line as ``python -m interopwatch``."""

from interopwatch.cli import run

if __name__ == "__main__":
    run()
