// What the element needs once it opens: loaded then, and not before.
import "../components/alerts";
import "../components/stage";
import "../components/top-bar";

export { shelf, MOST_AWAKE } from "./shelf";
