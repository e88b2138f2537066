// Niceties for pages that work without them: focus on mistakes, countdowns, copy buttons, a word before a session ends.
"use strict";

(function () {
  const all = (selector, act) => document.querySelectorAll(selector).forEach(act);

  all(".govuk-error-summary", (summary) => summary.focus());

  // A link of the error summary leads into the field, with its label in view.
  all(".govuk-error-summary a", (link) =>
    link.addEventListener("click", (event) => {
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) return;
      event.preventDefault();
      const label = field.closest("fieldset") || document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
      (label || field).scrollIntoView();
      field.focus({ preventScroll: true });
    }));

  all("[data-countdown]", (shown) => {
    const end = Date.now() + Number(shown.dataset.countdown) * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      shown.textContent = String(left);
      if (left === 0) clearInterval(timer);
    }, 1000);
  });

  all("button[data-copy]", (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  });

  all("[data-session]", (warning) =>
    setTimeout(() => { warning.hidden = false; }, (Number(warning.dataset.session) - 120) * 1000));

  // A second press while the first is on its way would send a form twice.
  all("form", (form) => {
    let sentAt = 0;
    form.addEventListener("submit", (event) => {
      if (Date.now() - sentAt < 1000) event.preventDefault();
      else sentAt = Date.now();
    });
  });
})();
