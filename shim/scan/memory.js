'use strict';

// how many steps one question may take, and all of a plugin: sources can be written in circles, and be other people's bundles
const MOST_OF_A_QUESTION = 2000;
const MOST = 500_000;

/**
 * Values that were worked out, by what they are the values of. What is asked for while it is being worked out is nothing yet; what
 * depends on that is not complete, and is kept until the question is answered only.
 */
class Memory {
  constructor() {
    this.left = MOST;
    this.complete = new Map();
    this.begin();
  }

  /** A new question. */
  begin() {
    this.provisional = new Map();
    this.open = new Map();
    this.mayAsk = Math.min(MOST_OF_A_QUESTION, this.left);
    // the outermost that is open and was asked for: what lies inside it is not complete
    this.outermost = Infinity;
  }

  /** Whether one more step may be taken. */
  step() {
    this.mayAsk -= 1;
    this.left -= 1;
    return this.mayAsk >= 0;
  }

  get isSpent() {
    return this.left <= 0;
  }

  of(key, work) {
    if (this.complete.has(key)) return this.complete.get(key);
    if (this.open.has(key)) return this.unfinished(this.open.get(key), []);
    if (this.provisional.has(key)) return this.unfinished(0, this.provisional.get(key));
    return this.workedOut(key, work);
  }

  workedOut(key, work) {
    const level = this.open.size;
    const before = this.outermost;
    this.outermost = Infinity;
    this.open.set(key, level);
    const values = distinct(work());
    this.open.delete(key);
    const isComplete = this.outermost >= level;
    (isComplete ? this.complete : this.provisional).set(key, values);
    this.outermost = Math.min(before, isComplete ? Infinity : this.outermost);
    return values;
  }

  unfinished(level, values) {
    this.outermost = Math.min(this.outermost, level);
    return values;
  }
}

function distinct(values) {
  const seen = new Set();
  const keyOf = ({ kind, service, operation, text, node, module }) => node || module || [kind, service, operation, text].join(' ');
  return values.filter((value) => {
    const key = keyOf(value);
    return !seen.has(key) && seen.add(key);
  });
}

module.exports = { Memory };
