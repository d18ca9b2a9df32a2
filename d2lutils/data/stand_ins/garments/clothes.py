"""Clothes drawn on a canvas: T-shirts, trousers, pullovers, dresses, coats and shirts. See ``garments.py``."""

import numpy as np

from d2lutils.data.stand_ins.garments.canvas import Canvas, Dice, clip, half_plane, ramp, wave

TOP = np.float32(-0.5)


def spread_out(dice: Dice, aspect=(0.9, 1.2), size=(21.0, 29.0), right=3.0, down=2.2, tilt=0.07) -> Canvas:
    """An empty canvas, posed: size, proportions, place and turn differ from picture to picture."""
    return Canvas(dice, dice.uniform(*size), dice.uniform(*aspect), dice.bell(-tilt, tilt),
                  dice.bell(-right, right), dice.bell(-down, down))


def dye(c: Canvas, stripes=0.0, columns=0.0, emblem=0.0, at=(0.0, -0.12)) -> None:
    """Give the cloth its colour, print, folds, light from one side, and weave.

    ``stripes``, ``columns`` and ``emblem`` are the probabilities of lines across, lines down, and a print around
    ``at``.
    """
    d = c.dice
    tall, contrast = d.uniform(0.05, 0.16), d.uniform(0.35, 1.6)
    wide, round_, printed = d.uniform(0.06, 0.17), d.chance(0.5), d.chance(emblem)
    u, v = at[0], at[1] + d.uniform(-0.05, 0.05)
    shape = c.ellipse(u, v, wide, tall) * round_ + c.box(u, v, wide, tall) * (1 - round_)
    c.mark(shape, contrast, printed)
    for t, p in ((c.v, stripes), (c.u, columns)):  # both together make a check
        lines = wave(t * d.uniform(3.5, 11.0) + d.uniform(0, 1))
        c.light *= 1 - clip(lines * 3 - 1) * (d.chance(p) * d.uniform(0.25, 0.75))
    c.light *= 1 - d.uniform(0.1, 0.45) * d.grain(5)  # folds
    c.light *= 1 + d.uniform(-0.4, 0.4) * c.u  # light from one side
    c.light *= 1 - d.uniform(0.02, 0.14) * d.weave()
    c.light *= np.minimum(d.uniform(0.3, 1.5), 1.15)  # the colour; a few are as white as paper


def upper(c: Canvas, *, bottom, shoulder, chest, waist, hem, reach, arm, taper, neck, drop, crease=0.3):
    """The body of anything worn above the waist, from half widths at ``shoulder``, ``chest``, ``waist`` and ``hem``.

    Two sleeves ``arm`` wide end ``reach`` = (out, down) from the shoulder joint; the shoulders fall by ``drop``;
    ``crease`` is how dark the line between sleeve and body is.
    """
    d, side, (out, down) = c.dice, np.abs(c.u), reach
    for sign in (-1, 1):  # each arm hangs a little differently
        joint_u, joint_v = sign * (shoulder - arm * 0.42), TOP + drop + arm * 0.35
        wrist = joint_u + sign * out * d.uniform(0.8, 1.2), joint_v + down * d.uniform(0.92, 1.06)
        c.add(c.limb((joint_u, joint_v), wrist, arm, taper), d.uniform(0.8, 1.0))
    profile = ramp(c.v, (TOP, shoulder), (-0.28, chest), (0.05, waist), (bottom, hem))
    slope = half_plane(side, c.v, (neck, TOP), (shoulder, TOP + drop))
    body = np.maximum(np.maximum(side - profile, slope), c.v - bottom - d.uniform(-0.12, 0.12) * side)
    c.add(body, 1.0, edge=crease)


def neckline(c: Canvas, neck, depth, pointed, inside):
    """Open the neck, round or ``pointed``; ``inside`` is how light the back of the collar is that shows through."""
    hole = c.ellipse(0, TOP, neck, depth)
    wedge = half_plane(np.abs(c.u), c.v, (0, TOP + depth * 1.25), (neck, TOP))
    c.mark(hole * (1 - pointed) + wedge * pointed, inside)
    c.cut(c.ellipse(0, TOP - 0.03, neck * 0.85, depth * 0.6))


