// Keys on the figures: arrows step, space plays, Home and End jump.

const KEYS = {
  ArrowLeft: (act) => act.go(-1),
  ArrowRight: (act) => act.go(1),
  Home: (act) => act.jump(0),
  End: (act) => act.jump(Infinity),
  " ": (act) => act.play(),
};

/** Listen on the figures; the notebook around them must not see what is meant for them. */
export function listen(figures, act) {
  figures.addEventListener("keydown", (event) => {
    const action = KEYS[event.key];
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
