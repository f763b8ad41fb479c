// Reads newline-delimited JSON over undici and prints what its consumer sees: each line with `ok`
// telling whether it is JSON, and how the body ended.
import { request } from 'undici';

const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const isJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

try {
  const { body } = await request(process.argv[2]);
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    const lines = pending.split('\n');
    pending = lines.pop();
    for (const line of lines) say({ line, ok: isJson(line) });
  }
  say({ end: 'clean', left: pending });
} catch (error) {
  say({ end: 'error', code: error.code ?? error.name });
}
