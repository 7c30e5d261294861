// Keeps the page of an open charge current. The page works without it.
'use strict';

const main = document.querySelector('main[data-state]');
const clock = document.querySelector('[data-left]');

for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), 2000);
    } catch {
      button.hidden = true;
    }
  });
}

// Counted from when the page was loaded: the computer's clock may be off.
const loaded = performance.now();
let left = Number(clock?.dataset.left ?? 0);
let at = loaded;

function tick() {
  const seconds = Math.max(0, Math.round(left - (performance.now() - at) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  clock.textContent = clock.dataset.text.replace('{time}', time);
}
if (clock) {
  tick();
  setInterval(tick, 1000);
}

let pause = 1000;
async function look() {
  try {
    const answer = await fetch(main.dataset.state, { cache: 'no-store' });
    if (answer.status === 404) return location.reload();
    if (answer.ok) {
      const now = await answer.json();
      if (String(now.version) !== main.dataset.version) return location.reload();
      left = now.seconds_left;
      at = performance.now();
      pause = 1000;
    } else {
      pause = Math.min(pause * 2, 15000);
    }
  } catch {
    pause = Math.min(pause * 2, 15000);
  }
  setTimeout(look, document.hidden ? Math.max(pause, 5000) : pause);
}
if (main) setTimeout(look, pause);
