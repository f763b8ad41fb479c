// Does with npm's toxiproxy-node-client what its users do, and prints what they see: of each step its
// name and either the result or the client's own error.
import { Toxiproxy } from 'toxiproxy-node-client';

const [url, upstream] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const step = async (name, act) => {
  try {
    const result = await act();
    say({ step: name, result: result?.toJson?.() ?? result ?? null });
    return result;
  } catch (error) {
    say({ step: name, error: error.message });
    return undefined;
  }
};

const api = new Toxiproxy(url);
const body = { name: 'redis', listen: 'localhost:0', upstream };

await step('version', () => api.getVersion());
const proxy = await step('create', () => api.createProxy(body));
await step('create again', () => api.createProxy(body));
await step('get', () => api.get('redis'));
await step('get nothing', () => api.get('nothing'));
const toxic = await step('add toxic', () =>
  proxy.addToxic({ type: 'latency', attributes: { latency: 20, jitter: 5 } }));
await step('add toxic again', () => proxy.addToxic({ type: 'latency', attributes: {} }));
await step('add unknown toxic', () => proxy.addToxic({ type: 'frogs', attributes: {} }));
await step('get toxic', () => proxy.getToxic('latency_downstream'));
await step('update toxic', () => toxic.update({ toxicity: 0.5, attributes: { latency: 30 } }));
await step('remove toxic', () => toxic.remove());
await step('get removed toxic', () => proxy.getToxic('latency_downstream'));
await step('disable', () => proxy.update({ enabled: false }));
await step('reset', () => api.reset());
await step('all', async () => Object.values(await api.getAll()).map((one) => one.toJson()));
await step('populate', async () =>
  Object.keys(await api.populate([body, { name: 'other', listen: 'localhost:0', upstream }])));
await step('populate nothing', async () => Object.keys(await api.populate([])));
await step('remove', () => proxy.remove());
await step('left', async () => Object.keys(await api.getAll()));
