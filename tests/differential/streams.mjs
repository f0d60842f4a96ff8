// One event stream on each of two servers, read event by event.

/** A stream that is open on both servers; `close` ends it. */
export class Streams {
  #sides;

  constructor(sides) {
    this.#sides = sides;
  }

  /** Opens a stream at each address. */
  static async open(urls) {
    return new Streams(await Promise.all(urls.map(open)));
  }

  /** The first events, which tell the ids of the connections. */
  get clients() {
    return this.#sides.map((side) => side.client);
  }

  /** What the answers to the GETs were. */
  get answers() {
    return this.#sides.map((side) => side.answer);
  }

  /**
   * The events of each side up to the one whose event is `fence`, without it. What one change sends to several
   * subscriptions of a client comes in any order from PocketBase, so the events are sorted by name; those of one name
   * stay in order.
   */
  async until(fence) {
    return Promise.all(this.#sides.map((side) => until(side, fence)));
  }

  close() {
    for (const side of this.#sides) side.abort.abort();
  }
}

async function open(url) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/realtime`, { headers: { accept: "text/event-stream" }, signal: abort.signal });
  const names = ["content-type", "cache-control", "x-accel-buffering"];
  const answer = { status: response.status, headers: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])) };
  const side = { abort, answer, client: "", events: events(response.body) };
  const first = (await side.events.next()).value;
  side.client = first.data.clientId;
  side.answer.first = { ...first, id: first.id === side.client, data: Object.keys(first.data) };
  return side;
}

async function* events(body) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      yield parse(text.slice(0, end));
      text = text.slice(end + 2);
    }
  }
}

function parse(block) {
  const lines = block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  const fields = Object.fromEntries(lines);
  return { keys: lines.map(([key]) => key).join(), id: fields.id, event: fields.event, data: JSON.parse(fields.data) };
}

async function until(side, fence) {
  const found = [];
  for (;;) {
    const { value, done } = await side.events.next();
    if (done || value.event === fence) break;
    found.push({ ...value, id: value.id === side.client });
  }
  return found.sort((a, b) => (a.event < b.event ? -1 : a.event > b.event ? 1 : 0));
}
