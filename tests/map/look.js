// Looks at the map as a person would, and writes down what is wrong with it.
(() => {
  "use strict";
  const map = document.getElementById("map");
  const query = document.getElementById("query");
  const boxes = [...map.querySelectorAll(".box")];
  const problems = [];
  const verdict = { problems };
  const rect = (element) => {
    const { x, y, width: w, height: h } = element.getBBox();
    return { x, y, w, h };
  };
  const within = (r, o, slack) =>
    r.x >= o.x - slack && r.y >= o.y - slack && r.x + r.w <= o.x + o.w + slack && r.y + r.h <= o.y + o.h + slack;
  const meet = (r, o) => r.x < o.x + o.w && o.x < r.x + r.w && r.y < o.y + o.h && o.y < r.y + r.h;
  const canvas = { x: 0, y: 0, w: Number(map.dataset.w), h: Number(map.dataset.h) };
  const edges = boxes.map((box) => rect(box.querySelector(".edge")));

  // Boxes, and what is written in them: from near, and from afar.
  for (const far of [false, true]) {
    map.classList.toggle("far", far);
    boxes.forEach((box, at) => {
      if (!within(edges[at], canvas, 0)) problems.push(`${box.id} leaves the map`);
      for (const text of box.querySelectorAll("text:not(.sign)")) {
        if (getComputedStyle(text).display === "none") continue;
        if (!within(rect(text), edges[at], 1)) problems.push(`"${text.textContent}" leaves ${box.id}, far: ${far}`);
      }
      const seen = [...box.querySelectorAll("text")].filter((text) => getComputedStyle(text).display !== "none");
      seen.forEach((text, one) => {
        for (const other of seen.slice(one + 1)) {
          const [r, o] = [rect(text), rect(other)];
          // The box of a line of text is higher than its letters.
          const inner = { x: r.x, y: r.y + r.h * 0.2, w: r.w, h: r.h * 0.6 };
          if (meet(inner, { x: o.x, y: o.y + o.h * 0.2, w: o.w, h: o.h * 0.6 })) {
            problems.push(`"${text.textContent}" is over "${other.textContent}" in ${box.id}, far: ${far}`);
          }
        }
      });
    });
  }
  boxes.forEach((box, at) => {
    for (let other = at + 1; other < boxes.length; other += 1) {
      const holds = box.classList.contains("frame") && within(edges[other], edges[at], 0);
      if (!holds && meet(edges[at], edges[other])) problems.push(`${box.id} overlaps ${boxes[other].id}`);
    }
  });
  for (const text of map.querySelectorAll(".loose text")) {
    if (!within(rect(text), canvas, 0)) problems.push(`"${text.textContent}" leaves the map`);
  }
  verdict.accounts = map.querySelectorAll(".account").length;
  verdict.vpcs = map.querySelectorAll(".vpc").length;

  // Whatever can be reached by the keyboard has a name.
  for (const box of boxes) {
    if (box.tabIndex !== 0 || !box.querySelector("title").textContent) problems.push(`${box.id} can't be reached`);
    if (!document.getElementById(box.id.slice(4))) problems.push(`nothing is said about ${box.id}`);
  }

  const find = (text) => {
    query.value = text;
    query.dispatchEvent(new Event("input"));
    return [...map.querySelectorAll(".box.hit")].map((box) => box.id);
  };
  verdict.by_name = find("Customer-002").filter((id) => !/resolver|segment|gateway|unit/.test(id));
  verdict.by_address = find("10.2.193.7");
  verdict.by_nothing = find("no such thing");
  find("");

  location.hash = "#vpc-customer-002";
  dispatchEvent(new Event("hashchange"));
  const is = (id) => document.getElementById(`box-${id}`)?.classList.contains("on");
  verdict.chosen = {
    about: getComputedStyle(document.getElementById("vpc-customer-002") || map).display,
    own: is("account-customer-002"),
    hub: is("vpc-hub"),
    other: is("vpc-customer-001"),
  };
  location.hash = "";
  dispatchEvent(new Event("hashchange"));

  const before = map.getAttribute("viewBox");
  document.getElementById("closer").click();
  verdict.zoomed = map.getAttribute("viewBox") !== before;
  map.dispatchEvent(new KeyboardEvent("keydown", { key: "0", bubbles: true }));
  if (map.getAttribute("viewBox") !== before) problems.push("fitting does not undo zooming");
  verdict.paper = getComputedStyle(document.body).backgroundColor;

  const pre = document.createElement("pre");
  pre.id = "verdict";
  pre.textContent = JSON.stringify(verdict);
  document.body.append(pre);
})();
