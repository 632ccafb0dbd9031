// Shows what is new on the page of `quire module watch`: after a build, and when something else is asked for.
// Without this the form's button does the latter, and loading the page again the former.

const part = (id) => document.getElementById(id);
let revision = document.querySelector("main").dataset.revision;
let asking = 0;

// A frame is as high as what it shows, so that the page alone scrolls.
const fit = () => {
  const frame = part("frame");
  const inside = frame?.contentDocument?.documentElement;
  if (inside && frame.contentDocument.readyState === "complete") frame.style.height = `${Math.ceil(inside.getBoundingClientRect().height) + 4}px`;
};
const listen = () => {
  const frame = part("frame");
  if (!frame) return;
  frame.addEventListener("load", fit);
  fit();
};
addEventListener("resize", fit);

const take = (fresh, id) => {
  const [mine, next] = [part(id), fresh.getElementById(id)];
  if (mine && next && mine.innerHTML !== next.innerHTML) mine.replaceChildren(...next.childNodes);
};

// As long as nobody fills in a parameter, the component's own count, which a build may change.
const INPUT = "quire:input";
let filledIn = [...new URLSearchParams(location.search).keys()].some((name) => name !== INPUT);
const asked = () => {
  const said = [...new FormData(part("form"))];
  return new URLSearchParams(filledIn ? said : said.filter(([name]) => name === INPUT)).toString();
};

// The page for what the form says, part by part; whoever fills in a field stays in it.
const show = async () => {
  const turn = ++asking;
  const query = asked();
  const answer = await fetch(`/?${query}`).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== asking) return;
  const held = document.activeElement?.id;
  const [frame, next] = [part("frame"), fresh.getElementById("frame")];
  if (frame && next) {
    if (frame.getAttribute("src") !== next.getAttribute("src")) frame.src = next.getAttribute("src");
  } else {
    take(fresh, "made");
    listen();
  }
  for (const id of ["standing", "asked", "told"]) take(fresh, id);
  if (held && document.activeElement?.id !== held) part(held)?.focus();
  document.title = fresh.title;
  revision = fresh.querySelector("main").dataset.revision;
  document.querySelector("main").dataset.revision = revision;
  history.replaceState(null, "", `/?${query}`);
};

document.addEventListener("change", (event) => {
  if (event.target.form !== part("form")) return;
  filledIn ||= event.target.name !== INPUT;
  show();
});
document.addEventListener("submit", (event) => { event.preventDefault(); show(); });

const news = new EventSource("/events");
news.addEventListener("message", (event) => { if (event.data !== revision) show(); });
let lost = false;
news.addEventListener("error", () => {
  lost = true;
  const status = document.querySelector("[role=status]");
  if (status) status.textContent = "quire module watch has ended, or is being started again; what is shown may be old";
});
news.addEventListener("open", () => { if (lost) show(); lost = false; });
listen();
