// Sends prepared HTTP requests over keep-alive connections, each connection one request at a time,
// with as little work as a client can do: the machine is shared with the node that is measured.
import { connect } from 'node:net';

/** An HTTP request with `body`, as bytes. */
export function request(body) {
  const head = `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/** Sends each list of requests over a connection of its own; answers all the bodies. */
export async function sendAll(url, lists) {
  const bodies = await Promise.all(lists.map((requests) => converse(new URL(url), requests)));
  return bodies.flat();
}

function converse({ hostname, port }, requests) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    const bodies = [];
    let received = Buffer.alloc(0);
    const next = () => {
      if (bodies.length === requests.length) {
        socket.end();
        resolve(bodies);
      } else {
        socket.write(requests[bodies.length]);
      }
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the node closed the connection')));
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = /content-length: *(\d+)/i.exec(head);
      if (!head.startsWith('HTTP/1.1 200') || !length) return reject(new Error(head));
      const size = end + 4 + Number(length[1]);
      if (received.length < size) return;
      bodies.push(received.toString('utf8', end + 4, size));
      received = Buffer.alloc(0);
      next();
    });
  });
}
