// Follows a server-sent event stream as a browser would, and prints what its consumer sees: events
// with `ok` telling whether their data is JSON, and errors with the state of the connection.
import { EventSource } from 'eventsource';

const [url, ...types] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const isJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const source = new EventSource(url);
source.onopen = () => say({ open: true });
source.onerror = (error) =>
  say({ error: error.message ?? '', code: error.code ?? 0, closed: source.readyState === 2 });
for (const type of ['message', ...types]) {
  source.addEventListener(type, (event) =>
    say({ id: event.lastEventId, type, data: event.data, ok: isJson(event.data) }));
}
