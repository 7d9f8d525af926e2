"""A picture for those who have none at hand: a white door with a long scratch, drawn here, so no file is shipped."""

import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 640, 480
CENTRE, RADIUS = (320, 250), 150


@cache
def photo() -> bytes:
    """A PNG of 640 by 480."""
    rows = b"".join(b"\0" + bytes(value for x in range(WIDTH) for value in _pixel(x, y)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _pixel(x: int, y: int) -> tuple[int, int, int]:
    if abs((y - 60) - (x - 150) * 0.55) < 3 and 170 < x < 520:
        return 120, 96, 84
    distance = ((x - CENTRE[0]) ** 2 + (y - CENTRE[1]) ** 2) ** 0.5
    if distance < RADIUS - 14:
        shade = 70 + int(60 * y / HEIGHT)
        return shade, shade + 12, shade + 26
    if distance < RADIUS:
        return 168, 174, 180
    light = 236 - int(28 * y / HEIGHT) - int(10 * x / WIDTH)
    return light, light, light + 4


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
