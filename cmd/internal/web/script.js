"use strict";
// Everything works without this script. It is for who reads by keyboard:
//   /  search   j k  next and previous article of a list   [ ]  previous and next version, day, page
//   ?  these keys. They can be switched off there, for who speaks to the browser.
(() => {
  const off = "keys-off", dialog = document.getElementById("keys");
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(off) === "1";
      value ? localStorage.setItem(off, "1") : localStorage.removeItem(off);
    } catch { /* no storage: the keys are on */ }
    return false;
  };
  const follow = (rel) => {
    const link = document.querySelector(`main a[rel~="${rel}"]`);
    if (link) link.click();
    return Boolean(link);
  };
  // step moves the focus to the next article, or the one before, from where it is or what is seen.
  const step = (by) => {
    const links = [...document.querySelectorAll("main .articles > li h3 a")];
    if (!links.length) return false;
    const item = document.activeElement?.closest(".articles > li");
    let at = links.findIndex((a) => item?.contains(a));
    if (at < 0) {
      at = links.findIndex((a) => a.getBoundingClientRect().top > 0);
      at = at < 0 ? links.length - 1 : by < 0 ? at - 1 : at;
    } else at += by;
    const link = links[Math.min(Math.max(at, 0), links.length - 1)];
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    return true;
  };
  const search = () => {
    const q = document.querySelector("main input[type=search]") || document.getElementById("q");
    if (!q) return false;
    q.focus();
    q.select();
    return true;
  };
  const help = () => {
    if (!dialog?.showModal) return false;
    dialog.showModal();
    return true;
  };
  const keys = { "/": search, j: () => step(1), k: () => step(-1), "[": () => follow("prev"), "]": () => follow("next"), "?": help };
  addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || dialog?.open) return;
    const at = e.target;
    if (at instanceof HTMLElement && (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName))) return;
    const act = Object.hasOwn(keys, e.key) ? keys[e.key] : null;
    if (!act || (stored() && e.key !== "?")) return;
    if (act()) e.preventDefault();
  });
  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = !stored();
    box.addEventListener("change", () => stored(!box.checked));
  }
  for (const a of document.querySelectorAll("a[data-keys]")) {
    a.addEventListener("click", (e) => { if (help()) e.preventDefault(); });
  }
})();
