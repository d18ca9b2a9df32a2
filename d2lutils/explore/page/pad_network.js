// A small network in plain JavaScript: the layers that pad.py wrote, for one picture. Tensors are {c, h, w, v}, row by row.
const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
// int8 weights with one scale for each tensor
const weights = layer => layer.f ??= Float32Array.from(new Int8Array(bytes(layer.w).buffer), v => v * layer.a);
const pointwise = {relu: v => Math.max(v, 0), tanh: Math.tanh, sigmoid: v => 1 / (1 + Math.exp(-v))};

function convolution(x, {o, n, s, p, b}, w) {
  const h = Math.floor((x.h + 2 * p - n) / s) + 1, width = Math.floor((x.w + 2 * p - n) / s) + 1;
  const v = new Float32Array(o * h * width);
  for (let m = 0, at = 0; m < o; m++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < width; j++, at++) {
        let sum = b[m];
        for (let c = 0; c < x.c; c++)
          for (let k = 0; k < n; k++) {
            const row = i * s + k - p;
            if (row < 0 || row >= x.h) continue;
            for (let l = 0; l < n; l++) {
              const column = j * s + l - p;
              if (column >= 0 && column < x.w) sum += w[((m * x.c + c) * n + k) * n + l] * x.v[(c * x.h + row) * x.w + column];
            }
          }
        v[at] = sum;
      }
  return {c: o, h, w: width, v};
}

function pooled(x, n, max) {
  const h = Math.floor(x.h / n), w = Math.floor(x.w / n), v = new Float32Array(x.c * h * w);
  for (let c = 0, at = 0; c < x.c; c++)
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++, at++) {
        let found = max ? -Infinity : 0;
        for (let k = 0; k < n; k++)
          for (let l = 0; l < n; l++) {
            const value = x.v[(c * x.h + i * n + k) * x.w + j * n + l];
            found = max ? Math.max(found, value) : found + value / (n * n);
          }
        v[at] = found;
      }
  return {c: x.c, h, w, v};
}

// the layout (c, h, w) row by row is what nn.Flatten makes, so a dense layer reads it as it is
function dense(x, {o, b}, w) {
  const n = x.v.length, v = new Float32Array(o);
  for (let m = 0; m < o; m++) {
    let sum = b[m];
    for (let i = 0; i < n; i++) sum += w[m * n + i] * x.v[i];
    v[m] = sum;
  }
  return {c: o, h: 1, w: 1, v};
}

function softmax(scores) {
  const top = Math.max(...scores), powers = Array.from(scores, v => Math.exp(v - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map(v => v / sum);
}

// pixels: 784 numbers from 0 to 1; gives the probabilities
function answer(layers, pixels) {
  let x = {c: 1, h: 28, w: 28, v: pixels};
  for (const layer of layers) {
    if (layer.k == "conv") x = convolution(x, layer, weights(layer));
    else if (layer.k == "dense") x = dense(x, layer, weights(layer));
    else if (layer.k in pointwise) x = {...x, v: x.v.map(pointwise[layer.k])};
    else x = pooled(x, layer.n, layer.k == "max");
  }
  return softmax(x.v);
}
