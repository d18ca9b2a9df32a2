// The pad: a field to draw on by mouse, touch and keys, what the network sees of it, and what it answers.
const make = (tag, attributes, ...inside) => {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...inside);
  return node;
};
const KEYS = {"data-lm-suppress-shortcuts": "true"}; // JupyterLab leaves the keys to the element itself
const share = p => p > 0.9995 ? "> 99.9 %" : p < 0.0005 ? "< 0.1 %" : (100 * p).toFixed(1) + " %";

// white on black in both themes, as MNIST has it
function paint(canvas, pixels, cursor) {
  const context = canvas.getContext("2d"), cell = canvas.width / SIDE;
  for (let at = 0; at < pixels.length; at++) {
    context.fillStyle = `rgb(${[1, 1, 1].map(() => Math.round(255 * clip(pixels[at], 0, 1)))})`;
    context.fillRect((at % SIDE) * cell, Math.floor(at / SIDE) * cell, cell, cell);
  }
  if (!cursor) return;
  context.strokeStyle = "#f0943e";
  context.lineWidth = 2;
  context.strokeRect(cursor[1] * cell, cursor[0] * cell, cell, cell);
}

function pad(root) {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent), words = data.w;
  const starts = data.y.map((_, k) => Float32Array.from(bytes(data.x).slice(k * 784, k * 784 + 784), v => v / 255));
  let drawing = starts[0].slice(), changes = {box: false, inverted: false}, erasing = false, cursor = [14, 14], last = null, soon;

  const field = make("canvas", {width: 280, height: 280, class: "d2l-field", tabindex: 0, role: "application", "aria-label": words.field, ...KEYS});
  const view = make("canvas", {width: 140, height: 140, role: "img"});
  const bars = data.c.map(name => {
    const bar = make("i", {}), text = make("span", {});
    return {bar, text, row: make("li", {}, make("b", {}, name), make("em", {"aria-hidden": "true"}, bar), text)};
  });
  const readout = make("p", {class: "d2l-says"}), told = make("p", {class: "d2l-told", role: "status"});
  const tell = (text, wait) => {
    clearTimeout(soon);
    soon = setTimeout(() => { told.textContent = text; }, wait);
  };

  function show(speak = true) {
    const p = seen(drawing, changes), found = answer(data.l, p), order = [...found.keys()].sort((a, b) => found[b] - found[a]);
    const [first, second] = order.map(k => `${data.c[k]} (${share(found[k])})`);
    paint(field, drawing, document.activeElement == field && cursor);
    paint(view, p);
    bars.forEach(({bar, text, row}, k) => {
      bar.style.width = 100 * found[k] + "%";
      text.textContent = share(found[k]);
      row.className = k == order[0] ? "first" : "";
    });
    readout.textContent = (isEmpty(drawing) ? words.nothing : words.says).replace("{1}", first).replace("{2}", second);
    view.setAttribute("aria-label", words.view);
    if (speak) tell(readout.textContent, 500);
  }

  // a round pen with a soft rim, along a line in pixels
  function stroke([i0, j0], [i1, j1], erase) {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(i1 - i0, j1 - j0)));
    for (let k = 0; k <= steps; k++) {
      const y = i0 + (i1 - i0) * k / steps, x = j0 + (j1 - j0) * k / steps;
      drawing = picture((i, j) => {
        const ink = clip(1.75 - Math.hypot(i - y, j - x), 0, 1), old = pixel(drawing, i, j);
        return erase ? Math.min(old, 1 - ink) : Math.max(old, ink);
      });
    }
  }
  const place = event => {
    const box = field.getBoundingClientRect();
    return [(event.clientY - box.top) / box.height * SIDE - 0.5, (event.clientX - box.left) / box.width * SIDE - 0.5];
  };
  field.onpointerdown = event => {
    event.preventDefault();
    field.focus({preventScroll: true});
    field.setPointerCapture(event.pointerId);
    last = place(event);
    stroke(last, last, erasing);
    show();
  };
  field.onpointermove = event => {
    if (!last) return;
    const next = place(event);
    stroke(last, next, erasing);
    last = next;
    show();
  };
  field.onpointerup = field.onpointercancel = () => { last = null; };
  field.onfocus = field.onblur = () => show(false);
  field.onkeydown = event => {
    const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
    const pens = {" ": erasing, Enter: erasing, Delete: true, Backspace: true}, before = cursor;
    if (!step && !(event.key in pens)) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) cursor = cursor.map((v, k) => clip(v + step[k], 0, SIDE - 1));
    if (!step || event.shiftKey) {
      stroke(before, cursor, pens[event.key] ?? erasing);
      show();
    } else {
      show(false);
      const ink = pixel(drawing, ...cursor) > 0.5 ? words.ink : words.paper;
      tell(words.place.replace("{1}", cursor[0] + 1).replace("{2}", cursor[1] + 1).replace("{3}", ink), 200);
    }
  };

  const sliders = data.s.map(([name, label, low, high, step, start, unit]) => {
    const value = make("output", {}), n = (high - low) / step;
    const input = make("input", {type: "range", min: low, max: high, step, "aria-label": label, ...KEYS});
    const row = make("label", {style: `--n:${n > 30 ? 1 : n}`}, make("span", {}, label), value, input);
    const write = () => {
      changes[name] = +input.value;
      value.textContent = String(changes[name]).replace("-", "−") + unit;
      input.setAttribute("aria-valuetext", value.textContent);
      row.style.setProperty("--at", (changes[name] - low) / (high - low));
    };
    const reset = () => { input.value = start; write(); };
    input.oninput = () => { write(); show(); };
    reset();
    return {row, reset};
  });

  const button = (label, act, pressed) => {
    const node = make("button", {type: "button", ...KEYS, ...(pressed && {"aria-pressed": String(pressed())})}, label);
    node.onclick = () => {
      act();
      tools.forEach(tool => tool.pressed && tool.node.setAttribute("aria-pressed", String(tool.pressed())));
      show();
    };
    return {node, pressed};
  };
  const restore = () => { changes.inverted = changes.box = false; sliders.forEach(s => s.reset()); };
  const tools = [
    button(words.box, () => { changes.box = !changes.box; }, () => changes.box),
    button(words.invert, () => { changes.inverted = !changes.inverted; }, () => changes.inverted),
    button(words.erase, () => { erasing = !erasing; }, () => erasing),
    button(words.clear, () => { drawing = drawing.map(() => 0); }),
    button(words.back, restore),
  ];
  const digits = starts.map((digit, k) => {
    const small = make("canvas", {width: 56, height: 56, "aria-hidden": "true"});
    paint(small, digit);
    const choice = button(small, () => { drawing = digit.slice(); });
    choice.node.setAttribute("aria-label", words.start.replace("{1}", data.c[data.y[k]]));
    return choice.node;
  });

  root.querySelector(".d2l-body").replaceChildren(
    make("div", {class: "d2l-fields"}, make("div", {}, make("b", {}, words.draw), field),
      make("div", {}, make("b", {}, words.view), view), make("ol", {class: "d2l-bars"}, ...bars.map(b => b.row))),
    readout, told, make("div", {class: "d2l-starts"}, make("span", {}, words.starts), ...digits),
    make("div", {class: "d2l-tools"}, ...tools.map(t => t.node)), make("div", {class: "d2l-sliders"}, ...sliders.map(s => s.row)),
    make("p", {class: "d2l-held"}, words.hint));
  // for whoever wants to ask it from the console: 784 numbers in, probabilities or the picture in its box out
  root.network = {answer: pixels => answer(data.l, Float32Array.from(pixels)), fitted: pixels => Array.from(fitted(Float32Array.from(pixels)))};
  show(false);
}

const script = document.currentScript, here = script && script.closest(".d2l-pad");
(here ? [here] : document.querySelectorAll(".d2l-pad")).forEach(root => {
  if (root.dataset.ready) return;
  root.dataset.ready = "yes";
  pad(root);
});
