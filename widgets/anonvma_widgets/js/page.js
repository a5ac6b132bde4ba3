// The entry of a page: what is around the text, then the labs and questions, where they belong.

import { PageLabs } from "./pagelabs.js";
import { keepScrollable, showContents } from "./pagearound.js";
import { showChapterProgress } from "./pageprogress.js";
import { showMeanings } from "./pageterms.js";
import { loadScript, searchPage } from "./pagesearch.js";
import { startPython } from "./pythonpage.js";
import { startTheme } from "./pagetheme.js";

/** Python, which is loaded when it is first asked; null where the site has none. */
function pythonOfPage() {
  const source = document.body.dataset.python;
  return source ? startPython(() => loadScript(source).then(() => globalThis.anonvmaPython)) : null;
}

startTheme(document.querySelector(".top-theme"));
showContents();
showChapterProgress(document.querySelectorAll("[data-chapter]"));
searchPage();
showMeanings();
new PageLabs(globalThis.anonvmaShared, pythonOfPage()).run();
keepScrollable();
document.documentElement.dataset.page = "ready";
