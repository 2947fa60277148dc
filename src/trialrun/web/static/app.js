// Keys of the pages: `/` goes to the search of a page, Escape leaves it.
// Whatever the pages do, they do without this file, too.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "Escape" && typing) typing.blur();
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
});
// A form that was refused: go to where it says why.
document.querySelector("[data-problems]")?.focus();
// Paper: buttons that print the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
