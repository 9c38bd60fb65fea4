// Makes a picture of a page small: its 256 most frequent colours, and the nearest of them for others.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

// PNG, third edition: 5.3 chunks, 9.2 filters; pictures of Chromium have 8 bits and no interlacing.
const decoded = (png) => {
  const parts = [];
  let header;
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") header = body;
    if (kind === "IDAT") parts.push(body);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = header[9] === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(parts));
  const row = width * size;
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x += 1) {
      const left = x >= size ? out[y * row + x - size] : 0;
      const up = y ? out[(y - 1) * row + x] : 0;
      const corner = y && x >= size ? out[(y - 1) * row + x - size] : 0;
      const [a, b, c] = [left, up, corner].map((each) => Math.abs(left + up - corner - each));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const guess = [0, left, up, (left + up) >> 1, paeth][filter];
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + guess;
    }
  }
  return { width, height, size, pixels: out };
};

const chunk = (kind, body) => {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
};

export const small = (png) => {
  const { width, height, size, pixels } = decoded(png);
  const colours = new Uint32Array(width * height);
  const counts = new Map();
  for (let n = 0; n < colours.length; n += 1) {
    const at = n * size;
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    colours[n] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const kept = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([each]) => each);
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const far = (one, other) => parts(one).reduce((sum, part, n) => sum + (part - parts(other)[n]) ** 2, 0);
  const places = new Map(kept.map((colour, number) => [colour, number]));
  for (const colour of counts.keys()) {
    if (places.has(colour)) continue;
    let best = 0;
    for (let n = 1; n < kept.length; n += 1) if (far(colour, kept[n]) < far(colour, kept[best])) best = n;
    places.set(colour, best);
  }
  const rows = Buffer.alloc((width + 1) * height);
  for (let n = 0; n < colours.length; n += 1) {
    rows[Math.floor(n / width) * (width + 1) + 1 + (n % width)] = places.get(colours[n]);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(kept.flatMap(parts))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
};
