// A client of NATS by npm's nats. `publish SERVER SUBJECT TEXT...` sends messages with a header `Tag`,
// and ends. `listen SERVER SUBJECT` prints each message that a subscription
// gets. `consume SERVER STREAM CONSUMER` prints each message that a pull consumer of JetStream gets,
// with its sequence and delivery, and acknowledges those that are JSON. `make SERVER` makes the
// stream ORDERS of orders.*, with a consumer `worker` that redelivers after a second, and ends.
// `servers SERVER` prints the servers that the client would go to.
import { AckPolicy, connect, headers, nanos } from 'nats';

const [mode, server, ...names] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const parsed = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const connection = await connect({ servers: server, reconnectTimeWait: 50 });
(async () => {
  for await (const status of connection.status()) say({ status: status.type });
})();

const modes = {
  async listen(subject) {
    const messages = connection.subscribe(subject);
    await connection.flush();
    say({ ready: true });
    for await (const message of messages) {
      const text = message.string();
      say({ subject: message.subject, text, ok: parsed(text), tag: message.headers?.get('Tag') });
    }
  },
  async publish(subject, ...texts) {
    const tagged = headers();
    tagged.set('Tag', 'tagged');
    for (const text of texts) connection.publish(subject, text, { headers: tagged });
    await connection.drain();
  },
  async make() {
    const manager = await connection.jetstreamManager();
    await manager.streams.add({ name: 'ORDERS', subjects: ['orders.*'] });
    await manager.consumers.add('ORDERS', {
      durable_name: 'worker', ack_policy: AckPolicy.Explicit, ack_wait: nanos(1000) });
    say({ made: true });
    await connection.close();
  },
  async consume(stream, name) {
    const consumer = await connection.jetstream().consumers.get(stream, name);
    for await (const message of await consumer.consume()) {
      const text = message.string();
      say({ sequence: message.seq, text, ok: parsed(text), delivery: message.info.redeliveryCount });
      if (parsed(text)) message.ack();
    }
  },
  async servers() {
    await connection.flush();
    say({ others: connection.info.connect_urls ?? [] });
    await connection.close();
  },
};
await modes[mode](...names);
