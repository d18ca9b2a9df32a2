"""Numbers for people (three digits, short ticks) and numbers for the player's script (three characters each)."""

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# Numbers travel as three characters each: sign, four digits, and the power of ten. The characters are those of ASCII
# that mean nothing in JSON, HTML, TeX or Markdown's code. Of the 85³ codes, 34 powers of ten take 612,000; one of the
# codes left over, standing before a number, shifts its power: a diverged loss of 6·10⁶⁹ takes six characters.
DIGITS = "".join(chr(c) for c in range(35, 127) if chr(c) not in "$&'<>\\`")
_LEAST_POWER, _MOST_POWER, _ZERO, _MISSING, _NO_SHIFT = -20, 13, 612_000, 612_001, 613_000


def pack(values) -> str:
    """Numbers as text, three characters each (six beyond 1e±17), to four significant digits; None stays None."""
    codes = []
    for value in values:
        if value is None or not math.isfinite(value):
            codes.append(_MISSING)
        elif value == 0:
            codes.append(_ZERO)
        else:
            mantissa, _, power = f"{abs(value):.3e}".partition("e")
            mantissa, power = int(mantissa.replace(".", "")), int(power) - 3
            if not _LEAST_POWER <= power <= _MOST_POWER:
                codes.append(_NO_SHIFT + power)
                power = 0
            codes.append(((power - _LEAST_POWER) * 9000 + mantissa - 1000) * 2 + (value < 0))
    return "".join(DIGITS[code // 7225] + DIGITS[code // 85 % 85] + DIGITS[code % 85] for code in codes)


def unpack(text: str) -> list[float | None]:
    """What `pack` made into text, as the player's script reads it."""
    out: list[float | None] = []
    shift = 0
    for i in range(0, len(text), 3):
        code = 0
        for character in text[i : i + 3]:
            code = code * 85 + DIGITS.index(character)
        if code > _MISSING:
            shift = code - _NO_SHIFT
            continue
        power, mantissa = divmod(code // 2, 9000)
        number = (-1) ** (code % 2) * float(f"{mantissa + 1000}e{power + _LEAST_POWER + shift}")
        out.append({_MISSING: None, _ZERO: 0.0}.get(code, number))
        shift = 0
    return out


def number(value: float) -> str:
    """Three digits that tell: 0.0523, 12.3, 1.2e+08 as 1.2×10⁸."""
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPT)}"
    return text.replace("-", "−")


def short(value: float) -> float | None:
    """Four digits are all that a chart or a reader can tell apart. None for what is not finite."""
    if not math.isfinite(value):
        return None
    short = float(f"{value:.4g}")
    return int(short) if short.is_integer() and abs(short) < 1e6 else short


def tick_label(value: float) -> str:
    """Short: 0.001, 25, 10⁻⁶."""
    if value and not 1e-4 <= abs(value) < 1e5:
        exponent = math.floor(math.log10(abs(value)) + 1e-9)
        mantissa = value / 10.0**exponent
        text = f"10{str(exponent).translate(SUPERSCRIPT)}"
        text = text if abs(mantissa - 1) < 1e-6 else f"{mantissa:.3g}×{text}"
        return text.replace("-", "−")
    return f"{value:.6g}".replace("-", "−")
