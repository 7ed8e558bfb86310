"""Make the Korean font anew from the one it is a part of."""

import sys
from pathlib import Path

from sim.figures import font

if __name__ == "__main__":
    if not font.ORIGINAL.is_file():
        sys.exit(f"{font.ORIGINAL} is missing: apt-get install fonts-nanum")
    font.make(font.ORIGINAL, Path(__file__).parent / font.FILE)
