// Asks once with undici and prints what its consumer sees: the status and the body's length, or the
// code of the error and whether the head had come before it.
import { request } from 'undici';

const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
let head = false;
try {
  const { statusCode, body } = await request(process.argv[2], { headersTimeout: 2000 });
  head = true;
  const bytes = (await body.arrayBuffer()).byteLength;
  say({ status: statusCode, bytes });
} catch (error) {
  say({ error: error.code ?? error.name, head });
}
