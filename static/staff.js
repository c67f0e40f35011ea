// Names for what Django's admin leaves without one, so that screen readers can say it. The pages work
// without this file.
(() => {
  const text = (element) => element?.textContent.trim().replace(/:$/, "");

  // The words beside a field: its label, or the heading of its column in a table of rows.
  function wordsFor(field) {
    const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    if (label) return text(label);
    const cell = field.closest(".tabular td");
    return cell && text(cell.closest("table").tHead.rows[0].cells[cell.cellIndex]);
  }

  function nameFields(within) {
    for (const field of within.querySelectorAll(".tabular td :is(input, select, textarea)")) {
      const words = field.type === "hidden" || field.labels?.length ? "" : wordsFor(field);
      if (words && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", words);
    }
    // A box that looks records up stands after the hidden list that it fills.
    for (const box of within.querySelectorAll(".select2-selection")) {
      const select = box.closest(".select2").previousElementSibling;
      const words = select && wordsFor(select);
      const chosen = text(box.querySelector("[title]"));
      if (!words) continue;
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", chosen ? `${words}: ${chosen}` : words);
      for (const inner of box.querySelectorAll(".select2-search__field, [role='textbox']")) {
        inner.setAttribute("aria-label", words);
      }
    }
    for (const hint of within.querySelectorAll(".help-tooltip[aria-label]")) hint.setAttribute("role", "img");
    for (const group of within.querySelectorAll(".inline-group, .inline-related, #change-history")) {
      if (group.scrollWidth > group.clientWidth) group.tabIndex = 0;
    }
  }

  // After Django's own scripts have drawn their boxes: some do at jQuery's signal, some at load.
  addEventListener("load", () => nameFields(document));
  window.django?.jQuery?.(() => nameFields(document));
  document.addEventListener("formset:added", (event) => nameFields(event.target.parentNode));
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".select2-selection, .select2-search__field")) nameFields(document);
  });
})();
