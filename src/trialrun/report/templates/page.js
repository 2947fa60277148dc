const $ = (query) => [...document.querySelectorAll(query)];
// Texts that the style sheet writes become text that can be found and copied.
const spell = (one) => one.querySelectorAll("[class^=s]").forEach((place) => {
  place.prepend(JSON.parse(getComputedStyle(place, "::before").content) + " ");
  place.removeAttribute("class");
});
const follow = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") { target.hidden = false; target.open = true; target.scrollIntoView(); }
};
const sift = () => {
  const wanted = document.getElementById("find").value.trim().toLowerCase();
  const standing = document.querySelector("[data-only].on").dataset.only;
  $("details.patient").forEach((one) => {
    const name = one.querySelector("summary b").textContent.toLowerCase();
    one.hidden = !name.includes(wanted) || (standing !== "" && !one.classList.contains(standing));
  });
};
$("details.patient").forEach((one) => one.addEventListener("toggle", () => one.open && spell(one)));
$("[data-only]").forEach((button) => button.addEventListener("click", () => {
  $("[data-only]").forEach((other) => other.classList.toggle("on", other === button));
  sift();
}));
$("[data-open]").forEach((button) => button.addEventListener("click", () => {
  $("details.patient:not([hidden])").forEach((one) => { one.open = button.dataset.open === "1"; });
}));
document.getElementById("find")?.addEventListener("input", sift);
$(".controls").forEach((bar) => { bar.hidden = false; });
addEventListener("hashchange", follow);
follow();
