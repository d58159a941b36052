import { crc32, deflateSync } from "node:zlib";

import type { Page } from "@playwright/test";

/** A file as a browser is given one. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture (PNG) of one colour at each corner and all between them. */
export function picture(name: string, width: number, height: number): GivenFile {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (1 + width * 3) + 1 + x * 3;
      rows[at] = Math.floor((255 * x) / width);
      rows[at + 1] = Math.floor((255 * y) / height);
      rows[at + 2] = 120;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // 8 bits of each of red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const buffer = Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
  return { name, mimeType: "image/png", buffer };
}

/** A tone (WAV), so many seconds long. */
export function tone(name: string, seconds: number): GivenFile {
  const rate = 8_000;
  const samples = Buffer.from(Array.from({ length: rate * seconds }, (_, at) => 128 + Math.round(60 * Math.sin(at / 3))));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0, "latin1");
  head.writeUInt32LE(36 + samples.length, 4);
  head.write("WAVEfmt ", 8, "latin1");
  head.writeUInt32LE(16, 16);
  // PCM, of one channel, of eight bits.
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36, "latin1");
  head.writeUInt32LE(samples.length, 40);
  return { name, mimeType: "audio/wav", buffer: Buffer.concat([head, samples]) };
}

/** A film (WebM), as the browser itself records one of what is drawn there meanwhile. */
export async function film(page: Page, name: string): Promise<GivenFile> {
  const recorded = await page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
    const brush = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
    const pieces: Blob[] = [];
    recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    recorder.start();
    for (let frame = 0; frame < 30; frame += 1) {
      brush.fillStyle = `hsl(${frame * 12} 60% 50%)`;
      brush.fillRect(0, 0, 160, 120);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return Array.from(new Uint8Array(await new Blob(pieces).arrayBuffer()));
  });
  return { name, mimeType: "video/webm", buffer: Buffer.from(recorded) };
}

/** A text. */
export function textFile(name: string, text: string, mimeType = "text/plain"): GivenFile {
  return { name, mimeType, buffer: Buffer.from(text) };
}

/** So many bytes that are nothing that anybody knows, and nowhere the same. */
export function bytes(name: string, length: number): GivenFile {
  const buffer = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    buffer[at] = state >>> 24;
  }
  buffer[0] = 0;
  return { name, mimeType: "application/octet-stream", buffer };
}

function chunk(kind: string, inside: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), inside]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(inside.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
