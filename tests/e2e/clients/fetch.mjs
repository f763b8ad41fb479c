// Asks for a URL over undici, several times on one connection where that lasts, and prints what its
// consumer sees: the status and the body of each response, or the error in its place.
import { Pool } from 'undici';

const [target, count = '1'] = process.argv.slice(2);
const { origin, pathname } = new URL(target);
const pool = new Pool(origin, { connections: 1 });
for (let i = 0; i < Number(count); i++) {
  try {
    const { statusCode, headers, body } = await pool.request({ path: pathname, method: 'GET' });
    const text = await body.text();
    process.stdout.write(JSON.stringify({ status: statusCode, headers, body: text }) + '\n');
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: error.code ?? error.name }) + '\n');
  }
}
await pool.close();