def t_shirt(dice: Dice) -> Canvas:
    c = spread_out(dice, aspect=(0.85, 1.12))
    u = dice.uniform
    chest, arm, neck = u(0.22, 0.29), u(0.16, 0.24), u(0.08, 0.15)
    out = u(0.08, 0.2)
    upper(c, bottom=u(0.3, 0.46), shoulder=chest + u(0.0, 0.04), chest=chest, waist=chest - u(-0.01, 0.04),
          hem=chest + u(-0.02, 0.04), reach=(out, u(0.1, 0.32)), arm=arm, taper=u(0.8, 1.0), neck=neck,
          drop=u(0.05, 0.1), crease=u(0.1, 0.4))
    neckline(c, neck, u(0.05, 0.16), dice.chance(0.3), u(0.3, 0.7))
    dye(c, emblem=0.45, stripes=0.2)
    return c


def long_sleeves(c: Canvas, bottom, loose=0.0):
    """What pullover and coat have in common; returns the neck's half width."""
    u = c.dice.uniform
    chest, neck = u(0.19, 0.25) + loose, u(0.07, 0.12)
    upper(c, bottom=bottom, shoulder=chest + u(0.0, 0.03), chest=chest, waist=chest - u(-0.01, 0.04),
          hem=chest + u(-0.03, 0.05), reach=(u(0.04, 0.24), u(0.62, 0.82)), arm=u(0.13, 0.19), taper=u(0.6, 0.95),
          neck=neck, drop=u(0.05, 0.11), crease=u(0.2, 0.55))
    return neck


def pullover(dice: Dice) -> Canvas:
    c = spread_out(dice)
    u, chance = dice.uniform, dice.chance
    bottom = u(0.3, 0.48)
    neck = long_sleeves(c, bottom, loose=0.01)
    high = chance(0.25)  # a turtleneck
    neckline(c, neck, u(0.04, 0.12) * (1 - 0.6 * high), chance(0.2) * (1 - high), u(0.35, 0.8))
    c.add(c.box(0, -0.5, neck * 0.95, 0.055 * high) + (1 - high), u(0.75, 0.95))
    ribs = 1 - u(0.1, 0.4)
    c.mark(c.box(0, bottom, 0.3, u(0.03, 0.07)), ribs)  # ribbed hem
    dye(c, emblem=0.15, stripes=0.2, columns=0.12)
    return c


def coat(dice: Dice) -> Canvas:
    c = spread_out(dice, size=(22.0, 29.0), aspect=(0.85, 1.05))
    u, chance = dice.uniform, dice.chance
    neck = long_sleeves(c, u(0.42, 0.5), loose=0.0)
    lapel = chance(0.6)
    deep = u(0.06, 0.12) + lapel * u(0.05, 0.2)
    neckline(c, neck, deep, lapel, u(0.3, 0.9))
    middle = u(-0.03, 0.03)
    ajar = chance(0.3) * u(0.0, 0.06)
    front = np.abs(c.u - middle) - 0.012 - np.maximum(c.v + 0.35, 0) * ajar
    c.mark(np.maximum(front, -c.v - 0.5 + deep), u(0.2, 0.75))
    for sign in (-1, 1):
        c.mark(c.limb((sign * neck, -0.5), (sign * 0.02, -0.44 + deep), 0.04), u(0.6, 1.2), lapel)
        c.mark(c.box(sign * u(0.11, 0.15), u(0.12, 0.2), 0.06, 0.012), u(0.45, 0.85), chance(0.5))
    c.mark(c.box(0, u(0.0, 0.08), 0.3, 0.02), u(0.4, 0.8), chance(0.15))  # a belt
    dye(c, stripes=0.05, columns=0.05)
    return c


