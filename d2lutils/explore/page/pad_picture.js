// What happens to a drawing before the network sees it: moved, turned, thickened, inverted, fitted into MNIST's box.
const SIDE = 28, EMPTY = 0.2;
const pixel = (p, i, j) => i < 0 || j < 0 || i >= SIDE || j >= SIDE ? 0 : p[i * SIDE + j];
const picture = value => Float32Array.from({length: SIDE * SIDE}, (_, at) => value(Math.floor(at / SIDE), at % SIDE));
const clip = (v, low, high) => Math.min(Math.max(v, low), high);
const isEmpty = p => p.every(v => v <= EMPTY);

// each pixel of the result looks where it came from, between four pixels
function moved(p, {right, down, turn, size}) {
  if (!right && !down && !turn && size == 100) return p;
  const middle = (SIDE - 1) / 2, angle = turn * Math.PI / 180, cos = Math.cos(angle) * 100 / size, sin = Math.sin(angle) * 100 / size;
  return picture((i, j) => {
    const y = i - middle - down, x = j - middle - right;
    const row = middle - sin * x + cos * y, column = middle + cos * x + sin * y;
    const top = Math.floor(row), left = Math.floor(column), a = row - top, b = column - left;
    return (1 - a) * ((1 - b) * pixel(p, top, left) + b * pixel(p, top, left + 1)) +
      a * ((1 - b) * pixel(p, top + 1, left) + b * pixel(p, top + 1, left + 1));
  });
}

// thicker: the largest of a pixel and its four neighbours; thinner: the smallest
function thickened(p, times) {
  const pick = times > 0 ? Math.max : Math.min;
  for (let k = Math.abs(times); k > 0; k--) {
    const old = p;
    p = picture((i, j) => pick(pixel(old, i, j), pixel(old, i - 1, j), pixel(old, i + 1, j), pixel(old, i, j - 1), pixel(old, i, j + 1)));
  }
  return p;
}

// rows of another length: each new value is a weighted mean of the old ones around it, with the weights of a triangle
function resized(rows, to) {
  const from = rows[0].length, scale = from / to, reach = Math.max(scale, 1);
  return rows.map(row => Array.from({length: to}, (_, i) => {
    const centre = scale * (i + 0.5), last = Math.min(Math.floor(centre + reach + 0.5), from);
    let sum = 0, all = 0;
    for (let j = Math.max(Math.floor(centre - reach + 0.5), 0); j < last; j++) {
      const weight = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
      sum += weight * row[j];
      all += weight;
    }
    return sum / all;
  }));
}

const turned = rows => rows[0].map((_, j) => rows.map(row => row[j]));
// halves go to the even neighbour, as in Python
const whole = v => Math.abs(v % 1) == 0.5 ? 2 * Math.round(v / 2) : Math.round(v);

// the ink scaled so that its longer side is 20 pixels, and its centre of mass moved to (14, 14)
function fitted(p) {
  if (isEmpty(p)) return p;
  const places = [...p.keys()].filter(at => p[at] > EMPTY), rows = places.map(at => Math.floor(at / SIDE)), columns = places.map(at => at % SIDE);
  const [top, bottom, left, right] = [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
  let ink = Array.from({length: bottom - top + 1}, (_, i) => Array.from(p.slice((top + i) * SIDE + left, (top + i) * SIDE + right + 1)));
  const longer = Math.max(ink.length, ink[0].length), size = n => Math.max(1, whole(n * 20 / longer)), height = size(ink.length);
  ink = turned(resized(turned(resized(ink, size(ink[0].length))), height));
  let sum = 0, down = 0, across = 0;
  ink.forEach((row, i) => row.forEach((v, j) => { sum += v; down += v * i; across += v * j; }));
  const y = 14 - whole(down / sum), x = 14 - whole(across / sum);
  return picture((i, j) => (ink[i - y] || [])[j - x] || 0);
}

const seen = (drawing, changes) => {
  let p = thickened(moved(drawing, changes), changes.thick);
  if (changes.inverted) p = p.map(v => 1 - v);
  return changes.box ? fitted(p) : p;
};
