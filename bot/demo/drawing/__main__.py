"""``python -m bot.demo.drawing FOLDER`` draws all sample pictures anew."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from bot.demo.drawing import bicycle, boat, fox, lighthouse, moon

_SCENES = {
    "astronaut.jpg": moon.draw,
    "paper-boat.jpg": boat.draw,
    "fox.jpg": fox.draw,
    "lighthouse.jpg": lighthouse.draw,
    "red-bicycle.png": bicycle.draw,
}


def _main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in _SCENES.items():
        picture = draw().picture()
        if name.endswith(".png"):
            # Gradients make large PNGs; this many colours are a third of the size.
            few_colours = picture.quantize(256, method=Image.Quantize.FASTOCTREE, kmeans=4)
            few_colours.save(folder / name, optimize=True)
        else:
            picture.save(folder / name, quality=88, optimize=True, progressive=True)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
