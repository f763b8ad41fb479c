// A client of Redis by npm's ioredis, in version PROTOCOL of its protocol. `listen` prints each
// message of a channel, or of the channels of a pattern. `work` is a consumer of a stream: it prints
// each entry, first what it has not acknowledged yet and then what comes, and acknowledges it; one
// that is no JSON is its end. `claim` does the same to what any consumer has not acknowledged, once.
// `tail` prints each entry as a reader without a group. `run` prints the results of commands of all
// kinds.
import Redis from 'ioredis';

const [mode, port, protocol, ...names] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const parsed = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const redis = new Redis({
  host: '127.0.0.1', port: Number(port), protocol: Number(protocol), retryStrategy: null,
  enableReadyCheck: false });
redis.on('error', (error) => say({ error: error.message }));
redis.on('end', () => {
  say({ end: true });
  process.exit();
});

// The entries of `[[stream, [[id, [name, value, ...]], ...]], ...]`.
const entries_of = (reply) => (reply ?? []).flatMap(([, entries]) => entries);

async function work_on(entries, stream, group) {
  for (const [id, fields] of entries) {
    const text = fields[fields.indexOf('data') + 1];
    say({ id, text });
    if (!parsed(text)) process.exit();
    await redis.xack(stream, group, id);
  }
}

const modes = {
  async listen(channel) {
    redis.on('message', (from, text) => say({ channel: from, text }));
    redis.on('pmessage', (pattern, from, text) => say({ channel: from, text, pattern }));
    await (channel.includes('*') ? redis.psubscribe(channel) : redis.subscribe(channel));
    say({ ready: true });
  },
  async work(stream, group, consumer) {
    const read = async (from) => entries_of(await redis.xreadgroup(
      'GROUP', group, consumer, 'COUNT', 10, 'BLOCK', 60000, 'STREAMS', stream, from));
    await work_on(await read('0'), stream, group);
    say({ ready: true });
    for (;;) await work_on(await read('>'), stream, group);
  },
  async claim(stream, group, consumer) {
    const [, entries] = await redis.xautoclaim(stream, group, consumer, 0, '0');
    await work_on(entries, stream, group);
    process.exit();
  },
  async tail(...streams) {
    const last = new Map(streams.map((stream) => [stream, '0']));
    for (;;) {
      const reply = await redis.xread('BLOCK', 300, 'STREAMS', ...last.keys(), ...last.values());
      if (reply === null) say({ nothing: true });
      for (const [stream, entries] of reply ?? []) {
        for (const [id, fields] of entries) say({ stream, id, text: fields[1] });
        last.set(stream, entries.at(-1)[0]);
      }
    }
  },
  async run() {
    const other = redis.duplicate();
    const popped = other.blpop('late', 0);
    const results = await Promise.all([
      redis.set('a', 'x'.repeat(300000)), redis.get('a').then((text) => text.length), redis.get('none'), redis.incr('n'),
      redis.rpush('list', 'message', 'news', 'not one'), redis.lrange('list', 0, -1),
      redis.hset('hash', 'a', 1, 'b', 2), redis.hgetall('hash'), redis.zadd('z', 1.5, 'm'),
      redis.zrange('z', 0, -1, 'WITHSCORES'), redis.sadd('set', 'm'), redis.smembers('set'),
      redis.incr('a').catch((error) => error.message),
      redis.multi().set('b', 1).lrange('list', 0, -1).xadd('s', '1-0', 'data', 'v')
        .xread('STREAMS', 's', 0).exec(),
      redis.eval('return {1, "two", {"three", {}}, false, redis.status_reply("fine")}', 0),
      redis.eval('return {"subscribe", "news", 1}', 0), redis.lrange('list', 0, -1),
      redis.xadd('s', '2-0', 'data', 'w', 'more', 'x'), redis.xrange('s', '-', '+'),
      redis.xread('STREAMS', 's', 0), redis.xread('STREAMS', 's', '2-0'),
      redis.xgroup('CREATE', 's', 'g', 0), redis.xreadgroup('GROUP', 'g', 'c', 'STREAMS', 's', '>'),
      redis.xautoclaim('s', 'g', 'd', 0, '0'), redis.xpending('s', 'g'),
      redis.xclaim('s', 'g', 'c', 0, '1-0'), redis.scan(0, 'COUNT', 100).then(([, keys]) => keys.sort()),
      redis.rpush('late', 'at last')]);
    say({ results, popped: await popped });
    process.exit();
  },
};
await modes[mode](...names);
