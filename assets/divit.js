// Niceties for pages that work without them: focus on mistakes, countdowns, copy buttons, a word before a session ends.
// And what cannot be had without a script: passkeys (WebAuthn).
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
      // Said to screen readers now and then, not each second.
      const said = shown.parentElement.querySelector("[data-countdown-said]");
      if (said && (left % 60 === 0 || left === 30 || left === 10)) said.textContent = `${left} ${said.dataset.countdownSaid}`;
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

  // A page that waits for a signature asks whether it is here, and goes on by itself.
  all("[data-signing]", (page) => {
    const path = page.dataset.signing;
    const ask = async () => {
      try {
        // A redirect: the session has ended or is another by now, and the page itself leads on. It is not followed here: the
        // log-in page's cookie could come after that of a log-in which another window has just done.
        const answer = await fetch(`${path}/durum`, { headers: { Accept: "application/json" }, redirect: "manual" });
        const { state } = answer.type === "opaqueredirect" ? { state: "gone" } : answer.ok ? await answer.json() : { state: page.dataset.state };
        if (state !== page.dataset.state) {
          location.assign(path);
          return;
        }
      } catch {
        // not reached just now: the next round asks again
      }
      setTimeout(ask, 2000);
    };
    if (page.dataset.state !== "over") setTimeout(ask, 2000);
  });

  // While the SMS with a code is on its way, its page looks whether it has gone out.
  all("[data-sms=waiting]", (shown) => {
    let looks = 0;
    const look = async () => {
      try {
        const answer = await fetch(location.pathname, { redirect: "manual" });
        const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
        const now = page.querySelector("[data-sms]");
        if (now && now.innerHTML !== shown.innerHTML) shown.replaceChildren(...now.childNodes);
        if (now && now.dataset.sms !== "waiting") return;
      } catch {
        // not reached just now: the next round looks again
      }
      if (++looks < 60) setTimeout(look, 5000);
    };
    setTimeout(look, 2000);
  });

  // A new picture comes without the page: what is typed, the security word too, stays.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest('button[name="new_picture"]');
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const typed = new FormData(form);
    typed.set(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(typed) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      button.closest("[data-picture]").replaceWith(page.querySelector("[data-picture]"));
      form.querySelector("[data-picture] input[type=text]").focus();
    } catch {
      form.requestSubmit(button);
    }
  });

  // Each answer of the server begins the session's idle time anew.
  let idle = 0;
  const sessionSeen = () => all("[data-session]", (warning) => {
    warning.hidden = true;
    clearTimeout(idle);
    idle = setTimeout(() => { warning.hidden = false; }, (Number(warning.dataset.session) - 120) * 1000);
  });
  sessionSeen();

  // A form is kept while it is filled in: what changed goes out within 4 seconds, or when its page is left. Not the
  // passwords: they are kept only when they are right, by the button.
  all("[data-keep]", (said) => {
    const form = said.closest("form");
    let timer = 0, underway = null;
    const soon = () => { timer ||= setTimeout(keep, 4000); };
    const keep = () => {
      clearTimeout(timer);
      timer = 0;
      const typed = new FormData(form);
      form.querySelectorAll("input[type=password]").forEach((field) => typed.delete(field.name));
      typed.set("act", "keep");
      underway = fetch(form.action, { method: "POST", body: new URLSearchParams(typed), redirect: "manual", keepalive: true,
        signal: AbortSignal.timeout(5000) })
        .then((answer) => {
          if (answer.ok) sessionSeen();
          const gone = answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500 && answer.status !== 429);
          said.textContent = answer.ok ? said.dataset.keep : gone ? said.dataset.keepEnded : said.dataset.keepFailed;
          if (!answer.ok && !gone) soon();
        })
        .catch(() => { said.textContent = said.dataset.keepFailed; soon(); })
        .finally(() => { underway = null; });
    };
    form.addEventListener("input", soon);
    document.addEventListener("visibilitychange", () => { if (document.hidden && timer) keep(); });
    // What is sent by a button is the newest: nothing older may come in after it.
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      timer = 0;
      if (!underway) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      underway.finally(() => form.requestSubmit(event.submitter));
    });
  });

  // A form with data-passkey waits for the authenticator's answer, then goes its way with it.
  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const passkeys = {
    async get({ challenge, rp }, credentials) {
      const { rawId, response } = await navigator.credentials.get({ publicKey:
        { challenge: toBytes(challenge), rpId: rp, allowCredentials: credentials, userVerification: "required" } });
      return { credential_id: rawId, authenticator_data: response.authenticatorData, client_data: response.clientDataJSON,
        signature: response.signature };
    },
    async create({ challenge, rp, user, userName, displayName }, credentials) {
      const { response } = await navigator.credentials.create({ publicKey: {
        challenge: toBytes(challenge),
        rp: { id: rp, name: "Divit" },
        user: { id: toBytes(user), name: userName, displayName },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }], // ES256, RS256
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        excludeCredentials: credentials,
        attestation: "none",
      } });
      return { attestation_object: response.attestationObject, client_data: response.clientDataJSON };
    },
  };
  all("form[data-passkey]", (form) => {
    if (!window.PublicKeyCredential) return;
    const failed = form.querySelector("[data-passkey-failed]");
    form.querySelector("[data-passkey-needs]").hidden = true;
    form.querySelector("button[hidden]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const credentials = form.dataset.credentials.split(" ").filter(Boolean)
          .map((id) => ({ type: "public-key", id: toBytes(id) }));
        const answer = await passkeys[form.dataset.passkey](form.dataset, credentials);
        for (const [name, value] of Object.entries(answer)) form.elements[name].value = toText(value);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  });

  // A second press while the first is on its way would send a form twice.
  all("form", (form) => {
    let sentAt = 0;
    form.addEventListener("submit", (event) => {
      if (Date.now() - sentAt < 1000) event.preventDefault();
      else sentAt = Date.now();
    });
  });
})();
