"""Data beside the code: defaults, page templates, fonts, message catalogues. `ROOT` is where they lie."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
