// What Canvas and Moodle do: the message comes as an object or as JSON text.
addEventListener("message", ({ source, data }) => {
  const message = typeof data === "string" ? JSON.parse(data) : data;
  if (message.subject !== "lti.frameResize") return;
  const frame = [...document.querySelectorAll("iframe")].find(({ contentWindow }) => contentWindow === source);
  if (frame) frame.height = message.height;
});
