"""Draws charts in a process of its own: `reports.charts` starts it, and with it ends what it took of memory.

What comes in: a directory of fonts, the version of Vega-Lite, then a specification a line as JSON. What goes
out: the SVG of each, a line of JSON too.
"""

from __future__ import annotations

import json
import sys

import vl_convert

if __name__ == "__main__":
    fonts, version = sys.argv[1:]
    vl_convert.register_font_directory(fonts)
    vl_convert.vegalite_to_svg({"mark": "point"}, vl_version=version)  # the engine starts before it is needed
    for line in sys.stdin:
        print(json.dumps(vl_convert.vegalite_to_svg(json.loads(line), vl_version=version)), flush=True)
