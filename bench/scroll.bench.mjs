// Frames while two checkpoints of many tensors are scrolled in a real VS Code, beside an empty page in the same browser.
// npm run bench -- scroll [--tensors N] [--seconds N] [--rounds N]
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packageExtension } from "../src/build/package.mjs";
import { output, root } from "../src/build/paths.mjs";
import { writeCheckpoint } from "./checkpoints.mjs";

const { values: asked } = parseArgs({
  options: {
    tensors: { type: "string", default: "20000" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "3" },
  },
});
const tensors = Number(asked.tensors);
const seconds = Number(asked.seconds);
const rounds = Number(asked.rounds);
/** A quick hand on a wheel: some 160 rows a second. */
const SPEED = 3_600;
/** A frame at 60 Hz, with the clock's rounding. */
const FRAME = 1000 / 60 + 1;

const folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const { Workbench } = await import(pathToFileURL(await bundledWorkbench()).href);
  const workbench = await Workbench.start({ vsix: await packageExtension(path.join(folder, "model-loupe.vsix")) });
  try {
    const at = (name) => path.join(workbench.workspace, `${name}.safetensors`);
    const nameOf = (i) => `weight_${String(i).padStart(6, "0")}`;
    await writeCheckpoint(at("old"), { count: tensors, side: 4, nameOf, change: 0 });
    await writeCheckpoint(at("trained"), { count: tensors, side: 4, nameOf, change: 1 });
    const contestants = [await emptyPage(workbench), await viewer(workbench), await diff(workbench)];
    const measured = contestants.map(() => []);
    for (let round = 0; round <= rounds; round += 1)
      for (const [i, contestant] of contestants.entries()) {
        const frames = await scrolled(contestant);
        // The first round warms up.
        if (round > 0) measured[i].push(frames);
      }
    report(contestants.map(({ name }, i) => [name, measured[i]]));
  } catch (error) {
    await workbench.screenshot("bench-scroll-failed");
    throw error;
  } finally {
    await workbench.stop();
  }
}

/** The end-to-end tests' hands, as JavaScript that can find its packages. */
async function bundledWorkbench() {
  const outfile = path.join(output, "bench/workbench.mjs");
  await build({
    entryPoints: [path.join(root, "test/e2e/workbench.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
    packages: "external",
    plugins: [
      {
        name: "build scripts stay where they are",
        setup: ({ onResolve }) =>
          onResolve({ filter: /src\/build\/.*\.mjs$/ }, ({ path: file, resolveDir }) => ({
            path: pathToFileURL(path.resolve(resolveDir, file)).href,
            external: true,
          })),
      },
    ],
  });
  return outfile;
}

/** What there is to reach: a page of the same height with nothing in it. */
async function emptyPage({ page: workbench }) {
  const context = await workbench.context().browser().newContext({ viewport: workbench.viewportSize() });
  const page = await context.newPage();
  await page.setContent(`<body style="margin:0"><div style="height:${tensors * 22}px"></div></body>`);
  return { name: "an empty page", page, show: () => ({ frame: page.mainFrame(), point: { x: 400, y: 400 } }) };
}

async function viewer(workbench) {
  await workbench.explorerRow("old.safetensors").dblclick();
  const frame = await workbench.view(".head-title:has-text('tensors')");
  await frame.locator("[role=treeitem]", { hasText: "Parameters" }).first().dblclick();
  await frame.locator("[role=treeitem]", { hasText: "weight_000003" }).first().waitFor();
  return panel(workbench, "the model editor's outline", "old", ".head-title:has-text('tensors')");
}

async function diff(workbench) {
  await workbench.contextMenu("old.safetensors", "Select for Model Compare");
  // The menu has the item once VS Code knows that something was selected.
  for (let attempt = 0; ; attempt += 1)
    try {
      await workbench.contextMenu("trained.safetensors", "Compare Models with Selected");
      break;
    } catch (error) {
      if (attempt >= 3) throw error;
      await workbench.page.keyboard.press("Escape");
    }
  await workbench.view(".head:has-text('changed')");
  return panel(workbench, "the diff's tree", "↔", ".head:has-text('changed')");
}

/** A panel that is come back to: VS Code makes the page of one anew that was hidden. */
function panel(workbench, name, label, selector) {
  return {
    name,
    page: workbench.page,
    async show() {
      await workbench.tab(label).click();
      const frame = await workbench.view(selector);
      await frame.locator("[role=treeitem]", { hasText: "weight_0" }).first().waitFor();
      const box = await frame.locator("[role=tree]").first().boundingBox();
      return { frame, point: { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) } };
    },
  };
}

/** Scrolls down and back with the wheel, as long as was asked; frames and long tasks as the page itself sees them. */
async function scrolled({ page, show }) {
  await page.bringToFront();
  const { frame, point } = await show();
  await frame.evaluate(startRecorder);
  const session = await page.context().newCDPSession(page);
  const distance = Math.round((SPEED * seconds) / 2);
  for (const yDistance of [-distance, distance])
    await session.send("Input.synthesizeScrollGesture", {
      ...point,
      yDistance,
      speed: SPEED,
      gestureSourceType: "mouse",
      preventFling: true,
    });
  await session.detach();
  return frame.evaluate(() => globalThis.stopRecorder());
}

/** Runs in the page. */
function startRecorder() {
  const frames = [];
  const tasks = [];
  let isRunning = true;
  let last;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ type: "longtask" });
  let moves = 0;
  document.addEventListener("scroll", () => (moves += 1), { capture: true });
  const tick = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    if (isRunning) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  globalThis.stopRecorder = () => {
    isRunning = false;
    observer.disconnect();
    return { frames, tasks, moves };
  };
}

function report(measured) {
  const rows = measured.map(([name, runs]) => {
    const frames = runs.flatMap((run) => run.frames);
    const tasks = runs.flatMap((run) => run.tasks);
    const over = (limit) => frames.filter((each) => each > limit).length;
    const share = (count) => `${count} (${((100 * count) / frames.length).toFixed(1)} %)`;
    return [
      name,
      String(frames.length),
      String(runs.reduce((sum, { moves }) => sum + moves, 0)),
      share(over(FRAME)),
      share(over(2 * FRAME)),
      `${Math.max(...frames).toFixed(1)} ms`,
      String(tasks.length),
      `${Math.max(0, ...tasks).toFixed(0)} ms`,
    ];
  });
  const head = ["", "frames", "scrolled", "over 16.7 ms", "over 33 ms", "longest", "long tasks", "longest task"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  console.log(
    `${tensors} tensors a side, ${seconds} s of wheel at ${SPEED} px/s, ${rounds} rounds, ${os.cpus().length} processors, load ${os.loadavg()[0].toFixed(1)}`,
  );
  for (const row of [head, ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join("  "));
}
