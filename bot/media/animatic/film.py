"""Renders an animatic: draws frame after frame and encodes them with their sound."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from bot.errors import MediaError
from bot.media.animatic.backdrop import draw_backdrop
from bot.media.animatic.lettering import Overlay, letter
from bot.media.animatic.request import AnimaticRequest, frame_size
from bot.media.animatic.scene import (
    CameraMove,
    canvas_size,
    choose_move,
    grade,
    lay_out,
    look,
    moves_apart,
)
from bot.media.animatic.sound import SAMPLE_RATE_HZ, gentle_music
from bot.media.animatic.timeline import FPS, Stretch, cut, pictures_of
from bot.media.pictures import read_picture

if TYPE_CHECKING:
    import av.container
    from av.audio.frame import AudioFrame

_X264_OPTIONS: Final = {"preset": "superfast", "crf": "23"}
_AUDIO_BLOCK: Final = 1024
"""Samples in a frame of AAC."""
_SOURCE_SIDE_PX: Final = 1600
"""Pictures are read no larger than this: more is never seen."""


def render_animatic(request: AnimaticRequest, path: Path) -> None:
    """Write the animatic of a request to ``path``: MP4, H.264 in 4:2:0, AAC where sound is asked.

    Its length is the sum of the shots', to the frame at 24 a second. Synchronous, and busy for
    a quarter to a third of its length: run it in a thread or a process. Raises ``MediaError``
    where a picture cannot be decoded, ``ValueError`` where there is no shot.
    """
    import av  # noqa: PLC0415  FFmpeg takes 17 MB, which whoever draws nothing has no use for

    if not request.shots or any(shot.duration_s <= 0 for shot in request.shots):
        raise ValueError("an animatic needs at least one shot, each longer than nothing")
    stage = _Stage(request)
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as film:
            _encode(film, stage, audio=request.audio)
    except av.FFmpegError as error:
        raise MediaError("the animatic could not be written") from error


class _Stage:
    """Everything that is prepared once: canvases, camera moves, lettering."""

    def __init__(self, request: AnimaticRequest) -> None:
        self.size = frame_size(request.aspect_ratio)
        self.stretches = cut(request)
        self._canvases = self._prepare_canvases(request)
        self._overlays = self._prepare_overlays(request)
        self._moves = self._choose_moves(request)

    @property
    def frames(self) -> int:
        """Frames in all."""
        return self.stretches[-1].ends

    def draw(self) -> Iterator[Image.Image]:
        """Draw the frames one after the other."""
        for number, stretch in enumerate(self.stretches):
            for frame in range(stretch.begins, stretch.ends):
                image = self._view(number, frame)
                into_next = frame - (stretch.ends - stretch.fade_out // 2)
                since_begin = frame - stretch.begins
                if stretch.fade_out and into_next >= 0:
                    share = (into_next + 1) / (stretch.fade_out + 1)
                    image = Image.blend(image, self._view(number + 1, frame), share)
                elif since_begin < stretch.fade_in // 2:
                    share = (since_begin + 1 + stretch.fade_in // 2) / (stretch.fade_in + 1)
                    image = Image.blend(self._view(number - 1, frame), image, share)
                self._overlays[stretch.shot].lay_over(image)
                yield image

    def _view(self, number: int, frame: int) -> Image.Image:
        """One stretch at one frame, which may lie in the fade on either side of it."""
        stretch = self.stretches[number]
        begins = stretch.begins - stretch.fade_in // 2
        ends = stretch.ends + stretch.fade_out // 2
        at = (frame - begins) / max(1, ends - begins - 1)
        return look(self._canvases[number], self.size, self._moves[number], at)

    def _prepare_canvases(self, request: AnimaticRequest) -> tuple[Image.Image, ...]:
        room = canvas_size(self.size)
        laid_out: dict[int, Image.Image] = {}
        pictures = pictures_of(request)

        def canvas(stretch: Stretch) -> Image.Image:
            if stretch.picture is None:
                return draw_backdrop(room, request.shots[stretch.shot].prompt)
            if stretch.picture not in laid_out:
                picture = read_picture(pictures[stretch.picture], max_side_px=_SOURCE_SIDE_PX)
                laid_out[stretch.picture] = lay_out(picture, room)
            return laid_out[stretch.picture]

        last = len(self.stretches) - 1
        # Given frames stay as they are: a scene goes on in the colours of the one before.
        given = {0} if request.start_frame is not None else set()
        given |= {last} if request.end_frame is not None else set()
        return tuple(
            grade(canvas(stretch), 0 if number in given else request.variation)
            for number, stretch in enumerate(self.stretches)
        )

    def _prepare_overlays(self, request: AnimaticRequest) -> tuple[Overlay, ...]:
        shots = len(request.shots)
        return tuple(
            letter(self.size, caption=shot.prompt, shot=number, shots=shots)
            for number, shot in enumerate(request.shots, 1)
        )

    def _choose_moves(self, request: AnimaticRequest) -> tuple[CameraMove, ...]:
        last = len(self.stretches) - 1
        return tuple(
            choose_move(
                number + moves_apart(request.variation),
                begins_whole=number == 0 and request.start_frame is not None,
                ends_whole=number == last and request.end_frame is not None,
            )
            for number in range(last + 1)
        )


def _encode(film: av.container.OutputContainer, stage: _Stage, *, audio: bool) -> None:
    from av.video.frame import VideoFrame  # noqa: PLC0415  as above

    width, height = stage.size
    picture_track = film.add_stream("libx264", rate=FPS, options=dict(_X264_OPTIONS))
    picture_track.width, picture_track.height = width, height
    picture_track.pix_fmt = "yuv420p"
    picture_track.codec_context.time_base = Fraction(1, FPS)
    sound_track = film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono") if audio else None
    sound = _sound_blocks(stage.frames * SAMPLE_RATE_HZ // FPS) if audio else iter(())
    block = next(sound, None)
    for number, image in enumerate(stage.draw()):
        frame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        film.mux(picture_track.encode(frame))
        while sound_track and block and (block.pts or 0) * FPS <= number * SAMPLE_RATE_HZ:
            film.mux(sound_track.encode(block))
            block = next(sound, None)
    film.mux(picture_track.encode(None))
    if sound_track:
        film.mux(sound_track.encode(block))
        film.mux(sound_track.encode(None))


def _sound_blocks(samples: int) -> Iterator[AudioFrame]:
    from av.audio.frame import AudioFrame  # noqa: PLC0415  as above

    music = gentle_music(samples)
    for begins in range(0, samples, _AUDIO_BLOCK):
        block = music[begins : begins + _AUDIO_BLOCK]
        frame = AudioFrame(format="s16", layout="mono", samples=len(block), align=True)
        frame.planes[0].update(block.tobytes())
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts, frame.time_base = begins, Fraction(1, SAMPLE_RATE_HZ)
        yield frame