def shirt(dice: Dice) -> Canvas:
    c = spread_out(dice)
    u, chance = dice.uniform, dice.chance
    bottom = u(0.36, 0.5)
    short = chance(0.4)  # short sleeves
    chest, neck = u(0.19, 0.25), u(0.07, 0.12)
    down = u(0.62, 0.84) * (1 - short) + u(0.2, 0.38) * short
    upper(c, bottom=bottom, shoulder=chest + u(0.0, 0.02), chest=chest, waist=chest - u(0.0, 0.05),
          hem=chest + u(-0.02, 0.05), reach=(u(0.05, 0.2), down), arm=u(0.13, 0.18) + 0.02 * short,
          taper=u(0.65, 1.0), neck=neck, drop=u(0.05, 0.1), crease=u(0.15, 0.5))
    tail = u(0.0, 0.1)  # the hem rises at the sides
    c.cut(np.maximum(bottom - tail * np.abs(c.u) * 4 - c.v, np.abs(c.u) - chest - 0.01))
    deep, pointed = u(0.05, 0.16), chance(0.7)
    neckline(c, neck, deep, pointed, u(0.35, 0.7))
    collar, stiff = chance(0.85), u(0.05, 0.09)
    for sign in (-1, 1):
        c.mark(c.limb((sign * neck, -0.5), (sign * neck * 0.35, -0.44 + deep), stiff + 0.04), u(0.5, 0.8), collar)
        c.mark(c.limb((sign * neck, -0.5), (sign * neck * 0.35, -0.45 + deep), stiff), u(1.3, 1.9), collar)
    half = chance(0.25)  # buttons only at the top
    placket = chance(0.9)
    front = np.maximum(np.abs(c.u) - u(0.012, 0.03), np.abs(c.v + 0.15 * half) - 0.5 + 0.15 * half)
    c.mark(front, u(0.55, 0.85), placket)
    buttons = np.maximum(np.abs(c.u) - 0.025, (0.75 - wave(c.v * u(4, 7) + u(0, 1))) * 0.1)
    c.mark(np.maximum(buttons, front - 0.02), u(0.2, 0.6), placket)
    c.mark(c.box(u(0.09, 0.13), u(-0.2, -0.12), 0.05, 0.06), u(0.7, 0.95), chance(0.4))  # a breast pocket
    dye(c, stripes=0.08, columns=0.25)
    return c


def trouser(dice: Dice) -> Canvas:
    c = spread_out(dice, aspect=(0.85, 1.15), size=(22.0, 29.0))
    u, chance = dice.uniform, dice.chance
    side = np.abs(c.u)
    waist, crotch = u(0.13, 0.19), u(-0.28, -0.15)
    bottom = 0.5 - chance(0.15) * u(0.1, 0.35)  # some are short
    apart = u(0.0, 0.09)
    leg = u(0.1, 0.16)
    knee = apart + leg * u(0.8, 1.05)
    outer = ramp(c.v, (-0.5, waist), (crotch, waist + u(0.0, 0.05)), (0.12, knee * 0.5 + (apart + leg) * 0.5),
                 (0.5, apart + leg * u(0.75, 1.3)))
    inner = ramp(c.v, (crotch, -0.02), (crotch + 0.06, 0.012), (0.5, apart))
    legs = np.maximum(side - outer, inner - side)
    c.add(np.maximum(legs, np.maximum(TOP - c.v, c.v - bottom)))
    c.mark(c.box(0, -0.48, 0.3, 0.03), u(0.6, 1.0))  # waistband
    c.mark(np.maximum(side - 0.012, c.v - crotch), u(0.4, 0.9))  # fly
    c.mark(np.abs(side - (outer + np.maximum(inner, 0)) * 0.5) - 0.015, u(0.75, 1.2))  # crease
    dye(c, stripes=0.03, columns=0.1)
    return c


def dress(dice: Dice) -> Canvas:
    c = spread_out(dice, aspect=(0.8, 1.15), size=(22.0, 29.0))
    u, chance = dice.uniform, dice.chance
    chest, neck = u(0.13, 0.19), u(0.06, 0.1)
    waist = chest * u(0.7, 1.0)
    hem = u(0.14, 0.34)
    sleeveless = chance(0.55)
    arm = u(0.09, 0.14)
    down = (u(0.08, 0.3) + chance(0.3) * 0.35) * (1 - sleeveless) + 0.02
    upper(c, bottom=u(0.4, 0.5), shoulder=chest + u(-0.02, 0.02) - 0.03 * sleeveless, chest=chest, waist=waist,
          hem=hem, reach=(u(0.03, 0.12) * (1 - sleeveless) + 0.001, down), arm=arm * (1 - 0.6 * sleeveless),
          taper=u(0.7, 1.0), neck=neck, drop=u(0.03, 0.08), crease=u(0.1, 0.4))
    neckline(c, neck, u(0.05, 0.18), chance(0.4), u(0.2, 0.6))
    for sign in (-1, 1):  # armholes
        c.cut(c.ellipse(sign * u(0.17, 0.2), -0.4, 0.06, u(0.08, 0.16)), sleeveless)
    c.mark(c.box(0, u(-0.08, 0.04), 0.4, u(0.012, 0.035)), u(0.4, 0.95), chance(0.5))
    pleats = wave(c.u / ramp(c.v, (0.0, 0.3), (0.5, 1.0)) * u(5, 9))  # they fan out from the waist
    c.light *= 1 - pleats * clip(c.v) * u(0.0, 0.9)
    dye(c, stripes=0.15, columns=0.05, emblem=0.0)
    return c
