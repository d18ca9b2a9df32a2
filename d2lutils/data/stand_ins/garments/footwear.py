"""Shoes and bags drawn on a canvas: sneakers, ankle boots, sandals, handbags. See ``garments.py``."""

import numpy as np

from d2lutils.data.stand_ins.garments.canvas import Canvas, Dice, ramp
from d2lutils.data.stand_ins.garments.clothes import dye, spread_out


def shoe_canvas(dice: Dice) -> Canvas:
    """Shoes lie on their side, the toe to the left or (less often) to the right."""
    c = spread_out(dice, aspect=(0.92, 1.1), size=(22.0, 27.5), right=2.0, down=3.5, tilt=0.1)
    c.u = c.u * (1 - 2 * dice.chance(0.35))
    return c


def sneaker(dice: Dice) -> Canvas:
    c = shoe_canvas(dice)
    u, chance = dice.uniform, dice.chance
    floor, sole = u(0.15, 0.3), u(0.03, 0.09)
    toe, high = u(0.12, 0.18), chance(0.25) * u(0.04, 0.26)  # high: up to the ankle
    tongue, heel = u(0.26, 0.34) + high, u(0.27, 0.35) + high
    height = ramp(c.u, (-0.5, 0.05), (-0.42, toe), (-0.2, toe + 0.05), (0.06 + high * 0.3, tongue),
                  (0.14 + high * 0.3, tongue - 0.01), (0.26, heel - u(0.03, 0.1)), (0.42, heel), (0.48, heel - 0.03))
    rise = floor - c.v
    shoe = np.maximum(np.maximum(rise - height, -rise) * 0.85, np.abs(c.u) - 0.48 + np.maximum(rise - 0.1, 0) * 0.12)
    c.add(shoe, u(0.7, 1.0))
    for k in range(3):  # laces, or stripes on the side
        at, lean = 0.09 * k - 0.14, u(0.08, 0.14)
        c.mark(c.limb((at, floor - 0.04), (at + lean, floor - 0.3), u(0.02, 0.06)), u(0.4, 1.6), chance(0.5))
    c.mark(c.ellipse(-0.46, floor - 0.02, u(0.12, 0.2), 0.13), u(0.6, 1.4), chance(0.5))  # toe cap
    c.mark(c.box(0.45, floor - 0.2, 0.08, 0.2), u(0.5, 1.4), chance(0.5))  # heel counter
    dye(c)
    c.add(np.maximum(c.box(0, floor + sole * 0.35, 0.5, sole * 0.65), shoe - 0.06), u(0.2, 1.0), edge=u(0.0, 0.5))
    return c


def boot(dice: Dice) -> Canvas:
    c = shoe_canvas(dice)
    u, chance = dice.uniform, dice.chance
    shaft = u(0.42, 0.85)
    floor = u(0.15, 0.25) + shaft * 0.25
    toe, ankle, front = u(0.13, 0.2), u(0.3, 0.4), u(-0.08, 0.08)
    rise = floor - c.v
    height = ramp(c.u, (-0.5, 0.05), (-0.43, toe), (-0.15, toe + 0.08), (front + 0.08, ankle))
    foot = np.maximum(np.maximum(rise - height, -rise) * 0.85, np.abs(c.u) - 0.48)
    c.add(foot, u(0.75, 1.0))
    lean, slim = u(-0.06, 0.1), u(-0.05, 0.1)
    leg = np.maximum(c.u - 0.47 + rise * slim, front + rise * lean - c.u)
    leg = np.maximum(leg, np.maximum(rise - shaft + (c.u - 0.2) * u(-0.2, 0.2), -rise))
    c.add(leg, u(0.75, 1.0))
    whole = np.minimum(foot, leg)
    seam = u(0.3, 0.36)
    for shape, p in (
        (np.abs(rise - shaft) - 0.04, 0.6),  # the upper edge
        (c.limb((front + 0.07, floor - shaft), (front + 0.02, floor - 0.22), 0.05), 0.5),  # laces
        (np.abs(rise - shaft * u(0.5, 0.8)) - 0.025, 0.35),  # a strap
        (np.abs(c.u - seam) - 0.02, 0.4),
        (c.ellipse(-0.46, floor, u(0.12, 0.22), 0.14), 0.3),  # toe cap
    ):
        c.mark(np.maximum(shape, whole), u(0.4, 1.5), chance(p))
    dye(c)
    heel, sole = chance(0.6) * u(0.03, 0.15), u(0.015, 0.05)
    tread = u(0.2, 0.9)
    c.add(np.maximum(np.abs(rise + sole) - sole, np.abs(c.u) - 0.49), tread)
    c.add(np.maximum(np.maximum(-rise - sole - heel, rise), np.abs(c.u - 0.36) - u(0.08, 0.13)), tread)
    return c


