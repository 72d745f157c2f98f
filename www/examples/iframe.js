// The frame says how high it would like to be.
addEventListener("message", ({ source, data }) => {
  if (data?.type !== "nested-memory:height") return;
  const frame = [...document.querySelectorAll("iframe")].find(({ contentWindow }) => contentWindow === source);
  if (frame) frame.height = data.height;
});
