// What happens inside is told by events.
document.querySelector("nested-memory").addEventListener("reply", (event) => {
  document.querySelector("#said").textContent = `It answered: ${event.detail.reply}`;
});
