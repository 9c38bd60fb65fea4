// Passkeys: asks the browser for one and posts its answer as JSON in the field `passkey`.
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const withBytes = (descriptors) =>
    (descriptors ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  const ask = {
    get: (options, more) =>
      navigator.credentials.get({
        ...more,
        publicKey: {
          ...options,
          challenge: bytes(options.challenge),
          allowCredentials: withBytes(options.allowCredentials),
        },
      }),
    create: (options, more) =>
      navigator.credentials.create({
        ...more,
        publicKey: {
          ...options,
          challenge: bytes(options.challenge),
          user: { ...options.user, id: bytes(options.user.id) },
          excludeCredentials: withBytes(options.excludeCredentials),
        },
      }),
  };

  const response = {
    get: (answer) => ({
      clientDataJSON: text(answer.clientDataJSON),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      userHandle: answer.userHandle ? text(answer.userHandle) : undefined,
    }),
    create: (answer) => ({
      clientDataJSON: text(answer.clientDataJSON),
      attestationObject: text(answer.attestationObject),
      transports: answer.getTransports?.() ?? [],
    }),
  };

  const send = (form, kind, credential) => {
    form.elements.namedItem("passkey").value = JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response[kind](credential.response),
    });
    HTMLFormElement.prototype.submit.call(form);
  };

  const prepare = (form) => {
    const kind = form.dataset.passkey;
    const options = JSON.parse(form.dataset.options);
    const said = form.querySelector("[data-said]");
    const button = form.querySelector("button");
    let waiting; // a request that runs under the sign-in name's suggestions

    const say = (sentence) => {
      said.textContent = sentence;
      said.hidden = sentence === "";
    };

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled") === "true") return;
      if (!window.PublicKeyCredential) return say(form.dataset.unsupported);
      waiting?.abort();
      say("");
      button.setAttribute("aria-disabled", "true");
      try {
        send(form, kind, await ask[kind](options, {}));
      } catch {
        say(form.dataset.failed);
        button.removeAttribute("aria-disabled");
      }
    });

    const suggest = async () => {
      if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
      waiting = new AbortController();
      const more = { mediation: "conditional", signal: waiting.signal };
      try {
        send(form, kind, await ask.get({ ...options, allowCredentials: [] }, more));
      } catch {
        // refused or aborted: the person goes on with the page as it is
      }
    };
    if (form.dataset.silent !== undefined) suggest();
  };

  document.querySelectorAll("form[data-passkey]").forEach(prepare);
})();
