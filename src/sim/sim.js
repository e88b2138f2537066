// Keeps the page fresh: messages, codes and the clock every two seconds, and a button to copy each value.
'use strict';

function paragraph(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}

function messageItem(message, isAddressed) {
  const item = document.createElement('li');
  item.className = 'message';
  const isSms = message.channel === 'sms';
  const about = [message.shown_at, isSms ? 'SMS' : 'e-posta'];
  if (isAddressed) about.push(message.to);
  about.push(message.from);
  item.append(paragraph('about', about.join(' · ')));
  if (!isSms) item.append(paragraph('subject', message.subject));
  item.append(paragraph('text', message.text));
  return item;
}

async function ask(path) {
  try {
    const answer = await fetch(path);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // the simulator is starting again; the next round asks anew
  }
}

async function freshenMessages(list) {
  const to = list.dataset.to;
  const messages = await ask(to ? `/api/messages?limit=50&to=${encodeURIComponent(to)}` : '/api/messages?limit=20');
  const newest = messages && messages.length ? String(messages[0].id) : '';
  if (!newest || list.dataset.newest === newest) return;
  list.dataset.newest = newest;
  list.replaceChildren(...messages.map((message) => messageItem(message, !to)));
}

async function freshenCode(element) {
  const answer = await ask(`/api/totp?identity_number=${encodeURIComponent(element.dataset.totp)}`);
  if (answer && element.textContent !== answer.code) element.textContent = answer.code;
}

async function freshenClock(element) {
  const answer = await ask('/api/clock');
  if (answer && element.textContent !== answer.shown) element.textContent = answer.shown;
}

async function freshen() {
  await Promise.all([...document.querySelectorAll('[data-live]')].map(freshenMessages));
  await Promise.all([...document.querySelectorAll('[data-totp]')].map(freshenCode));
  const clock = document.getElementById('clock');
  if (clock) await freshenClock(clock);
  setTimeout(freshen, 2000);
}

for (const value of document.querySelectorAll('dd > .value')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy quiet';
  button.textContent = 'Kopyala';
  button.setAttribute('aria-label', `Kopyala: ${value.closest('.row').querySelector('dt').textContent}`);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(value.textContent);
    button.textContent = 'Kopyalandı';
    setTimeout(() => { button.textContent = 'Kopyala'; }, 1500);
  });
  value.after(button);
}
setTimeout(freshen, 1000);
