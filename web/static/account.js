// Who has signed in, and how to sign out; and where nobody has to, through whose eyes to look at the demo world.

import { element } from "./element.js";
import { inLanguage, say } from "./language.js";

const REMEMBERED = "guanxi:view-as";

// The header that says through whose eyes; for as long as the tab is open.
export function viewedAs() {
  const login = remembered();
  return login ? { "x-guanxi-view-as": login } : {};
}

// A session that has ended leads back to where one signs in; a header that somebody wrote by hand does not.
export function whoSignedOut(response) {
  if (response.status === 401 && document.documentElement.dataset.signsIn) {
    location.assign(`signin?next=${encodeURIComponent(location.pathname)}`);
  }
}

// Show it in the page's bar.
export async function showAccount() {
  const place = document.getElementById("account");
  let who;
  try {
    const response = await fetch("who.json", { headers: { accept: "application/json", ...viewedAs() } });
    if (response.status === 400 && remembered()) return viewAs("");
    who = response.ok ? await response.json() : {};
  } catch {
    return;
  }
  if (who.signsIn) document.documentElement.dataset.signsIn = "true";
  inLanguage(() => place.replaceChildren(...parts(who)));
}

function parts(who) {
  if (who.viewAs?.length) return [chooser(who.viewAs)];
  if (!who.signsIn) return [];
  const button = element("button", { type: "button" }, say("signOut"));
  button.addEventListener("click", signOut);
  const name = who.login ? [element("span", {}, who.login)] : [];
  const password = who.hasPassword ? [element("a", { href: "password" }, say("changePassword"))] : [];
  return [...name, ...password, button];
}

function chooser(roles) {
  const select = element(
    "select",
    {},
    element("option", { value: "" }, say("everything")),
    ...roles.map(({ role, login, user }) => element("option", { value: login }, `${role}: ${user}`)),
  );
  select.value = remembered();
  select.addEventListener("change", () => viewAs(select.value));
  return element("label", {}, `${say("viewAs")} `, select);
}

// The page is loaded anew, since its schema and its answers are those of somebody else.
function viewAs(login) {
  try {
    if (login) sessionStorage.setItem(REMEMBERED, login);
    else sessionStorage.removeItem(REMEMBERED);
  } catch {
    // Where storage is forbidden, one looks through one's own eyes.
    return;
  }
  location.reload();
}

function remembered() {
  try {
    return sessionStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

async function signOut() {
  await fetch("signout", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  location.assign("signin");
}
