"""How the fitting program tells the video library what came of it."""

from typing import Final

EXIT_CANNOT_FIT: Final = 3
