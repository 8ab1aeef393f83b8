"""Writes test/fixtures/pickle/scanners.json: the names that picklescan, modelscan and fickling call unsafe, by module.
`*` is any name. Names alone are facts; nothing else of those projects is taken.

    pip install picklescan==1.0.5 modelscan==0.8.8 fickling==0.1.12 typing_extensions
    python test/generate/scanner_lists.py
"""
import json
import pathlib

import fickling.analysis
import picklescan.scanner
from fickling.fickle import UNSAFE_IMPORTS
from modelscan.settings import DEFAULT_SETTINGS

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "pickle" / "scanners.json"
names: dict[str, set[str]] = {}


def add(table) -> None:
    for module, listed in table.items():
        names.setdefault(str(module), set()).update([listed] if isinstance(listed, str) else map(str, listed))


def severities(settings) -> None:
    for key, value in settings.items():
        if key in ("CRITICAL", "HIGH", "MEDIUM", "LOW") and isinstance(value, dict):
            add(value)
        elif isinstance(value, dict):
            severities(value)


add(picklescan.scanner._unsafe_globals)
severities(DEFAULT_SETTINGS)
add({module: "*" for module in UNSAFE_IMPORTS})
for analysis in vars(fickling.analysis).values():
    if isinstance(analysis, type):
        add({module: "*" for module in getattr(analysis, "UNSAFE_MODULES", None) or {}})
        add(getattr(analysis, "UNSAFE_IMPORTS", None) or {})
OUT.write_text(json.dumps({module: sorted(listed) for module, listed in sorted(names.items())}, indent=0) + "\n")
