// Sets the theme before anything is drawn, so that a dark page never flashes white.
// Loaded in the head without delay; "auto" follows the device as it changes.
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    if (root.dataset.theme === "auto") {
      root.dataset.bsTheme = dark.matches ? "dark" : "light";
    }
  };
  apply();
  dark.addEventListener("change", apply);
})();
