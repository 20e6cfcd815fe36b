(() => {
  const form = document.getElementById("search");
  if (!form) return;
  form.hidden = false;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const MOST = 100;
  const query = document.getElementById("query");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const list = results.querySelector("ul");
  const entries = [...document.querySelectorAll(".entry")].map((item) => [
    item, fold(`${item.textContent} ${item.dataset.more ?? ""}`),
  ]);
  const rows = JSON.parse(document.getElementById("rows").textContent).flatMap(([title, all]) =>
    all.map(([href, text]) => [title, href, text, fold(`${text} ${title}`)]));
  const line = ([title, href, text]) => {
    const item = document.createElement("li");
    item.className = "line";
    const link = document.createElement("a");
    link.href = href;
    link.textContent = title;
    const said = document.createElement("div");
    said.textContent = text;
    said.dir = "auto";
    item.append(link, said);
    return item;
  };
  const apply = () => {
    const words = fold(query.value).split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.includes(word));
    let number = 0;
    for (const [item, text] of entries) {
      item.hidden = !fits(text);
      number += !item.hidden;
    }
    for (const part of document.querySelectorAll(".found")) part.hidden = !part.querySelector(".entry:not([hidden])");
    const matching = words.length ? rows.filter((row) => fits(row[3])) : [];
    list.replaceChildren(...matching.slice(0, MOST).map(line));
    results.hidden = !matching.length;
    number += matching.length;
    const more = matching.length > MOST ? `, of rows the first ${MOST} shown` : "";
    found.textContent = words.length ? `${number.toLocaleString("en")} found${more}` : "";
  };
  query.value = new URLSearchParams(location.search).get("q") ?? "";
  query.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
  query.focus();
})();
