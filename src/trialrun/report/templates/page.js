const $ = (query) => [...document.querySelectorAll(query)];
const follow = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") { target.hidden = false; target.open = true; target.scrollIntoView(); }
};
const sift = () => {
  const wanted = document.getElementById("find").value.trim().toLowerCase();
  const standing = document.querySelector("[data-only].on").dataset.only;
  $("details.candidate").forEach((one) => {
    one.hidden = !(one.dataset.name.toLowerCase().includes(wanted) && (!standing || one.dataset.standing === standing));
  });
};
$("[data-only]").forEach((button) => button.addEventListener("click", () => {
  $("[data-only]").forEach((other) => other.classList.toggle("on", other === button));
  sift();
}));
$("[data-open]").forEach((button) => button.addEventListener("click", () => {
  $("details.candidate:not([hidden])").forEach((one) => { one.open = button.dataset.open === "1"; });
}));
document.getElementById("find")?.addEventListener("input", sift);
$(".controls").forEach((bar) => { bar.hidden = false; });
addEventListener("hashchange", follow);
follow();
