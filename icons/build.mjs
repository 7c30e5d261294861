// Draws every size of the product's icon from its SVG sources.
// `node build.mjs` writes the files; `node build.mjs --check` draws again and fails where a committed
// file is missing or looks different.
//
// Small sizes have sources of their own: a frame and a glyph that fall on whole pixels. Containers:
// Windows ICO and macOS ICNS, both with PNG pictures inside.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { PNG } from 'pngjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const tokens = JSON.parse(readFileSync(here('tokens.json'), 'utf8'));

const SIZES = [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 256];
/** ICNS types that hold PNG, by pixel size. */
const ICNS_TYPES = {
  icp4: 16,
  icp5: 32,
  ic11: 32,
  ic12: 64,
  ic07: 128,
  ic13: 256,
  ic08: 256,
  ic14: 512,
  ic09: 512,
  ic10: 1024,
};
const TRAY_SIZES = [32, 64];

/** How far a channel may differ, of 255, before a picture counts as another one. */
const TOLERANCE = 3;

function sourceFor(size) {
  if (size <= 20) return 'icon-16.svg';
  return size <= 64 ? 'icon-32.svg' : 'icon.svg';
}

function draw(source, size, colour) {
  let svg = readFileSync(here(source), 'utf8');
  if (colour) svg = svg.replace('currentColor', colour);
  const picture = new Resvg(svg, { fitTo: { mode: 'width', value: size }, font: { loadSystemFonts: false } });
  return Buffer.from(picture.render().asPng());
}

function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let at = head.length;
  pictures.forEach(([size, png], index) => {
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  });
  return Buffer.concat([head, ...pictures.map(([, png]) => png)]);
}

function icns(pictures) {
  const blocks = pictures.flatMap(([type, png]) => [block(type, png.length), png]);
  return Buffer.concat([block('icns', Buffer.concat(blocks).length), ...blocks]);
}

function block(type, length) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(length + 8, 4);
  return head;
}

/** The pictures in a container or in a PNG file, in order. */
function pictures(bytes) {
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const found = [];
  for (let at = bytes.indexOf(signature); at >= 0; at = bytes.indexOf(signature, at + 8)) found.push(at);
  return found.map((at) => PNG.sync.read(bytes.subarray(at, bytes.indexOf('IEND', at, 'latin1') + 8)));
}

function looksTheSame(before, after) {
  if (before.equals(after)) return true;
  let old;
  try {
    old = pictures(before);
  } catch {
    return false; // A damaged file.
  }
  const fresh = pictures(after);
  return (
    old.length === fresh.length &&
    old.every(
      (one, index) =>
        one.width === fresh[index].width &&
        one.height === fresh[index].height &&
        one.data.every((value, place) => Math.abs(value - fresh[index].data[place]) <= TOLERANCE),
    )
  );
}

const drawn = new Map(SIZES.map((size) => [size, draw(sourceFor(size), size)]));
const files = new Map();
for (const [size, png] of drawn) files.set(`${size}x${size}.png`, png);
files.set('icon.ico', ico(ICO_SIZES.map((size) => [size, drawn.get(size)])));
files.set('icon.icns', icns(Object.entries(ICNS_TYPES).map(([type, size]) => [type, drawn.get(size)])));
for (const size of TRAY_SIZES) {
  files.set(`tray-light-${size}.png`, draw('tray.svg', size, tokens.light.ink));
  files.set(`tray-dark-${size}.png`, draw('tray.svg', size, tokens.dark.ink));
}

if (process.argv.includes('--check')) {
  const wrong = [...files].filter(
    ([name, bytes]) => !existsSync(here(name)) || !looksTheSame(readFileSync(here(name)), bytes),
  );
  for (const [name] of wrong)
    console.error(`icons/${name} is not what its source draws: run "npm run build" and commit it.`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  for (const [name, bytes] of files) writeFileSync(here(name), bytes);
}
