// The worker's side of runtime.js: loads MicroPython and the book's modules, and answers one call at a time.

const MODULES = ["words", "rules", "objectives", "walk", "clock", "page"];
const NEEDS = { check: ["lessons", "slips", "trials", "feedback"] }; // what a module that is loaded on demand imports
const HEAP = 16 * 1024 * 1024; // bytes: enough that a whole drag needs no garbage collection
const IDLE = 150; // milliseconds without a call after which collecting garbage delays nobody

// The result is kept in one list, because every new proxy would live until the page's own collector runs.
const GLUE = `
import gc
import sys
sys.path.append("/")
_list = []
def _collect():
    gc.collect()
def _module(name):
    return __import__(name)
def _call(module, name, *args):
    result = getattr(__import__(module), name)(*args)
    if not isinstance(result, (list, tuple)):
        return result
    _list.clear()
    _list.extend(result)
    return _list
`;

let base, python, call, collect, idle;
const loaded = new Set(MODULES);

/** A file that did not come, and what the server says; 0 is no connection. */
class Missing extends Error {
  constructor(part, status) {
    super(part);
    this.told = { part, status };
  }
}

async function read(name, as = "text") {
  const short = name.split("/").pop();
  let response;
  try {
    response = await fetch(new URL(name, base));
    if (response.ok) return await response[as]();
  } catch {
    throw new Missing(short, 0);
  }
  throw new Missing(short, response.status);
}

// A blob says its own type, whatever the server thinks that .mjs and .wasm are.
const address = (content, type) => URL.createObjectURL(new Blob([content], { type }));

async function start(definitions) {
  const [script, wasm, ...sources] = await Promise.all([
    read("../vendor/micropython/micropython.mjs"),
    read("../vendor/micropython/micropython.wasm", "arrayBuffer"),
    ...MODULES.map((name) => read(`${name}.py`)),
  ]);
  const { loadMicroPython } = await import(address(script, "text/javascript"));
  python = await loadMicroPython({ heapsize: HEAP, url: address(wasm, "application/wasm") });
  MODULES.forEach((name, i) => python.FS.writeFile(`/${name}.py`, sources[i]));
  python.runPython(GLUE);
  call = python.globals.get("_call");
  collect = python.globals.get("_collect");
  python.globals.get("_module")("page");
  for (const [name, source] of definitions) call("page", "define", name, source);
}

async function answer(name, args) {
  const [module, func] = name.includes(".") ? name.split(".") : ["page", name];
  for (const needed of [...(NEEDS[module] ?? []), module]) {
    if (loaded.has(needed)) continue;
    python.FS.writeFile(`/${needed}.py`, await read(`${needed}.py`));
    loaded.add(needed);
  }
  return python.PyProxy.toJs(call(module, func, ...args));
}

/** Split a traceback into its last line, the kind of error, and the line of the rule it arose in. */
function explain(error) {
  const lines = error.message.trim().split("\n");
  const last = lines[lines.length - 1];
  const at = [...error.message.matchAll(/File "<rule>", line (\d+)/g)].pop();
  return { message: last, line: at ? Number(at[1]) : null, type: error.type ?? error.name };
}

let turn = null;
self.onmessage = ({ data }) => {
  if (data.base) {
    base = data.base;
    turn = start(data.definitions).then(
      () => self.postMessage({ ready: true }),
      (error) => self.postMessage({ failed: error.told ?? { part: error.message } }),
    );
    return;
  }
  clearTimeout(idle);
  turn = turn.then(async () => {
    try {
      self.postMessage({ id: data.id, result: await answer(data.name, data.args) });
    } catch (error) {
      self.postMessage({ id: data.id, error: error.told ?? explain(error) });
    }
    clearTimeout(idle);
    idle = setTimeout(() => collect(), IDLE);
  });
};
