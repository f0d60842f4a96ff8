// A stand-in for `websocat --protocol NAME URL`: lines of the input are sent, messages are printed, the end of the input is the end.

import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { createInterface } from "node:readline";

const url = new URL(process.argv.at(-1).replace(/^ws/, "http"));
const protocol = process.argv[process.argv.indexOf("--protocol") + 1];
const headers = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  "Sec-WebSocket-Protocol": protocol,
};

const asking = request(url, { headers });
asking.on("response", (response) => fail(`the server answered ${response.statusCode} and did not upgrade`));
asking.on("error", (error) => fail(error.message));
asking.on("upgrade", (_, socket, head) => {
  let waiting = head;
  const read = () => {
    for (let frame = take(); frame; frame = take()) {
      if (frame.opcode === 1) console.log(frame.data.toString());
      if (frame.opcode === 8) console.log(`closed with ${frame.data.readUInt16BE(0)}`);
      if (frame.opcode === 9) socket.write(masked(10, frame.data));
    }
  };
  const take = () => {
    if (waiting.length < 2) return null;
    const short = waiting[1] & 127;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (waiting.length < start) return null;
    const length = short < 126 ? short : short === 126 ? waiting.readUInt16BE(2) : Number(waiting.readBigUInt64BE(2));
    if (waiting.length < start + length) return null;
    const frame = { opcode: waiting[0] & 15, data: waiting.subarray(start, start + length) };
    waiting = waiting.subarray(start + length);
    return frame;
  };
  socket.on("data", (data) => {
    waiting = Buffer.concat([waiting, data]);
    read();
  });
  socket.on("close", () => process.exit(0));
  read();
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => line.trim() && socket.write(masked(1, Buffer.from(line))));
  lines.on("close", () => socket.end(masked(8, Buffer.from([3, 232]))));
});
asking.end();

function masked(opcode, data) {
  const mask = randomBytes(4);
  const long = data.length >= 126;
  const head = Buffer.from([128 | opcode, 128 | (long ? 126 : data.length), ...(long ? [data.length >> 8, data.length & 255] : [])]);
  return Buffer.concat([head, mask, data.map((byte, i) => byte ^ mask[i % 4])]);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
