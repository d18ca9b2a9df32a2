// Turns the still picture of each player on the page into sliders with a chart. Whole in itself: no library, no network.
(() => {
const DIGITS = [...Array(92)].map((_, i) => String.fromCharCode(35 + i)).filter(c => !"$&'<>\\`".includes(c));
const unpack = text => {
  const out = [];
  let shift = 0;
  for (const three of text.match(/.../g) || []) {
    const code = [...three].reduce((sum, c) => sum * 85 + DIGITS.indexOf(c), 0), half = code >> 1;
    // a code of its own before a number shifts its power of ten
    if (code > 612001) { shift = code - 613000; continue; }
    out.push(code > 611999 ? code > 612000 ? null : 0 : (code & 1 ? -1 : 1) * +(1000 + half % 9000 + "e" + (Math.floor(half / 9000) - 20 + shift)));
    shift = 0;
  }
  return out;
};
// three digits that tell, as in the still picture's sentence
const number = v => {
  let [m, e] = (+v.toPrecision(3)).toExponential().split("e");
  const text = +e < -4 || +e > 2 && Math.abs(v) >= 999.5 ? `${m}×10${[...String(+e)].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻").join("")}` : String(+v.toPrecision(3));
  return text.replace("-", "−");
};
// Text always goes in as text: nothing that a title or a label says can become an element.
const make = (space, tag, attributes, ...inside) => {
  const node = document.createElementNS(space, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...inside);
  return node;
};
const html = (...a) => make("http://www.w3.org/1999/xhtml", ...a), svg = (...a) => make("http://www.w3.org/2000/svg", ...a);
const clamp = (v, low, high) => Math.min(Math.max(v, low), high);

// One panel of a chart. draw(width) lays out the axes; show(run, ghosts, at) draws curves, and their values at point `at`.
function panel([label, names, low, high, log, ticks], first, x, ends) {
  const key = (name, i) => html("span", {}, svg("svg", {width: 26, height: 10, "aria-hidden": "true"},
    svg("path", {class: "c" + i, d: "M1 5H25"})), name);
  const drawing = svg("svg", {role: "img"}), title = html("b", {}, names.length > 1 || names[0] != label ? label : "");
  const node = html("div", {class: "d2l-panel"}, html("div", {class: "d2l-legend"}, title, ...names.map(key)), drawing);
  const top = 10, left = 14 + 7 * Math.max(...ticks.map(t => t[1].length)), right = ends ? 46 : 14;
  let width, height, inner, marks, last;
  const clip = "d2l" + Math.random().toString(36).slice(2);
  const at = (v, lo, hi, log) => log ? Math.log(Math.max(v, 1e-300) / lo) / Math.log(hi / lo) : (v - lo) / (hi - lo);
  const X = v => left + at(v, x[1], x[2]) * (width - left - right);
  const Y = v => top + (height - top - 40) * (1 - clamp(at(v, low, high, log), -3, 4));
  const points = (run, i, of = run.y) => run.x.map((v, k) => [v, of[first + i][k]]).filter(p => p[1] != null && (p[1] > 0 || !log));
  const side = t => t.out && t.x > (left + width - right) / 2 ? -1 : 1;
  const path = p => p.length == 1 ? `M${X(p[0][0]) - 4} ${Y(p[0][1])}h8` :
    p.map(([a, b], k) => (k ? "L" : "M") + X(a).toFixed(1) + " " + Y(b).toFixed(1)).join("");
  // several seeds: the area between the lowest and the highest
  const band = (run, i) => {
    const edge = run.low ? [...points(run, i, run.low), ...points(run, i, run.high).reverse()] : [];
    return edge.length ? path(edge) + "Z" : "";
  };
  return {
    node,
    draw(w) {
      width = w;
      height = w < 420 ? 210 : 240;
      const bottom = height - 40;
      inner = names.map((_, i) => ["ghost", "ghost", "front", "band"].map(kind => svg("path", {class: `c${i} ${kind}`})));
      marks = svg("g", {class: "marks"});
      let free = -99;
      drawing.setAttribute("viewBox", `0 0 ${w} ${height}`);
      drawing.replaceChildren(
        svg("clipPath", {id: clip}, svg("rect", {x: left, y: top - 5, width: w - left - right + 2, height: bottom - top + 10})),
        ...ticks.flatMap(([v, t]) => [svg("path", {class: "grid", d: `M${left} ${Y(v)}H${w - right}`}),
          svg("text", {x: left - 7, y: Y(v) + 4, "text-anchor": "end"}, t)]),
        ...x[3].map(([v, t]) => {
          if (X(v) - free < 12 + 7 * t.length) return "";
          free = X(v);
          return svg("text", {x: free, y: bottom + 17, "text-anchor": "middle"}, t);
        }),
        svg("text", {x: (left + w - right) / 2, y: bottom + 35, "text-anchor": "middle"}, x[0]),
        svg("g", {"clip-path": `url(#${clip})`}, ...inner.map(all => all[3]), ...inner.flatMap(all => all.slice(0, 2)), ...inner.map(all => all[2])), marks);
      if (last) this.show(...last);
    },
    show(run, ghosts, words, at) {
      last = [run, ghosts, words, at];
      drawing.setAttribute("aria-label", label ? `${label}: ${words}` : words);
      const tags = [];
      names.forEach((_, i) => {
        inner[i].slice(0, 2).forEach((g, k) => g.setAttribute("d", ghosts[k] ? path(points(ghosts[k], i)) : ""));
        const all = points(run, i), p = at == null || run.end && at >= all.length ? all[all.length - 1] : all.find(q => q[0] == run.x[at]);
        inner[i][2].setAttribute("d", path(all));
        inner[i][3].setAttribute("d", band(run, i));
        if (!p) return;
        // a curve that has left the frame says its value at the edge, on the side where there is room
        const y = Y(p[1]), out = y < top - 5 ? "↑ " : y > height - 35 ? "↓ " : "";
        tags.push({i, out, x: X(p[0]), y: clamp(y, top, height - 40), text: out + number(p[1])});
      });
      // values stand beside their points, pushed apart where they would overlap
      tags.sort((a, b) => a.y - b.y).forEach((t, k) => t.ty = Math.max(t.y, k ? tags[k - 1].ty + 13 : 0));
      for (let k = tags.length - 1, floor = height - 36; k >= 0; floor = tags[k--].ty - 13) tags[k].ty = Math.min(tags[k].ty, floor);
      marks.replaceChildren(...tags.flatMap(t => [
        run.end && at == null ? svg("path", {class: "bad", d: `M${t.x - 5} ${t.y - 5}l10 10m0-10l-10 10`}) :
          svg("circle", {class: "c" + t.i, cx: t.x, cy: t.y, r: 3.5}),
        ends || t.out ? svg("text", {class: "c" + t.i, "text-anchor": side(t) < 0 ? "end" : "start", x: t.x + 8 * side(t), y: t.ty + 4}, t.text) : ""]));
      if (at != null) {
        const c = X(run.x[at]);
        marks.prepend(svg("path", {class: "hair", d: `M${c} ${top}V${height - 40}`}));
      }
      if (run.end) marks.append(svg("text", {class: "bad", x: (left + width - right) / 2, y: top + (height - 50) / 2, "text-anchor": "middle"}, "✕ " + run.end));
    },
    near: (run, px) => run.x.reduce((best, v, k) => Math.abs(X(v) - px) < Math.abs(X(run.x[best]) - px) ? k : best, 0),
    drawing
  };
}

// Curves over x. Returns what the sliders need: the node, show(place, ghost places, words) and sentence(place).
function curves(data) {
  const xs = data.X.map(unpack), cache = {};
  const count = data.p.reduce((sum, p) => sum + p[1].length, 0);
  const decode = ([x, end, ...packed]) => {
    const ys = packed.map(unpack), [low, high] = [1, 2].map(k => ys.slice(k * count, (k + 1) * count));
    return {x: xs[x], end, y: ys.slice(0, count), ...(data.b && {low, high})};
  };
  const run = place => cache[place] ??= decode(data.r[place]);
  let first = 0, last = [], now;
  const panels = data.p.map(p => { first += p[1].length; return panel(p, first - p[1].length, data.x, data.e); });
  const node = html("div", {class: "d2l-charts"}, ...panels.map(p => p.node));
  const show = (place, ghosts, words, at) => {
    now = [place, ghosts, words];
    panels.forEach(p => p.show(run(place), ghosts.map(run), words, at));
  };
  panels.forEach(p => {
    p.drawing.onpointermove = event => {
      const r = run(now[0]), box = p.drawing.getBoundingClientRect();
      if (r.x.length) show(...now, p.near(r, event.clientX - box.left));
    };
    p.drawing.onpointerleave = () => show(...now);
  });
  const lay = () => {
    const each = Math.floor(panels[0].node.clientWidth);
    if (each > 0 && each != last) panels.forEach(p => p.draw(last = each));
  };
  const sentence = place => {
    const r = run(place), ends = [];
    data.p.flatMap(p => p[1]).forEach((name, i) => {
      let k = r.y[i].length - 1;
      while (r.end && k > 0 && r.y[i][k] == null) k--;
      if (r.y[i][k] != null) ends.push([name, number(r.y[i][k]) + (r.low ? ` (${number(r.low[i][k])}${data.w[5]}${number(r.high[i][k])})` : "")]);
    });
    const words = ends.map(([name, v], i) => name + data.w[i || r.end ? 1 : 0] + v), remark = data.m && data.m[place];
    return [r.end, ...words, remark].filter(Boolean).join(", ") || data.w[2];
  };
  return {node, lay, show, sentence, bad: place => run(place).end};
}

// Pictures. SVG frames are lists of lines out of one table, since most lines of a frame stand in all of them.
function frames(data) {
  const node = html("div", {class: "d2l-frame"});
  const show = (place, ghosts, words) => {
    let picture;
    if (data.L) {
      const ranges = data.r[place][0], text = ranges.map((n, i) => i % 2 ? "" : data.L.slice(n, n + ranges[i + 1]).join("\n")).join("\n");
      picture = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
      picture.querySelectorAll("script,foreignObject").forEach(e => e.remove());
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", words);
    } else picture = html("img", {src: data.r[place][0], alt: words});
    node.replaceChildren(picture);
  };
  return {node, lay() {}, show, sentence: place => data.r[place][1], bad: () => ""};
}

function start(root) {
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  const content = data.p ? curves(data) : frames(data);
  const readout = html("p", {class: "d2l-readout", role: "status", "aria-live": "polite"}), held = html("p", {class: "d2l-held"});
  const now = data.a.map(a => a.s);
  let before = null, kept = null, current;
  const place = () => now.reduce((sum, v, k) => sum * data.a[k].v.length + v, 0);
  const setting = () => data.a.map((a, k) => `${a.l} ${a.v[now[k]]}`).join(", ");
  const inputs = data.a.map((a, k) => {
    const value = html("output", {"aria-hidden": "true"}), last = a.v.length - 1;
    // JupyterLab would take the arrow keys to move between cells, were it not for this attribute on the input itself
    const input = html("input", {type: "range", min: 0, max: last, step: 1, "aria-label": a.l, "data-lm-suppress-shortcuts": "true"});
    input.value = now[k];
    const row = html("label", {style: `--n:${last || 1}`}, html("span", {}, a.l), value, input);
    const write = () => {
      value.textContent = a.v[now[k]];
      input.setAttribute("aria-valuetext", a.v[now[k]]);
      row.style.setProperty("--at", last ? now[k] / last : 0);
    };
    input.oninput = () => { now[k] = +input.value; write(); update(); };
    write();
    return row;
  });
  const keep = html("button", {type: "button", "aria-pressed": "false", "data-lm-suppress-shortcuts": "true"}, data.w ? data.w[3] : "");
  keep.onclick = () => {
    kept = kept ? null : {place: current, words: readout.textContent};
    keep.setAttribute("aria-pressed", String(!!kept));
    held.textContent = kept ? `${data.w[4]} ${kept.words}` : "";
    before = null;
    update();
  };
  const update = () => {
    const next = place();
    if (current != null && next != current) before = current;
    current = next;
    const words = setting() + ": " + content.sentence(current);
    readout.textContent = words + (/[.!?。]$/.test(words) ? "" : ".");
    readout.classList.toggle("bad", !!content.bad(current));
    content.show(current, kept ? [kept.place] : before != null ? [before] : [], readout.textContent);
  };
  root.querySelector(".d2l-body").replaceChildren(content.node, html("div", {class: "d2l-sliders"}, ...inputs), readout,
    ...(data.w && data.r.length > 1 ? [html("div", {class: "d2l-tools"}, keep, held)] : []),
    ...(data.b ? [html("p", {class: "d2l-held"}, data.b)] : []));
  // the chart is laid out in the pixels it has, so that its letters stay legible on a phone
  let ready = false;
  const fit = () => {
    content.lay();
    if (!ready && (ready = !data.p || content.node.clientWidth > 0)) update();
  };
  fit();
  new ResizeObserver(fit).observe(content.node);
}

const script = document.currentScript, here = script && script.closest(".d2l-player");
(here ? [here] : document.querySelectorAll(".d2l-player")).forEach(root => {
  if (root.dataset.ready || !root.querySelector("script[type='application/json']")) return;
  root.dataset.ready = "yes";
  start(root);
});
})();
