// A WebSocket client by npm's ws. Prints what its consumer sees: that it is open and with which
// extensions, each message with `ok` telling whether it is JSON, each ping, an error and the close.
// What stands behind the address is sent, a message each.
import WebSocket from 'ws';

const [url, ...messages] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const isJson = (text) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const socket = new WebSocket(url);
socket.on('open', () => {
  say({ open: true, extensions: socket.extensions });
  for (const message of messages) socket.send(message);
});
socket.on('message', (data, binary) =>
  say({ message: data.toString(), binary, ok: isJson(data.toString()) }));
socket.on('ping', (data) => say({ ping: data.toString() }));
socket.on('error', (error) => say({ error: error.code ?? error.message }));
socket.on('close', (code) => say({ closed: code }));
