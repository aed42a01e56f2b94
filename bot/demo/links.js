// A link to a message of this channel leads to it, as in Discord; on this machine there is no
// discord.com to ask. What is in direct messages has no page here, and says so.
const MESSAGE = /^https:\/\/discord\.com\/channels\/(@me|\d+)\/\d+\/(\d+)$/;

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[href]");
  const [, place, id] = (link && MESSAGE.exec(link.href)) || [];
  if (!id) return;
  event.preventDefault();
  const message = document.querySelector(`.channel-message[data-message-id="${id}"]`);
  if (message) {
    message.scrollIntoView({ behavior: "smooth", block: "center" });
  } else if (place === "@me") {
    link.replaceWith(`${link.textContent}, which have no page in this demo`);
  } else {
    link.replaceWith(`${link.textContent} (further up, or deleted)`);
  }
}, true);
