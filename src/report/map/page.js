(() => {
  "use strict";
  const element = (id) => document.getElementById(id);
  const map = element("map");
  const words = (text) => (text || "").split(" ").filter(Boolean);
  const boxes = [...map.querySelectorAll(".box")];
  const loose = [...map.querySelectorAll(".loose[data-in]")];
  const ranges = [...map.querySelectorAll("[data-cidr]")];
  const idOf = (box) => box.id.slice(4);

  // --- what is seen of the map ---
  const size = { w: Number(map.dataset.w), h: Number(map.dataset.h) };
  let view = { x: 0, y: 0, w: size.w, h: size.h };
  let scale = 1;
  // Until somebody moves it, the map fits whatever window it is in.
  let touched = false;
  const show = (x, y, s) => {
    const { clientWidth: w, clientHeight: h } = map;
    if (!w || !h) return;
    const least = Math.min(w / size.w, h / size.h) * 0.5;
    scale = Math.min(Math.max(s, least), 6);
    view = { w: w / scale, h: h / scale };
    const keep = (at, seen, all) => Math.min(Math.max(at, -seen * 0.8), all - seen * 0.2);
    view.x = keep(x, view.w, size.w);
    view.y = keep(y, view.h, size.h);
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    map.classList.toggle("far", scale < 0.58);
  };
  const fit = () => {
    touched = false;
    const s = Math.min(map.clientWidth / size.w, map.clientHeight / size.h, 1.6);
    show((size.w - map.clientWidth / s) / 2, (size.h - map.clientHeight / s) / 2, s);
  };
  const zoom = (factor, px = map.clientWidth / 2, py = map.clientHeight / 2) => {
    const x = view.x + px / scale;
    const y = view.y + py / scale;
    const s = Math.min(scale * factor, 6);
    touched = true;
    show(x - px / s, y - py / s, s);
  };
  const area = (box) => box.querySelector(".edge").getBBox();
  const reveal = (box) => {
    const r = area(box);
    const inside = r.x >= view.x && r.y >= view.y && r.x + r.width <= view.x + view.w && r.y + r.height <= view.y + view.h;
    if (inside) return;
    touched = true;
    show(r.x + r.width / 2 - view.w / 2, r.y + r.height / 2 - view.h / 2, scale);
  };
  const visit = (box) => {
    touched = true;
    const r = area(box);
    const s = Math.max(scale, Math.min(1, map.clientWidth / (r.width * 1.2), map.clientHeight / (r.height * 1.2)));
    show(r.x + r.width / 2 - map.clientWidth / s / 2, r.y + r.height / 2 - map.clientHeight / s / 2, s);
  };

  // --- moving about ---
  const here = (event) => {
    const r = map.getBoundingClientRect();
    return { x: event.clientX - r.left, y: event.clientY - r.top };
  };
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    const at = here(event);
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), at.x, at.y);
  }, { passive: false });
  const fingers = new Map();
  let moved = false;
  map.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!fingers.size) moved = false;
    fingers.set(event.pointerId, here(event));
  });
  map.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = here(event);
    if (!moved && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
    if (!moved) {
      moved = touched = true;
      map.setPointerCapture(event.pointerId);
      map.classList.add("moving");
    }
    const other = [...fingers].find(([id]) => id !== event.pointerId);
    if (other) {
      const apart = (p) => Math.hypot(p.x - other[1].x, p.y - other[1].y) || 1;
      zoom(apart(now) / apart(before), (now.x + other[1].x) / 2, (now.y + other[1].y) / 2);
    } else {
      show(view.x - (now.x - before.x) / scale, view.y - (now.y - before.y) / scale, scale);
    }
    fingers.set(event.pointerId, now);
  });
  const lift = (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) map.classList.remove("moving");
  };
  map.addEventListener("pointerup", lift);
  map.addEventListener("pointercancel", lift);
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener("click", (event) => {
    if (moved) event.preventDefault();
    else if (!event.target.closest(".box") && location.hash.length > 1) location.hash = "";
    moved = false;
  }, true);
  map.addEventListener("focusin", (event) => {
    const box = event.target.closest(".box");
    if (box && box.matches(":focus-visible")) reveal(box);
  });
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = step[event.key];
    if (by) {
      touched = true;
      show(view.x + by[0] * view.w / 8, view.y + by[1] * view.h / 8, scale);
    } else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  element("closer").addEventListener("click", () => zoom(1.4));
  element("farther").addEventListener("click", () => zoom(1 / 1.4));
  element("whole").addEventListener("click", fit);
  element("paper").addEventListener("click", () => print());

  // --- what belongs to what was chosen ---
  const light = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const chosen = id && element(`box-${id}`);
    map.classList.toggle("lit", Boolean(chosen));
    for (const box of boxes) box.classList.toggle("chosen", box === chosen);
    if (!chosen) return;
    const near = new Set([id, ...words(chosen.dataset.near)]);
    const whole = new Set(words(chosen.dataset.whole));
    const on = new Set();
    for (const box of boxes) {
      const is = near.has(idOf(box)) || words(box.dataset.in).some((part) => whole.has(part));
      if (is) on.add(idOf(box));
      box.classList.toggle("on", is);
    }
    for (const piece of loose) {
      const parts = words(piece.dataset.in);
      const is = (part) => on.has(part);
      piece.classList.toggle("on", piece.querySelector(".bow") ? parts.every(is) : parts.some(is));
    }
    reveal(chosen);
    const [box, about] = [chosen, element("about")].map((one) => one.getBoundingClientRect());
    const under = box.right > about.left && box.bottom > about.top && box.width < about.left;
    if (under) {
      touched = true;
      show(view.x + (box.right - about.left + 20) / scale, view.y, scale);
    }
  };
  addEventListener("hashchange", light);

  // --- search ---
  const query = element("query");
  const found = element("found");
  const texts = new Map(boxes.map((box) => [box, element(idOf(box)).textContent.toLowerCase()]));
  const parse = (text) => {
    const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text);
    if (!parts) return null;
    const bytes = parts.slice(1, 5).map(Number);
    const bits = parts[5] === undefined ? 32 : Number(parts[5]);
    if (bits > 32 || bytes.some((byte) => byte > 255)) return null;
    const first = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    const many = 2 ** (32 - bits);
    return { first: Math.floor(first / many) * many, many };
  };
  const meet = (one, other) => one.first < other.first + other.many && other.first < one.first + one.many;
  let hits = [];
  let turn = -1;
  const search = () => {
    const terms = query.value.toLowerCase().trim().split(/\s+/).filter(Boolean);
    const addresses = terms.map(parse);
    const hit = (range) => addresses.some((address) => address && meet(parse(range.dataset.cidr), address));
    const inside = new Set();
    for (const range of ranges) {
      const is = hit(range);
      if (range.classList.contains("range")) range.classList.toggle("hit", is);
      if (is) inside.add(range.closest(".box"));
    }
    const all = (box) => terms.every((term, at) => texts.get(box).includes(term) || (addresses[at] && inside.has(box)));
    hits = terms.length ? boxes.filter(all) : [];
    turn = -1;
    const are = new Set(hits);
    for (const box of boxes) box.classList.toggle("hit", are.has(box));
    map.classList.toggle("searching", terms.length > 0);
    found.value = terms.length ? `${hits.length} found` : "";
  };
  query.addEventListener("input", search);
  element("search").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!hits.length) return;
    turn = (turn + 1) % hits.length;
    visit(hits[turn]);
    found.value = `${turn + 1} of ${hits.length}`;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== query) {
      event.preventDefault();
      query.select();
    } else if (event.key === "Escape") {
      query.value = "";
      search();
      if (location.hash.length > 1) location.hash = "";
    }
  });

  // --- on paper there is room for all of it ---
  let far = false;
  addEventListener("beforeprint", () => {
    far = map.classList.contains("far");
    map.classList.remove("far");
    map.setAttribute("viewBox", `0 0 ${size.w} ${size.h}`);
  });
  addEventListener("afterprint", () => {
    map.classList.toggle("far", far);
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
  });
  new ResizeObserver(() => (touched ? show(view.x, view.y, scale) : fit())).observe(map);
  fit();
  light();
})();
