"use strict";
(() => {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const reveal = () => {
    let place = null;
    try { place = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return; }
    if (!place) return;
    place.querySelector(":scope > details")?.setAttribute("open", "");
    for (let at = place; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  const form = document.getElementById("filters");
  if (!form) return;
  form.hidden = false;
  const items = [...document.querySelectorAll(".item")];
  const texts = new Map();
  const search = document.getElementById("filter-text");
  const selects = [...form.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  const wholes = [...document.querySelectorAll(".group, .part, #also details")];
  const inner = (whole) => whole.querySelectorAll(".item");
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, fold(item.textContent));
    return texts.get(item);
  };
  const apply = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    const wanted = selects.filter((each) => each.value);
    let number = 0;
    for (const item of items) {
      const fits =
        wanted.every((each) => item.dataset[each.dataset.filter].split(" ").includes(each.value)) &&
        words.every((word) => text(item).includes(word));
      item.hidden = !fits;
      number += fits;
    }
    for (const whole of wholes) whole.hidden = ![...inner(whole)].some((item) => !item.hidden);
    const isAll = !words.length && !wanted.length;
    shown.textContent = isAll ? "" : `${number.toLocaleString("en")} of ${items.length.toLocaleString("en")} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  const button = document.getElementById("unfold");
  button?.addEventListener("click", () => {
    const isOpen = button.textContent === "Unfold all";
    for (const each of document.querySelectorAll("main details")) each.open = isOpen;
    button.textContent = isOpen ? "Fold all" : "Unfold all";
  });
  if (search.value || selects.some((each) => each.value)) apply();
})();
