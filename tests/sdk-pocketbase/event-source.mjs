// What browsers have and Node 20 has not: EventSource, as much of it as the official SDK uses. It stands in for the polyfill
// that the SDK's documentation asks Node users to load; the SDK itself is not touched.

export class EventSource extends EventTarget {
  #abort = new AbortController();

  constructor(url) {
    super();
    this.url = String(url);
    this.#read().catch((error) => {
      if (!this.#abort.signal.aborted) this.onerror?.(error);
    });
  }

  close() {
    this.#abort.abort();
  }

  async #read() {
    const response = await fetch(this.url, { headers: { Accept: "text/event-stream" }, signal: this.#abort.signal });
    if (!response.ok) throw new Error(`the stream answered ${response.status}`);
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#dispatch(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
    throw new Error("the stream has ended");
  }

  #dispatch(block) {
    const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
    this.dispatchEvent(Object.assign(new Event(fields.event ?? "message"), { data: fields.data, lastEventId: fields.id ?? "" }));
  }
}
