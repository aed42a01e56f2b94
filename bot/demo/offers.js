// Discord asks for what can be chosen as soon as an option is entered; SimCord's page waits for a
// first letter, and says until then that nothing matches.
document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches(".command-option-input")) return;
  setTimeout(() => {
    const nothing = document.querySelector("#command-suggestion-listbox .command-empty");
    if (nothing && field.value === "" && document.activeElement === field) {
      field.dispatchEvent(new Event("input"));
    }
  });
});
