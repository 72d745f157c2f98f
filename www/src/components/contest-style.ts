import { css } from "lit";

/** The desk of a contest: who takes part, what is said, and how it went. */
export const contestStyle = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }
  fieldset {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-4);
    margin: 0;
    padding: 0;
    border: 0;
    font-size: var(--text-s);
  }
  legend {
    float: left;
    margin-right: var(--space-2);
    padding: 0;
    font-weight: 600;
  }
  fieldset label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 30px;
    cursor: pointer;
  }
  fieldset label.locked {
    color: var(--faint);
    cursor: default;
  }
  input[type="checkbox"] {
    width: 16px;
    height: 16px;
    min-height: 0;
    margin: 0;
    accent-color: var(--slow);
  }
  .limit {
    font-size: var(--text-xs);
    color: var(--muted);
  }
  .steps {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-4);
    background: var(--surface);
    border: 1px solid var(--hairline);
    border-radius: var(--radius);
  }
  form {
    display: grid;
    grid-template-columns: 6.5em minmax(0, 1fr) auto minmax(0, 11em) auto;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    font-size: var(--text-s);
  }
  form:first-child input {
    grid-column: 2 / 5;
  }
  form button {
    min-width: 9em;
  }
  .time {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }
  .steps .time {
    margin-left: calc(6.5em * 13 / 15 + var(--space-3));
  }
  .doing {
    font-size: var(--text-s);
    color: var(--muted);
  }
  .failure {
    padding: var(--space-2) var(--space-3);
    font-size: var(--text-s);
    background: var(--notice-ground);
    border-left: 3px solid var(--danger);
  }
  .failure b {
    font-weight: 600;
  }
  .deeds {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-2);
    list-style: none;
    font-size: var(--text-s);
  }
  .deeds li {
    padding: 2px 10px;
    background: var(--sunken);
    border-radius: 10px;
    overflow-wrap: anywhere;
  }
  .deeds .end,
  .deeds .pass {
    color: var(--muted);
    background: none;
    border: 1px dashed var(--control);
  }
  .deeds .ask {
    font-weight: 600;
  }
  nm-standings:focus {
    outline: none;
  }
  @media (max-width: 760px) {
    form {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-1);
    }
    form:first-child input {
      grid-column: auto;
    }
    form input {
      min-height: 40px;
    }
    form button {
      margin-top: var(--space-1);
    }
    .steps .time {
      margin-left: 0;
    }
  }
`;
