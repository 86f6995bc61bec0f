// The book's Python in the reader's browser: MicroPython in a worker, started when somebody needs it.

import { LoadError } from "./load.js";
import { say } from "./words.js";

const LIMIT = 2000; // milliseconds that one call may take

/** An error of the Python that was called: its message in words, and the line of the rule, or null. */
export class RuleError extends Error {
  constructor({ message, line = null, type = "" }) {
    super(message);
    this.name = "RuleError";
    this.line = line;
    this.type = type;
  }
}

/** A call that took too long. Its worker is gone; the next call starts another. */
export class TimeoutError extends Error {
  constructor() {
    super(
      say("stopped: it ran for more than {seconds} seconds; is there a loop that never ends?", { seconds: LIMIT / 1000 }),
    );
    this.name = "TimeoutError";
  }
}

/** What the worker says of a failure: a part that is missing, or an error of Python. */
const understood = (error) => (error.part ? new LoadError(error.part, error.status) : new RuleError(error));

/** Runs functions of page.py, one after the other, in a worker that is started on the first need. */
export class Runtime {
  /** @param {string} base address of the folder with worker.js and the Python files, ending in "/". */
  constructor(base = new URL(".", import.meta.url).href) {
    this.base = base;
    this.queue = []; // calls without an answer; the first is the one that runs
    this.definitions = new Map(); // rules of the reader's own, for the next worker
    this.worker = null;
    this.ready = null;
    this.nextId = 0;
  }

  /** Start the worker unless it runs. @returns {Promise<void>} settled when calls are answered at once. */
  warm() {
    if (!this.ready) {
      this.worker = new Worker(new URL("worker.js", this.base), { type: "module" });
      this.ready = new Promise((resolve, reject) => {
        const worker = this.worker;
        const failed = (error) => {
          if (worker !== this.worker) return;
          reject(error);
          this.drop();
          for (const call of this.queue.splice(0)) call.reject(error);
        };
        worker.onerror = () => failed(new LoadError("worker.js"));
        worker.onmessage = ({ data }) => {
          if (worker !== this.worker) return;
          if (data.failed) failed(understood(data.failed));
          else if (data.ready) resolve();
          else this.settle(data);
        };
        worker.postMessage({ base: this.base, definitions: [...this.definitions] });
      });
      this.ready.catch(() => {}); // whoever waits for it hears of a failure
    }
    return this.ready;
  }

  /**
   * Call a function of page.py, or of another module as "module.name".
   * @param {string} name
   * @param {...*} args numbers, strings, and arrays of them
   * @returns {Promise<*>} lists come as arrays
   * @throws {RuleError|TimeoutError}
   */
  call(name, ...args) {
    return new Promise((resolve, reject) => {
      const call = { id: this.nextId++, name, args, resolve, reject };
      this.queue.push(call);
      const ready = this.warm();
      this.send(call);
      ready.then(() => this.queue[0] === call && this.watch(), () => {});
    });
  }

  send({ id, name, args }) {
    this.worker?.postMessage({ id, name, args });
  }

  settle({ id, result, error }) {
    if (this.queue[0]?.id !== id) return;
    const call = this.queue.shift();
    this.watch();
    if (error) {
      call.reject(understood(error));
    } else {
      if (call.name === "define") this.definitions.set(call.args[0], call.args[1]);
      call.resolve(result);
    }
  }

  /** Give the call that runs now its time. */
  watch() {
    clearTimeout(this.timer);
    if (this.queue.length) this.timer = setTimeout(() => this.stop(), LIMIT);
  }

  /** End the worker in the middle of its call; what waits goes to a new one. */
  stop() {
    this.drop();
    this.queue.shift()?.reject(new TimeoutError());
    if (this.queue.length) {
      this.warm().then(() => this.watch(), () => {});
      this.queue.forEach((call) => this.send(call));
    }
  }

  drop() {
    clearTimeout(this.timer);
    this.worker?.terminate();
    this.worker = this.ready = null;
  }
}

/** The one runtime that everything on a page shares. */
export const runtime = new Runtime();
