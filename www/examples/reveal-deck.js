import Reveal from "./node_modules/reveal.js/dist/reveal.mjs";

const deck = new Reveal({ transition: "none", hash: true });
await deck.initialize();
