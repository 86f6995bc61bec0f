// The reader's answers, kept in this browser and nowhere else. Where storage is refused they last until the
// page is left, and nothing breaks.

const prefix = `descent:${location.pathname}:`;

/** Do something with the storage; a browser may refuse it, or have no room. */
function attempt(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

const names = () => attempt((storage) => Object.keys(storage).filter((name) => name.startsWith(prefix))) ?? [];
const tell = (event) => document.dispatchEvent(new CustomEvent(event));

/** What was kept for a question of this page, or null. */
export const kept = (key) => attempt((storage) => JSON.parse(storage.getItem(prefix + key)));

/** Keep an answer, or with null forget it. */
export function keep(key, answer) {
  attempt((storage) => {
    if (answer === null) storage.removeItem(prefix + key);
    else storage.setItem(prefix + key, JSON.stringify(answer));
  });
  tell("descent-kept");
}

/** Whether an answer of this page is kept. */
export const any = () => names().length > 0;

/** Forget every answer of this page. */
export function forget() {
  attempt((storage) => names().forEach((name) => storage.removeItem(name)));
  tell("descent-forgotten");
  tell("descent-kept");
}
