// The entry: anywidget calls `render` for every place where a player or a lab is shown.

import { PlayerView } from "./player.js";

function render({ model, el }) {
  const ended = new AbortController();
  new PlayerView(model, el, ended.signal);
  return () => ended.abort();
}

export default { render };
