"""Drawing many small pictures at once: soft-edged shapes as signed distances on an (n, 28, 28) grid.

A shape is a *signed distance*: negative inside, positive outside, in units of the garment's own height. Covering a
pixel by half where the distance is zero gives smooth edges; the union of two shapes is the minimum of their
distances, the intersection the maximum.

Everything here must give the same bits on every machine and with every numpy. So random numbers come from
``RandomState.random_sample`` alone (its stream is frozen by numpy's compatibility policy; ``Generator`` streams may
change), and arithmetic is float32 ``+ - * /``, ``sqrt``, ``floor``, ``minimum``, ``maximum`` and comparisons, which
IEEE 754 rounds exactly and numpy applies one at a time. No ``sin``, ``exp`` or ``pow`` (each maths library rounds
them its own way) and no sum, mean or matrix product over an axis (their order of addition depends on the processor).
"""

import numpy as np

SIDE = 28


def clip(x):
    """``x`` kept between 0 and 1."""
    return np.minimum(np.maximum(x, 0), 1)


class Dice:
    """Random parameters, one a picture, shaped (n, 1, 1) so that they broadcast over pixels."""

    def __init__(self, seed: tuple[int, ...], n: int):
        self.rng = np.random.RandomState(np.array(seed, dtype=np.uint32))
        self.n = n

    def uniform(self, low, high):
        """One number a picture, uniform between ``low`` and ``high`` (numbers or (n, 1, 1) arrays)."""
        share = self.rng.random_sample((self.n, 1, 1)).astype(np.float32)
        return low + (high - low) * share

    def bell(self, low, high):
        """As ``uniform``, but the middle is likelier: the mean of two draws."""
        return (self.uniform(low, high) + self.uniform(low, high)) * np.float32(0.5)

    def chance(self, p):
        """1.0 with probability ``p``, else 0.0."""
        return (self.rng.random_sample((self.n, 1, 1)) < p).astype(np.float32)

    def order(self):
        """A random order of the n pictures, int64 (n,)."""
        return np.argsort(self.rng.random_sample(self.n), kind="stable")

    def weave(self):
        """Noise in [0, 1] that differs from pixel to pixel, (n, 28, 28)."""
        return self.rng.random_sample((self.n, SIDE, SIDE)).astype(np.float32)

    def grain(self, cells: int):
        """Smooth noise in [0, 1] for each picture: random values on ``cells`` × ``cells`` points, bilinear between."""
        points = self.rng.random_sample((self.n, cells + 1, cells + 1)).astype(np.float32)
        where = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) * np.float32(cells / SIDE)
        low = np.floor(where).astype(np.int64)
        part = where - low.astype(np.float32)
        rows = points[:, low] + (points[:, low + 1] - points[:, low]) * part[:, None]  # (n, 28, cells + 1)
        return rows[:, :, low] + (rows[:, :, low + 1] - rows[:, :, low]) * part  # (n, 28, 28)


class Canvas:
    """n pictures of one kind of garment: where each pixel lies on the garment, how much is covered, how light it is.

    ``u`` runs to the right and ``v`` down, both (n, 28, 28), the origin in the garment's middle; one unit is ``size``
    pixels. ``tilt`` is the tangent of half the turning angle, which turns without a sine.
    """

    def __init__(self, dice: Dice, size, aspect=1.0, tilt=0.0, right=0.0, down=0.0):
        self.dice, self.px = dice, size
        pixel = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
        x, y = pixel - right, pixel[:, None] - down  # (n, 1, 28), (n, 28, 1)
        cos = (1 - tilt * tilt) / (1 + tilt * tilt)
        sin = 2 * tilt / (1 + tilt * tilt)
        self.u = (x * cos + y * sin) / (size * aspect)  # (n, 28, 28)
        self.v = (y * cos - x * sin) / size
        self.mask = np.zeros((dice.n, SIDE, SIDE), np.float32)  # how much of the pixel is garment
        self.light = np.zeros_like(self.mask)  # how light the garment is there

    def cover(self, d):
        """How much of each pixel a signed distance covers, from 0 to 1."""
        return clip(np.float32(0.5) - d * self.px)

    def add(self, d, light=1.0, edge=None):
        """Lay a shape on top. ``edge`` darkens the cloth just around it, as a shadow would."""
        if edge is not None:
            self.mark(d - np.float32(0.03), 1 - edge)
        covered = self.cover(d)
        self.light += covered * (light - self.light)
        self.mask = np.maximum(self.mask, covered)

    def mark(self, d, tone, strength=1.0):
        """Multiply the lightness inside a shape by ``tone``, as far as ``strength`` says."""
        self.light *= 1 + self.cover(d) * ((tone - 1) * strength)

    def cut(self, d, strength=1.0):
        """Take a shape away from what is covered."""
        self.mask *= 1 - self.cover(d) * strength

    def limb(self, start, end, width, taper=1.0, rounded=False):
        """Signed distance to a straight strip from ``start`` to ``end`` (each (u, v)), half as wide as ``width``.

        ``taper`` is the width at the end over that at the start. Ends are flat, or ``rounded``.
        """
        du, dv = end[0] - start[0], end[1] - start[1]
        length = np.sqrt(du * du + dv * dv)
        du, dv = du / length, dv / length
        u, v = self.u - start[0], self.v - start[1]
        along = u * du + v * dv
        across = u * dv - v * du
        half = width * np.float32(0.5)
        half = half * (1 + (taper - 1) * clip(along / length))
        beyond = np.maximum(-along, along - length)
        if rounded:
            beyond = np.maximum(beyond, 0)
            return np.sqrt(across * across + beyond * beyond) - half
        return np.maximum(np.abs(across) - half, beyond)

    def ellipse(self, u, v, across, down):
        """Signed distance (nearly) to an ellipse around (u, v) with these half axes."""
        a, b = (self.u - u) / across, (self.v - v) / down
        return (np.sqrt(a * a + b * b) - 1) * np.minimum(across, down)

    def box(self, u, v, across, down):
        """Signed distance to a rectangle around (u, v) with these half sides."""
        return np.maximum(np.abs(self.u - u) - across, np.abs(self.v - v) - down)


def half_plane(a, b, start, end):
    """Signed distance to the line through ``start`` and ``end``, positive on the left of the way (v points down)."""
    du, dv = end[0] - start[0], end[1] - start[1]
    return ((a - start[0]) * dv - (b - start[1]) * du) / np.sqrt(du * du + dv * dv)


def ramp(t, *knots):
    """The piecewise linear function through ``knots`` ((t0, y0), (t1, y1), …), constant beyond the ends."""
    (before, height), y = knots[0], knots[0][1]
    for place, value in knots[1:]:
        slope = (value - height) / (place - before)
        y = y + slope * np.minimum(np.maximum(t - before, 0), place - before)
        before, height = place, value
    return y


def wave(t):
    """A triangle wave of period 1 between 0 and 1."""
    return np.abs(2 * (t - np.floor(t)) - 1)