def sandal(dice: Dice) -> Canvas:
    c = shoe_canvas(dice)
    u, chance = dice.uniform, dice.chance
    floor = np.float32(0.2)
    lift = chance(0.5) * u(0.05, 0.28)  # how much the heel stands above the toe
    rest = floor - ramp(c.u, (-0.38, 0.0), (0.05, lift * 0.5), (0.3, lift))  # the footbed
    height = ramp(c.u, (-0.48, 0.09), (-0.3, u(0.12, 0.17)), (-0.02, u(0.2, 0.26)), (0.12, u(0.26, 0.36)))
    foot = np.maximum(np.maximum(rest - height - c.v, c.v - rest), np.abs(c.u) - 0.46) * 0.9
    cloth = u(0.6, 1.0)
    # straps: strips of the foot, the one over the toes nearly always there
    for at, wide, on in ((-0.3, 0.14, 0.95), (-0.12, 0.1, 0.5), (0.04, 0.08, 0.45)):
        at, lean = at + u(-0.05, 0.05), u(-0.1, 0.22)
        strip = c.limb((at, floor), (at + lean, floor - 0.45), u(0.4, 1.3) * wide)
        c.add(np.maximum(strip, foot) + (1 - chance(on)), cloth)
    ankle = chance(0.75)  # a strap behind the heel and one around the ankle
    back = np.maximum(0.46 - u(0.06, 0.1) - c.u, foot)
    c.add(back + (1 - ankle), cloth)
    around = np.abs(rest - height + 0.05 - c.v + (c.u - 0.3) * u(-0.2, 0.3)) - u(0.02, 0.05)
    c.add(np.maximum(np.maximum(around, -c.u), foot) + (1 - ankle), cloth)
    thick = u(0.02, 0.06)
    below = 0.04 + thick
    c.add(np.maximum(np.abs(c.v - rest - thick * 0.5) - thick, np.abs(c.u) - 0.48), u(0.5, 1.0))
    wedge = chance(0.5)
    under = np.maximum(np.maximum(rest - c.v, c.v - floor - below), np.maximum(c.u - 0.47, 0.02 - c.u))
    c.add(under + (1 - wedge), u(0.5, 1.0))
    pin = c.limb((u(0.38, 0.42), floor - lift), (u(0.4, 0.44), floor + below), u(0.07, 0.16), u(0.4, 1.0))
    c.add(pin + wedge, u(0.5, 1.0))
    dye(c)
    return c


def bag(dice: Dice) -> Canvas:
    c = spread_out(dice, aspect=(0.85, 1.2), size=(20.0, 27.0), down=2.5)
    u, chance = dice.uniform, dice.chance
    half = u(0.27, 0.46)
    tall = u(0.17, 0.33)
    middle = u(0.05, 0.2)
    flare = u(-0.25, 0.3)
    reach, grip = half * u(0.4, 0.85), u(0.15, 0.45)
    ring = np.abs(c.ellipse(0, middle - tall, reach, grip)) - u(0.018, 0.045)
    clutch = chance(0.2)
    c.add(np.maximum(ring, c.v - middle) + clutch, u(0.5, 0.9))
    corner = u(0.0, 0.1)
    du = np.abs(c.u) - half - (c.v - middle) * flare + corner
    dv = np.abs(c.v - middle) - tall + corner
    a, b = np.maximum(du, 0), np.maximum(dv, 0)
    body = np.sqrt(a * a + b * b) + np.minimum(np.maximum(du, dv), 0) - corner
    c.add(body, 1.0, edge=0.3)
    flap = middle - tall + u(0.08, 0.3)
    c.mark(np.maximum(np.abs(c.v - flap - np.abs(c.u) * u(-0.3, 0.1)) - 0.015, body), u(0.4, 0.85), chance(0.55))
    c.mark(c.box(0, flap, u(0.02, 0.05), u(0.02, 0.05)), u(0.4, 1.6), chance(0.5))  # the clasp
    c.mark(np.abs(np.abs(c.u) - half * 0.55) - 0.02, u(0.6, 1.1), chance(0.3))
    c.mark(np.abs(c.v - middle - tall * 0.85) - 0.02, u(0.6, 1.1), chance(0.3))
    dye(c, stripes=0.05, columns=0.08, emblem=0.15, at=(0.0, 0.15))
    return c
