// Keys on the figures. `live` ones need Python; a player has the others.

const KEYS = {
  ArrowLeft: (act) => act.go(-1),
  ArrowRight: (act) => act.go(1),
  Home: (act) => act.jump(0),
  End: (act) => act.jump(Infinity),
  " ": (act) => act.play(),
  g: (act) => act.ask(),
  p: (act) => act.predict(),
};
const LIVE_KEYS = {
  e: (act) => act.edit(),
  u: (act) => act.send("undo"),
  r: (act) => act.send("redo"),
};

/** Key, what it does, and whether it needs a live lab. */
export const KEY_WORDS = [
  ["Left, Right", "Step back, step forward."],
  ["Space", "Play or pause."],
  ["Home, End", "To the first step, to the last."],
  ["g", "Go to a step by its number."],
  ["p", "Predict on or off."],
  ["e", "Edit the call of this step.", true],
  ["u, r", "Undo, redo.", true],
  ["Up, Down", "In the list: to another call."],
  ["F2, Enter", "In the list: edit the call; Enter where it is the current one.", true],
  ["Delete", "In the list: delete the call.", true],
  ["Escape", "Leave a change."],
];

/** Listen on the figures; the notebook around them must not see what is meant for them. */
export function listen(figures, act, live) {
  const keys = live ? { ...KEYS, ...LIVE_KEYS } : KEYS;
  figures.addEventListener("keydown", (event) => {
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(act);
  });
}

/** Keep keys in the lab: a notebook in command mode would take letters for commands. */
export function keepKeys(root) {
  root.dataset.lmSuppressShortcuts = "true";
  for (const kind of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(kind, (event) => {
      if (event.key !== "Escape" && !(event.key === "s" && (event.ctrlKey || event.metaKey))) {
        event.stopPropagation();
      }
    });
  }
}
