// A WebSocket server by npm's ws. Prints the port, then of each connection its Host and the extensions
// that it asked for, each message, and how it closed. It sends what its argument, a JSON list, says:
// a string is a message, a list of two one in two fragments with a ping between, a number is a close
// with that code; `echo` as the last argument sends back what comes.
import { WebSocketServer } from 'ws';

const [feed, mode] = process.argv.slice(2);
const say = (thing) => process.stdout.write(JSON.stringify(thing) + '\n');
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
server.on('listening', () => say({ port: server.address().port }));
server.on('connection', (socket, request) => {
  say({ host: request.headers.host, asked: request.headers['sec-websocket-extensions'] ?? null });
  socket.on('message', (data, binary) => {
    say({ message: data.toString(), binary });
    if (mode === 'echo') socket.send(data, { binary });
  });
  socket.on('pong', (data) => say({ pong: data.toString() }));
  socket.on('close', (code) => say({ closed: code }));
  socket.on('error', (error) => say({ error: error.code ?? error.message }));
  for (const item of JSON.parse(feed)) {
    if (typeof item === 'number') {
      socket.close(item);
    } else if (typeof item === 'string') {
      socket.send(item);
    } else {
      socket.send(item[0], { fin: false, compress: false });
      socket.ping('within');
      socket.send(item[1], { fin: true, compress: false });
    }
  }
});
